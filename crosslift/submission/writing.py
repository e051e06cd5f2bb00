"""The submission of one arm: what goes into its folder, and the writing of it."""

import logging
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from crosslift.errors import DataError
from crosslift.files import write_json
from crosslift.submission.benchmarks import BENCHMARKS, OfficialTask
from crosslift.submission.files import answer_pairs, needs_examples, official_files
from crosslift.submission.plan import Submission, submitted_targets
from crosslift.submission.readme import readme
from crosslift.submission.scoring import Scores, official_scores
from crosslift.submission.summary import benchmark_summary

logger = logging.getLogger(__name__)

PREDICTIONS, LABELS, UNSCORED_LABELS = "predictions", "labels", "labels-unscored"
"""Folders of an arm. Labels of a task without listed languages lie apart: the scorer fails at a
task that it finds in both of the first two and cannot score."""

ROW_COLUMNS = ["target", "language", "target_seed", "example_id", "gold", "prediction"]


def write_submission(
    folder: Path,
    arm: Submission,
    study: Mapping[str, Any],
    predictions: pd.DataFrame,
    examples_of: Callable[[str], pd.DataFrame],
) -> dict[str, Any]:
    """Write what the official scorer reads of one arm, its scores, and what it would refuse.

    Parameters
    ----------
    folder : Path
        The arm's own folder; what an earlier run left of these files is replaced.
    arm : Submission
    study : dict
        Content of ``study.json``.
    predictions : DataFrame
        The arm's prediction rows, `ROW_COLUMNS` at least: of all targets that are submitted, of any
        target seed.
    examples_of : callable
        The prepared test of a target; called only where `needs_examples`.

    Returns
    -------
    dict
        Content of ``scores.json`` (docs/submission.md); {} where the study has no target of a
        benchmark, and then nothing is written.

    Raises
    ------
    DataError
        If a target or a language of the study has no prediction, or predictions and tests are of
        different runs.
    """
    tasks = submitted_targets(study["targets"])
    if not tasks:
        logger.info("no target of this study is in XTREME or XTREME-R: nothing is written")
        return {}
    _clear(folder)
    scores: dict[str, dict[str, Scores]] = {}
    counts: dict[str, dict[str, int]] = {}
    pooled: dict[str, Scores] = {}
    for target, task in tasks.items():
        entry = study["targets"][target]
        rows = _rows_of(predictions, arm, target, entry)
        tests = examples_of(target) if needs_examples(task) else None
        for language, own in _by_language(rows, target, entry["languages"]):
            files = official_files(task, own, _tests_of(tests, task, language))
            _write(folder / PREDICTIONS / task.name / task.file(language), files.predictions)
            labels = LABELS if task.scored else UNSCORED_LABELS
            _write(folder / labels / task.name / task.file(language), files.labels)
            scores.setdefault(task.name, {})[language] = official_scores(task, own, language)
            counts.setdefault(task.name, {})[language] = _count(task, own)
        if not task.scored:
            pooled[task.name] = official_scores(task, rows, "")
    content: dict[str, Any] = {
        "arm": {"study": study["study"], **asdict(arm)},
        **scores,
        "benchmarks": {
            benchmark.name: benchmark_summary(benchmark, tasks.values(), scores, counts)
            for benchmark in BENCHMARKS
        },
        "pooled": pooled,
    }
    notes = {tasks[name].name: study["targets"][name].get("notes") or [] for name in tasks}
    _write(folder / "README.md", readme(arm.name, content, counts, notes))
    write_json(folder / "scores.json", content)
    logger.info("%s: wrote %s", arm.name, ", ".join(scores))
    return content


def _rows_of(
    predictions: pd.DataFrame, arm: Submission, target: str, entry: Mapping[str, Any]
) -> pd.DataFrame:
    """Prediction rows of the arm on one target, which has the one seed 0 where it is not tuned."""
    seed = 0 if entry["train_on"] is None else arm.target_seed
    rows = predictions[(predictions["target"] == target) & (predictions["target_seed"] == seed)]
    if rows.empty:
        raise DataError(
            f"predictions: {arm.name} has no row of {target}, target seed {seed}; give its "
            "prediction tables too"
        )
    return rows


def _by_language(
    rows: pd.DataFrame, target: str, languages: list[str]
) -> Iterator[tuple[str, pd.DataFrame]]:
    groups = dict(iter(rows.groupby("language", sort=False, observed=True)))
    if absent := [code for code in languages if code not in groups]:
        raise DataError(f"predictions: {target} has no row of {', '.join(absent)}; predict again")
    for code in languages:
        yield code, groups[code]


def _count(task: OfficialTask, rows: pd.DataFrame) -> int:
    """Examples of the test as the benchmark counts them: of a bitext, its gold pairs."""
    return len(answer_pairs(rows)[0]) if task.kind == "pairs" else len(rows)


def _tests_of(tests: pd.DataFrame | None, task: OfficialTask, language: str) -> pd.DataFrame | None:
    """Test examples of a language; of Tatoeba those of its pool, whose candidates are English."""
    if tests is None:
        return None
    return tests[tests["pool" if task.kind == "positions" else "language"] == language]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _clear(folder: Path) -> None:
    for name in (PREDICTIONS, LABELS, UNSCORED_LABELS):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in ("README.md", "scores.json"):
        (folder / name).unlink(missing_ok=True)
