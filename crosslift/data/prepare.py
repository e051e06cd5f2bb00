"""Preparing a task: raw sources in; train, dev and test Parquet files and their cards out."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from crosslift.catalogue.tasks import Task, get_task
from crosslift.data import leaks
from crosslift.data.cards import common_card, prepared_name
from crosslift.data.files import MissingFilesError, find_data_root
from crosslift.data.readers import SPLIT_AWARE
from crosslift.data.sampling import hold_out, subsample, subsample_languages
from crosslift.data.sources import SOURCES, Examples, load_split, load_split_from
from crosslift.data.tables import Row, is_tested, iterate_rows, write_rows
from crosslift.errors import ConfigError, DataError
from crosslift.files import write_json

logger = logging.getLogger(__name__)

ENGLISH = "en"


def prepare_training(
    task_name: str,
    output_folder: Path,
    *,
    sources: Sequence[str] = SOURCES,
    data_root: Path | None = None,
    max_train: int | None = None,
    max_dev: int | None = None,
    seed: int = 0,
    exclude: Sequence[Path] = (),
) -> dict[str, Any]:
    """Write `train.parquet`, `dev.parquet` and their card `training.json`.

    The development set is the task's own where its source has one (and it was not read as
    training data), else it is held out from the training examples, never parting examples that
    share a text. Examples whose text also occurs in one of the tests in `exclude` are dropped from
    both, then training examples whose text occurs in the development set; all are counted.

    Parameters
    ----------
    task_name : str
        Name in the catalogue.
    output_folder : Path
        Where the three files go.
    sources : sequence of str
        Order in which the sources "files", "hub" and "mini" are tried.
    data_root : Path, optional
        Folder of the data sets (default: the environment variable CROSSLIFT_DATA).
    max_train, max_dev : int, optional
        Largest numbers of examples.
    seed : int
        Seed of the subsample, and of the embedded benchmark.
    exclude : sequence of Path
        Prepared tests (Parquet) whose texts must not train or select.

    Returns
    -------
    dict
        The card.

    Raises
    ------
    ConfigError, DataError, FetchError
        Unknown task or source; missing or damaged files; the hub out of reach. Nothing is
        written then.
    """
    task = get_task(task_name)
    root = find_data_root(data_root)
    tests = {prepared_name(path): leaks.texts_of(iterate_rows(path)) for path in exclude}
    kind, train = load_split(
        task, "train", [ENGLISH], preference=sources, data_root=root, size=max_train, seed=seed
    )
    dev = _own_dev(kind, task, train, root, max_dev, seed)
    rows, leaked = _without_texts(train.rows, tests)
    dev_rows, dev_leaked = _without_texts(dev.rows if dev else [], tests)
    own_dev = bool(dev_rows)
    if own_dev:
        rows, shared = _without_texts(rows, {"dev": leaks.texts_of(dev_rows)})
        leaked |= shared
    else:
        rows, dev_rows = hold_out(rows, leaks.group_text, max_dev, seed)
    kept = {"train": subsample(rows, max_train, seed), "dev": subsample(dev_rows, max_dev, seed)}
    _refuse_empty(kept, task)
    card = {
        **common_card(task, kind, seed),
        "counts": {split: len(examples) for split, examples in kept.items()},
        "available": {"train": len(rows), "dev": len(dev_rows)},
        "dev_from": "own file" if own_dev else "held out from train",
        "max_train": max_train,
        "max_dev": max_dev,
        "files": [*train.files, *(dev.files if dev else [])],
        "faults": {
            split: examples.faults[ENGLISH]
            for split, examples in (("train", train), ("dev", dev))
            if examples and ENGLISH in examples.faults
        },
        "leaks_removed": {"train": leaked, "dev": dev_leaked},
        "excluded_tests": list(tests),
    }
    for split, examples in kept.items():
        write_rows(Path(output_folder) / f"{split}.parquet", examples, task.format)
    write_json(Path(output_folder) / "training.json", card)
    logger.info("prepared %s: %s", task.name, card["counts"])
    return card


def prepare_tests(
    task_name: str,
    output_folder: Path,
    *,
    languages: Sequence[str] | None = None,
    sources: Sequence[str] = SOURCES,
    data_root: Path | None = None,
    max_test: int | None = None,
    seed: int = 0,
) -> dict[str, Any]:
    """Write `test.parquet` (all languages) and its card `tests.json`.

    Parameters
    ----------
    task_name, output_folder, sources, data_root, seed
        As in `prepare_training`.
    languages : sequence of str, optional
        Test languages (default: all that the catalogue lists).
    max_test : int, optional
        Largest number of examples a language; parallel tests keep the same ids in each. Of a
        retrieval task it limits the queries; candidates are kept whole.

    Returns
    -------
    dict
        The card.

    Raises
    ------
    ConfigError, DataError, FetchError
        As in `prepare_training`, and for a language that the task does not have.
    """
    task = get_task(task_name)
    languages = _checked_languages(task, languages)
    root = find_data_root(data_root)
    kind, test = load_split(
        task, "test", languages, preference=sources, data_root=root, size=max_test, seed=seed
    )
    _refuse_training_files(kind, task, test)
    rows = subsample_languages(test.rows, max_test, seed, parallel=task.parallel)
    counts = Counter(row["language"] for row in rows if is_tested(row))
    if absent := [language for language in languages if not counts[language]]:
        raise DataError(f"task {task.name!r}: no test examples for language {', '.join(absent)}")
    card = {
        **common_card(task, kind, seed),
        "languages": list(languages),
        "counts": {language: counts[language] for language in languages},
        "candidates": dict(Counter(row["pool"] for row in rows if row.get("role") == "candidate")),
        "max_test": max_test,
        "parallel": task.parallel,
        "files": test.files,
        "faults": test.faults,
    }
    write_rows(Path(output_folder) / "test.parquet", rows, task.format)
    write_json(Path(output_folder) / "tests.json", card)
    logger.info("prepared tests of %s: %s", task.name, card["counts"])
    return card


def _own_dev(
    kind: str, task: Task, train: Examples, root: Path | None, size: int | None, seed: int
) -> Examples | None:
    """The task's own development set, unless there is none or it was read as training data."""
    try:
        dev = load_split_from(kind, task, "dev", [ENGLISH], data_root=root, size=size, seed=seed)
    except MissingFilesError:
        return None
    trained = {file["path"] for file in train.files}
    return None if trained & {file["path"] for file in dev.files} else dev


