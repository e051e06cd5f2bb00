"""Which way a claim says that something goes: up, down or the same, and whether that is better.

"Error falls" goes down and is better; "accuracy falls" goes down and is worse. Both are kept, for
a measurement tells the one and a reader asks for the other.
"""

import re
from typing import Literal, NamedTuple

from litreview.language.lexicon import LOWER_IS_BETTER, stem, tokens

Change = Literal["up", "down", "same"]
Direction = Literal["better", "worse", "same"]


class Way(NamedTuple):
    """What a text says of a change, and of its worth; None where it says neither."""

    change: Change | None
    direction: Direction | None
    start: int
    end: int


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


# First come the phrases in which a word of change states none.
_SAME = _words(
    r"(?:no|without(?: an?y?)?|lack of|absence of(?: an?y?)?) (?:\w+[ -]){0,5}?(?:differences?|"
    r"effects?|changes?|impact|benefits?|gains?|improvements?|increases?|decreases?|reductions?|"
    r"associations?|influence|interactions?|evidence|advantages?|superiority|correlations?|"
    r"relationship)|(?:did|do|does|was|were|is|are|could|would|has|have|had)(?: not|"
    r"n['’]t) (?:\w+ ){0,4}?(?:differ\w*|chang\w+|affect\w*|alter\w*|influence\w*|improv\w+|"
    r"increas\w+|decreas\w+|reduc\w+|benefit\w*|help\w*|better|worse|superior|inferior|high\w*|"
    r"low\w*|greater|larger|fewer|more|less|shorter|longer|significant\w*|beneficial|outperform\w*|"
    r"hurt\w*|degrad\w+|favou?r\w*|reach\w*|associated|predict\w*|effective|modif\w+|confer\w*|"
    r"show\w*|result in)|not (?:\w+ )?(?:significan\w+|differ\w*|better|worse|superior|inferior|"
    r"affected|changed|altered|improved|increased|reduced|associated|reach\w*)|"
    r"non-?(?:statistically )?[ -]?significan\w+|insignificant(?:ly)?|similar(?:ly)?|comparable|"
    r"comparably|equivalent|(?:is|are|was|were|remain\w*|stay\w*|perform\w*|about|much|"
    r"almost) the same|on par|on a par|unchanged|equally|identical|neither|no (?:better|worse|more|"
    r"less|higher|lower)|nor|failed to|fails? to|(?:not|no) reach\w* significance|ns|as (?:well|"
    r"good|effective|safe|many|much|high) as|matche[sd]|match|insensitive|unaffected|"
    r"non-?inferior\w*|trend(?:ed)?"
)
_BETTER = _words(
    r"better|best|improv\w+|outperform\w*|superior|surpass\w*|beats?|benefi\w+|boost\w*|help(?:s|"
    r"ed|ful|ing)?|enhanc\w+|gain(?:s|ed|ing)?|advantage\w*|strong(?:er|est)|ahead|exceed\w*|"
    r"favou?r(?:s|ed|able|ably)?|more effective\w*|state[ -]of[ -]the[ -]art|win(?:s|ning)?|"
    r"alleviat\w+|reliev\w+|ameliorat\w+"
)
_WORSE = _words(
    r"worse\w*|worst|degrad\w+|deteriorat\w+|hurt(?:s|ing)?|harm(?:s|ed|ful|ing)?|inferior|"
    r"underperform\w*|damag\w+|weak(?:er|est|ens?)|poor(?:er|est|ly)?|suffer(?:s|ed)?|lags?|"
    r"fall(?:s|ing)? (?:behind|short)|impair\w*|less effective\w*|detriment\w*|los(?:es|t|ing)|"
    r"aggravat\w+"
)
_UP = _words(
    r"increas\w+|higher|highest|greater|greatest|larger|largest|more|most|rais(?:e|es|ed|ing)|"
    r"ris(?:e|es|en|ing)|rose|grow(?:s|n|ing|th)?|grew|longer|longest|faster|elevat\w+|above|adds?|"
    r"added|doubl\w+|tripl\w+|upregulat\w+|augment\w*|lift(?:s|ed)?|over"
)
_DOWN = _words(
    r"decreas\w+|reduc\w+|lower(?:s|ed|ing)?|lowest|fewer|fewest|lesser|less|least|smaller|"
    r"smallest|drop(?:s|ped|ping)?|declin\w+|fall(?:s|en|ing)?|fell|shorter|shortest|shorten\w*|"
    r"below|diminish\w*|attenuat\w+|suppress\w*|minimi[sz]\w+|prevent(?:s|ed|ion)?|halv\w+|slower|"
    r"downregulat\w+|inhibit\w*|loss|decrement|mitigat\w+|cuts?"
)
_SIZE = _words(r"greater|larger|higher|more|most|less(?:er)?|smaller|lower|fewer")
_WORDS_BETWEEN = 3
_OPPOSITE = {"up": "down", "down": "up", "better": "worse", "worse": "better"}
_LESS_IS_BETTER = LOWER_IS_BETTER | frozenset(
    map(
        stem,
        """adverse complication death incidence infection mortality pain recurrence relapse risk
        severity symptom""".split(),  # noqa: SIM905
    )
)
_SIGNIFICANT = _words(r"significant(?:ly)?|p ?[<=≤] ?0?\.0[0-4]\d*")
# "More than 500 tasks" and "up to" qualify a number; "at least" too.
_QUALIFIER = re.compile(
    r"\b(?:more|less|fewer|greater|higher|lower|larger) than (?=[~∼]?\d)|\bat (?:least|most)\b"
    r"|\bmore (?:than|often|specifically|generally|recent\w*|importantly|precisely)\b(?! \w+ing)"
    r"|\bmost (?:of|recent\w*|common\w*|widely|languages|tasks|models|patients|cases)\b"
    r"|\b(?:over|above|below) (?=(?:the|all|a|\d|time|years|\w+ (?:runs|seeds|tasks|languages)))"
    r"|\bblood loss\b|\bweight loss\b|\bhelp(?:s|ed)? to\b",
    re.IGNORECASE,
)


