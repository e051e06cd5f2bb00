"""What changed in a report since its previous version: nothing is rewritten in silence.

A version is what a reader may have relied on, in short: claims with their verdicts, printed
figures, references, the score, and the software. Versions are kept in a folder beside the report,
which no rule declares, since a workflow removes declared files before it writes them anew.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from litreview.files import InputError, read_json, write_json
from litreview.language.wording import MINUS
from litreview.schema import Panel, Record
from litreview.synthesis.model import Cell, Content, Table

Kind = Literal["metadata", "claim", "verdict", "figure", "reference", "review", "provenance"]
ROUNDING = 0.1
"""Figures are printed with one decimal; by so much they may differ from rounding alone."""
MEASURED = ("baselines", "gains", "contrasts", "factorial", "scaling", "retrieval")
"""Names of the tables whose figures are compared."""
_ENCODER = re.compile(r" with ([^,]+), in points")
_FIGURE = re.compile(rf"([+{MINUS}]?\d+\.\d)(?![\d.])")


class Event(Record):
    """One change: `before` is empty for what was added, `after` for what was removed."""

    type: Kind
    change: Literal["added", "removed", "changed"]
    subject: str
    before: str = ""
    after: str = ""


class Version(Record):
    """What one version said, by type and subject; `digest` is of all of it."""

    digest: str
    date: str
    said: dict[Kind, dict[str, str]]


class Corrections(Record):
    """The events between two versions; `previous` is None in the first."""

    study: str
    current: str
    date: str
    previous: str | None
    previous_date: str | None
    events: list[Event]


def version_of(content: Content, panel: Panel) -> Version:
    """What a report says, in short."""
    said: dict[Kind, dict[str, str]] = {
        "metadata": {
            "title": content.title,
            "authors": ", ".join(content.authors),
            "question": content.question,
        },
        "claim": {claim.claim_id: claim.text for claim in content.claims},
        "verdict": {
            claim.claim_id: f"{claim.verified}; experiment: {claim.experiment}"
            for claim in content.claims
        },
        "figure": dict(_figures(content)),
        "reference": {
            reference.paper_id: f"{reference.authors} ({reference.year}). {reference.title}. "
            f"{reference.url}{_standing(reference.status)}"
            for reference in content.references
        },
        "review": {"score": f"{panel.score:.1f}", "caps": " ".join(panel.caps)},
        "provenance": dict(content.versions),
    }
    text = json.dumps([content.study, said], sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Version(digest=digest, date=content.date, said=said)


def _standing(status: str) -> str:
    return f" {status.capitalize()}." if status in ("withdrawn", "retracted") else ""


def _figures(content: Content) -> Iterator[tuple[str, str]]:
    """Cells of the tables of measured figures, by table, row and column; tables' numbers move."""
    for section in content.sections:
        for block in section.blocks:
            if isinstance(block, Table) and block.name in MEASURED:
                encoder = _ENCODER.search(block.caption)
                name = f"{block.name} with {encoder[1]}" if encoder else block.name
                for row in block.rows:
                    yield from _row_figures(name, block, row)


def _row_figures(name: str, block: Table, row: list[Cell]) -> Iterator[tuple[str, str]]:
    cells = list(zip(block.columns, block.numeric, row, strict=True))
    of = ", ".join(f"{cell.text} {cell.note}".strip() for _, number, cell in cells if not number)
    for column, number, cell in cells:
        if number and _FIGURE.search(cell.text):
            yield f"{name}: {of}; {column}", f"{cell.text} {cell.note}".strip()


def events_between(before: Version, after: Version) -> list[Event]:
    """Events by type and subject; figures that differ by rounding alone are none."""
    events = []
    for kind in after.said:
        old, new = before.said.get(kind, {}), after.said[kind]
        for subject in [*new, *(one for one in old if one not in new)]:
            event = _event(kind, subject, old.get(subject), new.get(subject))
            if event:
                events.append(event)
    return events


def _event(kind: Kind, subject: str, old: str | None, new: str | None) -> Event | None:
    if old == new or (kind == "figure" and old and new and _rounds_alike(old, new)):
        return None
    change = "added" if old is None else "removed" if new is None else "changed"
    return Event(type=kind, change=change, subject=subject, before=old or "", after=new or "")


def _rounds_alike(old: str, new: str) -> bool:
    """Whether every figure of a cell is within one step of its last digit of the other's."""
    pairs = [_numbers(old), _numbers(new)]
    return len(pairs[0]) == len(pairs[1]) and all(
        abs(one - other) <= ROUNDING + 1e-9 for one, other in zip(*pairs, strict=True)
    )


def _numbers(text: str) -> list[float]:
    return [float(found.replace(MINUS, "-")) for found in _FIGURE.findall(text)]


def previous_version(version: Version, folder: Path) -> Version | None:
    """The version before this one, of those that `keep_version` put into the folder.

    The same version again has the same version before it: to lay out a report anew changes nothing.

    Raises
    ------
    InputError
        If a file of the folder is no version; the message names it.
    """
    kept = [_read(path) for path in _kept(folder)]
    if kept and kept[-1].digest == version.digest:
        kept.pop()
    return kept[-1] if kept else None


def keep_version(version: Version, folder: Path) -> None:
    """Put a version into the folder of versions, unless it is the last one there."""
    kept = _kept(folder)
    if kept and _read(kept[-1]).digest == version.digest:
        return
    name = f"{len(kept) + 1:04d}-{version.digest[:12]}.json"
    write_json(folder / name, version.model_dump(mode="json"))


def _kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


def _read(path: Path) -> Version:
    try:
        return Version.model_validate(read_json(path))
    except ValueError as error:
        raise InputError(
            f"{path}: not a version of this report ({type(error).__name__}); remove the file, and "
            "the versions since will be compared with the one before it"
        ) from error


def corrections(study: str, version: Version, previous: Version | None) -> Corrections:
    """What changed in a study's report since the version before it."""
    return Corrections(
        study=study,
        current=version.digest,
        date=version.date,
        previous=previous.digest if previous else None,
        previous_date=previous.date if previous else None,
        events=events_between(previous, version) if previous else [],
    )


def event_counts(events: Iterable[Event]) -> dict[str, int]:
    """How many events of each type there are, in the order in which the types appear."""
    return dict(Counter(event.type for event in events))
