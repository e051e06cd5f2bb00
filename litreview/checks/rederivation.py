"""Numbers that the cells of a result table give, by the rows and columns that a claim names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from litreview.language.wording import plain
from litreview.schema import Claim, Quantity
from litreview.tables.grid import Axis, Grid
from litreview.tables.linking import Mention, Token, link, tokenize
from litreview.tables.selection import selection_of
from litreview.tables.values import decimals_of
from litreview.verification.entailment import direction

Kind = Literal["cell", "difference", "relative"]
_BEHIND = re.compile(
    r"\b(?:over|above|than|below|against|exceeds?|outperforms?|beats?|surpass(?:es)?|behind|"
    r"ahead of|to)\s+(?:the |both |plain )*\Z",
    re.IGNORECASE,
)
_FROM_TO = re.compile(r"\b(?:from|to|at|of|reach\w*|scores?|averages?|with|is|was|and)\s+\Z", re.I)
_BASELINE = re.compile(r"\b(?:baseline|without|none|original|vanilla)\b", re.IGNORECASE)
_LOWER = re.compile(r"\b(?:below|behind|lower|less|worse|under)\b", re.IGNORECASE)
_TIED = re.compile(r"\s*\w*\s*(?:for|on|in|by|with)\s+(?:the\s+)?", re.IGNORECASE)
TIED, LOOSE = 0.5, 3.0
"""How much nearer or farther a name behind a number counts than one before it."""
_AVERAGE = re.compile(r"\b(?:average|avg|mean|overall)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Derived:
    """A number that cells give: its value, how far their rounding can move it, and how.

    `named` tells that row and column are named or the only ones; `distance` how far from the number
    in the claim they are named, in characters.
    """

    kind: Kind
    value: float
    rounding: float
    cells: tuple[str, ...]
    expression: str
    named: bool = True
    distance: float = 0.0


def derive(quantity: Quantity, claim: Claim, grid: Grid) -> Iterator[Derived]:
    """Cells, or differences of them, that the number may be."""
    text = claim.text
    tokens = tokenize(text)
    mentions = [one for one in link(tokens, grid) if one.by == "label"]
    columns, named = _columns(mentions, grid)

    def near(axis: Axis, place: int) -> float:
        return min(
            (
                _distance(quantity, text, tokens, one)
                for one in mentions
                if one.axis == axis and place in one.members
            ),
            default=0.0,
        )

    if quantity.unit == "points" or (quantity.unit == "percent" and _is_change(quantity, text)):
        pairs = _pairs(text, tokens, mentions, grid)
        found = [
            (replace(one, distance=near("column", column)))
            for column in columns
            for first, second in pairs
            for one in _difference(quantity, first, second, column, _sign(claim), grid)
        ]
    else:
        found = [
            replace(_cell(row, column, grid), distance=near("row", row) + near("column", column))
            for row in _rows(mentions, grid)
            for column in columns
            if np.isfinite(grid.values[row, column])
        ]
    yield from (replace(one, named=named) for one in found)


def _distance(quantity: Quantity, text: str, tokens: Sequence[Token], mention: Mention) -> float:
    """Characters between a number and the nearest word of a name.

    A name behind a number is near where a word ties the two ("71.7 for RoBERTa"), else far.
    """
    found = []
    for place in mention.places:
        start, end = tokens[place].start, tokens[place].end
        gap = float(max(0, quantity.start - end))
        if start >= quantity.end:
            tied = _TIED.fullmatch(text[quantity.end : start])
            gap = (start - quantity.end) * (TIED if tied else LOOSE)
        found.append(gap)
    return min(found)


def _sign(claim: Claim) -> int | None:
    """Whether the number goes up (1) or down (-1), or neither that can be told."""
    if _LOWER.search(claim.text):
        return -1
    said = direction(claim.text)
    return said.sign if said and not said.denied else None


def _is_change(quantity: Quantity, text: str) -> bool:
    before = text[max(0, quantity.start - 30) : quantity.start]
    return direction(text) is not None and _FROM_TO.search(before) is None


def _rows(mentions: Sequence[Mention], grid: Grid) -> list[int]:
    picked = selection_of(mentions)
    if picked.names("row"):
        return picked.members("row", grid)
    return [0] if grid.length("row") == 1 else []


def _columns(mentions: Sequence[Mention], grid: Grid) -> tuple[list[int], bool]:
    """Those named, else the only one; else averages, which the claim does not name."""
    picked = selection_of(mentions)
    if picked.names("column"):
        return picked.members("column", grid), True
    names = [grid.name("column", place) for place in range(grid.length("column"))]
    if len(names) == 1:
        return [0], True
    return [place for place, name in enumerate(names) if _AVERAGE.search(name)], False


def _pairs(
    text: str, tokens: Sequence[Token], mentions: Sequence[Mention], grid: Grid
) -> list[tuple[int, int]]:
    """Rows to subtract, the subject first: two that are named, or one and a baseline or the other.

    A row named behind a word such as "over" is what is compared with.
    """
    named: dict[int, bool] = {}
    for one in mentions:
        if one.axis == "row" and len(one.members) == 1:
            behind = _BEHIND.search(text[: tokens[min(one.places)].start]) is not None
            named.setdefault(next(iter(one.members)), behind)
    subjects = [row for row, behind in named.items() if not behind]
    objects = [row for row, behind in named.items() if behind]
    if not objects and len(subjects) == 2:
        subjects, objects = subjects[:1], subjects[1:]
    others = [row for row in range(grid.length("row")) if row not in named]
    if not objects and subjects:
        baselines = [row for row in others if _BASELINE.search(grid.name("row", row))]
        objects = baselines or (others if len(others) == 1 else [])
    if not subjects and objects:
        subjects = others if len(others) == 1 else []
    return [(first, second) for first in subjects for second in objects]


def _difference(
    quantity: Quantity, first: int, second: int, column: int, sign: int | None, grid: Grid
) -> Iterator[Derived]:
    """What the first row has more than the second, in the direction that the claim states."""
    one, other = (float(grid.values[row, column]) for row in (first, second))
    if not np.isfinite(one - other):
        return
    sides = [_cell(row, column, grid) for row in (first, second)]
    texts = [grid.texts[row][column] for row in (first, second)]
    cells = sides[0].cells + sides[1].cells
    rounding = sides[0].rounding + sides[1].rounding
    names = " less ".join(grid.name("row", row) for row in (first, second))
    where = f"({names}, {grid.name('column', column)})"

    def stated(value: float) -> float:
        return abs(value) if sign is None else sign * value * int(grid.polarity[first, column])

    if quantity.unit == "percent" and other:
        change = 100 * (one - other) / abs(other)
        text = f"100 ({texts[0]} - {texts[1]}) / {texts[1]} = {plain(change, 2)} {where}"
        # Both cells moved by their rounding, each the way that moves the quotient most.
        spread = 100 * rounding * (abs(one) + abs(other)) / other**2
        yield Derived("relative", stated(change), spread, cells, text)
    digits = max(map(decimals_of, texts))
    text = f"{texts[0]} - {texts[1]} = {plain(one - other, digits)} {where}"
    yield Derived("difference", stated(one - other), rounding, cells, text)


def _cell(row: int, column: int, grid: Grid) -> Derived:
    text = grid.texts[row][column]
    where = f"{grid.name('row', row)} under {grid.name('column', column)}"
    step = 0.5 * 10.0 ** -decimals_of(text)
    return Derived("cell", float(grid.values[row, column]), step, (where,), f"{where} has {text}")
