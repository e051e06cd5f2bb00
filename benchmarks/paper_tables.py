"""Claims made over tables of real papers: those of NLP-TDMS that are whole grids of scores.

    CROSSLIFT_DATA=FOLDER python -m benchmarks.paper_tables

The tables are read as `benchmarks.result_tuples` reads them; the claims are written by rules
(`benchmarks.table_claim_writer`) in wordings that no weight was fitted on. Where a column or the
caption speaks of errors or perplexity, less is better.
"""

import argparse
import os
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.claimdata import read_result_tuples
from benchmarks.made_tables import Made
from benchmarks.result_tuples import LESS_IS_BETTER, table_of
from benchmarks.table_claim_writer import LabelledClaim, Writer
from benchmarks.table_claims import measure
from benchmarks.table_wordings import HELD_OUT, Wordings
from litreview.schema import Table

FEWEST_ROWS = 3
_SCORE = re.compile(r"\d+\.\d")
"""With the one decimal with which the rules print differences."""
_SPACED = [
    (re.compile(r"(?<=[(\[]) | (?=[)\],.%])"), ""),
    (re.compile(r" ([-/+&]) (?=\w)"), r"\1"),
    (re.compile(r"\s*[†‡*]+"), ""),
]


def grids(folder: Path) -> Iterator[Made]:
    """Tables that hold one score in every row and column, in the order of their papers."""
    for _, tables, _ in read_result_tuples(folder):
        for number, printed in enumerate(tables):
            grid = grid_of(table_of(number, printed))
            if grid is not None:
                yield grid


def grid_of(table: Table) -> Made | None:
    """Rows and columns of a whole grid of scores; None of any other table."""
    values = {(one.row, one.column): one.value for one in table.cells}
    rows, columns = (list(dict.fromkeys(place[side] for place in values)) for side in (0, 1))
    whole = len(values) == len(table.cells) == len(rows) * len(columns)
    single = all(" | " not in row for row in rows) and all(c.count(" | ") < 2 for c in columns)
    scores = all(_SCORE.fullmatch(one.text) for one in table.cells)
    if not (whole and single and scores and len(rows) >= FEWEST_ROWS):
        return None
    less = [bool(LESS_IS_BETTER.search(f"{column} {table.caption}")) for column in columns]
    return Made(
        rows=[as_written(row) for row in rows],
        columns=[as_written(column) for column in columns],
        values=np.array([[values[row, column] for column in columns] for row in rows]),
        good=np.where(less, -1, 1),
        parts=[],
        counted=None,
        table=table,
    )


def as_written(name: str) -> str:
    """A name without the spaces that a tokenizer put into it, and without footnote marks."""
    for pattern, replacement in _SPACED:
        name = pattern.sub(replacement, name)
    return name.strip()


def make_claims(tables: Sequence[Made], wordings: Wordings, seed: int) -> list[LabelledClaim]:
    """Some claims over each table, as a sentence would name its rows; the same for one seed."""
    rng = random.Random(seed)
    return [claim for one in tables for claim in Writer(one, wordings, rng).claims()]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CROSSLIFT_DATA", ".")))
    tables = list(grids(parser.parse_args().data / "claimdata" / "nlp_tdms"))
    claims = make_claims(tables, HELD_OUT, seed=3)
    print(len(tables), measure("tables of papers", claims))


if __name__ == "__main__":
    main()
