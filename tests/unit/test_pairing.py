import numpy as np
import pandas as pd

from crosslift.differences import against, target_differences
from crosslift.pairing import pair_cells
from tests.effect_predictions import prediction_rows


def cells_with_groups(groups):
    """Four examples in German; with the intermediate the first two become right."""
    key = ("small", "{}", "topics", 0, 0, "de")
    rows = prediction_rows(
        {
            tuple(part.format("none") if part == "{}" else part for part in key): [0, 0, 0, 0],
            tuple(part.format("legal") if part == "{}" else part for part in key): [1, 1, 0, 0],
        }
    )
    rows["group"] = rows["example_id"].map(dict(zip(["x0", "x1", "x2", "x3"], groups, strict=True)))
    (cells,) = pair_cells(rows)
    return cells


def drawn_gains(cells):
    (german, _) = target_differences(cells, {"legal": against("legal")}, resamples=400, seed=0)
    # As they are drawn, before the sum is given its tails.
    (examples,) = german.components.examples.values()
    return german.estimate, pd.Series(german.estimate + examples.deviations)


def test_examples_of_a_group_are_drawn_together():
    estimate, draws = drawn_gains(cells_with_groups(["a", "a", "b", "b"]))
    assert estimate == 50
    # One fewer is drawn than there are: of two groups one, so all are right or none is.
    assert set(draws.round(6)) == {0.0, 100.0}
    assert 0.4 < (draws == 100).mean() < 0.6


def test_examples_of_their_own_are_drawn_one_by_one():
    _, draws = drawn_gains(cells_with_groups(["a", "b", "c", "d"]))
    # Three are drawn of four.
    assert set((draws * 3 / 100).round(6)) == {0.0, 1.0, 2.0, 3.0}


def test_a_block_knows_its_examples_and_their_groups():
    cells = cells_with_groups(["b", "b", "a", "c"])
    assert cells.groups == 3
    assert cells.blocks["de"].examples.tolist() == [0, 1, 2, 3]
    assert cells.blocks["de"].groups.tolist() == [1, 1, 0, 2]
    np.testing.assert_array_equal(cells.blocks["de"].numerator, [[0, 0, 0, 0], [1, 1, 0, 0]])
