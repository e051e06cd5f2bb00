"""Spans of quantities against MeasEval's annotations (SemEval-2021 task 8), by its own measure."""

from pathlib import Path

from benchmarks.quantity_spans import measure


def test_spans_of_quantities_overlap_those_of_annotators(data_root: Path):
    # The rules were written with the training and trial parts open; a naive pattern for numbers
    # has an exact F1 of .32.
    found = measure(data_root / "claimdata" / "measeval" / "data" / "eval")
    assert found["annotated"] == 499
    assert found["exact_f1"] > 0.66
    assert found["overlap_f1"] > 0.70
