"""From prediction rows to scores, and to task averages as the official XTREME scorer has them."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from crosslift.errors import DataError
from crosslift.measures import ExampleScores
from crosslift.metrics import Metric, metric_named

CELL = ["encoder", "intermediate", "target", "intermediate_seed", "target_seed"]
KEY = ["encoder", "intermediate", "target", "language", "intermediate_seed", "target_seed"]
# What gains are made of; scores need the predictions themselves beside them.
SCORED_COLUMNS = [*KEY, "example_id", "group", "gold", "score", "weight"]
# Scores are stored as float64; only the order of summation may differ.
TOLERANCE = 1e-6


def score_table(predictions: pd.DataFrame, metrics: Mapping[str, str]) -> pd.DataFrame:
    """Score every cell in every language.

    Parameters
    ----------
    predictions : DataFrame
        Columns `SCORED_COLUMNS` and ``prediction``, one row an example of a cell.
    metrics : mapping of str to str
        Metric name (a key of `crosslift.metrics.METRICS`) of each target.

    Returns
    -------
    DataFrame
        Key columns, ``metric``, ``value`` (0 to 100), ``examples`` and ``primary``; a QA target has
        ``f1`` and ``exact_match`` beside the primary ``f1_em``. Sorted by key.

    Raises
    ------
    DataError
        If a column is absent, a target has no metric, a score is outside [0, 1] or a weight below
        0, or the stored scores are not those of the stored predictions.
    """
    check_predictions(predictions, metrics, [*SCORED_COLUMNS, "prediction"])
    blocks = [
        _score_target(rows, metric_named(metrics[target]))
        for target, rows in predictions.groupby("target", sort=True, observed=True)
    ]
    table = pd.concat(blocks, ignore_index=True)
    return table.sort_values(KEY, kind="stable", ignore_index=True)


def check_predictions(
    predictions: pd.DataFrame, targets: Collection[str], columns: Sequence[str] = SCORED_COLUMNS
) -> None:
    """Raise `DataError` naming every fault of a prediction table of a study with these targets."""
    absent = [column for column in columns if column not in predictions]
    if absent:
        raise DataError(f"predictions lack the columns {', '.join(absent)}")
    if predictions.empty:
        raise DataError("predictions hold no row; was any cell evaluated?")
    faults = [
        f"target {target!r} is not in the study; name it there or leave its predictions out"
        for target in sorted(set(predictions["target"]) - set(targets))
    ]
    faults += [
        f"target {target!r} of the study has no row; give its prediction files too"
        for target in sorted(set(targets) - set(predictions["target"]))
    ]
    wrong = ~predictions["score"].between(0, 1) | ~(predictions["weight"] >= 0)
    if wrong.any():
        row = predictions[wrong].iloc[0]
        faults.append(
            f"{int(wrong.sum())} rows have a score outside [0, 1] or a weight below 0; the first "
            f"is {_place(row)}: score {row['score']}, weight {row['weight']}"
        )
    repeated = predictions.duplicated([*KEY, "example_id"])
    if repeated.any():
        row = predictions[repeated].iloc[0]
        faults.append(
            f"{int(repeated.sum())} rows repeat an example of their cell; the first is "
            f"{_place(row)}; was a prediction file given twice?"
        )
    if faults:
        raise DataError("predictions: " + "; ".join(faults))


def task_average(scores: pd.DataFrame, languages: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Task scores as the official XTREME scorer averages them.

    A task's score is the mean of its primary metric over all its listed languages, English
    included where it is listed. For QA that equals the scorer's mean of the average F1 and the
    average EM, both averages being over the same languages. The overall score is the unweighted
    mean over tasks (``evaluate`` in ``evaluate.py`` of google-research/xtreme). Seeds are averaged
    first: the scorer knows only one run.

    Parameters
    ----------
    scores : DataFrame
        What `score_table` returns.
    languages : mapping of str to sequence of str
        Listed languages of each target.

    Returns
    -------
    DataFrame
        ``encoder, intermediate, target, official, non_english, english, languages``: means of 0 to
        100 over listed languages, over those but English, and English alone (NaN where there is
        none). Rows with target ``mean`` are means over all targets, of an arm that has them all.

    Raises
    ------
    DataError
        If an arm lacks a listed language, naming the cells.
    """
    primary = scores[scores["primary"] & scores["target"].isin(list(languages))]
    by_language = primary.groupby(["encoder", "intermediate", "target", "language"], sort=True)[
        "value"
    ].mean()
    rows, faults = [], []
    for arm, values in by_language.groupby(level=["encoder", "intermediate", "target"]):
        values = values.droplevel(["encoder", "intermediate", "target"])
        listed = languages[arm[2]]
        lacking = [code for code in listed if code not in values.index]
        if lacking:
            faults.append(f"{'/'.join(arm)} has no score for {', '.join(lacking)}")
            continue
        foreign = [code for code in listed if code != "en"]
        english = values["en"] if "en" in listed else np.nan
        non_english = values[foreign].mean() if foreign else np.nan
        rows.append((*arm, values[list(listed)].mean(), non_english, english, len(listed)))
    if faults:
        raise DataError("scores: " + "; ".join(faults) + "; evaluate those languages first")
    columns = ["encoder", "intermediate", "target", "official", "non_english", "english"]
    table = pd.DataFrame(rows, columns=[*columns, "languages"])
    return pd.concat([table, _overall(table, len(languages))], ignore_index=True)


