"""What the measurements answer of the research question, as counts and means of the tables."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from litreview.synthesis.gains import margin_counts, tones

Row = dict[str, Any]
NEITHER = ("general", "mixed")
"""Domains of intermediate tasks that are no special domain's."""


def answer_facts(study: Mapping[str, Any], effects: Mapping[str, Any]) -> dict[str, Any]:
    """What the domain tasks did, and what formats and domains did on untuned targets.

    Parameters
    ----------
    study : mapping
        The parsed `study.json`.
    effects : mapping
        `effect_facts`: its rows on single targets.
    """
    tasks = study["intermediates"]
    domain = [r for r in effects["single"] if tasks[r["intermediate"]]["domain"] not in NEITHER]
    tuned = [row for row in domain if study["targets"][row["target"]]["train_on"]]
    untuned = [row for row in domain if not study["targets"][row["target"]]["train_on"]]
    formats = [format_means(study, effects, target) for target in effects["untuned"]]
    return {
        "tuned": tuned,
        "tuned_tones": tones(tuned),
        "untuned": untuned,
        "untuned_tones": tones(untuned),
        "level": margin_counts(domain),
        "formats": [found for found in formats if len(found["rows"]) > 1],
    }


def format_means(
    study: Mapping[str, Any], effects: Mapping[str, Any], target: str
) -> dict[str, Any]:
    """Mean gain on a target by the format of the intermediate task, for each encoder.

    `apart` lists the encoders with which the ranges of no two formats meet, `meet` the others;
    `sizes_differ` says that formats have other numbers of training examples.
    """
    tasks = {n: e for n, e in study["intermediates"].items() if e["domain"] != "mixed"}
    encoders = list(effects["means"])
    rows = []
    for form in dict.fromkeys(entry["format"] for entry in tasks.values()):
        names = [name for name, entry in tasks.items() if entry["format"] == form]
        domains = {tasks[name]["domain"] for name in names}
        rows.append(
            {
                "format": form,
                "number": len(names),
                "examples": {tasks[name]["examples"] for name in names},
                "noun": "domain" if len(domains) == len(names) else "task",
                "encoders": [
                    {"encoder": encoder, **_spread(_gains(effects, encoder, target, names))}
                    for encoder in encoders
                ],
            }
        )
    by_encoder = {name: [r["encoders"][place] for r in rows] for place, name in enumerate(encoders)}
    return {
        "target": target,
        "rows": rows,
        "sizes_differ": any(row["examples"] != rows[0]["examples"] for row in rows),
        "apart": [name for name, found in by_encoder.items() if not _meet(found)],
        "meet": [name for name, found in by_encoder.items() if _meet(found)],
    }


def _gains(
    effects: Mapping[str, Any], encoder: str, target: str, names: Iterable[str]
) -> list[float]:
    wanted = set(names)
    return [
        row["gain"]
        for row in effects["single"]
        if row["encoder"] == encoder and row["target"] == target and row["intermediate"] in wanted
    ]


def _spread(gains: list[float]) -> dict[str, float]:
    return {"mean": float(np.mean(gains)), "least": min(gains), "most": max(gains)}


def _meet(ranges: list[dict[str, Any]]) -> bool:
    ordered = sorted(ranges, key=lambda one: one["least"])
    return any(later["least"] <= one["most"] for one, later in pairwise(ordered))
