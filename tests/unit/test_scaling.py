import numpy as np
import pandas as pd
import pytest

from crosslift.effects import estimate_effects
from crosslift.errors import DataError
from crosslift.pairing import pair_cells
from crosslift.scaling import SCALING_COLUMNS, estimate_scaling, slope_per_doubling
from tests.effect_predictions import random_predictions

PARAMETERS = {"small": 5_000_000, "large": 20_000_000}


def scaled(**changes) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    cells = list(pair_cells(random_predictions(**changes)))
    effects, draws = estimate_effects(cells, resamples=200, confidence=0.9, seed=0)
    return effects, draws, estimate_scaling(effects, draws, PARAMETERS, confidence=0.9)


def test_a_gain_of_one_point_a_doubling_has_slope_one():
    assert slope_per_doubling(np.array([1e6, 2e6, 4e6]), np.array([5.0, 6.0, 7.0])) == 1


def test_a_slope_is_fitted_by_least_squares():
    # log2 sizes 0, 1, 2 about their mean: -1, 0, 1; (-1 * 0 + 0 * 5 + 1 * 4) / 2.
    assert slope_per_doubling(np.array([1.0, 2.0, 4.0]), np.array([0.0, 5.0, 4.0])) == 2


def test_two_encoders_give_the_gain_of_each_and_the_slope_between():
    effects, draws, scaling = scaled()
    assert list(scaling.columns) == SCALING_COLUMNS
    pair = scaling[(scaling["intermediate"] == "legal") & (scaling["target"] == "topics")]
    assert pair["encoder"].tolist() == ["small", "large"]
    small, large = (
        effects.query(
            f"encoder == '{name}' and intermediate == 'legal' and target == 'topics' "
            "and language == 'non-english'"
        )["gain"].item()
        for name in ("small", "large")
    )
    assert pair["gain"].tolist() == [small, large]
    # From 5 to 20 million is two doublings.
    assert pair["slope"].tolist() == pytest.approx([(large - small) / 2] * 2)
    drawn = draws.query("intermediate == 'legal' and target == 'topics'").pivot(
        index="draw", columns="encoder", values="gain"
    )
    slopes = (drawn["large"] - drawn["small"]) / 2
    low, high = np.quantile(slopes, [0.05, 0.95], method="weibull")
    assert pair[["slope_low", "slope_high"]].values.tolist() == pytest.approx(
        np.array([[low, high]] * 2)
    )


def test_the_slope_of_the_mean_is_that_of_the_tuned_targets():
    cells = list(pair_cells(random_predictions()))
    effects, draws = estimate_effects(
        cells, resamples=50, confidence=0.9, seed=0, untuned={"answers"}
    )
    scaling = estimate_scaling(effects, draws, PARAMETERS, confidence=0.9)
    slopes = scaling.groupby(["intermediate", "target"])["slope"].first().unstack()
    assert slopes["mean"].tolist() == slopes["topics"].tolist()
    assert slopes["mean"].tolist() != slopes["answers"].tolist()


def test_one_encoder_has_no_slope():
    _, _, scaling = scaled(encoders=("small",))
    assert scaling.empty
    assert list(scaling.columns) == SCALING_COLUMNS


def test_encoders_of_unknown_size_are_named():
    cells = list(pair_cells(random_predictions()))
    effects, draws = estimate_effects(cells, resamples=20, confidence=0.9, seed=0)
    with pytest.raises(DataError, match="without a positive number of parameters: large"):
        estimate_scaling(effects, draws, {"small": 5}, confidence=0.9)
