"""Paired differences between two arms of a target, with bootstrap draws.

One draw resamples intermediate seeds, target seeds, non-English languages and examples (see
`crosslift.crossed` for how they combine). Its random numbers depend on the target, the languages
and the seeds, never on the arm or the encoder: draws of equal index are one draw, and what arms
share cancels in their difference. Examples are drawn by id, jointly for all languages, since
XTREME's tests are parallel; where ids differ by language this is a cluster bootstrap by id.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crosslift.bootstrap import resample_in_chunks, resampled_shares, stream
from crosslift.crossed import (
    FACTORS,
    INTERMEDIATE,
    LANGUAGE,
    TARGET,
    component_variance,
    factor_variance,
    shrinkage,
)
from crosslift.errors import DataError
from crosslift.pairing import BASELINE, PairedCells

ENGLISH = "en"
NON_ENGLISH = "non-english"
# Enough for the mean of a variance; more would only take time.
NOISE_DRAWS = 1_000


@dataclass(frozen=True)
class Difference:
    """Score of `arm` less that of `other`, in points (0 to 100).

    `language` is a code, held fixed in the draws, or ``non-english``, the mean over non-English
    languages, which are resampled. `draws` has the shape (resamples,).
    """

    cells: PairedCells
    arm: str
    other: str
    language: str
    score: float
    other_score: float
    draws: np.ndarray

    @property
    def estimate(self) -> float:
        """The difference in the full sample."""
        return self.score - self.other_score


@dataclass(frozen=True)
class _View:
    """Places of languages whose mean is taken, and the name of that mean."""

    name: str
    places: list[int]


def target_differences(
    cells: PairedCells, pairs: Sequence[tuple[str, str]], *, resamples: int, seed: int
) -> list[Difference]:
    """Differences of pairs of arms in each language and over the non-English languages.

    Parameters
    ----------
    cells : PairedCells
    pairs : sequence of (arm, other)
        Names of arms of `cells`.
    resamples, seed : int
        Number of draws; the same seed gives the same draws.

    Raises
    ------
    DataError
        If English is the target's only language, or two arms other than the baseline differ in
        their intermediate seeds.
    """
    views = _views(cells)
    observed = run_scores(cells, np.ones((1, cells.groups)))
    shares = [_language_shares(cells, view, resamples, seed) for view in views]
    target_shares = _shares("target seeds", cells.target_seeds, resamples, seed, cells.target)
    noise, deviations = _example_draws(cells, pairs, views, observed, resamples, seed)
    scores = {arm: observed[0, place].mean(axis=0) for arm, place in cells.runs.items()}
    differences = []
    for number, (arm, other) in enumerate(pairs):
        table = _table(cells, observed, arm, other)[0]
        seed_shares = _shares("intermediate seeds", cells.arms[arm], resamples, seed)
        for place, view in enumerate(views):
            factors = {LANGUAGE: shares[place], TARGET: target_shares, INTERMEDIATE: seed_shares}
            draws = _draws(table[..., view.places], factors, noise[number, place])
            draws += deviations[number][:, view.places].mean(axis=1)
            # Equal arms differ by exactly nothing: rounding errors must not count as signs.
            draws = draws.round(9)
            means = [float(scores[name][view.places].mean()) for name in (arm, other)]
            differences.append(Difference(cells, arm, other, view.name, *means, draws))
    return differences


def run_scores(cells: PairedCells, counts: np.ndarray) -> np.ndarray:
    """Metric of each run in each language, shape (draws, n_runs, n_languages), 0 to 100.

    `counts` says how often each group of examples occurs in each draw. A metric whose weights sum
    to 0 in a draw (no entity, gold or predicted) is 0, as seqeval has it.
    """
    values = []
    for block in cells.blocks.values():
        occurrences = counts[:, block.groups]
        weight = occurrences @ block.denominator.T
        total = occurrences @ block.numerator.T
        values.append(100 * np.divide(total, weight, out=np.zeros_like(total), where=weight > 0))
    return np.stack(values, axis=-1)


def _views(cells: PairedCells) -> list[_View]:
    languages = list(cells.blocks)
    foreign = [place for place, code in enumerate(languages) if code != ENGLISH]
    if not foreign:
        raise DataError(
            f"encoder {cells.encoder!r}, target {cells.target!r}: English is its only language; "
            "list others, for gains are measured on them"
        )
    single = [_View(code, [place]) for place, code in enumerate(languages)]
    return [*single, _View(NON_ENGLISH, foreign)]


def _table(cells: PairedCells, values: np.ndarray, arm: str, other: str) -> np.ndarray:
    """Differences by draw, intermediate seed, target seed and language.

    The baseline has no intermediate seeds and is taken off each of the arm's.
    """
    if other != BASELINE and cells.arms[arm] != cells.arms[other]:
        raise DataError(
            f"encoder {cells.encoder!r}, target {cells.target!r}: {arm!r} has the intermediate "
            f"seeds {cells.arms[arm]} and {other!r} has {cells.arms[other]}; train both with both"
        )

    def shaped(name: str) -> np.ndarray:
        runs = values[:, cells.runs[name]]
        seeds = (len(cells.arms[name]), len(cells.target_seeds))
        return runs.reshape(len(values), *seeds, values.shape[-1])

    return shaped(arm) - shaped(other)


def _example_draws(
    cells: PairedCells,
    pairs: Sequence[tuple[str, str]],
    views: list[_View],
    observed: np.ndarray,
    resamples: int,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Resample examples alone.

    Returns
    -------
    noise : array, shape (n_pairs, n_views, n_factors)
        Variance that example noise lends to each factor.
    deviations : array, shape (n_pairs, resamples, n_languages)
        Drawn difference less the observed one, mean over seeds.
    """
    noise = np.zeros((len(pairs), len(views), len(FACTORS)))
    noise_draws = min(resamples, NOISE_DRAWS)
    deviations = np.empty((len(pairs), resamples, len(cells.blocks)))
    rng = stream(seed, "examples", cells.target)
    for rows, counts in resample_in_chunks(cells.groups, resamples, rng, width=observed.size):
        values = run_scores(cells, counts) - observed
        for number, (arm, other) in enumerate(pairs):
            table = _table(cells, values, arm, other)
            deviations[number, rows] = table.mean(axis=(INTERMEDIATE, TARGET))
            table = table[: max(0, noise_draws - rows.start)]
            for place, view in enumerate(views):
                noise[number, place] += [
                    factor_variance(table[..., view.places], factor).sum() / noise_draws
                    for factor in FACTORS
                ]
    return noise, deviations


def _draws(table: np.ndarray, shares: dict[int, np.ndarray], noise: np.ndarray) -> np.ndarray:
    """Mean of the table plus the shrunk deviations of each resampled factor, shape (resamples,)."""
    estimate = table.mean()
    draws = np.full(len(shares[LANGUAGE]), estimate)
    for factor, example_noise in zip(FACTORS, noise, strict=True):
        others = tuple(axis for axis in FACTORS if axis != factor)
        shrunk = shrinkage(
            factor_variance(table, factor), example_noise, component_variance(table, (factor,))
        )
        draws += shrunk * (shares[factor] @ table.mean(axis=others) - estimate)
    return draws


def _language_shares(cells: PairedCells, view: _View, resamples: int, seed: int) -> np.ndarray:
    languages = list(cells.blocks)
    return _shares("languages", [languages[place] for place in view.places], resamples, seed)


def _shares(
    factor: str, levels: Sequence[object], resamples: int, seed: int, *key: str
) -> np.ndarray:
    rng = stream(seed, factor, *key, *(str(level) for level in levels))
    return resampled_shares(len(levels), resamples, rng)
