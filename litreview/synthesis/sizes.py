"""How gains change with the size of the encoder: between two sizes, or as a slope over more."""

import math
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd

from litreview.language.wording import listing
from litreview.synthesis.extremes import ends
from litreview.synthesis.facts import HEADLINE
from litreview.synthesis.inputs import Inputs

MEAN = "mean"
NO_FLOOR = "none"
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
            "floor": row.get("floor", NO_FLOOR),
            "change": row["slope"] * doublings,
            "low": row["slope_low"] * doublings,
            "high": row["slope_high"] * doublings,
        }
        for row in rows.to_dict("records")
    ]


def scaling_facts(inputs: Inputs, near_chance: Collection[str]) -> dict[str, Any]:
    """Changes of the mean gain with size by falling change, and those on single targets.

    Parameters
    ----------
    inputs : Inputs
    near_chance : collection of str
        Targets on which the score of some encoder is near chance. A change there, or of a mean
        with such a target in it, is no hint of size: less can be lost near chance. The same holds
        for targets with a `floor`, scores that a test cannot tell from chance.
    """
    rows, sizes = size_changes(inputs), two_sizes(inputs)
    means = [row for row in rows if row["target"] == MEAN]
    single = [row for row in rows if row["target"] != MEAN]
    apart = [row for row in single if excludes_zero(row)]
    floors = _floors(single)
    unsure = {*near_chance, *floors}
    averaged = {name for name, entry in inputs.study["targets"].items() if entry["train_on"]}
    hints = [row for row in apart if row["target"] not in unsure]
    if not unsure & (averaged or set(inputs.study["targets"])):
        hints += [row for row in means if excludes_zero(row)]
    return {
        "pair": {"small": sizes[0], "large": sizes[1], "ratio": ratio_words(sizes[2])}
        if sizes
        else None,
        "changes": means,
        "ends": ends(means, "change"),
        "without_zero": sum(map(excludes_zero, means)),
        "single": single,
        "single_apart": sorted(
            apart, key=lambda row: (-abs(row["change"]), row["intermediate"], row["target"])
        ),
        "ends_alike": _ends_alike(inputs, sizes, apart),
        "floors": floors,
        "hints": len(hints),
    }


def _ends_alike(
    inputs: Inputs, sizes: tuple[str, str, float] | None, apart: Iterable[Row]
) -> list[Row]:
    """Differences of gains that are of where the two sizes start, not of where they end.

    With the intermediate task their scores differ by less than half of the difference in gains.
    """
    if sizes is None:
        return []
    effects = inputs.effects[inputs.effects["language"] == HEADLINE]
    scores = effects.set_index(["encoder", "intermediate", "target"])["score"]
    found = []
    for row in apart:
        small, large = (scores[size, row["intermediate"], row["target"]] for size in sizes[:2])
        if abs(large - small) < abs(row["change"]) / 2:
            found.append(row)
    return found


def _floors(rows: Iterable[Row]) -> dict[str, str]:
    """Encoders whose score a test cannot tell from chance, by target, as a written list."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        if row["floor"] != NO_FLOOR:
            found.setdefault(row["target"], {}).update(dict.fromkeys(row["floor"].split(", ")))
    return {target: listing(encoders) for target, encoders in found.items()}


def excludes_zero(row: Mapping[str, Any]) -> bool:
    """Whether a row's interval leaves zero out, before any correction."""
    return row["low"] > 0 or row["high"] < 0
