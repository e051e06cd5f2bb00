"""A frozen corpus from a live run: what the run found, in files that a later run reads instead.

The folder holds the tables of the run as they were, and `card.json` with the SHA-256 of each, so
that what was frozen is what is read. Full texts belong to their authors: a folder with documents is
for this machine, not for passing on.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from litreview.files import (
    InputError,
    read_as,
    read_json,
    read_jsonl,
    write_json,
    write_jsonl,
)
from litreview.schema import Document, Paper, SearchOutcome
from litreview.search.deduplication import Duplicate
from litreview.search.prisma import PrismaFlow
from litreview.search.screening import Decision

FORMAT = 1
CARD = "card.json"


@dataclass(frozen=True)
class SearchResult:
    """What the search stage hands on."""

    papers: list[Paper]
    outcomes: list[SearchOutcome]
    duplicates: list[Duplicate]
    prisma: PrismaFlow
    decisions: list[Decision] = field(default_factory=list)


def write_search(folder: Path, result: SearchResult) -> list[Path]:
    """Write the tables of a search, under the names that they have in a study."""
    tables: dict[str, Sequence[BaseModel]] = {
        "records.jsonl": result.papers,
        "duplicates.jsonl": result.duplicates,
        "screening.jsonl": result.decisions,
    }
    for name, records in tables.items():
        write_jsonl(folder / name, records)
    write_json(folder / "searches.json", [one.model_dump() for one in result.outcomes])
    write_json(folder / "prisma-search.json", result.prisma.model_dump())
    return [folder / name for name in (*tables, "searches.json", "prisma-search.json")]


def read_search(folder: Path) -> SearchResult:
    """Read the tables of a search.

    Raises
    ------
    InputError
        For a table that is missing or that is not what a search writes.
    """
    return SearchResult(
        papers=read_jsonl(folder / "records.jsonl", Paper),
        outcomes=read_as(folder / "searches.json", list[SearchOutcome]),
        duplicates=read_jsonl(folder / "duplicates.jsonl", Duplicate),
        prisma=read_as(folder / "prisma-search.json", PrismaFlow),
        decisions=read_jsonl(folder / "screening.jsonl", Decision),
    )


def freeze(folder: Path, result: SearchResult, documents: Sequence[Document] = ()) -> Path:
    """Make a frozen corpus of what a run found and, if it is at hand, read.

    Parameters
    ----------
    folder : Path
        Made if need be; must not hold anything but an earlier frozen corpus.
    result : SearchResult
    documents : sequence of Document
        Those of papers that are not among the result are refused.

    Returns
    -------
    Path
        The card, written last.

    Raises
    ------
    InputError
        For a result without papers, documents of other papers, or a folder with other things.
    """
    if not result.papers:
        raise InputError("nothing to freeze: the search found no paper")
    known = {paper.paper_id for paper in result.papers}
    strangers = sorted({one.paper_id for one in documents} - known)
    if strangers:
        raise InputError(f"documents of papers that the search did not find: {strangers[:5]}")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / CARD).is_file():
        raise InputError(f"{folder} holds other things; name a new or an empty folder")
    (folder / CARD).unlink(missing_ok=True)
    written = write_search(folder, result)
    write_jsonl(folder / "documents.jsonl", documents)
    written.append(folder / "documents.jsonl")
    card = {
        "format": FORMAT,
        "searched": max((one.date for one in result.outcomes), default=""),
        "papers": len(result.papers),
        "documents": len(documents),
        "files": {path.name: _sha256(path) for path in sorted(written)},
    }
    write_json(folder / CARD, card)
    return folder / CARD


def load_frozen(folder: Path) -> tuple[SearchResult, list[Document]]:
    """What `freeze` kept.

    Raises
    ------
    InputError
        For a folder that is no frozen corpus, of another format, or changed since.
    """
    path = folder / CARD
    if not path.is_file():
        raise InputError(
            f"{folder} is no frozen corpus (it has no {CARD}); "
            "make one with scripts/freeze_corpus.py"
        )
    card = read_json(path)
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise InputError(f"{path}: not of format {FORMAT}; freeze the run again")
    files = card.get("files")
    changed = [
        name
        for name, sha256 in (files.items() if isinstance(files, dict) else [(CARD, None)])
        if "/" in name or not (folder / name).is_file() or _sha256(folder / name) != sha256
    ]
    if changed:
        raise InputError(
            f"{folder}: {', '.join(sorted(changed))} differ from what was frozen; freeze it again"
        )
    return read_search(folder), read_jsonl(folder / "documents.jsonl", Document)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
