"""From records (their columns, from a file or the hub) to examples (our columns)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from crosslift.catalogue.tasks import NO_ANSWER, Candidates, FilesSource, HubSource
from crosslift.data.spans import span_row
from crosslift.data.tables import Row
from crosslift.errors import DataError

UNLABELLED = ("", "-", "-1", "None")
"""How data sets write that a label is withheld."""


@dataclass(frozen=True)
class Request:
    """What a reader is asked for: one split of one language."""

    task: str
    format: str
    split: str
    language: str
    code: str
    labels: tuple[str, ...] | None
    source: FilesSource | HubSource | Candidates

    @property
    def may_lack_answers(self) -> bool:
        """Whether a question without answers is an example, and not one whose gold is withheld."""
        return self.labels == NO_ANSWER


@dataclass
class Read:
    """Examples that a reader found, and the faults it counted on the way."""

    rows: list[Row] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)


def rows_from_records(records: Iterable[tuple[str, dict[str, Any]]], request: Request) -> Read:
    """Turn records into examples of the task's format by the source's column mapping.

    Parameters
    ----------
    records : iterable of (place, record)
        `place` says where the record was read, for messages.
    request : Request
        Task, language and column mapping.

    Raises
    ------
    DataError
        A column that the mapping names is absent, or a label is unknown.
    """
    read = Read()
    build = _BUILDERS[request.format]
    for position, (place, record) in enumerate(records):
        columns = Columns(record, place, request)
        row = build(columns, columns.id(position), read.faults)
        if row is not None:
            read.rows.append(row)
    return read


class Columns:
    """One record (with its place, for messages) seen through its source's column mapping."""

    def __init__(self, record: dict[str, Any], place: str, request: Request) -> None:
        self.record = record
        self.place = place
        self.request = request

    def id(self, position: int) -> str:
        """The example's id; its position where the source has none."""
        if "example_id" in self.request.source.columns:
            return str(self.value("example_id"))
        return str(position)

    def has(self, ours: str) -> bool:
        """Whether the source maps one of our columns."""
        return ours in self.request.source.columns

    def value(self, ours: str) -> Any:
        """The value of one of our columns; a list where the mapping names several of theirs."""
        theirs = self.request.source.columns.get(ours, ours)
        if isinstance(theirs, tuple):
            return [self._dig(name) for name in theirs]
        return self._dig(theirs)

    def _dig(self, name: str) -> Any:
        value: Any = self.record
        for part in name.split("."):
            if value and isinstance(value, list) and all(isinstance(v, dict) for v in value):
                value = {key: [item.get(key) for item in value] for key in value[0]}
            if not isinstance(value, dict) or part not in value:
                raise DataError(
                    f"{self.place}: has no column {name!r}, only {', '.join(self.record)}; the "
                    f"catalogue entry {self.request.task!r} expects another form of this data set"
                )
            value = value[part]
        return value

    def text(self, ours: str) -> str:
        """A text; several columns, or a list, are joined by line breaks."""
        value = self.value(ours)
        parts = value if isinstance(value, list) else [value]
        text = "\n".join("" if part is None else str(part) for part in parts)
        replace = self.request.source.replace.get(ours)
        if replace is None:
            return text
        if text not in replace:
            known = ", ".join(replace)
            raise DataError(f"{self.place}: unknown {ours} {text!r}; known: {known}")
        return replace[text]

    def missing(self, text: str) -> bool:
        """Whether a text is empty or a placeholder."""
        return text.strip() in ("", *self.request.source.placeholders)

    def label(self) -> str | int | None:
        """Our label or index of the right choice; None where it is withheld."""
        raw = self.value("label")
        text = str(raw).strip()
        values = self.request.source.values
        if text in values:
            return values[text]
        if text in UNLABELLED:
            return None
        labels = self.request.labels
        if not values and labels is None and text.isdecimal():
            return int(text)
        if not values and labels is not None and text in labels:
            return text
        known = ", ".join(values or labels or ("an index of a choice",))
        raise DataError(f"{self.place}: unknown label {text!r}; known labels: {known}")

    def labels(self) -> list[str]:
        """Our labels of a record that may have several, or none.

        Raises
        ------
        DataError
            If the value is no list, or a label is unknown.
        """
        raw = self.value("labels")
        if not isinstance(raw, list):
            raise DataError(f"{self.place}: labels are {raw!r}; expected a list")
        return [tag_name(label, self.request, self.place) for label in raw]


