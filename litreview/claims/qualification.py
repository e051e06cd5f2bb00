"""What a claim is hedged, bounded and compared with: comparator, aggregate, scope, modality.

The degrees of quantifiers and hedges are those of `litreview.language.lexicon`, so that a claim is
typed as the lattice of overstatement reads it.
"""

import re
from typing import Literal

from litreview.language.lexicon import HEDGES, NEARLY, NEGATORS, QUANTIFIERS, clauses, stem, tokens

Aggregate = Literal["mean", "median", "maximum", "minimum", "total", "each"]
Quantifier = Literal["none", "some", "many", "most", "all"]
Modality = Literal["possible", "likely", "asserted"]

_END = (
    r"(?=\s*(?:[,;:()]|\.(?!\d)|\b(?:by|on|in|for|with|while|whereas|but|when|where|which|that|and|"
    r"at|after|across|averaged|respectively|using)\b|$))"
)
_COMPARATOR = re.compile(
    r"\b(?:better|worse|more|less|fewer|\w+er) (?:\w+ ){0,6}?than (?:that of |those of )?"
    r"(?P<than>.+?)"
    + _END
    + r"|\b(?:compared (?:to|with)|in comparison (?:to|with)|relative to|versus|vs\.?|"
    r"as opposed to|"
    r"(?:improv\w+|gains?|increases?|drops?|advantage|superior|inferior|points?|%|F1|BLEU|"
    r"accuracy) (?:over|above|below|against)|outperform\w*|surpass\w*|exceed\w*|"
    r"beat(?:s|ing)?|underperform\w*|lags? behind|on par with|comparable (?:to|with)|"
    r"similar to|as \w+ as) (?:that of |those of )?(?P<other>.+?)" + _END,
    re.IGNORECASE,
)
_NO_COMPARATOR = re.compile(r"\d|(?:the )?(?:average|same|time|total|all)\b", re.IGNORECASE)
_LONGEST_COMPARATOR = 16
_AGGREGATES: tuple[tuple[Aggregate, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE))
    for name, pattern in (
        ("maximum", r"up to|at most|maximum|as (?:much|many|high) as|at best|max(?:imal)?|peak\w*"),
        ("minimum", r"at least|minimum|as (?:little|few|low) as|at worst|min(?:imal)?"),
        ("median", r"median"),
        ("mean", r"on average|averag\w+|mean|macro-?averag\w+"),
        ("total", r"in total|overall total|altogether|sum(?:med)? (?:of|over)"),
        ("each", r"each|every|respectively|individually|per[- ](?:task|language|dataset|model)"),
    )
)  # fmt: skip
_LEVELS: dict[int, Quantifier] = {1: "some", 2: "many", 3: "most", 4: "all"}
_NONE = re.compile(
    r"\b(?:none|no (?:single )?(?:tasks?|languages?|models?|datasets?|targets?|settings?|cases?|"
    r"methods?|approach\w*|one|studies|patients?|intermediate|of)|never|neither|not any)\b",
    re.IGNORECASE,
)
_PLACES = frozenset(("on", "for", "in", "with", "at", "from"))
_MODALS = ("possible", "likely", "asserted")
_ALWAYS = (
    r"when|if|unless|provided that|under|given|without|(?:only|especially|particularly|even|"
    r"except) (?:when|if|for|with|without|on|in)|as long as|in the (?:absence|presence) of|"
    r"regardless of|across|among"
)
_PLACE = re.compile(
    r"\b(?:[Ff]or|[Oo]n|[Ii]n|[Aa]t|[Aa]fter|[Ww]ith|[Uu]sing|trained on|fine-?tuned on)\s"
    r"(?:[a-z-]+\s){0,4}?"
    r"(?:(?:[A-Z]|[a-z]{1,2}[A-Z\d])[\w@.’'-]*\w(?:\s[A-Z\d][\w@.’'-]*\w)*"
    r"(?:\s(?:benchmark|tasks?|data|datasets?|corpus|languages?))?"
    r"|\d[\d,.]*(?:\s(?:million|billion|thousand))?(?:\s[a-z-]+){0,2}?\s[a-z-]+s\b)"
)
_CONDITION = re.compile(
    rf"\b(?:{_ALWAYS})\s(?!(?:them|which|others|these)\b)"
    rf"(?:(?!\s(?:{_ALWAYS}|by|than|and)\s)[^,;:()])+"
    r"|\bas\s(?:\w+\s){1,6}?(?:grow|increas|ris|decreas|shrink|fall|scal|improv)[^,;:()]*",
    re.IGNORECASE,
)


def comparator(text: str) -> str | None:
    """What the claim compares with, in its own words: "than X", "over X", "outperforms X"."""
    for match in _COMPARATOR.finditer(text):
        found = (match.group("than") or match.group("other")).strip()
        if found.startswith("both "):
            found = re.split(r"[,;:.](?!\d)", text[match.end() - len(found) :])[0]
        if found and not _NO_COMPARATOR.match(found) and len(found.split()) <= _LONGEST_COMPARATOR:
            return found
    return None


def aggregate(text: str) -> Aggregate | None:
    """How several numbers were made one; "up to 8.2 points" is a maximum, not a mean."""
    return next((name for name, pattern in _AGGREGATES if pattern.search(text)), None)


def quantifier(text: str) -> Quantifier | None:
    """Of how many cases the claim speaks: the strongest quantifier that is not denied."""
    if _NONE.search(text):
        return "none"
    words = [word.lower() for word in tokens(text)]
    levels = []
    for place, word in enumerate(words):
        level = QUANTIFIERS.get(word, 0)
        if not level or _is_degree(word, words, place):
            continue
        before = words[max(0, place - 2) : place]
        if level == max(QUANTIFIERS.values()) and NEGATORS & set(before):
            level = 1  # "not all", "does not always"
        elif level == max(QUANTIFIERS.values()) and NEARLY & set(before):
            level -= 1
        levels.append(level)
    return _LEVELS[max(levels)] if levels else None


def _is_degree(word: str, words: list[str], place: int) -> bool:
    """Whether "most" makes a superlative ("the most useful", "gains most on")."""
    if word != "most":
        return False
    following = words[place + 1 : place + 4]
    if place and words[place - 1] in ("the", "its", "their"):
        return True
    return not (following[:1] == ["of"] or any(one.endswith("s") for one in following)) or (
        following[0] in _PLACES
    )


def modality(text: str) -> Modality:
    """How firmly the claim is made: the weakest hedge decides; without one it is asserted."""
    levels = [HEDGES[word] for word in map(_hedge, tokens(text)) if word in HEDGES]
    return _MODALS[min(levels) - 1] if levels else "asserted"


def _hedge(word: str) -> str:
    lower = word.lower()
    return lower if lower in HEDGES else stem(lower)


def conditions(text: str) -> list[str]:
    """The phrases that say when the claim holds, in order: "when data are scarce", "on XQuAD".

    Conditions proper ("when", "under", "without", "across") always count, to the end of their
    clause; places ("on", "in", "with") only where they name or number something.
    """
    found = []
    for clause in clauses(text):
        spans = [match.span() for match in _CONDITION.finditer(clause)]
        spans += [
            match.span()
            for match in _PLACE.finditer(clause)
            if not any(start < match.end() and match.start() < end for start, end in spans)
        ]
        found += [clause[start:end].strip(" .") for start, end in sorted(spans)]
    return found
