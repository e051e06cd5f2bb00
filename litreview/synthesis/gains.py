"""What the templates may say of the measured gains: rows and counts, chosen by fixed rules."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from litreview.checks.judging import MIN_SEEDS
from litreview.language.wording import plain
from litreview.synthesis.cells import by_size
from litreview.synthesis.extremes import ends, first_and_last
from litreview.synthesis.facts import ENGLISH, HEADLINE, mean_words
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.languages import language_facts, zero_languages
from litreview.synthesis.prose import tone
from litreview.synthesis.simulated import nearest_design
from litreview.synthesis.sizes import MEAN, excludes_zero

NEAR_CHANCE = 0.25
"""A score is near chance below this share of the way from chance to 100."""
Row = dict[str, Any]


def verdict(row: Row) -> str:
    """`up` or `down` where a row survives the correction of its family, otherwise `flat`.

    Means over targets and slopes belong to no family, so nothing is called clear by them.
    """
    corrected = row.get("p_holm")
    return tone(row) if corrected is not None and not pd.isna(corrected) else "flat"


def without_zero(rows: list[Row]) -> int:
    """How many intervals leave zero out, before any correction."""
    return sum(map(excludes_zero, rows))


def baselines(inputs: Inputs) -> list[Row]:
    """Scores without an intermediate task by encoder and target, in points.

    `near_chance` compares the mean over the non-English languages with a guess, where the format
    has one, and `above` is how far it lies above that, which is the most that a fall to chance
    takes; `english` is None where the target has no English test.
    """
    effects = inputs.effects[inputs.effects["target"] != MEAN]
    rows = []
    for (encoder, target), own in effects.groupby(["encoder", "target"], sort=False):
        headline = own[own["language"] == HEADLINE].iloc[0]
        english = own.loc[own["language"] == ENGLISH, "baseline_score"]
        chance, score = headline["chance"], headline["baseline_score"]
        rows.append(
            {
                "encoder": encoder,
                "target": target,
                "score": score,
                "english": english.iloc[0] if len(english) else None,
                "chance": None if pd.isna(chance) else chance,
                "above": score - chance,
                "languages": int(headline["languages"]),
                "near_chance": (score - chance) / (100 - chance) < NEAR_CHANCE,
            }
        )
    sizes, targets = inputs.study["encoders"], list(inputs.study["targets"])
    return sorted(
        rows,
        key=lambda row: (
            targets.index(row["target"]),
            sizes[row["encoder"]]["parameters"],
            row["encoder"],
        ),
    )


def effect_facts(inputs: Inputs) -> dict[str, Any]:
    """Measured gains: the mean rows of each encoder, counts of clear gains, extremes, retrieval."""
    effects, study = inputs.effects, inputs.study
    headline = _rows(effects[effects["language"] == HEADLINE])
    single = [row for row in headline if row["target"] != MEAN]
    untuned = [row for row in single if row["target_seeds"] == 0]
    encoders = by_size(inputs)
    largest = encoders[-1]
    means = {
        encoder: sorted(
            (r for r in headline if r["target"] == MEAN and r["encoder"] == encoder),
            key=lambda row: (-row["gain"], row["intermediate"]),
        )
        for encoder in encoders
    }
    languages = language_facts(inputs, largest)
    retrieval = [n for n, entry in study["targets"].items() if entry["format"] == "retrieval"]
    near = [row for row in baselines(inputs) if row["near_chance"]]
    return {
        "largest": largest,
        "means": means,
        "mean_over": mean_words(study),
        "ends": {encoder: ends(rows) for encoder, rows in means.items()},
        "mean_ends": [{"encoder": name, **ends(means[name])} for name in _outer(means)],
        "means_without_zero": {encoder: without_zero(rows) for encoder, rows in means.items()},
        "untuned": [name for name, entry in study["targets"].items() if not entry["train_on"]],
        "untuned_ends": [
            {
                "encoder": encoder,
                "ends": first_and_last([r for r in untuned if r["encoder"] == encoder]),
            }
            for encoder in means
            if untuned
        ],
        "untuned_tones": tones(untuned),
        "collapsed": [row for row in single if row["collapsed"]],
        "lopsided": _by_target(single, "lopsided"),
        "least_sure": max((r["p_holm"] for r in single if verdict(r) != "flat"), default=None),
        "near_chance": near,
        "near_chance_down": _at(near, [row for row in single if verdict(row) == "down"]),
        "near_chance_share": NEAR_CHANCE,
        "zero_languages": zero_languages(inputs),
        "few_seeds": any(0 < number < MIN_SEEDS for number in _seed_counts(headline).values()),
        "resamples": int(min(row["resamples"] for row in single)),
        "smallest_p": min(1.0, 2 * len(single) / (1 + min(r["resamples"] for r in single))),
        "single": single,
        "tones": tones(single),
        "level": margin_counts(single),
        "languages": languages,
        "zero_width": _zero_width(inputs, [*languages["lowest"], *languages["highest"]]),
        "zero_width_dots": _no_width(_rows(effects[effects["language"] != HEADLINE])),
        "retrieval": [r for r in single if r["target"] in retrieval],
        "retrieval_targets": retrieval,
        "retrieval_tones": tones([r for r in single if r["target"] in retrieval]),
        "retrieval_ends": ends(
            [r for r in single if r["target"] in retrieval and r["encoder"] == largest],
            name=lambda row: f"{row['target']} after {row['intermediate']}",
        ),
        "seeds": _seed_counts(headline),
        "simulated": nearest_design(**_seed_counts(headline)),
    }


def margin_counts(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """How many rows are shown to be within the margin, no loss and no benefit of its size.

    Of the corrected tests in `effects`, `contrasts` or `factorial`; None for tables without them.
    """
    tests = {"equivalent": 0, "noninferior": 0, "nonsuperior": 0}
    if not rows or any(f"p_{test}_holm" not in row for row in rows for test in tests):
        return None
    alpha = 1 - rows[0]["confidence"]
    for test in tests:
        tests[test] = sum(row[f"p_{test}_holm"] < alpha for row in rows)
    return {"margin": rows[0]["margin"], "of": len(rows), **tests}


def contrast_facts(inputs: Inputs) -> dict[str, Any]:
    """Domain intermediates against general ones of the same format."""
    rows = _rows(inputs.contrasts)
    sizes = inputs.study["intermediates"]
    untuned = [name for name, entry in inputs.study["targets"].items() if not entry["train_on"]]
    means = [row for row in rows if row["target"] == MEAN]
    return {
        "means": means,
        "ends": ends(
            means, "difference", lambda row: f"{row['intermediate']} with {row['encoder']}"
        ),
        "means_without_zero": without_zero(means),
        "clear_single": [row for row in rows if verdict(row) != "flat"],
        "tones": tones([row for row in rows if row["target"] != MEAN]),
        "single": [row for row in rows if row["target"] != MEAN],
        "uncontrolled": [
            name
            for name, arm in sizes.items()
            if rows
            and arm["domain"] not in ("general", "mixed")
            and name not in {row["intermediate"] for row in rows}
        ],
        "clear_untuned": sum(
            row["target"] != MEAN and verdict(row) != "flat" and row["target"] in untuned
            for row in rows
        ),
        "matched": all(
            sizes[row["intermediate"]]["examples"] == sizes[row["control"]]["examples"]
            for row in rows
        ),
    }


def _by_target(single: list[Row], column: str) -> list[Row]:
    """Targets with gains of which a column counts runs: how many gains, and of how many."""
    counts = Counter(row["target"] for row in single)
    found = Counter(row["target"] for row in single if row[column])
    return [
        {"target": target, "gains": found[target], "of": number}
        for target, number in counts.items()
        if found[target]
    ]


def _outer(means: Mapping[str, Any]) -> list[str]:
    """The smallest and the largest encoder, of encoders by size."""
    encoders = list(means)
    return list(dict.fromkeys([*encoders[:1], *encoders[-1:]]))


def _at(places: list[Row], rows: list[Row]) -> list[Row]:
    """The rows of the encoders and targets of some places, the lowest gain first."""
    wanted = {(place["encoder"], place["target"]) for place in places}
    found = [row for row in rows if (row["encoder"], row["target"]) in wanted]
    return sorted(found, key=lambda row: (row["gain"], row["intermediate"]))


def _zero_width(inputs: Inputs, shown: list[Row]) -> bool:
    """Whether an interval that the report prints has no width."""
    effects = inputs.effects[inputs.effects["language"] == HEADLINE]
    rows = [*shown, *_rows(effects), *_rows(inputs.contrasts), *_rows(inputs.scaling)]
    return _no_width(rows)


def _no_width(rows: list[Row]) -> bool:
    """Whether both ends of any interval are printed alike."""
    return any(plain(row["low"]) == plain(row["high"]) for row in rows)


def _seed_counts(rows: list[Row]) -> dict[str, int]:
    tuned = [row["target_seeds"] for row in rows if row["target_seeds"] > 0]
    return {
        "intermediate": int(min(row["intermediate_seeds"] for row in rows)),
        "target": int(min(tuned, default=0)),
    }


def tones(rows: list[Row]) -> dict[str, int]:
    """How many rows are clearly up, clearly down, or neither."""
    counts = Counter(verdict(row) for row in rows)
    return {name: counts[name] for name in ("up", "down", "flat")}


def _rows(table: pd.DataFrame) -> list[Row]:
    return table.to_dict("records")
