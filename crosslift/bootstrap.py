"""Draws of one random factor, and what is read from draws."""

import zlib
from collections.abc import Iterator

import numpy as np

CHUNK_CELLS = 4_000_000


def stream(seed: int, *key: str) -> np.random.Generator:
    """Random numbers of one factor, the same for every arm and encoder that names the same key."""
    return np.random.default_rng([seed, zlib.crc32("\x1f".join(key).encode())])


def resample(levels: int, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """How often each level of a factor occurs in each draw.

    Of n levels n - 1 are drawn with replacement, so that the variance of a drawn mean is s^2 / n
    with s^2 the unbiased variance; drawing n gives (n - 1)/n of it, which is half for two seeds
    (McCarthy and Snowden 1985, The Bootstrap and Finite Population Sampling, NCHS Series 2, no.
    95). A single level is always drawn.

    Parameters
    ----------
    levels : int
        Number of levels n, at least 1.
    resamples : int
        Number of draws.

    Returns
    -------
    array of float, shape (resamples, levels)
        Rows sum to n - 1 (to 1 where n is 1).
    """
    if levels == 1:
        return np.ones((resamples, 1))
    drawn = rng.integers(levels, size=(resamples, levels - 1))
    offset = np.arange(resamples)[:, None] * levels
    counts = np.bincount((drawn + offset).ravel(), minlength=resamples * levels)
    return counts.reshape(resamples, levels).astype(float)


def multiplier_shares(levels: int, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Random weights of a mean over levels, whose drawn means are normal with variance s^2 / n.

    The multiplier bootstrap: ``1/n + (z - mean z) / sqrt(n (n - 1))`` with z standard normal
    (Praestgaard and Wellner 1993, Annals of Probability 21(4), exchangeable weights). Drawing two
    or three seeds with replacement has a handful of outcomes, none of them far enough out. A single
    level always has the weight 1: an interval over one seed says nothing about seeds.

    Returns
    -------
    array of float, shape (resamples, levels)
        Rows sum to 1.
    """
    if levels == 1:
        return np.ones((resamples, 1))
    normal = rng.standard_normal((resamples, levels))
    normal -= normal.mean(axis=1, keepdims=True)
    return 1 / levels + normal / np.sqrt(levels * (levels - 1))


def resample_in_chunks(
    levels: int, resamples: int, rng: np.random.Generator, width: int = 1
) -> Iterator[tuple[slice, np.ndarray]]:
    """`resample` in blocks of draws that fit in memory, each with the draws that it holds.

    `width` is the number of values that the caller makes of each draw.
    """
    step = max(1, CHUNK_CELLS // max(levels, width))
    for start in range(0, resamples, step):
        stop = min(start + step, resamples)
        yield slice(start, stop), resample(levels, stop - start, rng)


def percentile_interval(draws: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval over the first axis, by the (R + 1)p-th ordered draw.

    Davison and Hinkley (1997), Bootstrap Methods and their Application, section 5.2; between two
    ordered draws it interpolates, and beyond the last it takes the last.
    """
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0, method="weibull")
    return low, high


def two_sided_p(draws: np.ndarray) -> np.ndarray:
    """Two-sided p-value of a zero effect, over the first axis.

    Twice the smaller share of draws at or beyond zero, where 1 is added to count and number of
    draws, so that it is never 0 (Davison and Hinkley 1997, section 4.2); at most 1. It is below
    1 - confidence about where the percentile interval excludes zero. It cannot fall below
    2/(R + 1), which bounds what a correction for many tests can find.
    """
    number = draws.shape[0]
    at_or_below = 1 + (draws <= 0).sum(axis=0)
    at_or_above = 1 + (draws >= 0).sum(axis=0)
    return np.minimum(1.0, 2 * np.minimum(at_or_below, at_or_above) / (number + 1))


def one_sided_p(draws: np.ndarray, bound: float, side: str) -> np.ndarray:
    """P-value of an effect that lies at or beyond `bound`, over the first axis.

    The share of draws at or ``below`` it, or at or ``above`` it, counted as in `two_sided_p`.
    """
    beyond = draws <= bound if side == "below" else draws >= bound
    return (1 + beyond.sum(axis=0)) / (draws.shape[0] + 1)