def _overall(table: pd.DataFrame, targets: int) -> pd.DataFrame:
    arms = table.groupby(["encoder", "intermediate"])
    complete = table[arms["target"].transform("size") == targets]
    means = complete.groupby(["encoder", "intermediate"], as_index=False).agg(
        official=("official", "mean"),
        non_english=("non_english", "mean"),
        english=("english", "mean"),
        languages=("languages", "sum"),
    )
    return means.assign(target="mean")[list(table.columns)]


def _score_target(rows: pd.DataFrame, metric: Metric) -> pd.DataFrame:
    blocks = [_aggregate(rows, rows["score"], rows["weight"], metric.reported_as, primary=True)]
    parts = {
        part: metric.measure_texts(
            list(rows["gold"]), list(rows["prediction"]), list(rows["language"]), part
        )
        for part in metric.parts
    }
    if parts:
        _require_stored_scores(rows, parts)
    for part, scores in parts.items():
        score = pd.Series(scores.score, index=rows.index)
        weight = pd.Series(scores.weight, index=rows.index)
        blocks.append(_aggregate(rows, score, weight, part, primary=False))
    return pd.concat(blocks, ignore_index=True)


def _aggregate(
    rows: pd.DataFrame, score: pd.Series, weight: pd.Series, name: str, *, primary: bool
) -> pd.DataFrame:
    sums = (
        rows[KEY]
        .assign(total=score * weight, weight=weight, examples=1)
        .groupby(KEY, sort=True, observed=True, as_index=False)
        .sum()
    )
    # A cell without any entity, gold or predicted, scores 0, as seqeval has it.
    value = (100 * sums["total"] / sums["weight"]).where(sums["weight"] > 0, 0.0)
    table = sums[KEY].assign(metric=name, value=value)
    return table.assign(examples=sums["examples"], primary=primary)


def _require_stored_scores(rows: pd.DataFrame, parts: Mapping[str, ExampleScores]) -> None:
    mean = np.mean([scores.score for scores in parts.values()], axis=0)
    off = np.abs(mean - rows["score"].to_numpy()) > TOLERANCE
    if off.any():
        row = rows[off].iloc[0]
        raise DataError(
            f"predictions: {int(off.sum())} stored scores differ from those of the stored "
            f"predictions; the first is {_place(row)}: stored {row['score']}, "
            f"recomputed {mean[off][0]}; predict again with this version"
        )


def _place(row: pd.Series) -> str:
    return "/".join(str(row[column]) for column in [*KEY, "example_id"])
