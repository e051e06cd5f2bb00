import numpy as np
import pytest

from crosslift.components import (
    Components,
    ExampleDraws,
    LevelEffects,
    Part,
    Source,
    combined,
    effective_freedom,
    student_draws,
)

SEEDS = Source("intermediate seeds", "", ("0", "1", "2"))
OTHER_SEEDS = Source("target seeds", "topics", ("1", "2"))
EXAMPLES = Source("examples", "topics")


def level_components(effects: dict[Source, list[float]], resamples: int = 200) -> Components:
    levels = {source: LevelEffects(*2 * [np.array(own)]) for source, own in effects.items()}
    none = {EXAMPLES: ExampleDraws(np.zeros(resamples), 10)}
    return Components(0, resamples, levels, none)


def freedom_of(net: list[float], observed: list[float], freedom: list[float]) -> float:
    return effective_freedom(*map(np.array, (net, observed, freedom)))


def test_one_variance_has_its_own_degrees_of_freedom():
    assert freedom_of([9.0], [9.0], [2.0]) == pytest.approx(2)


def test_variances_add_degrees_of_freedom():
    # Of 3 with 2 and 3 with 8: 6 squared is 36, over 9 / 2 + 9 / 8.
    assert freedom_of([3.0, 3.0], [3.0, 3.0], [2.0, 8.0]) == pytest.approx(36 / (4.5 + 1.125))


def test_a_variance_that_is_mostly_noise_counts_for_little():
    # 1 is left of an observed 3: 10 squared over 1 * 3 / 2 + 9 * 9 / 81; without it 81.
    assert freedom_of([1.0, 9.0], [3.0, 9.0], [2.0, 81.0]) == pytest.approx(100 / 2.5)
    assert freedom_of([0.0, 9.0], [3.0, 9.0], [2.0, 81.0]) == pytest.approx(81)


def test_degrees_of_freedom_are_no_fewer_than_the_fewest():
    assert freedom_of([1.0, 1.0], [9.0, 9.0], [2.0, 3.0]) == 2


def test_an_interval_over_three_seeds_is_student_s():
    draws = level_components({SEEDS: [-1.0, 0.0, 1.0]}, 40_000).draws(5.0)
    # s = 1 and the 97.5th percentile of t with 2 degrees of freedom is 4.303: 5 +- 4.303 / sqrt 3.
    low, high = np.quantile(draws, [0.025, 0.975])
    assert (low, high) == pytest.approx((5 - 4.303 / 3**0.5, 5 + 4.303 / 3**0.5), rel=0.06)


def test_draws_of_many_examples_stay_as_they_are():
    deviations = np.random.default_rng(0).normal(size=2_000)
    part = Part(deviations, deviations.var(), 10**6)
    assert student_draws(1.0, [part]) == pytest.approx(1 + deviations, abs=0.01)


def test_draws_keep_their_rank_and_their_bound():
    deviations = np.random.default_rng(0).normal(0, 40, size=300)
    draws = student_draws(0.0, [Part(deviations, deviations.var(), 1)], bound=100)
    inside = np.abs(draws) < 100
    assert (np.argsort(draws[inside]) == np.argsort(deviations[inside])).all()
    assert np.abs(draws).max() == 100


def test_nothing_that_varies_leaves_the_estimate():
    assert student_draws(3.0, [Part(np.full(4, 1e-14), 0.0, 2)]).tolist() == [3] * 4


def test_a_difference_of_estimates_loses_what_they_share():
    first = level_components({SEEDS: [-1.0, 0.0, 1.0], OTHER_SEEDS: [1.0, -1.0]})
    second = level_components({SEEDS: [-1.0, 0.0, 1.0]})
    found = combined([(1, first), (-1, second)])
    assert found.levels[SEEDS].net.tolist() == [0, 0, 0]
    assert found.levels[OTHER_SEEDS].observed.tolist() == [1, -1]


def test_a_mean_of_estimates_with_seeds_of_their_own_has_more_degrees_of_freedom():
    def width(sources: list[Source]) -> float:
        parts = [(1 / 4, level_components({source: [-1.0, 1.0]}, 20_000)) for source in sources]
        draws = combined(parts).draws(0.0)
        return float(np.subtract(*np.quantile(draws, [0.975, 0.025])) / 2)

    own = [Source("target seeds", name, ("1", "2")) for name in "abcd"]
    # Shared seeds: s / sqrt 2 = 1 times 12.71, the 97.5th percentile of t with 1 degree of
    # freedom.
    assert width(own[:1] * 4) == pytest.approx(12.71, rel=0.15)
    # Seeds of their own: 1 / 2 times 2.78, with 4 degrees of freedom.
    assert width(own) == pytest.approx(2.78 / 2, rel=0.1)
