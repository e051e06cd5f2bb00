"""Words, numbers, units and names in running text, and how they are put into words."""
