"""A bootstrap of crossed random factors whose draws vary as much as the estimate does, not more.

Intermediate seeds, target seeds, languages and examples meet in every cell. To resample all four
and multiply their counts (the pigeonhole bootstrap) draws the noise of single cells once for every
set of factors that it belongs to: 2^4 - 1 times the variance it adds to the mean (Owen and Eckles
2012, Annals of Applied Statistics 6(3)). To resample seeds alone misses languages, and so on.

Here each factor is drawn on its own, the deviations from the estimate are added, and those of
seeds and languages are first shrunk by what lower levels explain of them, as Davison and Hinkley
(1997, section 3.8) do for nested data. Every interaction is thereby counted once:

    examples   all that varies with examples, interactions included (drawn as it is)
    languages  languages and their interactions with seeds
    target     target seeds and their interaction with intermediate seeds
    seeds      intermediate seeds
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

INTERMEDIATE, TARGET, LANGUAGE = -3, -2, -1
FACTORS = (LANGUAGE, TARGET, INTERMEDIATE)
# Factors whose interactions with this one are counted with them, not with it.
_LOWER: dict[int, tuple[int, ...]] = {
    LANGUAGE: (),
    TARGET: (LANGUAGE,),
    INTERMEDIATE: (TARGET, LANGUAGE),
}


def component_variance(table: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    """Mean square of an effect or interaction, divided by the number of cells.

    That is the variance which drawing the factors in `axes` adds to the table's mean by this
    component; for one factor it is the variance s^2 / n of a mean over its levels.

    Parameters
    ----------
    table : array of float, shape (..., intermediate seeds, target seeds, languages)
    axes : tuple of int
        Axes of the factors that interact, from -3 to -1.

    Returns
    -------
    array of float, shape (...)
        0 where one of the factors has a single level.
    """
    cells = 1
    for axis in FACTORS:
        mean = table.mean(axis=axis, keepdims=True)
        if axis in axes:
            levels = table.shape[axis]
            cells *= levels * (levels - 1)
            table = table - mean
        else:
            table = mean
    squares = np.square(table).sum(axis=FACTORS)
    return squares / cells if cells else np.zeros_like(squares)


def factor_variance(table: np.ndarray, factor: int) -> np.ndarray:
    """Variance that `factor` adds to the mean of `table`, less what factors before it stand for.

    In a crossed design the mean square of a factor holds all its interactions; those with the
    factors before it in `FACTORS` are taken off by inclusion and exclusion, so that the sum over
    factors estimates the variance of the mean without bias. It may come out negative.
    """
    total = np.zeros(table.shape[:-3])
    for subset in _subsets(_LOWER[factor]):
        total = total + (-1) ** len(subset) * component_variance(table, (factor, *subset))
    return total


def shrinkage(variance: np.ndarray, noise: np.ndarray, raw: np.ndarray) -> np.ndarray:
    """Factor, in [0, 1], by which the deviations of a factor's levels are shrunk.

    Parameters
    ----------
    variance : array of float
        `factor_variance` of the observed table.
    noise : array of float
        The mean of the same over tables of pure example noise (draws of examples less the
        estimate): what the factor would show if it had no effect at all.
    raw : array of float
        `component_variance` of the factor, which its drawn deviations have.
    """
    net = np.clip(variance - noise, 0, raw)
    return np.sqrt(np.divide(net, raw, out=np.zeros_like(raw), where=raw > 0))


def _subsets(axes: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for size in range(len(axes) + 1):
        yield from combinations(axes, size)
