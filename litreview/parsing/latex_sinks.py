"""Where the text of a LaTeX source goes: groups, and what is collected in them."""

from dataclasses import dataclass, field, replace

from litreview.parsing.alignment import Piece, join
from litreview.parsing.tables import EMPTY, MAX_COLUMNS, MAX_ROWS, Carried, GridCell, Row
from litreview.schema import RawSpan

_MAX_HEAD_ROWS = 3


@dataclass
class Sink:
    """Text on its way to one place.

    `kind` is "text", "heading", "note", "caption", "title", "abstract", "formula" (inline),
    "display", "float", "table" or "reference". `name` is what it needs to know besides: a heading's
    command, a reference's key, a float's environment.
    """

    kind: str
    name: str = ""
    pieces: list[Piece] = field(default_factory=list)
    source: list[str] = field(default_factory=list)
    file: str = ""
    start: int = 0
    depth: int = 0
    grid: "Grid | None" = None
    captions: list[list[Piece]] = field(default_factory=list)
    tables: list[int] = field(default_factory=list)


@dataclass
class Group:
    """An open brace or environment; `sink` is what it collects, if it collects anything."""

    kind: str
    name: str = ""
    bold: bool = False
    sink: Sink | None = None
    outer_path: tuple[str, ...] | None = None


@dataclass
class _Cell:
    pieces: list[Piece] = field(default_factory=list)
    column_span: int = 1
    row_span: int = 1
    upwards: bool = False

    def grid_cell(self) -> GridCell:
        return GridCell(
            join(self.pieces).text,
            row_span=self.row_span,
            column_span=min(self.column_span, MAX_COLUMNS),
            bold=any(piece.bold and piece.text.strip() for piece in self.pieces),
            raw=_extent(self.pieces),
        )


def _extent(pieces: list[Piece]) -> RawSpan | None:
    placed = [piece for piece in pieces if piece.file is not None and piece.text.strip()]
    if not placed:
        return None
    file = placed[0].file
    within = [piece for piece in placed if piece.file == file]
    return RawSpan(
        file=file,
        start=min(piece.start for piece in within),
        end=max(piece.end for piece in within),
    )


class Grid:
    r"""The rows of a tabular environment as they are read.

    `\multicolumn` repeats its cell over its columns, `\multirow` over the empty cells below (above
    for a negative number). Rows are head when a whole rule follows them and none came before.
    """

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.line: list[_Cell] = []
        self.cell = _Cell()
        self.carried = Carried()
        self.head_open = True
        self.first_head: int | None = None

    def end_cell(self) -> None:
        """Take `&`."""
        if len(self.line) < MAX_COLUMNS:
            self.line.append(self.cell)
        self.cell = _Cell()

    def end_row(self) -> None:
        r"""Take `\\`."""
        self.end_cell()
        line, self.line = self.line, []
        made = [(cell, cell.grid_cell()) for cell in line]
        if len(self.rows) >= MAX_ROWS or not any(one.text for _, one in made):
            return
        cells: list[GridCell] = []
        for cell, shown in made:
            column = len(cells)
            above = self.carried.take(column) if not shown.text else None
            shown = above or shown
            if above is None:
                self.carried.reach(column, EMPTY if cell.upwards else shown)
            if cell.upwards:
                self.fill_above(column, shown)
            cells += [shown] * min(shown.column_span, MAX_COLUMNS - column)
        self.rows.append(Row(tuple(cells)))

    def fill_above(self, column: int, cell: GridCell) -> None:
        """Put a cell into the empty ones above it."""
        for index in range(len(self.rows) - 1, len(self.rows) - cell.row_span, -1):
            cells = self.rows[index].cells if index >= 0 else ()
            if column >= len(cells) or cells[column].text:
                return
            cells = (*cells[:column], cell, *cells[column + 1 :])
            self.rows[index] = replace(self.rows[index], cells=cells)

    def rule(self, name: str) -> None:
        """Take a rule or a mark of a long table."""
        if self.line or any(piece.text.strip() for piece in self.cell.pieces):
            return
        if name == "endfirsthead":
            self.first_head = len(self.rows)
        elif name in ("endhead", "endfoot", "endlastfoot") and self.first_head is not None:
            del self.rows[self.first_head :]
        if self.head_open and self.rows and name not in ("cmidrule", "cline", "cdashline"):
            self.head_open = False
            if len(self.rows) <= _MAX_HEAD_ROWS:
                self.rows = [replace(row, head=True) for row in self.rows]

    def finished(self) -> list[Row]:
        """All rows, the last one closed."""
        self.end_row()
        return self.rows

    def all_pieces(self) -> list[Piece]:
        """What the unfinished row holds, for a table that never closes."""
        cells = [*self.line, self.cell]
        return [piece for cell in cells for piece in [*cell.pieces, Piece(" ")]]
