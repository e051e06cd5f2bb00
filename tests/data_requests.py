"""Requests and tasks that the tests of readers and of preparation are made with."""

from pathlib import Path
from typing import Any

from crosslift.catalogue import Task
from crosslift.catalogue.tasks import NO_ANSWER
from crosslift.data.records import Request

LABELS = {
    "classification": ("entailment", "neutral", "contradiction"),
    "multilabel": ("fees", "venue", "change"),
    "tagging": ("O", "B-PER", "I-PER", "B-LOC", "I-LOC"),
}
METRICS = {
    "classification": "accuracy",
    "choice": "accuracy",
    "multilabel": "label_f1",
    "tagging": "span_f1",
    "span": "f1_em",
    "retrieval": "map_at_20",
}


def task_of(format_: str, files: dict[str, Any], **changes: Any) -> Task:
    """A task of a format with one files source."""
    return Task.model_validate(
        {
            "name": "toy",
            "title": "Toy",
            "format": format_,
            "domain": "general",
            "metric": METRICS[format_],
            "labels": LABELS.get(format_),
            "languages": ["en", "de"],
            "roles": ["target"],
            "sources": {"files": {"folder": "toy", "splits": {"test": "x"}, **files}},
            "licence": "own",
            "reference": "none",
            **changes,
        }
    )


def request_of(
    format_: str,
    *,
    reader: str = "delimited",
    split: str = "test",
    labels: Any = None,
    **files: Any,
) -> Request:
    """A request for one split of English, with a source's column mapping."""
    labels = labels or LABELS.get(format_)
    metric = METRICS[format_]
    if labels == NO_ANSWER:
        metric = "squad2_f1_em" if format_ == "span" else "bitext_f1"
    task = task_of(format_, {"reader": reader, **files}, labels=labels, metric=metric)
    return Request("toy", format_, split, "en", "en", task.labels, task.sources.files)


def write(path: Path, text: str) -> Path:
    """Write a file, its folders too, with the line ends that `text` has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path
