import numpy as np
import pandas as pd
import pytest

from crosslift.effects import estimate_effects
from crosslift.errors import DataError
from crosslift.pairing import pair_cells
from crosslift.scaling import (
    SCALING_COLUMNS,
    at_floor,
    estimate_scaling,
    slope_draws,
    slope_per_doubling,
)
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


SIZES = np.array([1.0, 2.0, 4.0])


def test_a_line_carries_what_gains_stray_from_it():
    # Gains 0, 5 and 4 that are known for certain. The line is 1, 3, 5 and the residuals -1, 2, -1:
    # 6 / (3 - 2) over the squares of -1, 0, 1 is a variance of 3, with 1 degree of freedom.
    points = np.array([0.0, 5.0, 4.0])
    draws = slope_draws(SIZES, points, np.tile(points, (40_000, 1)))
    low, high = np.quantile(draws, [0.05, 0.95])
    # The 95th percentile of t with 1 degree of freedom is 6.31.
    assert (low, high) == pytest.approx((2 - 6.31 * 3**0.5, 2 + 6.31 * 3**0.5), rel=0.15)


def test_what_draws_explain_is_not_counted_again():
    rng = np.random.default_rng(0)
    points = np.array([0.0, 1.5, 1.0])
    samples = points + rng.normal(0, 3, (4_000, 3))
    draws = slope_draws(SIZES, points, samples)
    # Residuals of 1/6 + 4/6 + 1/6 of 0.25 * 6 are far below those of draws with a variance of 9.
    assert draws.std() == pytest.approx(slope_per_doubling(SIZES, samples).std(), rel=0.1)


def test_two_sizes_say_nothing_of_the_line():
    _, _, scaling = scaled()
    assert scaling[["fit_low", "fit_high"]].isna().all(axis=None)
    assert set(scaling["sizes"]) == {2}
    assert slope_draws(SIZES[:2], np.zeros(2), np.zeros((9, 2))) is None


def test_three_sizes_give_the_line_an_interval_that_is_no_narrower():
    cells = list(pair_cells(random_predictions(encoders=("small", "middle", "large"))))
    effects, draws = estimate_effects(cells, resamples=200, confidence=0.9, seed=0)
    sizes = {**PARAMETERS, "middle": 10_000_000}
    scaling = estimate_scaling(effects, draws, sizes, confidence=0.9)
    assert set(scaling["sizes"]) == {3}
    width = scaling["fit_high"] - scaling["fit_low"]
    assert (width >= 0.9 * (scaling["slope_high"] - scaling["slope_low"])).all()


def test_scores_that_guesses_reach_are_at_the_floor():
    rows = [
        # XLM-R Base on XCOPA's 500 examples. Of 500 guesses among two, 95 % have up to 268 right.
        ("base", "legal", 50.5, 53.5, 500, 50.0),
        ("large", "legal", 55.0, 53.7, 500, 50.0),
        ("large", "medical", 53.7, 53.6, 500, 50.0),
        ("large", "plain", 53.8, 53.7, 500, np.nan),
    ]
    columns = ["encoder", "intermediate", "score", "baseline_score", "examples", "chance"]
    effects = pd.DataFrame(rows, columns=columns).assign(target="xcopa", language="non-english")
    assert at_floor(effects) == {("base", "legal", "xcopa"), ("large", "medical", "xcopa")}


def test_encoders_at_the_floor_are_named_in_all_rows_of_a_line():
    cells = list(pair_cells(random_predictions()))
    chance = {"topics": 99.0}
    effects, draws = estimate_effects(cells, resamples=50, confidence=0.9, seed=0, chance=chance)
    scaling = estimate_scaling(effects, draws, PARAMETERS, confidence=0.9)
    named = scaling.groupby("target")["floor"].unique().map(list).to_dict()
    assert named == {"answers": ["none"], "mean": ["none"], "topics": ["small, large"]}
