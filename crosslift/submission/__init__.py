"""What the official XTREME and XTREME-R scorer reads of an arm, and the scores it gives it.

Everything about that scorer (folders, languages, arithmetic, quirks) follows ``evaluate.py`` of
google-research/xtreme at 838c13b69daafb9328785d16caae2711e4012123 and the scripts that it imports.
"""
