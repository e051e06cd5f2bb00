"""The scorer's metrics of one task in one language, and its averages.

The numbers are those of ``scores.parquet``, in the scorer's own order of arithmetic, so that they
are its numbers to the last bit and not only to the last printed digit.
"""

import functools
import json
import operator
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from seqeval.metrics.sequence_labeling import precision_recall_fscore_support

from crosslift.answers import exact_match, mlqa_normalise, squad_normalise, token_f1
from crosslift.entities import count_matches
from crosslift.measures import average_precision_at
from crosslift.submission.benchmarks import Benchmark, Kind, OfficialTask
from crosslift.submission.files import answer_pairs

Scores = dict[str, float]
CUTOFF = 20
SEQEVAL_1 = "{}_seqeval_1"
"""Name of a metric of UD-POS by seqeval 1.x, beside the plain one, which is by 0.0.12."""


def official_scores(task: OfficialTask, rows: pd.DataFrame, language: str) -> Scores:
    """Metrics, 0 to 100, by the names that the scorer gives them.

    Parameters
    ----------
    task : OfficialTask
    rows : DataFrame
        Prediction rows of one cell and one language: ``example_id, gold, prediction``; not empty.
    language : str
        Its code; MLQA has rules of its own for each.

    Returns
    -------
    dict
        ``accuracy``; or ``f1, precision, recall``; or ``exact_match, f1``; or ``map@20``. UD-POS
        has its three by seqeval 1.x too (`SEQEVAL_1`): the scorer does not say which version it
        wants, and 0.0.12 and 1.x differ on tags without a dash (see `crosslift.entities`).
    """
    scores = _SCORES[task.kind](rows, task.name, language)
    if task.name == "udpos":
        scores |= _scores_of_seqeval_1(rows)
    return scores


def task_averages(
    benchmark: Benchmark, task: OfficialTask, scores: Mapping[str, Scores]
) -> dict[str, float]:
    """Averages over the languages that a benchmark lists, as far as there are any scores.

    Every listed language weighs the same, English among them. ``avg_metric`` is the task's score:
    the mean of ``avg_exact_match`` and ``avg_f1`` of question answering, else ``avg_f1``,
    ``avg_accuracy`` or ``avg_map@20``.

    Parameters
    ----------
    scores : dict
        Metrics by language.

    Returns
    -------
    dict
        Empty where the benchmark lists none of the languages.
    """
    listed = [code for code in benchmark.languages.get(task.name, ()) if code in scores]
    if not listed:
        return {}
    averages = {
        f"avg_{metric}": sum(scores[code][metric] for code in listed) / len(listed)
        for metric in scores[listed[0]]
    }
    if task.name in benchmark.answers:
        averages["avg_metric"] = (averages["avg_exact_match"] + averages["avg_f1"]) / 2
    else:
        primary = next(name for name in ("f1", "accuracy", "map@20") if f"avg_{name}" in averages)
        averages["avg_metric"] = averages[f"avg_{primary}"]
    return averages


def group_averages(benchmark: Benchmark, scores: Mapping[str, float]) -> dict[str, float]:
    """Unweighted means over the tasks of each group that is complete, and over all tasks.

    ``all_task`` is there where every task of the benchmark is. That is never so in XTREME-R: its
    scorer counts LAReQA, for which it lists no language, and so cannot score it.

    Parameters
    ----------
    scores : dict
        ``avg_metric`` of each complete task.
    """
    groups = {"all_task": tuple(benchmark.languages), **benchmark.groups}
    return {
        group: sum(scores[task] for task in tasks) / len(tasks)
        for group, tasks in groups.items()
        if all(task in scores for task in tasks)
    }


def _accuracy(rows: pd.DataFrame, task: str, language: str) -> Scores:
    correct = int((rows["gold"] == rows["prediction"]).sum())
    return {"accuracy": correct / len(rows) * 100}


def _first_accuracy(rows: pd.DataFrame, task: str, language: str) -> Scores:
    gold, ranked = _parsed(rows)
    correct = sum(found[:1] == relevant[:1] for relevant, found in zip(gold, ranked, strict=True))
    return {"accuracy": correct / len(rows) * 100}


def _chunk_f1(rows: pd.DataFrame, task: str, language: str) -> Scores:
    gold, predicted = _parsed(rows)
    counts = [count_matches(g, p) for g, p in zip(gold, predicted, strict=True)]
    return _f1(*(sum(column) for column in zip(*counts, strict=True)))


def _pair_f1(rows: pd.DataFrame, task: str, language: str) -> Scores:
    gold, predicted = map(set, answer_pairs(rows))
    return _f1(len(gold & predicted), len(gold), len(predicted))


def _f1(correct: int, gold: int, predicted: int) -> Scores:
    if not correct:
        return {"f1": 0.0, "precision": 0.0, "recall": 0.0}
    precision, recall = correct / predicted, correct / gold
    f1 = 2 * precision * recall / (precision + recall)
    return {"f1": f1 * 100, "precision": precision * 100, "recall": recall * 100}


def _answer_scores(rows: pd.DataFrame, task: str, language: str) -> Scores:
    normalise = mlqa_normalise if task == "mlqa" else squad_normalise

    def total(compare: Callable[..., float]) -> float:
        best = [
            max(compare(text, answer, language, normalise) for answer in json.loads(answers))
            for answers, text in zip(rows["gold"], rows["prediction"], strict=True)
        ]
        # One by one, as the scripts do: from Python 3.12 on `sum` rounds better than they.
        return functools.reduce(operator.add, best)

    return {
        "exact_match": 100.0 * total(exact_match) / len(rows),
        "f1": 100.0 * total(token_f1) / len(rows),
    }


def _map_at_20(rows: pd.DataFrame, task: str, language: str) -> Scores:
    measured = average_precision_at(CUTOFF)(*_parsed(rows)).score
    # Mewsli-X is summed in order, LAReQA by numpy, as in utils_mewslix.py and utils_lareqa.py.
    mean = np.mean(measured) if task == "lareqa" else sum(measured.tolist()) / len(measured)
    return {"map@20": float(mean) * 100}


def _scores_of_seqeval_1(rows: pd.DataFrame) -> Scores:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of every tag that has no dash
        values = precision_recall_fscore_support(*_parsed(rows), average="micro")
    names = (SEQEVAL_1.format(name) for name in ("precision", "recall", "f1"))
    return {name: float(value) * 100 for name, value in zip(names, values[:3], strict=True)}


def _parsed(rows: pd.DataFrame) -> tuple[Sequence[Any], Sequence[Any]]:
    return [json.loads(text) for text in rows["gold"]], [
        json.loads(text) for text in rows["prediction"]
    ]


_SCORES: dict[Kind, Callable[[pd.DataFrame, str, str], Scores]] = {
    "labels": _accuracy,
    "tags": _chunk_f1,
    "answers": _answer_scores,
    "positions": _first_accuracy,
    "pairs": _pair_f1,
    "choices": _accuracy,
    "rankings": _map_at_20,
}