def way(text: str, polarity: int | None = None) -> Way:
    """The change that a text states, and its worth by the metric's polarity.

    The first comparative word decides the change; a denied one is no change, unless a later clause
    states a significant one. "Better" and the like give the worth at once; "higher" only through
    the polarity.

    Parameters
    ----------
    text : str
        One claim.
    polarity : {1, -1}, optional
        Whether more of the metric is better (1) or worse (-1). By default read from the text:
        error, loss, perplexity, latency and the like are better when lower, all else when higher.
    """
    blanked = _QUALIFIER.sub(lambda match: " " * len(match.group()), text)
    same = list(_SAME.finditer(blanked))
    for match in reversed(same):
        blanked = blanked[: match.start()] + " " * len(match.group()) + blanked[match.end() :]
    found = [
        (match.start(), kind, match.end())
        for kind, pattern in (("better", _BETTER), ("worse", _WORSE), ("up", _UP), ("down", _DOWN))
        for match in pattern.finditer(blanked)
    ]
    if same and not _overruled(blanked, [start for start, _, _ in found]):
        return Way("same", "same", same[0].start(), same[0].end())
    if not found:
        return Way(None, None, 0, 0)
    start, kind, end = _first(sorted(found), blanked)
    sign = polarity or (-1 if _lower_is_better(text) else 1)
    return _of_kind(kind, sign, start, end)


def _first(found: list[tuple[int, str, int]], text: str) -> tuple[int, str, int]:
    """The first word of change, read with the one that it measures: "a smaller decrease"."""
    start, kind, end = found[0]
    if len(found) > 1 and _SIZE.fullmatch(text, start, end):
        _, measured, far = found[1]
        if len(text[end : found[1][0]].split()) <= _WORDS_BETWEEN and measured != kind:
            return start, measured if kind == "up" else _OPPOSITE[measured], far
        if measured == kind == "down" and len(text[end : found[1][0]].split()) <= _WORDS_BETWEEN:
            return start, "up", far
    return start, kind, end


def _overruled(blanked: str, places: list[int]) -> bool:
    """Whether a change is called significant beside what is denied."""
    return any(
        abs(match.start() - place) < 40
        for match in _SIGNIFICANT.finditer(blanked)
        for place in places
    )


def _of_kind(kind: str, sign: int, start: int, end: int) -> Way:
    if kind in ("up", "down"):
        rises = kind == "up"
        return Way(kind, "better" if rises == (sign > 0) else "worse", start, end)
    rises = (kind == "better") == (sign > 0)
    return Way("up" if rises else "down", kind, start, end)


def _lower_is_better(text: str) -> bool:
    # A loss of 3 points is a change; a lower loss is a metric's.
    text = re.sub(r"\bloss(?:es)? of\b", "", text)
    return any(stem(word) in _LESS_IS_BETTER for word in tokens(text))
