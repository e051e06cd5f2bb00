"""Counts out of a total: `two of the nine targets` counts two targets, of nine."""

import re

from litreview.language.lexicon import NUMBERS
from litreview.schema import Quantity

_NUMBER = rf"(?:\d{{1,4}}|{'|'.join(NUMBERS)}|none|both)"
_PARTITIVE = re.compile(
    rf"\b(?P<part>{_NUMBER})\s+(?:out\s+)?of\s+(?:the\s+|our\s+|all\s+|these\s+|those\s+|its\s+)?"
    rf"(?=(?P<total>{_NUMBER})\b)",
    re.IGNORECASE,
)
_WORDS = {**{word: float(value) for word, value in NUMBERS.items()}, "none": 0.0, "both": 2.0}


def partitives(text: str, quantities: list[Quantity]) -> list[Quantity]:
    """The first numbers of `N of the M things`, which count the same things as the second.

    Parameters
    ----------
    text : str
    quantities : list of Quantity
        Those that were parsed from it; one that begins where a partitive does stands for it.
    """
    found = []
    for match in _PARTITIVE.finditer(text):
        start, end = match.span("part")
        total = next((one for one in quantities if one.start == match.start("total")), None)
        if total is None or any(one.start <= start < one.end for one in quantities):
            continue
        word = match["part"].lower()
        value = float(word) if word.isdigit() else _WORDS[word]
        found.append(
            Quantity(
                value=value, unit="count", decimals=0, start=start, end=end, counted=total.counted
            )
        )
    return found
