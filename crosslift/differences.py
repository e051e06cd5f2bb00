"""Paired differences between the arms of a target, with bootstrap draws.

One draw varies intermediate seeds, target seeds, non-English languages and examples (see
`crosslift.crossed` for how they combine, and `crosslift.components` for the tails of the sum). Its
random numbers depend on the target, the languages and the seeds, never on the arm or the encoder:
draws of equal index are one draw, and what arms share cancels in their difference. Examples are
drawn by id, jointly for all languages, since XTREME's tests are parallel; where ids differ by
language this is a cluster bootstrap by id.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from crosslift.bootstrap import resample_in_chunks, stream
from crosslift.components import Components, ExampleDraws, LevelEffects, Source
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

Weights = Mapping[str, float]
"""Weights of a target's arms in a difference; they sum to 0."""


@dataclass(frozen=True)
class Difference:
    """Weighted mean score of some arms less that of others, in points (0 to 100).

    Attributes
    ----------
    name : hashable
        What the caller named the difference.
    language : str
        A code, held fixed in the draws, or ``non-english``, the mean over non-English languages,
        which vary in them.
    score, other_score : float
        Sum of the scores with positive weights, and of those with negative ones.
    components : Components
        What the draws are made of.
    bound : float
        The largest size that the difference can have.
    """

    cells: PairedCells
    name: Hashable
    language: str
    score: float
    other_score: float
    components: Components
    bound: float

    @property
    def estimate(self) -> float:
        """The difference in the full sample."""
        return self.score - self.other_score

    @property
    def draws(self) -> np.ndarray:
        """Draws of the difference, shape (resamples,)."""
        return self.components.draws(self.estimate, self.bound)


class _View(NamedTuple):
    """Places of languages whose mean is taken, and the name of that mean."""

    name: str
    places: list[int]


def against(arm: str, other: str = BASELINE) -> Weights:
    """The difference of one arm from another."""
    return {arm: 1.0, other: -1.0}


def target_differences(
    cells: PairedCells,
    contrasts: Mapping[Hashable, Weights],
    *,
    resamples: int,
    seed: int,
    each_language: bool = True,
) -> list[Difference]:
    """Differences of arms in each language and over the non-English languages.

    Parameters
    ----------
    cells : PairedCells
    contrasts : mapping of name to Weights
        Arms of `cells` with their weights; see `against`.
    resamples, seed : int
        Number of draws; the same seed gives the same draws.
    each_language : bool
        Without it only the differences over the non-English languages are made.

    Raises
    ------
    DataError
        If English is the target's only language, or two arms of a contrast other than the baseline
        differ in their intermediate seeds.
    """
    views = _views(cells) if each_language else _views(cells)[-1:]
    observed = run_scores(cells, np.ones((1, cells.groups)))
    scores = {arm: observed[0, place].mean(axis=0) for arm, place in cells.runs.items()}
    drawn_examples = _example_draws(cells, contrasts.values(), views, observed, resamples, seed)
    by_examples = Source("examples", cells.target)
    differences = []
    for (name, weights), noise, deviations in zip(contrasts.items(), *drawn_examples, strict=True):
        table = _table(cells, observed, weights)[0]
        for view, example_noise in zip(views, noise, strict=True):
            levels = _level_effects(
                table[..., view.places], _sources(cells, weights, view), example_noise
            )
            own = ExampleDraws(deviations[:, view.places].mean(axis=1), cells.groups)
            components = Components(seed, resamples, levels, {by_examples: own})
            arms = [
                (weight, float(scores[arm][view.places].mean())) for arm, weight in weights.items()
            ]
            score = sum(weight * value for weight, value in arms if weight > 0)
            other = sum(-weight * value for weight, value in arms if weight < 0)
            bound = 50 * sum(abs(weight) for weight in weights.values())
            differences.append(Difference(cells, name, view.name, score, other, components, bound))
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


def _seeds(cells: PairedCells, weights: Weights) -> tuple[int, ...]:
    """Intermediate seeds of the arms; the baseline has none and goes with all."""
    seeds = {arm: cells.arms[arm] for arm in weights if arm != BASELINE}
    first, *others = seeds
    for other in others:
        if seeds[first] != seeds[other]:
            raise DataError(
                f"encoder {cells.encoder!r}, target {cells.target!r}: {first!r} has the "
                f"intermediate seeds {seeds[first]} and {other!r} has {seeds[other]}; train both "
                "with both"
            )
    return seeds[first]


def _sources(cells: PairedCells, weights: Weights, view: _View) -> dict[int, Source]:
    languages = list(cells.blocks)
    levels = {
        LANGUAGE: ("languages", "", [languages[place] for place in view.places]),
        TARGET: ("target seeds", cells.target, cells.target_seeds),
        INTERMEDIATE: ("intermediate seeds", "", _seeds(cells, weights)),
    }
    return {
        factor: Source(name, target, tuple(map(str, found)))
        for factor, (name, target, found) in levels.items()
    }


def _table(cells: PairedCells, values: np.ndarray, weights: Weights) -> np.ndarray:
    """Differences by draw, intermediate seed, target seed and language.

    The baseline has no intermediate seeds and is taken off each of the arm's.
    """
    _seeds(cells, weights)

    def shaped(name: str) -> np.ndarray:
        runs = values[:, cells.runs[name]]
        seeds = (len(cells.arms[name]), len(cells.target_seeds))
        return runs.reshape(len(values), *seeds, values.shape[-1])

    return sum(weight * shaped(arm) for arm, weight in weights.items())


def _example_draws(
    cells: PairedCells,
    contrasts: Collection[Weights],
    views: Sequence[_View],
    observed: np.ndarray,
    resamples: int,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Resample examples alone.

    Returns
    -------
    noise : array, shape (n_contrasts, n_views, n_factors)
        Variance that example noise lends to each factor.
    deviations : array, shape (n_contrasts, resamples, n_languages)
        Drawn difference less the observed one, mean over seeds.
    """
    noise = np.zeros((len(contrasts), len(views), len(FACTORS)))
    noise_draws = min(resamples, NOISE_DRAWS)
    deviations = np.empty((len(contrasts), resamples, len(cells.blocks)))
    rng = stream(seed, "examples", cells.target)
    for rows, counts in resample_in_chunks(cells.groups, resamples, rng, width=observed.size):
        values = run_scores(cells, counts) - observed
        for number, weights in enumerate(contrasts):
            table = _table(cells, values, weights)
            deviations[number, rows] = table.mean(axis=(INTERMEDIATE, TARGET))
            table = table[: max(0, noise_draws - rows.start)]
            for place, view in enumerate(views):
                noise[number, place] += [
                    factor_variance(table[..., view.places], factor).sum() / noise_draws
                    for factor in FACTORS
                ]
    return noise, deviations


def _level_effects(
    table: np.ndarray, sources: dict[int, Source], noise: np.ndarray
) -> dict[Source, LevelEffects]:
    """Deviations of each factor's levels, as measured and shrunk; one level has none."""
    effects = {}
    for factor, example_noise in zip(FACTORS, noise, strict=True):
        source = sources[factor]
        if len(source.levels) == 1:
            continue
        others = tuple(axis for axis in FACTORS if axis != factor)
        observed = table.mean(axis=others) - table.mean()
        shrunk = shrinkage(
            factor_variance(table, factor), example_noise, component_variance(table, (factor,))
        )
        effects[source] = LevelEffects(observed, shrunk * observed)
    return effects
