"""The bootstrap of effects: symmetry, and how often intervals hold a gain that was planted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslift.bootstrap import percentile_interval
from crosslift.differences import against, target_differences
from crosslift.pairing import LanguageBlock, PairedCells

PLANTED = 3.0  # points


def planted_study(
    rng: np.random.Generator,
    *,
    languages: int,
    seeds: int,
    examples: int,
    of_language: float,
    of_seed: float,
    of_example: float,
    of_cell: float,
) -> PairedCells:
    """Scores of a baseline and an arm that gains `PLANTED` on average; spreads in points."""
    difficulty = rng.normal(0, 10, examples)
    of_languages = rng.normal(0, of_language, languages)
    of_examples = rng.normal(0, of_example, examples)
    of_intermediate = rng.normal(0, of_seed, (seeds, 1, 1))
    of_target = rng.normal(0, of_seed, (2, seeds, 1))  # baseline's and arm's own runs
    blocks = {}
    for place in range(languages):
        gain = PLANTED + of_languages[place] + of_examples + of_intermediate + of_target[1]
        arm = 40 + difficulty + gain + rng.normal(0, of_cell, (seeds, seeds, examples))
        base = 40 + difficulty + of_target[0] + rng.normal(0, of_cell, (seeds, examples))
        scores = np.concatenate([base, arm.reshape(-1, examples)]) / 100
        each = np.arange(examples)
        blocks[f"l{place}"] = LanguageBlock(each, each, scores, np.ones_like(scores))
    arms = {"none": (0,), "arm": tuple(range(seeds))}
    return PairedCells("e", "t", arms, tuple(range(1, seeds + 1)), blocks, examples)


@pytest.mark.parametrize(
    "spread",
    [
        {"of_language": 2, "of_seed": 1, "of_example": 10, "of_cell": 30},
        {"of_language": 4, "of_seed": 0, "of_example": 10, "of_cell": 10},
        {"of_language": 0, "of_seed": 0, "of_example": 20, "of_cell": 5},
        {"of_language": 0, "of_seed": 0, "of_example": 0, "of_cell": 40},
    ],
    ids=["all vary", "languages", "examples", "noise"],
)
def test_intervals_hold_a_planted_gain_about_as_often_as_they_say(spread):
    rng = np.random.default_rng(7)
    held, widths, estimates = 0, [], []
    for number in range(200):
        cells = planted_study(rng, languages=8, seeds=2, examples=40, **spread)
        found = target_differences(cells, {"arm": against("arm")}, resamples=200, seed=number)[-1]
        low, high = percentile_interval(found.draws, 0.95)
        held += low <= PLANTED <= high
        widths.append(high - low)
        estimates.append(found.estimate)
    assert 0.90 <= held / 200 <= 0.99
    # Not by being wide: an interval of the estimates' own spread is 2 * 1.96 of it.
    assert np.median(widths) < 1.5 * 2 * 1.96 * np.std(estimates)


@settings(max_examples=25)
@given(
    scores=st.lists(st.lists(st.integers(0, 1), min_size=12, max_size=12), min_size=2, max_size=2),
    seed=st.integers(0, 100),
)
def test_swapping_arm_and_baseline_mirrors_draws(scores, seed):
    def drawn(order: list[int]) -> np.ndarray:
        table = np.array([scores[place] for place in order], dtype=float)
        blocks = {
            code: LanguageBlock(
                np.arange(4), np.arange(4), table[:, start : start + 4], np.ones((2, 4))
            )
            for code, start in (("de", 0), ("th", 4), ("zh", 8))
        }
        cells = PairedCells("e", "t", {"none": (0,), "arm": (0,)}, (1,), blocks, 4)
        return target_differences(cells, {"arm": against("arm")}, resamples=30, seed=seed)[-1].draws

    assert drawn([0, 1]) == pytest.approx(-drawn([1, 0]))
