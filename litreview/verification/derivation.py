"""Numbers of claims in result tables: a cell, or the difference of two cells of one column."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from litreview.language.lexicon import names, parts
from litreview.language.rounding import SCORE_UNITS, agrees
from litreview.schema import Cell, Claim, Quantity, Table
from litreview.verification.entailment import direction

_BASELINE = frozenset(parts("baseline without none original vanilla plain"))
_METRICS = frozenset(parts("F1 EM accuracy"))
_AVERAGE = frozenset(parts("average avg mean overall all"))


def find_in_table(quantity: Quantity, claim: Claim, table: Table | None) -> str | None:
    """How a table gives a number: as a cell, or as a difference in one column; in words."""
    if table is None or not {quantity.unit} <= SCORE_UNITS | {"count"}:
        return None
    about = _words(claim.text)
    cells = [cell for cell in table.cells if cell.value is not None]
    for cell in cells:
        fits = _named(cell.row, about) and _column_fits(cell, cells, about)
        if fits and _equals(quantity, float(cell.value or 0.0)):
            return f"{cell.row} under {cell.column} in table {table.table_id}"
    by_column: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_column[cell.column].append(cell)
    for first in cells:
        for second in by_column[first.column]:
            difference = float(first.value or 0.0) - float(second.value or 0.0)
            # Most pairs differ by something else: the names are looked at last.
            if (
                difference > 0
                and _may_equal(quantity, difference)
                and _equals(quantity, difference)
                and _are_rivals(first, second, cells, claim.text)
            ):
                return (
                    f"{first.text} less {second.text} ({first.row} less {second.row}, "
                    f"{first.column}) in table {table.table_id}"
                )
    return None


def _are_rivals(first: Cell, second: Cell, cells: Sequence[Cell], text: str) -> bool:
    """Two cells of one column, both of rows that the claim names, or one of them a baseline."""
    if first.row == second.row:
        return False
    about = _words(text)
    named = [_named(cell.row, about) for cell in (first, second)]
    plain = [bool(_words(cell.row) & _BASELINE) for cell in (first, second)]
    rivals = all(named) or (named[0] and plain[1]) or (plain[0] and named[1])
    rivals = rivals or _is_over_the_other_row(first, second, cells, text)
    return rivals and _column_fits(first, cells, about)


def _is_over_the_other_row(first: Cell, second: Cell, cells: Sequence[Cell], text: str) -> bool:
    """Whether the claim puts the only other row, by whatever name, over or below the row it names.

    `first` is the higher cell, so it is that of the subject where the claim goes up.
    """
    said = direction(text)
    if said is None or said.denied or len({cell.row for cell in cells}) != 2:
        return False
    named = second.row if said.sign > 0 else first.row
    behind = rf"\b(?:over|above|than|below|against)\s+(?:the\s+)?{re.escape(named)}(?!\w)"
    return re.search(behind, text, re.IGNORECASE) is not None


def _named(header: str, about: frozenset[str]) -> bool:
    """Whether the claim names a header by all of its name-like words, or all words it has.

    The header's metric need not be named where the claim names none.
    """
    whole = _words(header)
    if not about & _METRICS:
        whole = whole - _METRICS or whole
    wanted = _words(" ".join(sorted(names(header)))) or whole
    return bool(wanted) and (wanted <= about or whole <= about)


def _column_fits(cell: Cell, cells: Iterable[Cell], about: frozenset[str]) -> bool:
    """Whether a column is the one the claim speaks of: named, or an average where none is named."""
    if _named(cell.column, about):
        return True
    if any(_named(other.column, about) for other in cells):
        return False
    return bool(_words(cell.column) & _AVERAGE) or len({c.column for c in cells}) == 1


def _may_equal(quantity: Quantity, value: float) -> bool:
    """Whether a number is anywhere near a quantity; bounds and ranges may be far from it."""
    step = 2.0 * 10.0**-quantity.decimals
    return quantity.qualifier != "exact" or abs(abs(quantity.value) - value) <= step


def _equals(quantity: Quantity, value: float) -> bool:
    return agrees(quantity, quantity.model_copy(update={"value": value, "qualifier": "exact"}))


@lru_cache(maxsize=100_000)
def _words(text: str) -> frozenset[str]:
    """Indexed words of a claim or of a header, which every pair of cells asks for again."""
    return frozenset(parts(text))
