"""Every measure of the literature module on labelled data, beside its goal, in one table.

    CROSSLIFT_DATA=FOLDER python -m benchmarks.measures --encoder results/mini/encoders/e5-small

`--only NAME ...` takes some, and `--output docs/measures.md` puts the table into a page, where rows
of measures that were not taken stay as they are. A measure whose data are not there says so; one
that fails is an error.
"""

import argparse
import os
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks import comparison
from benchmarks.entailment import pair_reader
from benchmarks.measure_forms import AbsentError, Figure, Inputs, Measure, share
from benchmarks.measure_list import MEASURES
from benchmarks.page import machine, table, with_figures
from crosslift.description import own_version
from litreview.encoder import encoder_folder, load_encoder
from litreview.files import write_text
from litreview.verification.entailment_fitting import remembering

MARK = "benchmarks.measures"
HEADER = ("measure", "figure", "measured", "goal", "floor", "reached", "data", "version", "seconds")

Row = tuple[str, ...]
FIGURE = 2
"""The place of what was measured in a row."""


def rows_of(
    measure: Measure, figures: Iterable[Figure], seconds: float, version: str
) -> Iterator[Row]:
    """The rows of a measure; what they share stands in the first."""
    shared = (f"{measure.data}; {measure.unseen}", version, f"{seconds:.0f}")
    for one in figures:
        bar = measure.bars[one.what]
        what = f"{one.what} ({one.of})" if one.of else one.what
        cells = (share(one.value), *bar.cells(), bar.reached(one.value))
        yield (measure.name, what, *cells, *shared)
        shared = ("", "", "")


def absent_rows(measure: Measure, reason: str) -> Iterator[Row]:
    """The rows of a measure that could not be taken."""
    shared = (f"{measure.data}; {measure.unseen}", "", "")
    for what, bar in measure.bars.items():
        yield (measure.name, what, "", *bar.cells(), f"not measured: {reason}", *shared)
        shared = ("", "", "")


def taken(measure: Measure, inputs: Inputs, version: str) -> list[Row] | None:
    """Rows of a measure; None if it failed, with the reason on stderr."""
    _tell(f"{measure.name} ...")
    try:
        with comparison.stopwatch() as seconds:
            figures = list(measure.figures(inputs))
        rows = list(rows_of(measure, figures, seconds(), version))
    except AbsentError as reason:
        rows = list(absent_rows(measure, str(reason)))
    except Exception:  # what else can be measured is, and the run ends as failed
        traceback.print_exc()
        return None
    for row in rows:
        _tell("  " + " | ".join(cell for cell in row[1:6] if cell))
    return rows


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def text_of(rows: Mapping[str, Sequence[Row]], where: str) -> str:
    """The table, measures in the order of the list, under the line that says where it was made."""
    ordered = [row for measure in MEASURES for row in rows.get(measure.name, [])]
    return "\n".join([where, "", *table(HEADER, ordered)]).strip()


def rows_in(page: str) -> dict[str, list[Row]]:
    """The rows of a page's table by measure."""
    names = {measure.name for measure in MEASURES}
    rows: dict[str, list[Row]] = {}
    for line in page.splitlines():
        cells = tuple(cell.strip() for cell in line.strip("|").split(" | "))
        if len(cells) == len(HEADER) and cells[0] in names:
            rows.setdefault(cells[0], []).append(cells)
    return rows


def put_into(path: Path, rows: Mapping[str, Sequence[Row]], where: str) -> None:
    """Put rows into a page, which is made if there is none; what was measured before stays.

    A row that could not be taken does not replace one that was.
    """
    page = path.read_text(encoding="utf-8") if path.is_file() else ""
    before = rows_in(page)
    new = {
        name: found
        for name, found in rows.items()
        if name not in before or any(row[FIGURE] for row in found)
    }
    write_text(path, with_figures(page, MARK, text_of({**before, **new}, where)))


def main() -> int:
    """Measure, print, and put the table into a page; 1 if a measure failed."""
    names = [measure.name for measure in MEASURES]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CROSSLIFT_DATA", ".")))
    parser.add_argument("--encoder", type=Path, help="a prepared one, or $LITREVIEW_ENCODER")
    parser.add_argument("--reader", type=Path, help="the encoder that the level pairs was tuned of")
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="NAME")
    parser.add_argument("--output", type=Path, help="a page (Markdown)")
    flags = parser.parse_args()
    folder = encoder_folder(flags.encoder)
    encode = None if folder is None else remembering(load_encoder(folder))
    reader = flags.reader and pair_reader(flags.reader)
    inputs, version = Inputs(flags.data / "claimdata", encode, reader), own_version()
    where = machine({"machine": comparison.machine()})
    rows = {}
    for measure in MEASURES:
        found = taken(measure, inputs, version) if measure.name in flags.only else None
        if found is not None:
            rows[measure.name] = found
            if flags.output is not None:  # a run that is killed keeps what it measured
                put_into(flags.output, rows, where)
    print(text_of(rows, where))
    failed = [name for name in flags.only if name not in rows]
    if failed:
        _tell(f"failed: {', '.join(failed)}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
