"""Simulated studies whose gains are known: that they are what they say, and a short run of them."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.comparison import RECORDS
from benchmarks.page import with_figures
from benchmarks.simulation import (
    DESIGNS,
    NO_EFFECT,
    NOTHING_VARIES,
    PAGE,
    Design,
    Spread,
    figures,
    gains_of,
    rates,
    simulate,
)
from crosslift.differences import against, run_scores, target_differences

LARGE = {"languages": 40, "examples": 3_000}


def scores_of(design: Design, seed: int = 0) -> dict[str, float]:
    cells, _ = simulate(design, np.random.default_rng(seed))
    scores = run_scores(cells, np.ones((1, cells.groups)))[0]
    return {arm: float(scores[place].mean()) for arm, place in cells.runs.items()}


def test_a_large_study_has_the_scores_that_were_planted():
    found = scores_of(Design((8.0, -5.0), spread=Spread(0.5, 1.0, 0.5, 0.5), **LARGE))
    # 40 languages and 3,000 examples: one standard deviation of a score is below 1.5 points.
    assert found["none"] == pytest.approx(60, abs=5)
    assert found["arm0"] - found["none"] == pytest.approx(8, abs=1.5)
    assert found["arm1"] - found["none"] == pytest.approx(-5, abs=1.5)


def test_the_gain_of_single_seeds_is_what_a_large_study_of_them_measures():
    spread = Spread(intermediate_seed=6, run=6, language=0.5, run_in_language=0.5)
    design = Design((4.0,), 1, 1, spread=spread, **LARGE)
    misses, strays = [], []
    for seed in range(6):
        cells, own = simulate(design, np.random.default_rng(seed))
        scores = run_scores(cells, np.ones((1, cells.groups)))[0]
        measured = float(scores[1].mean() - scores[0].mean())
        misses.append(measured - own["arm0"])
        strays.append(measured - 4.0)
    assert np.abs(misses).max() < 2
    assert np.abs(strays).max() > 4


def test_what_does_not_vary_leaves_runs_alike():
    cells, _ = simulate(Design((0.0,), spread=NOTHING_VARIES, **LARGE), np.random.default_rng(0))
    scores = run_scores(cells, np.ones((1, cells.groups)))[0, cells.runs["arm0"]].mean(axis=-1)
    # Noise of 40 * 3,000 answers: below 50 / sqrt(120,000) = 0.14 points.
    assert scores.std() < 0.3


@pytest.fixture(scope="module")
def short():
    """Sixty studies without an effect, sixty with several, as the record's."""
    size = {"studies": 60, "resamples": 199}
    none, several = Design(NO_EFFECT[:3]), DESIGNS["3 + 3 seeds, 50 examples"]
    return {
        "none": rates(none, gains_of(none, **size)),
        "several": rates(several, gains_of(several, **size)),
    }


def test_intervals_hold_what_was_planted_about_as_often_as_they_say(short):
    # 60 studies of three and of five gains: 0.95 +- 4 standard deviations, were they independent.
    assert 0.88 < short["none"]["coverage"] < 1
    assert 0.90 < short["several"]["coverage"] < 0.995


def test_nothing_is_seldom_called_something_and_much_often_is(short):
    assert short["none"]["false_positives"] < 0.12
    assert short["none"]["familywise_holm"] < 0.15
    power = [found["uncorrected"] for found in short["several"]["power"].values()]
    assert power[-1] > 0.6
    assert power[-1] > power[1]
    assert short["several"]["power"]["8"]["equivalent"] == 0


def test_seeds_that_vary_widen_intervals_beyond_those_of_a_normal_mean():
    design = DESIGNS["3 + 3 seeds that vary most"]
    rng = np.random.default_rng(0)
    ratios = []
    for number in range(20):
        cells, _ = simulate(design, rng)
        (found, _) = target_differences(
            cells,
            {arm: against(arm) for arm in ("arm0", "arm1")},
            resamples=199,
            seed=number,
            each_language=False,
        )
        low, high = np.quantile(found.draws, [0.025, 0.975])
        variance = sum(part.deviations.var() for part in found.components.parts())
        ratios.append((high - low) / (2 * 1.96 * variance**0.5))
    assert np.median(ratios) > 1.2


@settings(max_examples=15, deadline=None)
@given(
    gain=st.floats(-20, 20),
    seeds=st.integers(1, 3),
    runs=st.integers(1, 3),
    languages=st.integers(1, 4),
)
def test_any_design_can_be_simulated_and_estimated(gain, seeds, runs, languages):
    design = Design((gain, gain), seeds, runs, languages=languages, examples=12)
    found = gains_of(design, studies=1, resamples=99)
    assert (found["low"] <= found["high"]).all()
    assert found[["low", "high"]].abs().max(axis=None) <= 100
    assert (found["p_equivalent"] >= found["p_noninferior"]).all()
    assert (found["p_holm"] >= found["p_value"]).all()
    assert (found["seen"] == gain).all() == (seeds > 1 and runs > 1)


RECORD = RECORDS / "simulation.json"


def test_the_page_shows_the_record():
    page = PAGE.read_text(encoding="utf-8")
    shown = figures(json.loads(RECORD.read_text(encoding="utf-8")))
    assert with_figures(page, "benchmarks/records/simulation.json", shown) == page


def test_the_record_is_of_enough_studies_and_holds_what_the_page_says():
    designs = json.loads(RECORD.read_text(encoding="utf-8"))["designs"]
    realistic = [name for name in DESIGNS if name.startswith(("3 + 3 seeds, ", "5 + 5", "2 + 2"))]
    assert len(realistic) == 6
    for name in realistic:
        assert designs[name]["studies"] >= 1_000
        assert 0.93 <= designs[name]["coverage"] <= 0.97, name
        # 0.05 and three standard errors of a share of 1,000 studies.
        assert designs[name]["familywise_holm"] <= 0.07, name
    for name in ("1 + 2 seeds (the pilot)", "1 + 1 seed"):
        # Of the one seed that was trained, not of others.
        assert 0.93 <= designs[name]["coverage_of_seeds"] <= 0.97, name
        assert designs[name]["coverage"] < designs[name]["coverage_of_seeds"], name


def test_at_the_margin_tests_of_the_record_err_as_often_as_their_level():
    for own in json.loads(RECORD.read_text(encoding="utf-8"))["equivalence"].values():
        worse, better = own["power"]["-5"], own["power"]["5"]
        for share in (worse["noninferior"], better["nonsuperior"]):
            assert 0.03 <= share <= 0.07
        assert max(worse["equivalent"], better["equivalent"]) <= 0.07
