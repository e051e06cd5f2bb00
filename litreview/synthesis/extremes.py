"""The ends of ordered figures, and what shares an end with them: two that print alike are tied."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from litreview.language.wording import count_of, listing, signed

Row = dict[str, Any]
MOST_NAMED = 3
"""Names listed at most of those that share an end."""


def extreme_words(gain: float, largest: bool) -> str:
    """What to call the largest or the smallest of several gains, which may be losses."""
    if gain < 0:
        return "the smallest loss" if largest else "the largest loss"
    return "the largest gain" if largest else "the smallest gain"


def ends(
    rows: Sequence[Row],
    key: str = "gain",
    name: Callable[[Mapping[str, Any]], str] = lambda row: row["intermediate"],
) -> dict[str, Any]:
    """The highest and the lowest of some rows, and those that share these places.

    Parameters
    ----------
    rows : sequence of mapping
        In any order; ties are broken by name.
    key : str
        The figure by which they are ordered.
    name : callable
        What a row is called.

    Returns
    -------
    dict
        ``most`` and ``least``, rows with ``shared`` (`` shared with A and B``, or nothing) and
        ``place`` (`extreme_words` with it); ``least`` is None where all figures print alike, which
        both then say.
    """
    ordered = sorted(rows, key=lambda row: (-row[key], name(row)))
    if not ordered:
        return {"most": None, "least": None}
    most, least = ordered[0], ordered[-1]
    if signed(most[key]) == signed(least[key]):
        if len(ordered) == 1:
            return {"most": _placed(most, key, "", True), "least": None}
        alike = {"shared": ", as for all others", "place": "as after all others"}
        return {"most": {**most, **alike}, "least": None}
    return {
        "most": _placed(most, key, _shared(most, ordered, key, name), True),
        "least": _placed(least, key, _shared(least, ordered, key, name), False),
    }


def _placed(row: Row, key: str, shared: str, largest: bool) -> Row:
    words = extreme_words(row[key], largest) + shared
    return {**row, "shared": shared, "place": words}


def _shared(
    row: Row, rows: Sequence[Row], key: str, name: Callable[[Mapping[str, Any]], str]
) -> str:
    alike = [name(r) for r in rows if r is not row and signed(r[key]) == signed(row[key])]
    if not alike:
        return ""
    if len(alike) > MOST_NAMED:
        return f" shared with {count_of(len(alike), 'other')}"
    return f" shared with {listing(alike)}"


def tied(ordered: Sequence[Row], place: int) -> list[Row]:
    """The row at an end of rows ordered by gain, and those whose gain is the same."""
    return [row for row in ordered if math.isclose(row["gain"], ordered[place]["gain"])]


def first_and_last(rows: Sequence[Row]) -> list[Row]:
    """The rows of the largest and the smallest gain; one where there is one, or none."""
    ordered = sorted(rows, key=lambda row: (-row["gain"], row["encoder"], row["intermediate"]))
    return [*ordered[:1], *ordered[1:][-1:]]
