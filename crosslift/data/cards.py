"""The card beside each prepared split: where it comes from, what was read, and what was found."""

import importlib.metadata
import platform
from pathlib import Path
from typing import Any

from crosslift.catalogue.tasks import Task
from crosslift.data.sampling import RULE


def common_card(task: Task, kind: str, seed: int) -> dict[str, Any]:
    """What the cards of training and of tests share.

    Parameters
    ----------
    task : Task
        The catalogue entry.
    kind : str
        The source that served: "files", "hub" or "mini".
    seed : int
        Seed of the subsample.
    """
    return {
        "task": task.name,
        "title": task.title,
        "format": task.format,
        "domain": task.domain,
        "metric": task.metric,
        "labels": list(task.labels) if task.labels else None,
        "source": _source(task, kind),
        "licence": task.licence,
        "reference": task.reference,
        "notes": list(task.notes),
        "unconfirmed": list(task.unconfirmed),
        "seed": seed,
        "subsample_rule": RULE,
        "versions": _versions(kind),
    }


def prepared_name(path: str | Path) -> str:
    """A prepared file by task and split (`xquad/test.parquet`): cards name no machine's folders."""
    return f"{Path(path).parent.name}/{Path(path).name}"


def _source(task: Task, kind: str) -> dict[str, Any]:
    source = getattr(task.sources, kind)
    keys = ("folder", "id", "config", "revision", "reader")
    parts = [
        {key: getattr(part, key) for key in keys if getattr(part, key, None) is not None}
        for part in (source, *getattr(source, "also", ()))
    ]
    return {"kind": kind, **parts[0], **({"also": parts[1:]} if parts[1:] else {})}


def _versions(kind: str) -> dict[str, str]:
    libraries = ["pyarrow", *(["datasets", "huggingface_hub"] if kind == "hub" else [])]
    return {
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in libraries},
    }
