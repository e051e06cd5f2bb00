"""Things that a claim lists where it counts them: `three phases, which are A, B and C`."""

import re

from litreview.language.lexicon import parts

_OPENING = re.compile(
    r":\s|,\s(?:which|who|that) (?:are|is)\s|,\s(?:namely|i\.e\.,?)\s", re.IGNORECASE
)
_PART = re.compile(
    r",\s*(?:and\s+|or\s+)?|;\s*|\s+and\s+(?=(?:a|an|the|then|finally)?\s*\w+\s*\w*\Z)"
)
NAMED = 0.5
"""Share of an item's words from which a passage is taken to name it."""


def listed(text: str) -> list[str]:
    """The items that a text lists behind a colon, `which are` or `namely`; none without a list."""
    opening = _OPENING.search(text)
    if opening is None:
        return []
    items = [item.strip(" .") for item in _PART.split(text[opening.end() :])]
    items = [item for item in items if parts(item)]
    return items if len(items) > 1 else []


def named_items(items: list[str], passage: str) -> int:
    """How many of the items a passage names by most of their words."""
    found = set(parts(passage))
    words = [set(parts(item)) for item in items]
    return sum(len(item & found) >= NAMED * len(item) for item in words)
