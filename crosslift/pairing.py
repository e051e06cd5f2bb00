"""Predictions of one encoder on one target, laid out so that every arm is paired with the baseline.

Pairs share target seed, language and example id. A cell that has no partner is an error: a gain
over different examples would be a difference between samples as well as between models.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crosslift.errors import DataError

BASELINE = "none"
FAULTS_SHOWN = 10


@dataclass(frozen=True)
class LanguageBlock:
    """What all runs scored in one language.

    Attributes
    ----------
    examples : array of int, shape (n_examples,)
        Position of each example's id among all ids of the target.
    groups : array of int, shape (n_examples,)
        Position of each example's group among all groups of the target, so that a draw of groups
        picks the same examples in every language of a parallel test set.
    numerator, denominator : array of float, shape (n_runs, n_examples)
        Score times weight, and weight; a run's metric is 100 times the ratio of their sums.
    """

    examples: np.ndarray
    groups: np.ndarray
    numerator: np.ndarray
    denominator: np.ndarray


@dataclass(frozen=True)
class PairedCells:
    """All runs of an encoder on a target.

    Attributes
    ----------
    encoder, target : str
    arms : dict of str to tuple of int
        Intermediate seeds of each intermediate, the baseline first.
    target_seeds : tuple of int
    blocks : dict of str to LanguageBlock
        By language. Runs stand in the order of arms, then intermediate seeds, then target seeds.
    groups : int
        Number of groups of examples that share a text (`crosslift.data.groups`).
    """

    encoder: str
    target: str
    arms: dict[str, tuple[int, ...]]
    target_seeds: tuple[int, ...]
    blocks: dict[str, LanguageBlock]
    groups: int

    @property
    def runs(self) -> dict[str, slice]:
        """Where each arm's runs stand in the blocks."""
        places, start = {}, 0
        for arm, seeds in self.arms.items():
            stop = start + len(seeds) * len(self.target_seeds)
            places[arm] = slice(start, stop)
            start = stop
        return places


def pair_cells(predictions: pd.DataFrame) -> Iterator[PairedCells]:
    """Lay predictions out by encoder and target, in sorted order.

    Parameters
    ----------
    predictions : DataFrame
        Prediction rows, checked by `crosslift.scores.check_predictions`.

    Raises
    ------
    DataError
        If an encoder lacks a target that another has, a target the baseline or an intermediate
        that its encoder has elsewhere, an arm a run, a run an example, or if two runs disagree
        about an example's gold; the message names the cells.
    """
    arms_of = predictions.groupby("encoder")["intermediate"].unique()
    targets_of = predictions.groupby("encoder")["target"].agg(set)
    every = set().union(*targets_of)
    lacking = [
        f"encoder {encoder!r} lacks {', '.join(sorted(every - found))}"
        for encoder, found in targets_of.items()
        if found != every
    ]
    if lacking:
        raise DataError(f"targets are not the same for all encoders: {'; '.join(lacking)}")
    for (encoder, target), rows in predictions.groupby(["encoder", "target"], sort=True):
        yield _pair(encoder, target, rows, sorted(arms_of[encoder]))


def _pair(encoder: str, target: str, rows: pd.DataFrame, intermediates: list[str]) -> PairedCells:
    place = f"encoder {encoder!r}, target {target!r}"
    runs, run_of_row = _runs(rows)
    arms, faults = _arms(runs, intermediates)
    if not faults:
        blocks, groups, faults = _blocks(rows, runs, run_of_row)
    if faults:
        shown = "; ".join(faults[:FAULTS_SHOWN])
        more = f"; and {len(faults) - FAULTS_SHOWN} more" if len(faults) > FAULTS_SHOWN else ""
        raise DataError(f"{place}: cells cannot be paired: {shown}{more}; evaluate them again")
    target_seeds = tuple(sorted({seed for _, _, seed in runs}))
    return PairedCells(encoder, target, arms, target_seeds, blocks, groups)


