"""Result tables from rows of text and from CSV files."""

import csv
from collections.abc import Sequence
from pathlib import Path

from litreview.files import InputError
from litreview.schema import Cell, Table
from litreview.tables.values import parse_value

MAX_BYTES = 5_000_000
MAX_CELLS = 20_000


def table_of_rows(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    caption: str = "",
    table_id: str = "table",
) -> Table:
    """A table as labelled cells.

    Parameters
    ----------
    columns : sequence of str
        Headers, that of the row headers first; the levels of a header stand as `A | B`.
    rows : sequence of sequence of str
        As long as `columns` each, the row header first.
    caption, table_id : str

    Raises
    ------
    InputError
        If a row is of another length than the headers, or there are too many cells.
    """
    for number, row in enumerate(rows, start=1):
        if len(row) != len(columns):
            raise InputError(
                f"table {table_id}: row {number} has {len(row)} cells for {len(columns)} headers; "
                "give every row one cell a column"
            )
    if len(columns) * len(rows) > MAX_CELLS:
        raise InputError(f"table {table_id}: more than {MAX_CELLS} cells; give a part of it")
    cells = [
        Cell(row=row[0], column=column, text=text, value=parse_value(text))
        for row in rows
        for column, text in zip(columns[1:], row[1:], strict=True)
    ]
    return Table(table_id=table_id, caption=caption, cells=cells)


def read_table(path: str | Path, *, caption: str = "") -> Table:
    """A table from a CSV file: headers in the first line, row headers in the first column.

    Raises
    ------
    InputError
        If the file is missing, too large, not UTF-8, or not a table; the message names it.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path}: more than {MAX_BYTES} bytes; give a part of the table")
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [line for line in csv.reader(file, strict=True) if any(map(str.strip, line))]
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such table; give the path of a CSV file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}; write it as UTF-8") from error
    except csv.Error as error:
        raise InputError(f"{path}: not readable as CSV: {error}") from error
    if len(lines) < 2 or len(lines[0]) < 2:
        raise InputError(f"{path}: no table; give a line of headers and at least one row under it")
    try:
        return table_of_rows(lines[0], lines[1:], caption=caption, table_id=path.stem)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
