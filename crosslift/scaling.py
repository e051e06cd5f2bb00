"""How gains change with the size of the encoder.

A slope has two uncertainties: that of the gains, which their draws carry, and that of the line,
since encoders differ in more than their size and gains lie off any line. The second is what gains
stray from the line beyond what their draws explain, as in a meta-regression with random effects
(Thompson and Sharp 1999, Statistics in Medicine 18, 2693-2708): with residuals r about the line of
k sizes,

    strays = max(0, sum(r^2) - mean over draws of sum(r_draw^2)) / (k - 2)

and the slope's variance by it is ``strays / sum((x - mean x)^2)`` with k - 2 degrees of freedom, x
being log2 of the parameters. Two sizes lie on any line, so that it cannot be known for them.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import binom

from crosslift.bootstrap import percentile_interval, stream
from crosslift.components import Part, student_draws
from crosslift.differences import NON_ENGLISH
from crosslift.effects import gain_tables
from crosslift.errors import DataError

SCALING_COLUMNS = [
    *["intermediate", "target", "encoder", "parameters", "gain", "low", "high"],
    *["slope", "slope_low", "slope_high", "fit_low", "fit_high", "sizes", "floor", "confidence"],
]
FLOOR_LEVEL = 0.05
"""Level of the test that a score is above chance."""
NO_FLOOR = "none"


def estimate_scaling(
    effects: pd.DataFrame,
    draws: pd.DataFrame,
    parameters: Mapping[str, int],
    *,
    confidence: float,
) -> pd.DataFrame:
    """Gain against encoder size, with a least-squares slope in points per doubling.

    The slope is fitted to the gain against log2 of the parameters, in the full sample and in every
    draw. ``slope_low`` and ``slope_high`` are the percentile interval of the drawn slopes: they are
    of these encoders. ``fit_low`` and ``fit_high`` add the uncertainty of the line (see above) and
    are of encoders like them; with two sizes they are NaN.

    Parameters
    ----------
    effects, draws : DataFrame
        What `crosslift.effects.estimate_effects` returns.
    parameters : mapping of str to int
        Non-embedding parameters of each encoder.
    confidence : float
        Coverage of the percentile intervals, in (0, 1).

    Returns
    -------
    DataFrame
        Columns `SCALING_COLUMNS`: a row an intermediate, target (with ``mean``) and encoder, by
        size; the slope is repeated in each. The rows of ``mean`` are of the tuned targets, as in
        `effects`. ``sizes`` counts the distinct sizes, and ``floor`` names the encoders whose score
        with or without the intermediate is not above chance (`at_floor`), for a gain cannot show
        there; it is ``none`` for a target without ``chance``, hence for ``mean``. Empty where fewer
        than two sizes were studied.

    Raises
    ------
    DataError
        If an encoder has no positive number of parameters.
    """
    gain, drawn = gain_tables(effects, draws)
    encoders = list(gain.index.get_level_values("encoder").unique())
    _require_parameters(encoders, parameters)
    sizes = {encoder: int(parameters[encoder]) for encoder in encoders}
    floor = at_floor(effects)
    by_size = sorted(encoders, key=lambda encoder: (sizes[encoder], encoder))
    blocks = []
    for intermediate in gain.index.get_level_values("intermediate").unique():
        having = [encoder for encoder in by_size if (encoder, intermediate) in gain.index]
        if len({sizes[encoder] for encoder in having}) < 2:
            continue
        for target in gain.columns:
            points = np.array([gain.loc[(encoder, intermediate), target] for encoder in having])
            samples = np.stack(
                [drawn[(encoder, intermediate, target)].to_numpy() for encoder in having], axis=1
            )
            line = _fit([sizes[encoder] for encoder in having], points, samples, confidence)
            low_ones = [one for one in having if (one, intermediate, target) in floor]
            keys = {"intermediate": intermediate, "target": target, "encoder": having}
            blocks.append(line.assign(**keys, floor=", ".join(low_ones) or NO_FLOOR))
    if not blocks:
        text = dict.fromkeys(("intermediate", "target", "encoder", "floor"), str)
        types = {**dict.fromkeys(SCALING_COLUMNS, float), **text, "parameters": int, "sizes": int}
        return pd.DataFrame(columns=SCALING_COLUMNS).astype(types)
    return pd.concat(blocks, ignore_index=True)[SCALING_COLUMNS]


def slope_per_doubling(sizes: np.ndarray, gains: np.ndarray) -> np.ndarray:
    """Least-squares slope of gains against log2 of sizes, over the last axis of `gains`."""
    centred = np.log2(sizes) - np.log2(sizes).mean()
    return gains @ centred / (centred @ centred)


def at_floor(effects: pd.DataFrame) -> set[tuple[str, str, str]]:
    """Encoder, intermediate and target of gains that have a score not above chance.

    A binomial test at the level 0.05: the score over non-English languages (of the arm or of the
    baseline) is at most the 95th percentile of guesses at as many examples. Examples count once for
    all languages, since translations of one are not independent.

    Parameters
    ----------
    effects : DataFrame
        ``effects`` with ``chance``, ``score``, ``baseline_score`` (points) and ``examples``.
    """
    rows = effects[(effects["language"] == NON_ENGLISH) & effects["chance"].notna()]
    guesses = binom.ppf(1 - FLOOR_LEVEL, rows["examples"], rows["chance"] / 100)
    low = rows[["score", "baseline_score"]].min(axis=1) <= 100 * guesses / rows["examples"]
    keys = rows.loc[low, ["encoder", "intermediate", "target"]]
    return set(keys.itertuples(index=False, name=None))


def slope_draws(scale: np.ndarray, points: np.ndarray, samples: np.ndarray) -> np.ndarray | None:
    """Draws of a slope with the uncertainty of its line, or None for two sizes.

    Parameters
    ----------
    scale : array of float, shape (n_encoders,)
        Parameters.
    points : array of float, shape (n_encoders,)
        Gains.
    samples : array of float, shape (resamples, n_encoders)
        Their draws.
    """
    if np.unique(scale).size < 3:
        return None
    centred = np.log2(scale) - np.log2(scale).mean()
    freedom = len(scale) - 2
    observed = _residuals(centred, points).sum() / freedom
    explained = _residuals(centred, samples - points).sum(axis=-1).mean() / freedom
    steepness = centred @ centred
    normal = stream(0, "line").standard_normal(len(samples))
    line = np.sqrt(max(0.0, observed - explained) / steepness) * normal
    slope = float(slope_per_doubling(scale, points))
    of_gains = slope_per_doubling(scale, samples) - slope
    return student_draws(
        slope,
        [
            Part(of_gains, float(of_gains.var()), len(samples)),
            Part(line, observed / steepness, freedom),
        ],
    )


def _residuals(centred: np.ndarray, gains: np.ndarray) -> np.ndarray:
    """Squares about the least-squares line, over the last axis of `gains`."""
    level = gains.mean(axis=-1, keepdims=True)
    slope = (gains @ centred / (centred @ centred))[..., None]
    return (gains - level - slope * centred) ** 2


def _fit(
    sizes: list[int], points: np.ndarray, samples: np.ndarray, confidence: float
) -> pd.DataFrame:
    low, high = percentile_interval(samples, confidence)
    scale = np.array(sizes, dtype=float)
    slope_low, slope_high = percentile_interval(slope_per_doubling(scale, samples), confidence)
    with_line = slope_draws(scale, points, samples)
    fit_low, fit_high = (
        (np.nan, np.nan) if with_line is None else percentile_interval(with_line, confidence)
    )
    return pd.DataFrame(
        {
            "parameters": sizes,
            "gain": points,
            "low": low,
            "high": high,
            "slope": slope_per_doubling(scale, points),
            "slope_low": slope_low,
            "slope_high": slope_high,
            "fit_low": fit_low,
            "fit_high": fit_high,
            "sizes": np.unique(scale).size,
            "confidence": confidence,
        }
    )


def _require_parameters(encoders: list[str], parameters: Mapping[str, int]) -> None:
    lacking = [encoder for encoder in encoders if not parameters.get(encoder, 0) > 0]
    if lacking:
        raise DataError(
            f"encoders without a positive number of parameters: {', '.join(lacking)}; "
            "give encoders.NAME.parameters in study.json"
        )
