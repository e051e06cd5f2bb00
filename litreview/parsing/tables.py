"""Grids of cells (from LaTeX, HTML or JATS) to labelled cells."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from litreview.schema import Cell, RawSpan, Table

MAX_ROWS = 2_000
MAX_COLUMNS = 200

_NUMBER = re.compile(r"[-−–+]?\s?(?:\d{1,3}(?:,\d{3})++|\d++)?(?:\.\d+|(?<=\d))")
_WORDY = re.compile(r"[^\W\d_]{2,}")
_DEVIATION = re.compile(r"(?:±|\+/-|\+-)\s?(\d+(?:\.\d+)?|\.\d+)")


@dataclass(frozen=True)
class GridCell:
    """What stands at one place of a grid; spans are those of the cell that reaches there."""

    text: str
    row_span: int = 1
    column_span: int = 1
    bold: bool = False
    raw: RawSpan | None = None


EMPTY = GridCell("")


@dataclass(frozen=True)
class Row:
    """One table row: a cell for each column, and whether the source marks it as head."""

    cells: tuple[GridCell, ...]
    head: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """The cells' texts."""
        return tuple(cell.text for cell in self.cells)


class Carried:
    """Cells that span down into later rows, by column."""

    def __init__(self) -> None:
        self._left: dict[int, tuple[int, GridCell]] = {}

    def reach(self, column: int, cell: GridCell) -> None:
        """Note a cell that spans more than one row."""
        if cell.row_span > 1:
            self._left[column] = (cell.row_span - 1, cell)
        else:
            self._left.pop(column, None)

    def take(self, column: int) -> GridCell | None:
        """The cell that reaches down to `column` in this row, if there is one."""
        if column not in self._left:
            return None
        left, cell = self._left.pop(column)
        if left > 1:
            self._left[column] = (left - 1, cell)
        return cell


def cell_value(text: str) -> float | None:
    """First number printed in a cell, or None for a cell of words or without a number.

    `80.4 ± 0.3` gives 80.4, `76.6/60.8` gives 76.6, `65k` and `mT5` give None.
    """
    stripped = text[:200].strip().lstrip("*†‡").strip()
    match = _NUMBER.match(stripped)
    if match is None or not any(character.isdigit() for character in match.group()):
        return None
    if stripped[match.end() : match.end() + 1].isalpha() or _WORDY.search(stripped):
        return None
    number = match.group().replace(",", "").replace("−", "-").replace("–", "-").replace(" ", "")
    return float(number)


def make_table(number: int, caption: str, rows: list[Row]) -> Table | None:
    """The table of a grid, or None when nothing stands in it but headers."""
    rows = [Row(row.cells[:MAX_COLUMNS], row.head) for row in rows[:MAX_ROWS]]
    head, body = _split_head([(index, row) for index, row in enumerate(rows) if any(row.texts)])
    width = _header_width([row for _, row in body])
    cells = _labelled(head, body, width)
    if not cells:
        return None
    return Table(
        table_id=f"T{number}",
        caption=caption,
        cells=cells,
        header_rows=head[-1][0] + 1 if head else 0,
        header_columns=width,
    )


Numbered = list[tuple[int, Row]]


def _labelled(head: Numbered, body: Numbered, width: int) -> list[Cell]:
    """Each value with its headers.

    The column header is what the head rows say in its column; the row header is what the leading
    columns say, after the last one-text row above (a group heading such as "Single-task").
    """
    cells = []
    group = ""
    for row_index, row in body:
        heading = _group_heading(row.texts)
        if heading is not None:
            group = heading
            continue
        row_path = _distinct([group, *row.texts[:width]])
        for column in range(width, len(row.cells)):
            cell = row.cells[column]
            if cell.text:
                column_path = _distinct(
                    above.texts[column] for _, above in head if column < len(above.cells)
                )
                cells.append(_cell(cell, row_path, column_path, (row_index, column)))
    return cells


def _cell(cell: GridCell, row: list[str], column: list[str], place: tuple[int, int]) -> Cell:
    deviation = _DEVIATION.search(cell.text[:200])
    return Cell(
        row=" / ".join(row),
        column=" / ".join(column),
        text=cell.text,
        value=cell_value(cell.text),
        row_path=row,
        column_path=column,
        row_index=place[0],
        column_index=place[1],
        row_span=cell.row_span,
        column_span=cell.column_span,
        bold=cell.bold,
        deviation=float(deviation.group(1)) if deviation else None,
        raw=cell.raw,
    )


def _split_head(rows: Numbered) -> tuple[Numbered, Numbered]:
    """The leading marked rows; else the leading ones that hold no number after the first text."""
    count = 0
    while count < len(rows) and rows[count][1].head:
        count += 1
    if 0 < count < len(rows):
        return rows[:count], rows[count:]
    count = 0
    for _, row in rows:
        if any(cell_value(text) is not None for text in row.texts[1:]):
            break
        count += 1
    return (rows[:count], rows[count:]) if count < len(rows) else (rows[:1], rows[1:])


def _header_width(body: list[Row]) -> int:
    """How many leading columns are labels: at least one, and no more than the first value's."""
    width = 1
    first_value = None
    for row in body:
        if _group_heading(row.texts) is None:
            values = [i for i, text in enumerate(row.texts) if i and cell_value(text) is not None]
            if values:
                width = max(width, values[0])
                first_value = min(values[0], first_value or values[0])
    return min(width, first_value or width)


def _group_heading(texts: tuple[str, ...]) -> str | None:
    distinct = {text for text in texts if text}
    if len(texts) > 1 and len(distinct) == 1:
        only = distinct.pop()
        return only if cell_value(only) is None else None
    return None


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))
