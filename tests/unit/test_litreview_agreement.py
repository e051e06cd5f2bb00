"""Krippendorff's alpha: a value worked by hand, and where it is not defined."""

import numpy as np
import pytest

from litreview.review.agreement import alpha_interval, constant_raters, krippendorff_alpha

NAN = float("nan")


def test_alpha_equals_a_hand_worked_nominal_value():
    # Two raters, four units: (1,1) (1,1) (2,2) (1,2).
    # Coincidences o: 11 -> 4, 22 -> 2, 12 -> 1, 21 -> 1; n_1 = 5, n_2 = 3, n = 8.
    # Observed disagreement D_o = 2/8; expected D_e = 2 * 5 * 3 / (8 * 7) = 30/56.
    # alpha = 1 - (2/8) / (30/56) = 1 - 56 * 2 / (8 * 30) = 1 - 112/240 = 0.5333...
    ratings = np.array([[1.0, 1.0, 2.0, 1.0], [1.0, 1.0, 2.0, 2.0]])
    assert krippendorff_alpha(ratings, "nominal") == pytest.approx(1 - 112 / 240)


def test_ordinal_alpha_equals_a_hand_worked_value():
    # Two raters, three units: (1,1) (2,3) (3,3), values 1, 2, 3 with n = (2, 1, 3), n = 6.
    # Ordinal distance^2 (c,k) = (sum of n from c to k - (n_c + n_k) / 2)^2:
    #   (1,2): 3 - 1.5 = 1.5 -> 2.25;  (2,3): 4 - 2 = 2 -> 4;  (1,3): 6 - 2.5 = 3.5 -> 12.25.
    # D_o = (1/6) * 2 * 4 (the pair 2,3 twice) = 8/6.
    # D_e = 2 * (2*1*2.25 + 1*3*4 + 2*3*12.25) / (6 * 5) = 2 * (4.5 + 12 + 73.5) / 30 = 6.
    # alpha = 1 - (8/6) / 6 = 0.7777...
    ratings = np.array([[1.0, 2.0, 3.0], [1.0, 3.0, 3.0]])
    assert krippendorff_alpha(ratings, "ordinal") == pytest.approx(1 - (8 / 6) / 6)


def test_a_unit_with_one_rating_changes_nothing():
    ratings = np.array([[1.0, 2.0, 3.0], [1.0, 3.0, 3.0]])
    gap = np.array([[1.0, 2.0, 3.0, 5.0], [1.0, 3.0, 3.0, NAN]])
    assert krippendorff_alpha(gap) == krippendorff_alpha(ratings)


@pytest.mark.parametrize(
    "ratings",
    [
        np.array([[4.0, 4.0], [4.0, 4.0]]),
        np.array([[1.0, NAN], [NAN, 2.0]]),
        np.empty((3, 0)),
    ],
)
def test_alpha_is_absent_where_it_is_not_defined(ratings):
    assert krippendorff_alpha(ratings) is None
    assert alpha_interval(ratings) == (None, None)


def test_the_interval_holds_the_estimate_and_repeats_with_its_seed():
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 11, size=40)
    ratings = np.array([truth, truth + rng.integers(-1, 2, size=40)], dtype=float)
    low, high = alpha_interval(ratings, resamples=200, seed=1)
    assert low < krippendorff_alpha(ratings) < high
    assert alpha_interval(ratings, resamples=200, seed=1) == (low, high)


def test_a_rater_who_gives_one_score_is_found_among_what_others_rated():
    # The second gives the same wherever the first rated too; one rating alone shows nothing.
    ratings = np.array([[1.0, 2.0, 3.0, NAN], [4.0, 4.0, 4.0, 5.0], [2.0, NAN, NAN, NAN]])
    assert constant_raters(ratings) == [1]
    assert constant_raters(np.empty((3, 0))) == []
