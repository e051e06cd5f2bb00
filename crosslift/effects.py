"""Gains of intermediate training over none: the tables ``effects`` and ``draws``."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from crosslift.components import combined
from crosslift.differences import NON_ENGLISH, Difference, against, target_differences
from crosslift.errors import DataError
from crosslift.inference import (
    MARGIN_COLUMNS,
    MARGIN_TESTS,
    benjamini_hochberg,
    corrected,
    holm,
    inferred,
    with_margin_tests,
)
from crosslift.pairing import BASELINE, PairedCells
from crosslift.scores import CELL

logger = logging.getLogger(__name__)

MEAN = "mean"
ARM = ["encoder", "intermediate", "target"]
RunCounts = dict[tuple[str, str, str], int]
"""Training runs by `ARM`."""
FAULTS = ("collapsed", "lopsided")
"""Columns that count runs which did not learn their task, or a part of it."""
HARDLY_EVER = 0.1
"""An answer is hardly ever given below this share of the examples whose answer it is."""
EFFECT_COLUMNS = [
    *["encoder", "intermediate", "target", "language", "score", "baseline_score", "gain"],
    *["low", "high", "p_value", "p_holm", "p_bh", "intermediate_seeds", "target_seeds"],
    *["languages", "examples", *FAULTS, "chance"],
    *MARGIN_COLUMNS,
    *["confidence", "resamples", "bootstrap_seed"],
]
DRAW_COLUMNS = ["encoder", "intermediate", "target", "draw", "gain"]


class Effects(NamedTuple):
    """Tables ``effects`` and ``draws``; the draws of equal index belong together."""

    effects: pd.DataFrame
    draws: pd.DataFrame


def estimate_effects(
    studied: Sequence[PairedCells],
    *,
    resamples: int,
    confidence: float,
    seed: int,
    margin: float = 1.0,
    untuned: Collection[str] = (),
    chance: Mapping[str, float] | None = None,
    faulty: Mapping[str, RunCounts] | None = None,
) -> Effects:
    """Gain of every intermediate over none, for each encoder and target.

    Parameters
    ----------
    studied : sequence of PairedCells
        All encoders and targets of a study (`crosslift.pairing.pair_cells`).
    resamples : int
        Bootstrap draws. Among m gains Holm's method can only find one where
        ``2 m / (resamples + 1)`` is below ``1 - confidence``; a warning says so.
    confidence : float
        Coverage of the percentile intervals, in (0, 1).
    seed : int
        The same seed gives the same tables, in whatever order the rows came.
    margin : float
        Points of a gain or loss that would matter, for the tests of `crosslift.inference`.
    untuned : collection of str
        Targets without a phase of their own (retrieval), which have no target seeds.
    chance : mapping of str to float, optional
        Score of a guess by target (`chance_levels`), in points.
    faulty : mapping of str to RunCounts, optional
        ``collapsed`` and ``lopsided`` runs (`collapsed_runs`, `lopsided_runs`).

    Returns
    -------
    Effects
        ``effects`` has, for each encoder and intermediate: a row a target and language; a row a
        target with language ``non-english``, the mean over non-English languages; and a row with
        target ``mean``, the mean of the latter over the tuned targets (`averaged`). Gains, scores
        and intervals are in points (0 to 100); the gain is of the full sample, not the mean of
        draws. ``p_holm`` and ``p_bh`` correct over all encoders, intermediates and targets in
        ``non-english`` rows (not ``mean``) and are NaN elsewhere; the same rows are the family of
        each of the margin tests (`crosslift.inference`). ``target_seeds`` is 0 for an
        untuned target; 1 means that the interval says nothing about seeds. In a ``mean`` row the
        seeds and ``languages`` are the fewest over its targets, and ``examples`` the sum.
        ``collapsed`` and ``lopsided`` count such runs of the arm and of the baseline, in a ``mean``
        row over its targets. ``chance`` is NaN for targets that `chance` does not name. ``draws``
        has the draws of all ``non-english`` rows (those of ``mean`` from `mean_of_draws`).

    Raises
    ------
    DataError
        If a study has no intermediate, or a target no language but English.
    """
    rows: list[dict[str, object]] = []
    draws: dict[tuple[str, str, str], np.ndarray] = {}
    in_mean = averaged((cells.target for cells in studied), untuned)
    headline: dict[tuple[str, str], list[tuple[dict[str, object], Difference]]] = {}
    level = {"confidence": confidence, "margin": margin}
    for cells in studied:
        gains = {arm: against(arm) for arm in cells.arms if arm != BASELINE}
        for difference in target_differences(cells, gains, resamples=resamples, seed=seed):
            row = _row(difference, tuned=cells.target not in untuned)
            for fault in FAULTS:
                row[fault] = sum(
                    (faulty or {}).get(fault, {}).get((cells.encoder, arm, cells.target), 0)
                    for arm in (difference.name, BASELINE)
                )
            gain_draws = difference.draws
            rows.append(row | inferred(gain_draws, **level))
            if difference.language == NON_ENGLISH:
                draws[cells.encoder, difference.name, cells.target] = gain_draws
                if cells.target in in_mean:
                    own = headline.setdefault((cells.encoder, difference.name), [])
                    own.append((row, difference))
    if not rows:
        raise DataError("predictions hold the baseline alone; train at least one intermediate")
    for (encoder, intermediate), own in headline.items():
        row = _mean_row(pd.DataFrame([row for row, _ in own]))
        mean_draws = mean_of_draws([difference for _, difference in own])
        rows.append(row | inferred(mean_draws, **level))
        draws[encoder, intermediate, MEAN] = mean_draws
    table = pd.DataFrame(rows)
    # One answer for everything is no sign that a task does not matter.
    table.loc[table["collapsed"] > 0, list(MARGIN_TESTS)] = np.nan
    family = (table["language"] == NON_ENGLISH) & (table["target"] != MEAN)
    for column, method in (("p_holm", holm), ("p_bh", benjamini_hochberg)):
        table[column] = corrected(table["p_value"].where(family), method)
    table = with_margin_tests(table, family, margin)
    table["chance"] = table["target"].map(chance or {}).astype(float)
    _warn_of_few_draws(int(family.sum()), resamples, confidence)
    table["confidence"], table["resamples"], table["bootstrap_seed"] = confidence, resamples, seed
    order = ["encoder", "intermediate", "target", "language"]
    effects = table[EFFECT_COLUMNS].sort_values(order, kind="stable", ignore_index=True)
    return Effects(effects, _draws_table(draws))


def mean_of_draws(differences: Sequence[Difference]) -> np.ndarray:
    """Draws of a mean over targets, shape (resamples,).

    What targets share (intermediate seeds, languages) is added up before the tails are given, so
    that its degrees of freedom count once and those of what each has for itself add up.
    """
    share = 1 / len(differences)
    mean = float(np.mean([difference.estimate for difference in differences]))
    bound = float(np.mean([difference.bound for difference in differences]))
    components = combined((share, own.components) for own in differences)
    return components.draws(mean, bound)


def averaged(targets: Iterable[str], untuned: Collection[str]) -> set[str]:
    """Targets of the mean over targets: the tuned ones, or all where none is tuned.

    What an intermediate task does to an encoder that is then tuned, and to one that is not, are
    different questions; changes of an untuned target are often larger by far and would make the
    mean their own.
    """
    found = set(targets)
    return found - set(untuned) or found


def chance_levels(
    predictions: pd.DataFrame, targets: Mapping[str, Mapping[str, Any]]
) -> dict[str, float]:
    """Score that a guess among all answers has on average, in points, where the format has one.

    Parameters
    ----------
    predictions : DataFrame
        With ``target`` and ``gold``.
    targets : mapping of str to mapping
        ``format`` of each target, and ``labels`` of those of format classification. A choice has as
        many alternatives as its gold answers name.
    """
    levels = {}
    for name, target in targets.items():
        if target["format"] == "classification" and target.get("labels"):
            levels[name] = 100 / len(target["labels"])
        elif target["format"] == "choice":
            gold = predictions.loc[predictions["target"] == name, "gold"]
            levels[name] = 100 / max(1, gold.nunique())
    return levels


def collapsed_runs(predictions: pd.DataFrame) -> RunCounts:
    """Runs that give every test example one answer where the gold answers differ.

    Training of a small encoder at too high a rate ends so: a loss behind such a run tells of the
    recipe, not of the tasks.

    Parameters
    ----------
    predictions : DataFrame
        Columns of `crosslift.scores.CELL`, ``gold`` and ``prediction``.

    Returns
    -------
    dict of (encoder, intermediate, target) to int
        Arms without such a run are left out.
    """
    answers = predictions.groupby(CELL, sort=True, observed=True)[["gold", "prediction"]].nunique()
    runs = answers[(answers["prediction"] == 1) & (answers["gold"] > 1)]
    return runs.groupby(ARM).size().to_dict()


def lopsided_runs(predictions: pd.DataFrame, targets: Collection[str]) -> RunCounts:
    """Runs that give one of the answers less than a tenth as often as it is right.

    They learnt a part of the task only. Runs that collapsed (`collapsed_runs`) are left out.

    Parameters
    ----------
    predictions : DataFrame
        As `collapsed_runs`.
    targets : collection of str
        Targets with a closed set of answers (classification, choice); others are left out.

    Returns
    -------
    dict of (encoder, intermediate, target) to int
        Arms without such a run are left out.
    """
    closed = predictions[predictions["target"].isin(targets)]
    right = closed.groupby([*CELL, "gold"], observed=True).size()
    given = closed.groupby([*CELL, "prediction"], observed=True).size()
    given = given.rename_axis(right.index.names).reindex(right.index, fill_value=0)
    lacking = (given < HARDLY_EVER * right).groupby(CELL).any()
    several = closed.groupby(CELL, observed=True)["prediction"].nunique() > 1
    return lacking[lacking & several].groupby(ARM).size().to_dict()


def gain_tables(effects: pd.DataFrame, draws: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Non-English gains by (encoder, intermediate) and target, and draws by all three (columns)."""
    headline = effects[effects["language"] == NON_ENGLISH]
    gain = headline.pivot(index=["encoder", "intermediate"], columns="target", values="gain")
    drawn = draws.pivot(index="draw", columns=["encoder", "intermediate", "target"], values="gain")
    return gain, drawn


