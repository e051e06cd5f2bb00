import numpy as np
import pandas as pd
import pytest

from crosslift.bootstrap import one_sided_p
from crosslift.inference import (
    INFERENCE_COLUMNS,
    MARGIN_TESTS,
    benjamini_hochberg,
    corrected,
    holm,
    inferred,
    with_margin_tests,
)

# The p-values of the example in section 3.2 of Benjamini and Hochberg (1995), fifteen hypotheses.
FIFTEEN = np.array(
    [
        *[0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344],
        *[0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000],
    ]
)


def test_holm_multiplies_the_smallest_by_their_number_and_steps_down():
    # Sorted 0.005 * 4, 0.01 * 3, 0.03 * 2, and 0.04 * 1, which is not below the one before it.
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm(np.array([0.6, 0.7])) == pytest.approx([1, 1])


def test_benjamini_hochberg_multiplies_by_number_over_rank_and_steps_up():
    # Sorted 0.005 * 4/1, 0.01 * 4/2, 0.03 * 4/3, 0.04 * 4/4; none is above one after it.
    found = benjamini_hochberg(np.array([0.01, 0.04, 0.03, 0.005]))
    assert found == pytest.approx([0.02, 0.04, 0.04, 0.02])


def test_the_published_example_finds_four_by_their_method_and_three_by_holm():
    # 0.0095 * 15/4 = 0.036 but 0.0201 * 15/5 = 0.060; 0.0019 * 13 = 0.025 but 0.0095 * 12 = 0.114.
    assert (benjamini_hochberg(FIFTEEN) < 0.05).sum() == 4
    assert (holm(FIFTEEN) < 0.05).sum() == 3


def test_rows_outside_the_family_do_not_count():
    p_values = pd.Series([0.01, np.nan, 0.04])
    assert corrected(p_values) == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)
    assert np.isnan(corrected(pd.Series([np.nan]))).all()


DRAWS = np.arange(-9, 10) / 10  # 19 draws from -0.9 to 0.9


def test_a_one_sided_p_value_counts_draws_at_or_beyond_the_bound():
    # One of 19 draws is at or below -0.9: (1 + 1) / (19 + 1).
    assert one_sided_p(DRAWS, -0.9, "below") == pytest.approx(0.1)
    assert one_sided_p(DRAWS, 0.75, "above") == pytest.approx(0.15)


def test_equivalence_needs_both_one_sided_tests():
    # Moved up by 0.2 the draws go from -0.7 to 1.1. Beyond a margin of 0.95: none below, 1.0 and
    # 1.1 above, so (1 + 0) / 20 and (1 + 2) / 20.
    found = inferred(DRAWS + 0.2, confidence=0.9, margin=0.95)
    assert list(found) == INFERENCE_COLUMNS
    assert found["p_noninferior"] == pytest.approx(0.05)
    assert found["p_nonsuperior"] == pytest.approx(0.15)
    assert found["p_equivalent"] == pytest.approx(0.15)


@pytest.mark.parametrize(("margin", "inside"), [(1.6, False), (1.8, True)])
def test_equivalence_at_a_level_is_twice_that_level_s_interval_inside_the_margin(margin, inside):
    # 999 normal draws about 0.05: their 90 % interval is about 0.05 +- 1.645.
    draws = 0.05 + np.quantile(
        np.random.default_rng(0).normal(size=10**6), np.arange(1, 1000) / 1e3
    )
    found = inferred(draws, confidence=0.9, margin=margin)
    assert (-margin < found["low"] and found["high"] < margin) is inside
    assert (found["p_equivalent"] < 0.05) is inside


def test_without_a_margin_nothing_is_equivalent():
    assert inferred(DRAWS, confidence=0.9, margin=0.0)["p_equivalent"] > 0.5


def test_each_margin_test_is_a_family_of_its_own():
    table = pd.DataFrame(
        {
            "p_noninferior": [0.01, 0.02, 0.001],
            "p_nonsuperior": [0.5, 0.03, 0.001],
            "p_equivalent": [0.5, 0.03, 0.001],
        }
    )
    found = with_margin_tests(table, pd.Series([True, True, False]), 2.0)
    assert found["margin"].tolist() == [2, 2, 2]
    assert found["p_noninferior_holm"].tolist() == pytest.approx([0.02, 0.02, np.nan], nan_ok=True)
    assert found["p_nonsuperior_holm"].tolist() == pytest.approx([0.5, 0.06, np.nan], nan_ok=True)


def test_draws_that_do_not_vary_show_no_equivalence():
    found = inferred(np.zeros(500), confidence=0.95, margin=1.0)
    assert (found["low"], found["high"], found["p_value"]) == (0.0, 0.0, 1.0)
    assert np.isnan([found[test] for test in MARGIN_TESTS]).all()
