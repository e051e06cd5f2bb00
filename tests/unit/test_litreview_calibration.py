"""Measures of calibration, by hand and by scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import log_loss

from litreview.verification.calibration import (
    Scaling,
    abstention_threshold,
    accuracy_at_coverage,
    brier_score,
    calibration_error,
    fit_scaling,
    negative_log_likelihood,
    reliability,
)
from litreview.verification.reliability_figure import draw_reliability, write_reliability

# Confidences .9, .8, .6, .35 and whether they are right: yes, no, yes, no.
PROBABILITIES = np.array([[0.9, 0.1, 0.0], [0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.35, 0.33, 0.32]])
GOLD = np.array([0, 1, 1, 2])


def test_the_calibration_error_is_the_mean_gap_of_its_bins():
    # One example a bin of ten: (|.9 - 1| + |.8 - 0| + |.6 - 1| + |.35 - 0|) / 4.
    assert calibration_error(PROBABILITIES, GOLD) == pytest.approx((0.1 + 0.8 + 0.4 + 0.35) / 4)
    # In two bins: .35 alone, and (.9, .8, .6), of which two are right.
    expected = (0.35 + 3 * abs(2.3 / 3 - 2 / 3)) / 4
    assert calibration_error(PROBABILITIES, GOLD, bins=2) == pytest.approx(expected)


def test_the_table_of_the_diagram_counts_every_example_once():
    table = reliability(PROBABILITIES, GOLD)
    assert table["count"].sum() == 4
    # A bin holds its upper end: .9 lies in the ninth.
    assert table.loc[8, ["count", "confidence", "accuracy"]].tolist() == [1, 0.9, 1.0]
    assert np.isnan(table.loc[0, "accuracy"])


def test_brier_score_and_likelihood():
    # (.01 + .01) + (.64 + .81 + .01) + (.04 + .16 + .04) + (.1225 + .1089 + .4624), over 4.
    assert brier_score(PROBABILITIES, GOLD) == pytest.approx((0.02 + 1.46 + 0.24 + 0.6938) / 4)
    assert negative_log_likelihood(PROBABILITIES, GOLD) == pytest.approx(
        log_loss(GOLD, PROBABILITIES, labels=[0, 1, 2])
    )


def test_accuracy_rises_where_the_unsure_abstain():
    assert accuracy_at_coverage(PROBABILITIES, GOLD) == {1.0: 0.5, 0.75: 2 / 3, 0.5: 0.5, 0.25: 1.0}


def test_the_abstention_threshold_is_the_lowest_that_is_right_often_enough():
    assert abstention_threshold(PROBABILITIES, GOLD, 0.6) == pytest.approx(0.6)
    assert abstention_threshold(PROBABILITIES, GOLD, 0.9) == pytest.approx(0.9)
    assert abstention_threshold(PROBABILITIES, GOLD[::-1], 0.9) is None
    # Equal confidences cannot be told apart, so that one of two is no threshold.
    assert abstention_threshold([[0.6, 0.4], [0.6, 0.4]], [0, 1], 0.9) is None


def test_scaling_undoes_a_temperature():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(4000, 3))
    gold = np.array([rng.choice(3, p=row) for row in Scaling(2.0, (0.3, 0.0, -0.3))(scores)])
    found = fit_scaling(scores, gold)
    assert found.temperature == pytest.approx(2.0, abs=0.15)
    assert found.shifts[0] - found.shifts[2] == pytest.approx(0.6, abs=0.15)
    assert calibration_error(found(scores), gold) < 0.03


@given(st.lists(st.lists(st.floats(-30, 30), min_size=3, max_size=3), min_size=1, max_size=5))
def test_scaled_scores_are_probabilities_in_the_order_of_the_scores(rows):
    scores = np.array(rows)
    found = Scaling(1.7, (0.0, 0.0, 0.0))(scores)
    np.testing.assert_allclose(found.sum(1), 1.0)
    assert (np.take_along_axis(found, scores.argsort(1), 1)[:, -1] == found.max(1)).all()


def test_the_diagram_shows_the_filled_bins_and_lies_beside_its_table(tmp_path):
    table = reliability(PROBABILITIES, GOLD)
    figure = draw_reliability(table, "Four pairs")
    curve = figure.axes[0].lines[1].get_xydata()
    assert curve.tolist() == [[0.35, 0.0], [0.6, 1.0], [0.8, 0.0], [0.9, 1.0]]
    assert [bar.get_height() for bar in figure.axes[1].patches] == table["count"].tolist()
    write_reliability(table, "Four pairs", tmp_path / "reliability.png")
    assert (tmp_path / "reliability.png").read_bytes().startswith(b"\x89PNG")
    written = pd.read_csv(tmp_path / "reliability.csv")
    pd.testing.assert_frame_equal(written, table)