def _row(difference: Difference, *, tuned: bool) -> dict[str, object]:
    cells = difference.cells
    blocks = [
        block
        for code, block in cells.blocks.items()
        if code == difference.language or (difference.language == NON_ENGLISH and code != "en")
    ]
    return {
        "encoder": cells.encoder,
        "intermediate": difference.name,
        "target": cells.target,
        "language": difference.language,
        "score": difference.score,
        "baseline_score": difference.other_score,
        "gain": difference.estimate,
        "intermediate_seeds": len(cells.arms[difference.name]),
        "target_seeds": len(cells.target_seeds) if tuned else 0,
        "languages": len(blocks),
        "examples": np.unique(np.concatenate([block.examples for block in blocks])).size,
    }


def _mean_row(rows: pd.DataFrame) -> dict[str, object]:
    return {
        **{key: rows[key].iloc[0] for key in ("encoder", "intermediate", "language")},
        "target": MEAN,
        **{key: rows[key].mean() for key in ("score", "baseline_score", "gain")},
        **{key: rows[key].min() for key in ("intermediate_seeds", "target_seeds", "languages")},
        **{key: rows[key].sum() for key in ("examples", *FAULTS)},
    }


def _warn_of_few_draws(family: int, resamples: int, confidence: float) -> None:
    smallest = 2 * family / (resamples + 1)
    if smallest >= 1 - confidence:
        logger.warning(
            "%d resamples cannot show any of %d gains at %.3g after Holm's correction: the "
            "smallest p-value possible is %.2g; use at least %d",
            resamples,
            family,
            1 - confidence,
            min(smallest, 1.0),
            int(2 * family / (1 - confidence)) + 1,
        )


def _draws_table(draws: Mapping[tuple[str, str, str], np.ndarray]) -> pd.DataFrame:
    keys = sorted(draws)
    number = len(draws[keys[0]])
    long = pd.DataFrame(keys, columns=ARM).loc[np.repeat(np.arange(len(keys)), number)]
    long["draw"] = np.tile(np.arange(number), len(keys))
    long["gain"] = np.concatenate([draws[key] for key in keys])
    return long[DRAW_COLUMNS].reset_index(drop=True)
