"""The tables of prepared examples: their columns, their checks, writing and reading."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from crosslift.catalogue.tasks import NO_ANSWER
from crosslift.errors import DataError
from crosslift.files import atomic_path

Row = dict[str, Any]

QUERY_ROLES = ("query", "dev_query")
CANDIDATE_ROLES = ("candidate", "dev_candidate")
"""Roles of retrieval rows; those of development choose a threshold and are never scored."""


def is_tested(row: Row) -> bool:
    """Whether an example is one to score: candidates and development queries are not."""
    return row.get("role", "query") == "query"


_KEYS = [pa.field("example_id", pa.string(), False), pa.field("language", pa.string(), False)]
_COLUMNS = {
    "classification": {"text": "text", "text_pair": "text?", "label": "text"},
    "multilabel": {"text": "text", "labels": "texts"},
    "choice": {"context": "text", "question": "text", "choices": "texts", "label": "index"},
    "tagging": {"tokens": "texts", "tags": "texts"},
    "span": {"context": "text", "question": "text", "answers": "texts", "starts": "indices"},
    "retrieval": {
        "role": "text",
        "pool": "text",
        "text": "text",
        "context": "text?",
        "relevant": "texts",
    },
}
_TYPES = {
    "text": (pa.string(), False),
    "text?": (pa.string(), True),
    "texts": (pa.list_(pa.field("element", pa.string(), False)), False),
    "index": (pa.int64(), False),
    "indices": (pa.list_(pa.field("element", pa.int64(), False)), False),
}
SCHEMAS: dict[str, pa.Schema] = {
    format_: pa.schema([*_KEYS, *(pa.field(name, *_TYPES[kind]) for name, kind in columns.items())])
    for format_, columns in _COLUMNS.items()
}
"""Arrow schema of a prepared split, by format."""


def check_rows(
    rows: Sequence[Row], format_: str, labels: Sequence[str] | None, *, name: str
) -> None:
    """Check prepared examples against their format.

    Parameters
    ----------
    rows : sequence of dict
        Examples with the columns of `SCHEMAS[format_]`.
    format_ : str
        Format of the task.
    labels : sequence of str or None
        The known labels, where the format has labels.
    name : str
        What is checked, for the message.

    Raises
    ------
    DataError
        Naming the first ten faults and how many there are.
    """
    faults = [
        *_repeated_ids(rows),
        *_dangling_gold(rows),
        *(
            f"example {row['example_id']!r} ({row['language']}): {fault}"
            for row in rows
            for fault in _CHECKS[format_](row, labels)
        ),
    ]
    if faults:
        shown = [*faults[:10], *([f"and {len(faults) - 10} more"] if len(faults) > 10 else [])]
        raise DataError("\n  ".join([f"{name}: faults found: {len(faults)}", *shown]))


def _repeated_ids(rows: Sequence[Row]) -> Iterator[str]:
    for (language, _, example_id), n in Counter(
        (row["language"], row.get("pool"), row["example_id"]) for row in rows
    ).items():
        if n > 1:
            yield f"example id {example_id!r} ({language}) occurs {n} times"


def _dangling_gold(rows: Sequence[Row]) -> Iterator[str]:
    candidates = {
        (row["pool"], row["example_id"]) for row in rows if row.get("role") in CANDIDATE_ROLES
    }
    for row in rows:
        for relevant in row.get("relevant", ()):
            if (row["pool"], relevant) not in candidates:
                yield f"query {row['example_id']!r}: {relevant!r} is not in pool {row['pool']!r}"


def _check_classification(row: Row, labels: Sequence[str] | None) -> Iterator[str]:
    if not row["text"]:
        yield "text is empty"
    if labels is not None and row["label"] not in labels:
        yield f"unknown label {row['label']!r}; known labels: {', '.join(labels)}"


def _check_multilabel(row: Row, labels: Sequence[str] | None) -> Iterator[str]:
    if not row["text"]:
        yield "text is empty"
    for label in sorted(set(row["labels"]) - set(labels or row["labels"])):
        yield f"unknown label {label!r}; known labels: {', '.join(labels or ())}"


def _check_choice(row: Row, labels: Sequence[str] | None) -> Iterator[str]:
    if len(row["choices"]) < 2:
        yield f"has {len(row['choices'])} choices; at least 2 are needed"
    if not 0 <= row["label"] < len(row["choices"]):
        yield f"label {row['label']} is not an index of its {len(row['choices'])} choices"


def _check_tagging(row: Row, labels: Sequence[str] | None) -> Iterator[str]:
    if not row["tokens"] or len(row["tokens"]) != len(row["tags"]):
        yield f"{len(row['tokens'])} tokens but {len(row['tags'])} tags"
    for tag in sorted(set(row["tags"]) - set(labels or row["tags"])):
        yield f"unknown label {tag!r}; known labels: {', '.join(labels or ())}"


def _check_span(row: Row, labels: Sequence[str] | None) -> Iterator[str]:
    lacking = not row["answers"] and tuple(labels or ()) != NO_ANSWER
    if lacking or len(row["answers"]) != len(row["starts"]):
        yield f"{len(row['answers'])} answers but {len(row['starts'])} starts"
    for answer, start in zip(row["answers"], row["starts"], strict=False):
        if not answer or start < 0 or row["context"][start : start + len(answer)] != answer:
            yield f"answer {answer!r} is not at character {start} of its context"


def _check_retrieval(row: Row, labels: Sequence[str] | None) -> Iterator[str]:
    if row["role"] not in (*QUERY_ROLES, *CANDIDATE_ROLES):
        known = " or ".join((*QUERY_ROLES, *CANDIDATE_ROLES))
        yield f"role is {row['role']!r}; it must be {known}"
    asks, needs = row["role"] in QUERY_ROLES, tuple(labels or ()) != NO_ANSWER
    if (asks and needs and not row["relevant"]) or (not asks and row["relevant"]):
        yield "a query needs relevant candidates, and a candidate has none"


_CHECKS = {
    "classification": _check_classification,
    "multilabel": _check_multilabel,
    "choice": _check_choice,
    "tagging": _check_tagging,
    "span": _check_span,
    "retrieval": _check_retrieval,
}


def write_rows(path: Path, rows: Sequence[Row], format_: str) -> None:
    """Write prepared examples as Parquet, atomically; equal rows give equal bytes."""
    table = pa.Table.from_pylist(list(rows), schema=SCHEMAS[format_])
    with atomic_path(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")


def read_rows(path: Path) -> list[Row]:
    """Read prepared examples; errors as `iterate_rows`."""
    return list(iterate_rows(path))


def iterate_rows(path: Path) -> Iterator[Row]:
    """Read prepared examples one after another, without holding all: a pool may have millions.

    Raises
    ------
    DataError
        If the file is missing or is not Parquet.
    """
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches():
                yield from batch.to_pylist()
    except FileNotFoundError as error:
        raise DataError(f"{path}: is missing; prepare it first") from error
    except pa.ArrowInvalid as error:
        raise DataError(f"{path}: is not a Parquet file: {error}") from error
