"""Labelled pairs of a claim and a passage, in the columns and labels of the field's data sets."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from litreview.files import InputError
from litreview.pair_encoder import INFERENCE

PairLabel = Literal["supported", "refuted", "insufficient"]
COLUMNS = {
    "claim": ("claim", "hypothesis"),
    "passage": ("evidence", "passage", "premise"),
    "label": ("label",),
}
_LABELS: dict[str, PairLabel] = {
    **INFERENCE,
    **dict.fromkeys(("supported", "supports", "support"), "supported"),
    **dict.fromkeys(("refuted", "refutes", "contradict"), "refuted"),
    **dict.fromkeys(("insufficient", "not enough info", "nei"), "insufficient"),
}
FEWEST, MOST = 60, 8_000
"""Pairs; the fit's memory grows with their square (0.5 GB at most)."""


@dataclass(frozen=True)
class LabelledPair:
    """A claim, a passage, how they stand to each other, and the group that they belong to."""

    claim: str
    passage: str
    label: PairLabel
    group: str


def read_pairs(data: str | Path, by: str = "claim") -> list[LabelledPair]:
    """Read a CSV or TSV file of pairs with a header, or all such files of a folder.

    Parameters
    ----------
    data : path
        Columns `COLUMNS`; labels as HealthVer, SciFact, FEVER and natural language inference spell
        them, in any case.
    by : str
        The column of the groups, or "claim" for the claim itself.

    Raises
    ------
    InputError
        If a column is missing, a label unknown, or the pairs are fewer than `FEWEST`, more than
        `MOST`, or lack a label altogether.
    """
    path = Path(data)
    files = sorted(one for one in path.glob("*.[ct]sv")) if path.is_dir() else [path]
    pairs = [pair for file in files for pair in _read_file(file, by)]
    if not FEWEST <= len(pairs) <= MOST:
        raise InputError(
            f"{path}: {len(pairs)} labelled pairs in {len(files)} files; give {FEWEST} to {MOST}"
        )
    missing = sorted({"supported", "refuted", "insufficient"} - {pair.label for pair in pairs})
    if missing:
        raise InputError(
            f"{path}: no pair is labelled {' or '.join(missing)}; all three are needed"
        )
    return pairs


def read_inference(files: Iterable[str | Path]) -> list[LabelledPair]:
    """Read pairs of natural language inference, of any number, in the columns of `read_pairs`.

    Raises
    ------
    InputError
        If a column is missing, a label unknown, or there is no pair.
    """
    pairs = [pair for file in files for pair in _read_file(Path(file), "claim")]
    if not pairs:
        raise InputError(f"{', '.join(map(str, files))}: no pair; give a file with some")
    return pairs


def _read_file(path: Path, by: str) -> Iterator[LabelledPair]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t" if path.suffix == ".tsv" else ",")
            columns = _columns(path, rows.fieldnames or [])
            group = columns["claim"] if by == "claim" else by
            if group not in rows.fieldnames:
                raise InputError(f"{path}: no column {by} to group by; it has {rows.fieldnames}")
            for number, row in enumerate(rows, start=2):
                yield _pair(path, number, row, columns, group)
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; name a CSV or TSV file of pairs") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: not a table of pairs in UTF-8 ({error})") from error


def _columns(path: Path, header: list[str]) -> dict[str, str]:
    found = {
        part: next((name for name in names if name in header), "")
        for part, names in COLUMNS.items()
    }
    lacking = [" or ".join(COLUMNS[part]) for part, name in found.items() if not name]
    if lacking:
        raise InputError(f"{path}: no column {', '.join(lacking)}; it has {', '.join(header)}")
    return found


def _pair(
    path: Path, number: int, row: Mapping[str, str], columns: Mapping[str, str], group: str
) -> LabelledPair:
    claim, passage, label = (row[columns[part]] or "" for part in ("claim", "passage", "label"))
    known = _LABELS.get(label.strip().lower().replace("_", " "))
    if known is None or not claim.strip() or not passage.strip():
        raise InputError(
            f"{path}: line {number}: label {label!r} with claim {claim[:40]!r}; labels are "
            f"{', '.join(sorted(_LABELS))}, and neither text may be empty"
        )
    return LabelledPair(claim, passage, known, row[group])
