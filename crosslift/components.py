"""Draws of an estimate: what each factor adds, put together with the right tails.

A variance over three seeds is itself uncertain, so that a mean over them lies further from the
truth than a normal distribution says. What each factor adds is therefore kept apart until an
estimate is complete; then the sum is given the tails of Student's t with the effective degrees of
freedom of its variance (`effective_freedom`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, stdtrit

from crosslift.bootstrap import multiplier_shares, stream

# Standard scores; no draw of a normal variable lies beyond them.
_SCORES = np.linspace(0, 6, 601)


class Source(NamedTuple):
    """What is drawn at random; estimates that share it vary together.

    Attributes
    ----------
    factor : str
    target : str
        Empty where all targets share the levels.
    levels : tuple of str
        Names of the levels; none for examples.
    """

    factor: str
    target: str
    levels: tuple[str, ...] = ()


class LevelEffects(NamedTuple):
    """Deviations of a factor's levels from their mean, shape (n_levels,) each.

    `observed` is as they were measured, `net` shrunk by what lower factors explain of them
    (`crosslift.crossed`).
    """

    observed: np.ndarray
    net: np.ndarray


class ExampleDraws(NamedTuple):
    """Deviations that draws of examples alone make, shape (resamples,), and the groups drawn."""

    deviations: np.ndarray
    groups: int


class Part(NamedTuple):
    """One independent part of an estimate's draws.

    Attributes
    ----------
    deviations : array of float, shape (resamples,)
    observed : float
        The variance that was estimated with `freedom` degrees of freedom, before anything was
        taken off it.
    freedom : float
    """

    deviations: np.ndarray
    observed: float
    freedom: float


@dataclass(frozen=True)
class Components:
    """All that an estimate's draws are made of; see `combined`."""

    seed: int
    resamples: int
    levels: Mapping[Source, LevelEffects]
    examples: Mapping[Source, ExampleDraws]

    def parts(self) -> list[Part]:
        """What each source adds to the draws."""
        parts = [
            Part(own.deviations, float(own.deviations.var()), max(1, own.groups - 1))
            for own in self.examples.values()
        ]
        for source, effects in self.levels.items():
            number = len(source.levels)
            key = [key for key in (source.target, *source.levels) if key]
            shares = multiplier_shares(
                number, self.resamples, stream(self.seed, source.factor, *key)
            )
            observed = np.square(effects.observed).sum() / (number * (number - 1))
            parts.append(Part(shares @ effects.net, float(observed), number - 1))
        return parts

    def draws(self, estimate: float, bound: float = np.inf) -> np.ndarray:
        """Draws of the estimate, shape (resamples,); see `student_draws`."""
        return student_draws(estimate, self.parts(), bound=bound)


def combined(terms: Iterable[tuple[float, Components]]) -> Components:
    """Components of a weighted sum of estimates, of one seed and number of draws."""
    levels: dict[Source, LevelEffects] = {}
    examples: dict[Source, ExampleDraws] = {}
    for weight, components in terms:
        for source, own in components.levels.items():
            before = levels.get(source, LevelEffects(0.0, 0.0))
            levels[source] = LevelEffects(
                before.observed + weight * own.observed, before.net + weight * own.net
            )
        for source, draws in components.examples.items():
            earlier = examples.get(source, ExampleDraws(0.0, draws.groups))
            examples[source] = ExampleDraws(
                earlier.deviations + weight * draws.deviations, draws.groups
            )
    return Components(components.seed, components.resamples, levels, examples)


def effective_freedom(net: np.ndarray, observed: np.ndarray, freedom: np.ndarray) -> float:
    """Degrees of freedom of a variance that is a sum of estimated ones.

    Satterthwaite (1946, Biometrics Bulletin 2(6), 110-114) has ``V^2 / sum(v^2 / f)`` for a sum V
    of estimates v with f degrees of freedom. Where noise is taken off an observed variance, and
    nothing below 0 is left, neither of the two is its v: the observed one makes intervals too wide
    where a factor shows little but noise, the net one too narrow where it shows more. Their product
    stands for v^2, which kept coverage in the simulation (docs/statistics.md). At least the
    smallest f.
    """
    spread = float((net * observed / freedom).sum())
    return max(float(freedom.min()), float(net.sum()) ** 2 / spread) if spread > 0 else np.inf


def student_draws(estimate: float, parts: Iterable[Part], *, bound: float = np.inf) -> np.ndarray:
    """Draws of an estimate from its parts, shape (resamples,).

    Each draw keeps its rank: a deviation at a normal quantile is moved to the same quantile of
    Student's t, ``s t(F(d / s))`` with s the standard deviation of the sum. `bound` is the largest
    size that the quantity can have.
    """
    # Equal arms differ by exactly nothing: rounding errors must not count as signs.
    kept = [part._replace(deviations=part.deviations.round(9)) for part in parts]
    deviations = np.sum([part.deviations for part in kept], axis=0)
    net = np.array([part.deviations.var() for part in kept])
    spread = float(np.sqrt(net.sum()))
    if not spread > 0:
        return np.full(deviations.shape, estimate).round(9)
    observed = np.array([part.observed for part in kept])
    freedom = effective_freedom(net, observed, np.array([part.freedom for part in kept]))
    tails = -stdtrit(freedom, ndtr(-_SCORES))
    moved = np.copysign(np.interp(np.abs(deviations) / spread, _SCORES, tails), deviations)
    return np.clip(estimate + spread * moved, -bound, bound).round(9)
