"""What tables of the report are made of."""

from litreview.synthesis.inputs import Inputs
from litreview.synthesis.model import Cell, Table
from litreview.synthesis.references import clean

EMPTY = Cell(text="\N{EM DASH}")


def table(
    name: str,
    caption: str,
    columns: list[str],
    numeric: str,
    rows: list[list[Cell]],
    note: str = "",
) -> Table:
    """A table not yet numbered; `numeric` has an `n` for each numeric column, `t` for text."""
    return Table(
        name=name,
        number=0,
        caption=caption,
        columns=columns,
        numeric=[letter == "n" for letter in numeric],
        rows=rows,
        note=note,
    )


def texts(*values: str) -> list[Cell]:
    """Cells of text from outside, without control characters."""
    return [Cell(text=clean(value)) for value in values]


def by_size(inputs: Inputs) -> list[str]:
    """Encoders, the smallest first."""
    sizes = inputs.study["encoders"]
    return sorted(sizes, key=lambda name: (sizes[name]["parameters"], name))
