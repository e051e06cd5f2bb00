"""Gains in single languages: their extremes, and intervals that say nothing."""

from typing import Any

from litreview.synthesis.extremes import tied
from litreview.synthesis.facts import ENGLISH, HEADLINE, language_name
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.sizes import MEAN

Row = dict[str, Any]


def language_facts(inputs: Inputs, encoder: str) -> dict[str, Any]:
    """Gains of one encoder in single languages, by rising gain.

    An interval that reaches over every gain that scores of 0 to 100 allow, from the score without
    an intermediate task, says nothing; `uninformative` counts such ones.
    """
    effects = inputs.effects
    single = effects[
        ~effects["language"].isin([HEADLINE, ENGLISH])
        & (effects["target"] != MEAN)
        & (effects["encoder"] == encoder)
    ]
    rows = single.to_dict("records")
    rows.sort(key=lambda row: (row["gain"], row["intermediate"], row["target"]))
    return {
        "number": len(rows),
        "lowest": tied(rows, 0) if rows else [],
        "highest": tied(rows, -1) if rows else [],
        "uninformative": sum(map(is_uninformative, rows)),
    }


def is_uninformative(row: Row) -> bool:
    """Whether an interval leaves out no gain that scores of 0 to 100 allow."""
    return row["low"] <= -row["baseline_score"] and row["high"] >= 100 - row["baseline_score"]


def zero_languages(inputs: Inputs) -> dict[str, list[str]]:
    """Languages, by target, that score 0 with every encoder, with and without intermediate task."""
    single = inputs.effects[inputs.effects["language"] != HEADLINE]
    highest = single.groupby(["target", "language"])[["score", "baseline_score"]].max().max(axis=1)
    found: dict[str, list[str]] = {}
    for target, language in highest.index[highest == 0]:
        found.setdefault(target, []).append(language_name(language))
    return found
