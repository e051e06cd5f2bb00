import pandas as pd
import pytest

from crosslift.errors import DataError
from crosslift.factorial import (
    FACTORIAL_COLUMNS,
    Effect,
    estimate_factorial,
    factorial_effects,
    layout,
)
from crosslift.pairing import pair_cells
from tests.effect_predictions import prediction_rows, random_predictions

TASKS = {
    "mnli": {"domain": "general", "format": "classification"},
    "squad": {"domain": "general", "format": "span"},
    "contracts": {"domain": "legal", "format": "classification"},
    "policies": {"domain": "legal", "format": "span"},
}
DRAW = {"resamples": 200, "confidence": 0.9, "seed": 0}


def table_of(predictions: pd.DataFrame, tasks=TASKS, **changes) -> pd.DataFrame:
    cells = list(pair_cells(predictions))
    in_mean = {one.target for one in cells}
    return estimate_factorial(cells, layout(tasks), **{**DRAW, "in_mean": in_mean, **changes})


def right_of_four(numbers: dict[str, int], target: str = "t") -> dict:
    """Four examples in German, of which each intermediate has so many right."""
    return {
        ("e", name, target, 0, 1, "de"): [1] * right + [0] * (4 - right)
        for name, right in numbers.items()
    }


NUMBERS = {"none": 0, "mnli": 2, "squad": 1, "contracts": 3, "policies": 4}


def test_main_effects_and_interaction_of_a_two_by_two_layout():
    found = table_of(prediction_rows(right_of_four(NUMBERS))).query("target == 't'")
    assert list(found.columns) == FACTORIAL_COLUMNS
    estimates = found.set_index(["effect", "format", "other_format"])["estimate"]
    # Scores 50 and 25 in general, 75 and 100 in legal.
    assert estimates["domain", "all", ""] == 50  # ((75 - 50) + (100 - 25)) / 2
    assert estimates["format", "classification", "span"] == 0  # ((50 - 25) + (75 - 100)) / 2
    assert estimates["interaction", "classification", "span"] == -50  # (75 - 50) - (100 - 25)
    assert set(found["domain"]) == {"legal"}


def test_tasks_of_one_cell_are_averaged():
    tasks = {**TASKS, "leases": {"domain": "legal", "format": "span"}}
    found = table_of(prediction_rows(right_of_four({**NUMBERS, "leases": 0})), tasks)
    domain = found[(found["effect"] == "domain") & (found["target"] == "t")]
    # The legal spans are at (100 + 0) / 2 now: ((75 - 50) + (50 - 25)) / 2.
    assert domain["estimate"].item() == 25


def test_the_mean_over_targets_leaves_others_out_and_p_values_with_it():
    cells = right_of_four(NUMBERS) | right_of_four({**NUMBERS, "contracts": 2}, "u")
    cells |= right_of_four({**NUMBERS, "policies": 0}, "v")
    found = table_of(prediction_rows(cells), in_mean={"t", "u"})
    domain = found[found["effect"] == "domain"].set_index("target")
    # In u ((50 - 50) + (100 - 25)) / 2 = 37.5.
    assert domain["estimate"]["mean"] == (50 + 37.5) / 2
    assert domain["p_holm"].isna().to_dict() == {"mean": True, "t": False, "u": False, "v": False}


def test_families_are_the_rows_of_one_effect():
    targets = ("a", "b", "c")
    rows = random_predictions(encoders=("e",), intermediates=tuple(TASKS), targets=targets)
    found = table_of(rows).query("target != 'mean'")
    assert found.groupby("effect").size().to_dict() == {"domain": 3, "format": 3, "interaction": 3}
    for _, family in found.groupby("effect"):
        smallest = family["p_value"].idxmin()
        expected = min(1, 3 * family["p_value"][smallest])
        assert family["p_holm"][smallest] == pytest.approx(expected)
        assert (family["low"] <= family["estimate"]).all()


def test_three_formats_are_compared_in_pairs():
    tasks = {
        **TASKS,
        "copa": {"domain": "general", "format": "choice"},
        "casehold": {"domain": "legal", "format": "choice"},
    }
    effects = factorial_effects(layout(tasks))
    assert len(effects) == 1 + 3 * 2
    domain = effects[Effect("legal", "domain", "all", "")]
    assert domain["casehold"] == pytest.approx(1 / 3)
    assert all(sum(weights.values()) == pytest.approx(0) for weights in effects.values())


def test_variants_and_mixtures_are_no_part_of_it_and_a_declared_one_is_all_of_it():
    tasks = {
        **TASKS,
        "shuffled": {"domain": "general", "format": "span", "variant_of": "squad"},
        "both": {"domain": "mixed", "format": "span"},
        "xnli": {"domain": "general", "format": "classification"},
    }
    assert layout(tasks)["general"] == {"classification": ["mnli", "xnli"], "span": ["squad"]}
    declared = {
        "classification": {"general": "mnli", "legal": "contracts"},
        "span": {"general": "squad", "legal": "policies"},
    }
    assert layout(tasks, declared)["general"] == {"classification": ["mnli"], "span": ["squad"]}


def test_without_a_complete_factorial_the_table_is_empty():
    tasks = {name: TASKS[name] for name in ("mnli", "squad", "contracts")}
    numbers = {name: NUMBERS[name] for name in ("none", *tasks)}
    found = table_of(prediction_rows(right_of_four(numbers)), tasks)
    assert found.empty
    assert list(found.columns) == FACTORIAL_COLUMNS


def test_tasks_with_other_seeds_are_named():
    cells = right_of_four(NUMBERS)
    cells["e", "squad", "t", 5, 1, "de"] = [0, 0, 0, 0]
    with pytest.raises(DataError, match=r"'squad' has \(0, 5\)|'squad' has the intermediate seeds"):
        table_of(prediction_rows(cells))
