"""How far raters agree: Krippendorff's alpha, with an interval over the rated units."""

import math
from typing import Literal

import krippendorff
import numpy as np

Level = Literal["nominal", "ordinal", "interval"]


def krippendorff_alpha(ratings: np.ndarray, level: Level = "ordinal") -> float | None:
    """Krippendorff's alpha of raters over units.

    Parameters
    ----------
    ratings : array of float, shape (n_raters, n_units)
        NaN where a rater left a unit out; units with fewer than two ratings do not count.
    level : str
        Level of measurement: how far apart two different ratings are.

    Returns
    -------
    float or None
        1 is perfect agreement, 0 that of chance. None where alpha is not defined: no unit has two
        ratings, or all ratings are equal, so that chance agreement cannot be told from any other.

    References
    ----------
    Krippendorff (2019), Content Analysis, 4th edition, chapter 12; the `krippendorff` package.
    """
    pairable = ratings[:, np.count_nonzero(~np.isnan(ratings), axis=0) >= 2]
    values = np.unique(pairable[~np.isnan(pairable)])
    if len(values) < 2:
        return None
    alpha = krippendorff.alpha(
        reliability_data=pairable, level_of_measurement=level, value_domain=list(values)
    )
    return float(alpha) if math.isfinite(alpha) else None


def constant_raters(ratings: np.ndarray) -> list[int]:
    """Raters who gave several units the same rating, among units that another rated too.

    Such a rater tells no unit from another, so that alpha measures nothing of the agreement with
    the others on units.

    Parameters
    ----------
    ratings : array of float, shape (n_raters, n_units)
        As for `krippendorff_alpha`.
    """
    pairable = ratings[:, np.count_nonzero(~np.isnan(ratings), axis=0) >= 2]
    given = [row[~np.isnan(row)] for row in pairable]
    return [place for place, row in enumerate(given) if len(row) > 1 and len(np.unique(row)) == 1]


def alpha_interval(
    ratings: np.ndarray,
    level: Level = "ordinal",
    *,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> tuple[float, float] | tuple[None, None]:
    """Percentile interval of alpha when the units are drawn anew, with replacement.

    Draws in which alpha is not defined are left out; where fewer than half of them remain, or
    alpha itself is not defined, there is no interval.
    """
    if krippendorff_alpha(ratings, level) is None:
        return None, None
    rng = np.random.default_rng(seed)
    units = ratings.shape[1]
    draws = [
        krippendorff_alpha(ratings[:, rng.integers(units, size=units)], level)
        for _ in range(resamples)
    ]
    defined = [draw for draw in draws if draw is not None]
    if 2 * len(defined) < resamples:
        return None, None
    low, high = np.quantile(defined, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)
