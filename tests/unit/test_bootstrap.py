import numpy as np
import pytest

from crosslift import bootstrap
from crosslift.bootstrap import (
    multiplier_shares,
    percentile_interval,
    resample,
    stream,
    two_sided_p,
)
from crosslift.crossed import (
    INTERMEDIATE,
    LANGUAGE,
    TARGET,
    component_variance,
    factor_variance,
    shrinkage,
)


def test_one_level_less_than_there_are_is_drawn():
    counts = resample(5, 200, stream(0, "languages"))
    assert counts.shape == (200, 5)
    assert set(counts.sum(axis=1)) == {4}


def test_a_single_level_is_always_drawn():
    assert resample(1, 3, stream(0, "seeds")).tolist() == [[1], [1], [1]]


def test_drawn_means_vary_as_the_mean_of_a_sample_does():
    values = np.array([0.0, 1.0, 5.0])
    counts = resample(3, 40_000, stream(0, "seeds"))
    drawn = counts @ values / 2
    # s^2 / n = ((0 - 2)^2 + (1 - 2)^2 + (5 - 2)^2) / 2 / 3 = 7 / 3.
    assert drawn.var() == pytest.approx(7 / 3, rel=0.03)
    assert drawn.mean() == pytest.approx(2, abs=0.03)


def test_weights_of_levels_sum_to_one_and_spread_as_the_mean_does():
    values = np.array([0.0, 1.0, 5.0])
    shares = multiplier_shares(3, 40_000, stream(0, "seeds"))
    assert shares.sum(axis=1) == pytest.approx(np.ones(40_000))
    drawn = shares @ values
    # As above s^2 / n = 7 / 3; and normal, so that 5 % lie beyond 1.96 of its root.
    assert drawn.var() == pytest.approx(7 / 3, rel=0.03)
    assert (np.abs(drawn - 2) > 1.96 * (7 / 3) ** 0.5).mean() == pytest.approx(0.05, abs=0.005)


def test_a_single_level_has_all_the_weight():
    assert multiplier_shares(1, 3, stream(0, "seeds")).tolist() == [[1], [1], [1]]


def test_draws_do_not_depend_on_the_memory_at_hand(monkeypatch):
    def all_counts():
        chunks = bootstrap.resample_in_chunks(7, 50, stream(3, "examples"))
        return np.concatenate([counts for _, counts in chunks])

    whole = all_counts()
    monkeypatch.setattr(bootstrap, "CHUNK_CELLS", 70)
    assert (all_counts() == whole).all()


def test_streams_of_other_keys_differ_and_of_equal_keys_agree():
    first, again, other = (
        stream(0, *key).integers(1000, size=20) for key in (("a", "b"), ("a", "b"), ("ab",))
    )
    assert (first == again).all()
    assert (first != other).any()


def test_an_interval_takes_the_ordered_draws():
    # 99 draws, 90 %: the (99 + 1) * 0.05 = 5th and the 95th.
    low, high = percentile_interval(np.arange(1.0, 100.0)[::-1], 0.9)
    assert (low, high) == pytest.approx((5, 95))


def test_a_p_value_adds_one_to_count_and_draws():
    # 9 draws, one at or below zero: 2 * (1 + 1) / (9 + 1).
    draws = np.array([-1, 1, 2, 3, 4, 5, 6, 7, 8])
    assert two_sided_p(draws) == pytest.approx(0.4)
    assert two_sided_p(-draws) == pytest.approx(0.4)


def test_draws_without_effect_have_a_p_value_of_one():
    assert two_sided_p(np.zeros((20, 2))).tolist() == [1, 1]


# One intermediate seed, two target seeds (0 and 2) plus three languages (0, 3, 6), no interaction.
ADDITIVE = (np.array([[0.0], [2.0]]) + np.array([0.0, 3.0, 6.0]))[None]


def test_a_factor_lends_a_mean_its_unbiased_variance_over_levels():
    # Target seeds: s^2 = 2, over 2 levels; languages: s^2 = 9, over 3; one seed has no variance.
    assert component_variance(ADDITIVE, (TARGET,)) == pytest.approx(1)
    assert component_variance(ADDITIVE, (LANGUAGE,)) == pytest.approx(3)
    assert component_variance(ADDITIVE, (INTERMEDIATE,)) == 0
    assert component_variance(ADDITIVE, (TARGET, LANGUAGE)) == pytest.approx(0)


def test_an_interaction_is_counted_with_one_of_its_factors_only():
    # Target seeds [[1, -1], [-1, 1]] times languages: all is interaction, none of it a main effect.
    table = np.array([[[1.0, -1.0], [-1.0, 1.0]]])
    # Sum of squares 4, over 2 (2 - 1) * 2 (2 - 1) = 4.
    assert component_variance(table, (TARGET, LANGUAGE)) == pytest.approx(1)
    assert factor_variance(table, LANGUAGE) == 0
    # Target seeds alone show nothing here, so that the interaction they are rid of leaves -1.
    assert factor_variance(table, TARGET) == pytest.approx(-1)


def test_factor_variances_add_up_to_the_variance_of_the_mean():
    rng = np.random.default_rng(0)
    sizes, spreads = (2, 3, 4), {"i": 1.0, "t": 0.5, "l": 2.0, "tl": 1.5, "itl": 3.0}
    shape = (20_000, *sizes)
    effects = {
        "i": rng.normal(size=(shape[0], 2, 1, 1)),
        "t": rng.normal(size=(shape[0], 1, 3, 1)),
        "l": rng.normal(size=(shape[0], 1, 1, 4)),
        "tl": rng.normal(size=(shape[0], 1, 3, 4)),
        "itl": rng.normal(size=shape),
    }
    tables = sum(spreads[name] * values for name, values in effects.items())
    estimated = sum(factor_variance(tables, f).mean() for f in (LANGUAGE, TARGET, INTERMEDIATE))
    # 1/2 + 0.25/3 + 4/4 + 2.25/12 + 9/24.
    truth = 1 / 2 + 0.25 / 3 + 4 / 4 + 2.25 / 12 + 9 / 24
    assert estimated == pytest.approx(truth, rel=0.02)
    assert tables.mean(axis=(1, 2, 3)).var() == pytest.approx(truth, rel=0.05)


def test_what_noise_explains_is_shrunk_away():
    # A quarter of the variance is left, hence half of each deviation; noise above it leaves none.
    assert shrinkage(np.array(4.0), np.array(3.0), np.array(4.0)) == pytest.approx(0.5)
    assert shrinkage(np.array(4.0), np.array(5.0), np.array(4.0)) == 0
    assert shrinkage(np.array(0.0), np.array(0.0), np.array(0.0)) == 0
