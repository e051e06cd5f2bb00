"""SciFact's metrics against the official evaluator's own fixtures, to the last digit."""

import json

import pytest

from benchmarks.scifact_metrics import read_lines, scifact_metrics


@pytest.mark.parametrize("name", ["small", "dummy"])
def test_the_official_fixtures_are_met_to_the_last_digit(data_root, name):
    folder = data_root / "claimdata" / "scifact_evaluator" / "fixture"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    gold = read_lines(folder / "gold_small.jsonl")
    predicted = read_lines(folder / f"predictions_{name}.jsonl")
    expected = json.loads((folder / f"expected_metrics_{name}.json").read_text(encoding="utf-8"))
    assert scifact_metrics(gold, predicted) == expected


def test_by_hand():
    """One abstract with two rationales, {1, 2} and {5}; predicted are 5, 1 and 9.

    Sentences: 5 counts, 1 does not without 2, 9 is in none: 1 of 3 predicted and of 3 gold.
    """
    gold = [
        {
            "id": 1,
            "evidence": {
                "7": [
                    {"sentences": [1, 2], "label": "SUPPORT"},
                    {"sentences": [5], "label": "SUPPORT"},
                ]
            },
        },
        {"id": 2, "evidence": {"8": [{"sentences": [0], "label": "CONTRADICT"}]}},
    ]
    predicted = [{"id": 1, "evidence": {"7": {"sentences": [5, 1, 9], "label": "SUPPORT"}}}]
    found = scifact_metrics(gold, predicted)
    assert found["abstract_rationalized_precision"] == 1.0
    assert found["abstract_label_only_recall"] == 0.5
    assert found["sentence_selection_precision"] == 1 / 3
    assert found["sentence_label_recall"] == 1 / 4
