"""A result table as a grid of numbers whose rows and columns have labels, level by level.

The levels of headers (`Restaurant | F1`) and columns of words (`Model`, `Features`) become facets:
each gives every row, or every column, one label. A claim then picks rows and columns by labels.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from litreview.schema import Cell, Table
from litreview.tables.values import parse_value, plain

Axis = Literal["row", "column"]
LEVEL = " | "
_LOWER = re.compile(
    r"\b(?:err(?:or)?s?|perplexit(?:y|ies)|ppl|loss(?:es)?|[wctms]er|r?mse|mae|fid|latency|"
    r"time|rtf|hours?|seconds?|ece|nll|regret|distance|divergence|hallucinations?|toxicity|bpc|bpb|"
    r"eer|mcd|cost|failures?|violations?|aer|lower is better)\b|↓",
    re.IGNORECASE,
)
_METRIC = re.compile(
    r"\b(?:f1|em|acc(?:uracy)?|prec(?:ision)?|recall|bleu|rouge|meteor|cider|chrf|ter|sari|spice|"
    r"ppl|mrr|map|hits|ndcg|auc|auroc|mcc|wer|cer|mse|rmse|loss|errors?|perplexity|kappa|speed|time|"
    r"latency|memory|params?|p|r|f)\b|/s\b",
    re.IGNORECASE,
)
_CEILING = re.compile(
    r"\b(?:human|oracle|gold|upper bound|ground truth|reference|skyline|ceiling)\b", re.IGNORECASE
)
_SIZE = re.compile(
    r"\b(?:param(?:eter)?s?|size|time|rtf|hours?|seconds?|speed|memory|train(?:ing)? (?:size|set)|"
    r"epochs?|year|ref(?:erence)?s?|examples|tokens|sentences|diff(?:erence)?|delta)\b|[#Δ∆]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Facet:
    """One level of the labels of an axis: `labels[i]` is that of row or column `i`."""

    axis: Axis
    labels: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Grid:
    """Numbers of a table, NaN where a cell has none.

    Attributes
    ----------
    values : array of float64, shape (n_rows, n_columns)
    texts : tuple of tuple of str
        The same cells as printed.
    facets : tuple of Facet
    polarity : array of int, shape (n_rows, n_columns)
        -1 where a lower number is the better one, else 1.
    is_size : array of bool, shape (n_columns,)
        Columns of sizes and times, which say nothing of which row is better.
    caption : str
    """

    values: np.ndarray
    texts: tuple[tuple[str, ...], ...]
    facets: tuple[Facet, ...]
    polarity: np.ndarray
    is_size: np.ndarray
    caption: str

    def length(self, axis: Axis) -> int:
        """Number of rows or columns."""
        return self.values.shape[0 if axis == "row" else 1]

    @property
    def entity_axis(self) -> Axis:
        """The axis of what is compared: rows, but where those are numbers or metrics, columns."""
        names = [self.name("row", row) for row in range(self.length("row"))]
        other = [re.fullmatch(r"[\d.,%]+\D*", name) or _METRIC.search(name) for name in names]
        columns = [self.name("column", place) for place in range(self.length("column"))]
        metrics = [bool(_METRIC.search(name)) for name in columns]
        turned = np.mean([bool(one) for one in other]) > 0.6 and np.mean(metrics) < 0.5
        return "column" if turned else "row"

    def rivals(self, axis: Axis) -> list[int]:
        """Rows or columns that compete: without human performance and other ceilings."""
        places = range(self.length(axis))
        return [place for place in places if not _CEILING.search(self.name(axis, place))]

    def name(self, axis: Axis, place: int) -> str:
        """All labels of a row or column."""
        labels = (facet.labels[place] for facet in self.facets if facet.axis == axis)
        return " ".join(label for label in labels if label)


def grid_of(table: Table) -> Grid:
    """Arrange the labelled cells of a table; a row ends where its header or a column recurs."""
    rows = _rows([_with_levels(cell) for cell in table.cells])
    columns = list(dict.fromkeys(key for row in rows for key in row.cells))
    texts = tuple(tuple(_text(row, column) for column in columns) for row in rows)
    values = np.array(
        [[_value(row, column) for column in columns] for row in rows], dtype=float
    ).reshape(len(rows), len(columns))
    wordy = [
        _is_wordy([row[place] for row in texts], values[:, place]) for place in range(len(columns))
    ]
    kept = [place for place, words in enumerate(wordy) if not words]
    names = [plain(columns[place][0]) for place in kept]
    facets = [
        *_levels("row", [plain(row.header) for row in rows]),
        *(
            Facet("row", tuple(plain(row[place]) for row in texts))
            for place, words in enumerate(wordy)
            if words
        ),
        *_levels("column", names),
    ]
    lower_rows = np.array([bool(_LOWER.search(row.header)) for row in rows], dtype=bool)
    lower_columns = np.array([bool(_LOWER.search(name)) for name in names], dtype=bool)
    lower = lower_rows[:, None] | lower_columns[None, :]
    if not lower.any() and _LOWER.search(table.caption):
        lower = ~lower
    return Grid(
        values[:, kept],
        tuple(tuple(row[place] for place in kept) for row in texts),
        tuple(facets),
        np.where(lower, -1, 1),
        np.array([bool(_SIZE.search(name)) for name in names], dtype=bool),
        table.caption,
    )


@dataclass(frozen=True)
class _Row:
    header: str
    cells: dict[tuple[str, int], Cell]


def _with_levels(cell: Cell) -> Cell:
    """The cell with its headers level by level, where the reader kept the levels."""
    levels = {"row": cell.row_path, "column": cell.column_path}
    joined = {name: LEVEL.join(path) for name, path in levels.items() if len(path) > 1}
    return cell.model_copy(update=joined) if joined else cell


def _rows(cells: Sequence[Cell]) -> list[_Row]:
    """Cells by row; a column header that stands twice in the first row is two columns."""
    per_row = _columns_of_first_row(cells)
    rows: list[_Row] = []
    for cell in cells:
        new = not rows or rows[-1].header != cell.row
        if not new:
            used = sum(name == cell.column for name, _ in rows[-1].cells)
            new = used >= max(1, per_row.get(cell.column, 1))
        if new:
            rows.append(_Row(cell.row, {}))
        number = sum(name == cell.column for name, _ in rows[-1].cells)
        rows[-1].cells[cell.column, number] = cell
    return rows


def _columns_of_first_row(cells: Sequence[Cell]) -> dict[str, int]:
    """How often each header stands in the first row, told from rows that share a header."""
    first = [cell.column for cell in cells if cell.row == cells[0].row]
    length = next((i for i, name in enumerate(first) if i and name == first[0]), len(first))
    counts: dict[str, int] = {}
    for name in first[:length]:
        counts[name] = counts.get(name, 0) + 1
    return counts


def _text(row: _Row, column: tuple[str, int]) -> str:
    cell = row.cells.get(column)
    return cell.text if cell else ""


def _value(row: _Row, column: tuple[str, int]) -> float:
    cell = row.cells.get(column)
    if cell is None:
        return np.nan
    value = parse_value(cell.text)
    value = cell.value if value is None else value
    return np.nan if value is None else float(value)


def _is_wordy(texts: Sequence[str], values: np.ndarray) -> bool:
    """Whether a column holds words (a model, its features) rather than numbers."""
    filled = [bool(re.search(r"[^\W\d_]{2}|[✓✗×]", text)) for text in texts]
    return bool(np.isnan(values).mean() > 0.5 and np.mean(filled) >= 0.3)


def _levels(axis: Axis, headers: Sequence[str]) -> list[Facet]:
    split = [header.split(LEVEL) for header in headers]
    depth = max(map(len, split), default=0)
    # Shorter headers are filled from the top, so that the last level is always the innermost.
    padded = [[""] * (depth - len(levels)) + levels for levels in split]
    return [Facet(axis, tuple(levels[i].strip() for levels in padded)) for i in range(depth)]
