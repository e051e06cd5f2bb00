"""The numbers of a claim in a table: a cell, a difference, or a ratio of two cells.

A number is `placed` where the rows and columns that the claim names give it, `elsewhere` where only
other cells do, and `missing` where none does.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from litreview.language.quantities import parse_quantities
from litreview.schema import Quantity
from litreview.tables.grid import Grid
from litreview.tables.linking import Mention, Token
from litreview.tables.selection import selection_of

Place = Literal["placed", "elsewhere", "missing"]
_CHANGE = re.compile(
    r"\b(?:by|of|gains?|improve\w*|increas\w*|drops?|decreas\w*|differences?|margins?|reduc\w*|over|"
    r"than|higher|lower|better|worse|more|less|up to|\+)\s*(?:an? |about |around |only |nearly |"
    r"almost |roughly |over |absolute |relative |average |at least )*\Z",
    re.IGNORECASE,
)
_FROM = re.compile(r"\bfrom\s+\Z", re.IGNORECASE)
_SLACK = 1e-6
DIGITS = 3
"""A label that begins this near to a quantity's start is its number, not its unit."""
MAX_PAIRS = 40
"""Rows beyond this many are not paired when differences are looked for."""


@dataclass(frozen=True)
class NumberInTable:
    """Where a table has a number of a claim; `words` say how."""

    text: str
    place: Place
    words: str


def numbers_in_table(
    claim: str, tokens: Sequence[Token], mentions: Sequence[Mention], grid: Grid
) -> list[NumberInTable]:
    """Look up every number of a claim that measures something.

    Numbers that are part of a label ("2 layers") and numbers of things ("three tasks") are left
    out: the first name a row or column, the second are seldom printed.
    """
    named = [tokens[place] for one in mentions for place in one.places]
    return [
        _look_up(quantity, claim, mentions, grid)
        for quantity in parse_quantities(claim)
        if _measures(quantity, named)
    ]


def _measures(quantity: Quantity, named: Iterable[Token]) -> bool:
    if any(quantity.start <= one.start < quantity.start + DIGITS for one in named):
        return False
    return quantity.unit in (
        "points",
        "percent",
        "f1",
        "accuracy",
        "ratio",
        "none",
        "seconds",
    ) and (quantity.unit != "none" or quantity.decimals > 0 or abs(quantity.value) > 12)


def _look_up(
    quantity: Quantity, claim: str, mentions: Sequence[Mention], grid: Grid
) -> NumberInTable:
    text = claim[quantity.start : quantity.end]
    rows, columns = _named(mentions, grid)
    before = claim[max(0, quantity.start - 40) : quantity.start]
    is_change = _CHANGE.search(before) is not None
    if _FROM.search(before):
        # "from 88.7 to 87.2": the first is of a row that need not be named.
        rows = list(range(grid.length("row")))
    searches = (
        [_differences, _cells] if is_change or quantity.unit == "points" else [_cells, _differences]
    )
    for search in (*searches, _ratios):
        found = search(quantity, rows, columns, grid)
        if found:
            return NumberInTable(text, "placed", f"{text} is {found}")
    everywhere = (list(range(grid.length("row"))), list(range(grid.length("column"))))
    if _cells(quantity, *everywhere, grid):
        return NumberInTable(text, "elsewhere", f"{text} stands in another cell of the table")
    if is_change and _differences(quantity, everywhere[0], columns, grid):
        return NumberInTable(text, "elsewhere", f"{text} is the difference of other cells")
    return NumberInTable(text, "missing", f"{text} is neither a cell of the table nor a difference")


def _named(mentions: Sequence[Mention], grid: Grid) -> tuple[list[int], list[int]]:
    """Rows and columns that a number may stand in: all those named anywhere in the claim."""
    picked = []
    for axis in ("row", "column"):
        own = [one for one in mentions if one.axis == axis and one.by != "others"]
        strict = set(selection_of(own).members(axis, grid))
        facets = {one.facet for one in own}
        loose = {place for one in own for place in one.members} if len(facets) == 1 else set()
        picked.append(sorted(strict | loose))
    return picked[0], picked[1]


def _equal(quantity: Quantity, values: np.ndarray) -> np.ndarray:
    """Where values are the quantity, rounded to its decimals; shares also as percentages."""
    step = 0.5 * 10.0**-quantity.decimals + _SLACK
    if quantity.qualifier in ("approximate", "at_least", "at_most"):
        step = 10.0**-quantity.decimals + _SLACK
    wanted = abs(quantity.value)
    low, high = (wanted, wanted)
    if quantity.qualifier == "range" and quantity.low is not None and quantity.high is not None:
        low, high = sorted((abs(quantity.low), abs(quantity.high)))
    found = np.abs(values)
    near = (found >= low - step) & (found <= high + step)
    if quantity.unit in ("percent", "points"):
        scaled = found * 100
        near |= (found <= 1) & (scaled >= low - step) & (scaled <= high + step)
    return near


def _cells(
    quantity: Quantity, rows: Sequence[int], columns: Sequence[int], grid: Grid
) -> str | None:
    hits = np.argwhere(_equal(quantity, grid.values[np.ix_(rows, columns)]))
    if not len(hits):
        return None
    row, column = rows[hits[0][0]], columns[hits[0][1]]
    return f"the cell of {grid.name('row', row)} under {grid.name('column', column)}"


def _differences(
    quantity: Quantity, rows: Sequence[int], columns: Sequence[int], grid: Grid
) -> str | None:
    """Differences down the columns that the claim names, from a row that it names, or across."""
    every = list(range(grid.length("row")))[:MAX_PAIRS]
    others = list(rows) if 1 < len(rows) < grid.length("row") else every
    for sides, axis in (((rows, others, columns), "row"), ((columns, columns, rows), "column")):
        values = grid.values if axis == "row" else grid.values.T
        first, second, along = (list(side)[:MAX_PAIRS] for side in sides)
        one, other = values[np.ix_(first, along)], values[np.ix_(second, along)]
        hits = np.argwhere(_equal(quantity, one[:, None, :] - other[None, :, :]))
        for a, b, c in hits:
            if first[a] != second[b]:
                other_axis = "column" if axis == "row" else "row"
                return (
                    f"the difference of {grid.name(axis, first[a])} and "
                    f"{grid.name(axis, second[b])} ({grid.name(other_axis, along[c])})"
                )
    return None


def _ratios(
    quantity: Quantity, rows: Sequence[int], columns: Sequence[int], grid: Grid
) -> str | None:
    """`twice as much` as a ratio of two rows, `by 12%` as a relative difference."""
    if quantity.unit not in ("percent", "ratio"):
        return None
    every = list(range(grid.length("row")))[:MAX_PAIRS]
    first = list(rows)[:MAX_PAIRS]
    along = list(columns)[:MAX_PAIRS]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = grid.values[np.ix_(first, along)][:, None, :] / grid.values[np.ix_(every, along)]
        wanted = ratio if quantity.unit == "ratio" else 100 * (ratio - 1)
    plain = quantity.model_copy(update={"unit": "none"})
    hits = np.argwhere(_equal(plain, wanted))
    for a, b, c in hits:
        if first[a] != every[b]:
            return (
                f"the ratio of {grid.name('row', first[a])} and {grid.name('row', every[b])} "
                f"({grid.name('column', along[c])})"
            )
    return None
