"""Reading what a report is built from."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from litreview.files import InputError, read_as, read_json, read_jsonl
from litreview.schema import Check, Claim, Document, Evidence, Paper, SearchOutcome, Verdict
from litreview.search.prisma import PrismaFlow
from litreview.synthesis.inputs import Inputs

TABLES = ("effects", "contrasts", "scaling", "factorial")
FILES = (
    "study",
    *TABLES,
    *("records", "searches", "prisma", "documents", "claims", "evidence", "verdicts"),
    *("checks", "published"),
)
"""What `read_inputs` reads, by the names of its paths."""


def read_inputs(figures: Sequence[Path] | None, **paths: Path) -> Inputs:
    """Read and validate every table of a report.

    Parameters
    ----------
    figures : sequence of Path or None
        Folders of the figures, each `NAME.svg`.
    paths : Path
        One for each of `FILES`: JSON (study, searches, prisma), Parquet (effects, contrasts,
        scaling, factorial), JSON Lines (the rest).

    Raises
    ------
    InputError
        If a file is missing or is not what it should be; the message names it.
    """
    tables = {name: _table(paths[name]) for name in TABLES}
    return Inputs(
        study=read_json(paths["study"]),
        **tables,
        papers=read_jsonl(paths["records"], Paper),
        searches=read_as(paths["searches"], list[SearchOutcome]),
        prisma=read_as(paths["prisma"], PrismaFlow),
        documents=read_jsonl(paths["documents"], Document),
        claims=read_jsonl(paths["claims"], Claim),
        evidence=read_jsonl(paths["evidence"], Evidence),
        verdicts=read_jsonl(paths["verdicts"], Verdict),
        checks=read_jsonl(paths["checks"], Check),
        published=read_jsonl(paths["published"], Check),
        figures=tuple(sorted(p.stem for folder in figures or () for p in folder.glob("*.svg"))),
    )


def _table(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; run the stage that writes it first") from error
