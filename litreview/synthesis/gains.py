"""What the templates may say of the measured gains: rows and counts, chosen by fixed rules."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from litreview.checks import MIN_SEEDS
from litreview.synthesis.facts import ENGLISH, HEADLINE, language_name, mean_words
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.prose import tone
from litreview.synthesis.sizes import MEAN, excludes_zero
from litreview.wording import plain

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


def extreme_words(gain: float, largest: bool) -> str:
    """What to call the largest or the smallest of several gains, which may be losses."""
    if gain < 0:
        return "the smallest loss" if largest else "the largest loss"
    return "the largest gain" if largest else "the smallest gain"


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


def zero_languages(inputs: Inputs) -> dict[str, list[str]]:
    """Languages, by target, that score 0 with every encoder, with and without intermediate task."""
    single = inputs.effects[inputs.effects["language"] != HEADLINE]
    highest = single.groupby(["target", "language"])[["score", "baseline_score"]].max().max(axis=1)
    found: dict[str, list[str]] = {}
    for target, language in highest.index[highest == 0]:
        found.setdefault(target, []).append(language_name(language))
    return found


def effect_facts(inputs: Inputs) -> dict[str, Any]:
    """Measured gains: the mean rows of each encoder, counts of clear gains, extremes, retrieval."""
    effects, study = inputs.effects, inputs.study
    headline = _rows(effects[effects["language"] == HEADLINE])
    single = [row for row in headline if row["target"] != MEAN]
    untuned = [row for row in single if row["target_seeds"] == 0]
    largest = max(study["encoders"], key=lambda name: (study["encoders"][name]["parameters"], name))
    means = {
        encoder: sorted(
            (r for r in headline if r["target"] == MEAN and r["encoder"] == encoder),
            key=lambda row: (-row["gain"], row["intermediate"]),
        )
        for encoder in sorted(study["encoders"], key=lambda n: study["encoders"][n]["parameters"])
    }
    for rows in means.values():
        for is_largest, row in ((False, rows[-1]), (True, rows[0])):
            row["place"] = extreme_words(row["gain"], is_largest)
    by_language = _rows(
        effects[
            ~effects["language"].isin([HEADLINE, ENGLISH])
            & (effects["target"] != MEAN)
            & (effects["encoder"] == largest)
        ]
    )
    by_language.sort(key=lambda row: (row["gain"], row["intermediate"], row["target"]))
    retrieval = [n for n, entry in study["targets"].items() if entry["format"] == "retrieval"]
    near = [row for row in baselines(inputs) if row["near_chance"]]
    return {
        "largest": largest,
        "means": means,
        "mean_over": mean_words(study),
        "mean_ends": _mean_ends(means),
        "means_without_zero": {encoder: without_zero(rows) for encoder, rows in means.items()},
        "untuned": [name for name, entry in study["targets"].items() if not entry["train_on"]],
        "untuned_ends": [
            {"encoder": encoder, "ends": _ends([r for r in untuned if r["encoder"] == encoder])}
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
        "level": _level(single),
        "language_rows": len(by_language),
        "lowest_languages": _tied(by_language, 0),
        "highest_languages": _tied(by_language, -1),
        "zero_width": _zero_width(inputs, [*_tied(by_language, 0), *_tied(by_language, -1)]),
        "zero_width_dots": _no_width(_rows(effects[effects["language"] != HEADLINE])),
        "retrieval": [r for r in single if r["target"] in retrieval],
        "retrieval_targets": retrieval,
        "retrieval_tones": tones([r for r in single if r["target"] in retrieval]),
        "retrieval_extremes": _extremes([r for r in single if r["target"] in retrieval], largest),
        "seeds": _seed_counts(headline),
    }


def _level(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """How many gains are shown to be within the margin; None for tables without the test."""
    if any("p_equivalent_holm" not in row for row in rows):
        return None
    alpha = 1 - rows[0]["confidence"]
    found = [row for row in rows if row["p_equivalent_holm"] < alpha]
    return {"count": len(found), "margin": rows[0]["margin"]}


def contrast_facts(inputs: Inputs) -> dict[str, Any]:
    """Domain intermediates against general ones of the same format."""
    rows = _rows(inputs.contrasts)
    sizes = inputs.study["intermediates"]
    return {
        "means": sorted(
            (row for row in rows if row["target"] == MEAN), key=lambda row: -row["difference"]
        ),
        "means_without_zero": without_zero([row for row in rows if row["target"] == MEAN]),
        "clear_single": [row for row in rows if verdict(row) != "flat"],
        "tones": tones([row for row in rows if row["target"] != MEAN]),
        "single": [row for row in rows if row["target"] != MEAN],
        "matched": all(
            sizes[row["intermediate"]]["examples"] == sizes[row["control"]]["examples"]
            for row in rows
        ),
    }


def _extremes(rows: list[Row], encoder: str) -> list[Row]:
    """The largest and the smallest gain of an encoder, each saying which it is."""
    own = sorted(
        (row for row in rows if row["encoder"] == encoder),
        key=lambda row: (-row["gain"], row["target"], row["intermediate"]),
    )
    places = [(True, own[:1]), (False, own[1:][-1:])]
    return [
        {**row, "place": extreme_words(row["gain"], largest)}
        for largest, chosen in places
        for row in chosen
    ]


def _mean_ends(means: dict[str, list[Row]]) -> list[Row]:
    """The mean rows of the largest and the smallest gain, of the smallest and largest encoder."""
    encoders = list(means)
    return [
        {
            "encoder": name,
            "most": means[name][0],
            "least": means[name][-1] if len(means[name]) > 1 else None,
        }
        for name in dict.fromkeys([*encoders[:1], *encoders[-1:]])
    ]


def _by_target(single: list[Row], column: str) -> list[Row]:
    """Targets with gains of which a column counts runs: how many gains, and of how many."""
    counts = Counter(row["target"] for row in single)
    found = Counter(row["target"] for row in single if row[column])
    return [
        {"target": target, "gains": found[target], "of": number}
        for target, number in counts.items()
        if found[target]
    ]


def _at(places: list[Row], rows: list[Row]) -> list[Row]:
    """The rows of the encoders and targets of some places, the lowest gain first."""
    wanted = {(place["encoder"], place["target"]) for place in places}
    found = [row for row in rows if (row["encoder"], row["target"]) in wanted]
    return sorted(found, key=lambda row: (row["gain"], row["intermediate"]))


def _tied(ordered: list[Row], place: int) -> list[Row]:
    """The row at an end of rows ordered by gain, and those whose gain is the same."""
    return [row for row in ordered if math.isclose(row["gain"], ordered[place]["gain"])]


def _zero_width(inputs: Inputs, shown: list[Row]) -> bool:
    """Whether an interval that the report prints has no width."""
    effects = inputs.effects[inputs.effects["language"] == HEADLINE]
    rows = [*shown, *_rows(effects), *_rows(inputs.contrasts), *_rows(inputs.scaling)]
    return _no_width(rows)


def _no_width(rows: list[Row]) -> bool:
    """Whether both ends of any interval are printed alike."""
    return any(plain(row["low"]) == plain(row["high"]) for row in rows)


def _ends(rows: list[Row]) -> list[Row]:
    """The rows of the largest and the smallest gain; one where there is one, or none."""
    ordered = sorted(rows, key=lambda row: (-row["gain"], row["encoder"], row["intermediate"]))
    return [*ordered[:1], *ordered[1:][-1:]]


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