def _classification(columns: Columns, example_id: str, faults: Counter[str]) -> Row | None:
    label = columns.label()
    if label is None:
        faults["unlabelled"] += 1
        return None
    text = columns.text("text")
    pair = columns.text("text_pair") if columns.has("text_pair") else None
    if columns.missing(text) or (pair is not None and columns.missing(pair)):
        faults["missing_text"] += 1
        return None
    return {
        "example_id": example_id,
        "language": columns.request.language,
        "text": text,
        "text_pair": pair,
        "label": label,
    }


def _multilabel(columns: Columns, example_id: str, faults: Counter[str]) -> Row | None:
    text = columns.text("text")
    if columns.missing(text):
        faults["missing_text"] += 1
        return None
    found = set(columns.labels())
    return {
        "example_id": example_id,
        "language": columns.request.language,
        "text": text,
        "labels": [label for label in columns.request.labels or () if label in found],
    }


def _choice(columns: Columns, example_id: str, faults: Counter[str]) -> Row | None:
    label = columns.label()
    if label is None:
        faults["unlabelled"] += 1
        return None
    choices = ["" if choice is None else str(choice) for choice in columns.value("choices")]
    if any(columns.missing(choice) for choice in choices):
        faults["missing_text"] += 1
        return None
    return {
        "example_id": example_id,
        "language": columns.request.language,
        "context": columns.text("context") if columns.has("context") else "",
        "question": columns.text("question") if columns.has("question") else "",
        "choices": choices,
        "label": label,
    }


def _tagging(columns: Columns, example_id: str, faults: Counter[str]) -> Row | None:
    tokens = [str(token) for token in columns.value("tokens")]
    tags = [tag_name(tag, columns.request, columns.place) for tag in columns.value("tags")]
    return tagging_row(example_id, columns.request.language, tokens, tags, faults)


def tagging_row(
    example_id: str, language: str, tokens: Sequence[str], tags: Sequence[str], faults: Counter[str]
) -> Row | None:
    """One tagging example; None for an empty one. An I- tag without its B- is counted, not mended.

    A scorer in the manner of conlleval starts an entity at such a tag, so changing it here would
    change no score and hide a trait of the data.
    """
    if not tokens:
        faults["missing_text"] += 1
        return None
    faults["inside_without_begin"] += sum(
        tag.startswith("I-") and before not in (tag, f"B-{tag[2:]}")
        for before, tag in zip(["O", *tags], tags, strict=False)
    )
    return {
        "example_id": example_id,
        "language": language,
        "tokens": list(tokens),
        "tags": list(tags),
    }


def tag_name(tag: str | int, request: Request, place: str) -> str:
    """Our tag for theirs (`values` maps numbers of the hub and unwanted types)."""
    name = str(request.source.values.get(str(tag), tag))
    if name not in (request.labels or ()):
        known = ", ".join(request.labels or ())
        raise DataError(f"{place}: unknown label {name!r}; known labels: {known}")
    return name


def _span(columns: Columns, example_id: str, faults: Counter[str]) -> Row | None:
    return span_row(
        example_id,
        columns.request.language,
        columns.text("context"),
        columns.text("question"),
        zip(columns.value("answers"), columns.value("starts"), strict=True),
        faults,
        may_lack_answers=columns.request.may_lack_answers,
    )


_BUILDERS = {
    "classification": _classification,
    "choice": _choice,
    "multilabel": _multilabel,
    "tagging": _tagging,
    "span": _span,
}