def _runs(rows: pd.DataFrame) -> tuple[list[tuple[str, int, int]], np.ndarray]:
    """All runs, the baseline's first, and the position of each row's run among them."""
    key = ["intermediate", "intermediate_seed", "target_seed"]
    found = rows[key].drop_duplicates()
    runs = sorted(found.itertuples(index=False, name=None), key=lambda r: (r[0] != BASELINE, r))
    position = pd.Series(np.arange(len(runs)), index=pd.MultiIndex.from_tuples(runs))
    codes = rows.groupby(key, sort=False).ngroup().to_numpy()
    first = found.itertuples(index=False, name=None)
    return runs, np.array([position[run] for run in first])[codes]


def _arms(
    runs: list[tuple[str, int, int]], intermediates: list[str]
) -> tuple[dict[str, tuple[int, ...]], list[str]]:
    arms = {arm: tuple(sorted({s for a, s, _ in runs if a == arm})) for arm, _, _ in runs}
    faults = []
    if BASELINE not in arms:
        faults.append(f"the baseline intermediate {BASELINE!r} is absent")
    faults += [
        f"intermediate {name!r} is absent, though other targets have it"
        for name in intermediates
        if name not in arms and name != BASELINE
    ]
    present = set(runs)
    for arm, seeds in arms.items():
        for seed in seeds:
            faults += [
                f"intermediate {arm!r} seed {seed} has no run with target seed {target_seed}"
                for target_seed in sorted({t for _, _, t in runs})
                if (arm, seed, target_seed) not in present
            ]
    return arms, faults


def _blocks(
    rows: pd.DataFrame, runs: list[tuple[str, int, int]], run_of_row: np.ndarray
) -> tuple[dict[str, LanguageBlock], int, list[str]]:
    # Sorted ids make the result independent of the order of rows.
    example_of_row, ids = pd.factorize(rows["example_id"], sort=True)
    group_of_row, groups = pd.factorize(rows["group"], sort=True)
    group_of_example = np.zeros(len(ids), int)
    group_of_example[example_of_row] = group_of_row
    gold_of_row, _ = pd.factorize(rows["gold"])
    score, weight = rows["score"].to_numpy(float), rows["weight"].to_numpy(float)
    blocks, faults = {}, []
    language_of_row, languages = pd.factorize(rows["language"], sort=True)
    for code, language in enumerate(languages):
        here = np.flatnonzero(language_of_row == code)
        examples, column = np.unique(example_of_row[here], return_inverse=True)
        place = (run_of_row[here], column)
        shape = (len(runs), len(examples))
        gold = np.full(shape, -1)
        gold[place] = gold_of_row[here]
        faults += _unpaired(gold, runs, language, [ids[example] for example in examples])
        numerator, denominator = np.zeros(shape), np.zeros(shape)
        numerator[place] = (score * weight)[here]
        denominator[place] = weight[here]
        blocks[str(language)] = LanguageBlock(
            examples, group_of_example[examples], numerator, denominator
        )
    return blocks, len(groups), faults


def _unpaired(
    gold: np.ndarray, runs: list[tuple[str, int, int]], language: str, ids: list[str]
) -> Iterator[str]:
    """Runs that lack examples of a language, or whose gold differs from the others'."""
    agreed = gold.max(axis=0)
    for run, found in zip(runs, gold, strict=True):
        arm, seed, target_seed = run
        name = f"intermediate {arm!r} seed {seed} target seed {target_seed} language {language!r}"
        lacking = np.flatnonzero(found < 0)
        if lacking.size:
            first = ids[lacking[0]]
            yield f"{name} lacks {lacking.size} of {len(ids)} examples (first {first!r})"
        differing = np.flatnonzero((found >= 0) & (found != agreed))
        if differing.size:
            yield f"{name} has another gold for {differing.size} examples ({ids[differing[0]]!r})"
