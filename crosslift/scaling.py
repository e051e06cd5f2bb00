"""How gains change with the size of the encoder."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from crosslift.bootstrap import percentile_interval
from crosslift.effects import gain_tables
from crosslift.errors import DataError

SCALING_COLUMNS = [
    *["intermediate", "target", "encoder", "parameters", "gain", "low", "high"],
    *["slope", "slope_low", "slope_high", "confidence"],
]


def estimate_scaling(
    effects: pd.DataFrame,
    draws: pd.DataFrame,
    parameters: Mapping[str, int],
    *,
    confidence: float,
) -> pd.DataFrame:
    """Gain against encoder size, with a least-squares slope in points per doubling.

    The slope is fitted to the gain against log2 of the parameters, in the full sample and in every
    draw; its interval is the percentile interval of the drawn slopes. It describes these encoders:
    the few sizes are not resampled, and two sizes fit any line.

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
        `effects`. Empty where fewer than two sizes were studied.

    Raises
    ------
    DataError
        If an encoder has no positive number of parameters.
    """
    gain, drawn = gain_tables(effects, draws)
    encoders = list(gain.index.get_level_values("encoder").unique())
    _require_parameters(encoders, parameters)
    sizes = {encoder: int(parameters[encoder]) for encoder in encoders}
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
            block = _fit([sizes[encoder] for encoder in having], points, samples, confidence)
            blocks.append(block.assign(intermediate=intermediate, target=target, encoder=having))
    if not blocks:
        text = dict.fromkeys(("intermediate", "target", "encoder"), str)
        types = {**dict.fromkeys(SCALING_COLUMNS, float), **text, "parameters": int}
        return pd.DataFrame(columns=SCALING_COLUMNS).astype(types)
    return pd.concat(blocks, ignore_index=True)[SCALING_COLUMNS]


def slope_per_doubling(sizes: np.ndarray, gains: np.ndarray) -> np.ndarray:
    """Least-squares slope of gains against log2 of sizes, over the last axis of `gains`."""
    centred = np.log2(sizes) - np.log2(sizes).mean()
    return gains @ centred / (centred @ centred)


def _fit(
    sizes: list[int], points: np.ndarray, samples: np.ndarray, confidence: float
) -> pd.DataFrame:
    low, high = percentile_interval(samples, confidence)
    scale = np.array(sizes, dtype=float)
    slope_low, slope_high = percentile_interval(slope_per_doubling(scale, samples), confidence)
    return pd.DataFrame(
        {
            "parameters": sizes,
            "gain": points,
            "low": low,
            "high": high,
            "slope": slope_per_doubling(scale, points),
            "slope_low": slope_low,
            "slope_high": slope_high,
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