def _without_texts(
    rows: list[Row], tests: Mapping[str, set[str]]
) -> tuple[list[Row], dict[str, int]]:
    """Examples that share no text with any of the tests, and how many each test took."""
    removed: dict[str, int] = {}
    for name, texts in tests.items():
        kept = [row for row in rows if leaks.shared_text(row) not in texts]
        if len(kept) < len(rows):
            removed[name] = len(rows) - len(kept)
        rows = kept
    return rows, removed


def _refuse_training_files(kind: str, task: Task, test: Examples) -> None:
    """An English test file that is also the training file would be a test of memory."""
    source = task.sources.files
    if kind != "files" or "train" not in source.splits or source.reader in SPLIT_AWARE:
        return
    trained = {
        f"{source.folder}/{pattern}" for patterns in source.splits["train"] for pattern in patterns
    }
    if both := sorted(trained & {file["path"] for file in test.files}):
        raise DataError(
            f"task {task.name!r}: {', '.join(both)} is the training file, so it cannot test; leave "
            "the language out, or put the released test file beside it"
        )


def _refuse_empty(kept: Mapping[str, list[Row]], task: Task) -> None:
    for split, rows in kept.items():
        if not rows:
            raise DataError(
                f"task {task.name!r}: no {split} examples are left; see max_{split} and the tests "
                "whose texts were excluded"
            )


def _checked_languages(task: Task, languages: Sequence[str] | None) -> list[str]:
    chosen = list(languages or task.languages)
    if unknown := [language for language in chosen if language not in task.languages]:
        raise ConfigError(
            f"task {task.name!r} has no language {', '.join(unknown)}; it has: "
            f"{', '.join(task.languages)}"
        )
    return chosen
