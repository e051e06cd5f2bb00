"""How gains change with the size of the encoder: between two sizes, or as a slope over more."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from litreview.synthesis.inputs import Inputs

MEAN = "mean"
Row = dict[str, Any]


def two_sizes(inputs: Inputs) -> tuple[str, str, float] | None:
    """The smaller and the larger encoder with the ratio of their parameters, if there are two."""
    sizes = {name: entry["parameters"] for name, entry in inputs.study["encoders"].items()}
    if len(sizes) != 2 or len(set(sizes.values())) != 2:
        return None
    small, large = sorted(sizes, key=lambda name: sizes[name])
    return small, large, sizes[large] / sizes[small]


def ratio_words(ratio: float) -> str:
    """A ratio of sizes such as `1.5 times` or `2 times`."""
    return f"{ratio:.1f}".removesuffix(".0") + " times"


def size_changes(inputs: Inputs) -> list[Row]:
    """One row an intermediate and target: the difference between two sizes, or the slope of more.

    `change` with `low` and `high` is in points. A line through two sizes meets both, so that its
    slope times the doublings between them is the difference, in the estimate and in every draw.
    """
    sizes = two_sizes(inputs)
    doublings = math.log2(sizes[2]) if sizes else 1.0
    rows: pd.DataFrame = inputs.scaling.drop_duplicates(["intermediate", "target"])
    return [
        {
            "intermediate": row["intermediate"],
            "target": row["target"],
            "confidence": row["confidence"],
            "change": row["slope"] * doublings,
            "low": row["slope_low"] * doublings,
            "high": row["slope_high"] * doublings,
        }
        for row in rows.to_dict("records")
    ]


def scaling_facts(inputs: Inputs) -> dict[str, Any]:
    """Changes of the mean gain with size by falling change, and those on single targets."""
    rows, sizes = size_changes(inputs), two_sizes(inputs)
    means = [row for row in rows if row["target"] == MEAN]
    single = [row for row in rows if row["target"] != MEAN]
    apart = [row for row in single if excludes_zero(row)]
    return {
        "pair": {"small": sizes[0], "large": sizes[1], "ratio": ratio_words(sizes[2])}
        if sizes
        else None,
        "changes": sorted(means, key=lambda row: (-row["change"], row["intermediate"])),
        "without_zero": sum(map(excludes_zero, means)),
        "single": single,
        "single_apart": sorted(
            apart, key=lambda row: (-abs(row["change"]), row["intermediate"], row["target"])
        ),
    }


def excludes_zero(row: Mapping[str, Any]) -> bool:
    """Whether a row's interval leaves zero out, before any correction."""
    return row["low"] > 0 or row["high"] < 0
