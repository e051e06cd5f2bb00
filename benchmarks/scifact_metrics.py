"""The official metrics of SciFact's pipeline, as a pure function.

Wadden et al. 2020, https://arxiv.org/abs/2004.14974, section 4: an abstract counts where its label
is right (label only), and where at most `MOST_SENTENCES` predicted sentences also hold a whole gold
rationale (rationalized); a sentence counts where the whole rationale that it belongs to was
predicted (selection), and its abstract's label is right too (label).
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

MOST_SENTENCES = 3
LEVELS = {
    "abstract_label_only": "abstract",
    "abstract_rationalized": "abstract",
    "sentence_selection": "sentence",
    "sentence_label": "sentence",
}


def scifact_metrics(
    gold: Iterable[Mapping[str, Any]], predicted: Iterable[Mapping[str, Any]]
) -> dict[str, float]:
    """Precision, recall and F1 of each of `LEVELS`, named as the official evaluator names them.

    Parameters
    ----------
    gold : iterable of dict
        ``{"id", "evidence": {abstract: [{"sentences": [int], "label": str}]}}``; an abstract's
        entries have one label.
    predicted : iterable of dict
        ``{"id", "evidence": {abstract: {"sentences": [int], "label": str}}}``; a claim that is left
        out has no evidence.
    """
    answers = {claim["id"]: claim["evidence"] for claim in predicted}
    counts: Counter[str] = Counter()
    for claim in gold:
        counts.update(_claim_counts(claim["evidence"], answers.get(claim["id"], {})))
    return {
        f"{level}_{name}": value
        for level, unit in LEVELS.items()
        for name, value in _scores(
            counts[level], counts[f"{unit}_retrieved"], counts[f"{unit}_relevant"]
        ).items()
    }


def _claim_counts(gold: Mapping[str, Any], answer: Mapping[str, Any]) -> Counter[str]:
    counts: Counter[str] = Counter()
    counts["abstract_relevant"] = len(gold)
    counts["sentence_relevant"] = sum(
        len(entry["sentences"]) for entries in gold.values() for entry in entries
    )
    for abstract, found in answer.items():
        counts["abstract_retrieved"] += 1
        counts["sentence_retrieved"] += len(found["sentences"])
        entries = gold.get(abstract, [])
        rationales = [frozenset(entry["sentences"]) for entry in entries]
        right = bool(entries) and found["label"] == entries[0]["label"]
        first = frozenset(found["sentences"][:MOST_SENTENCES])
        whole = [one for one in rationales if one <= frozenset(found["sentences"])]
        selected = sum(any(place in one for one in whole) for place in found["sentences"])
        counts["abstract_label_only"] += right
        counts["abstract_rationalized"] += right and any(one <= first for one in rationales)
        counts["sentence_selection"] += selected
        counts["sentence_label"] += selected if right else 0
    return counts


def _scores(correct: int, retrieved: int, relevant: int) -> dict[str, float]:
    precision = correct / retrieved if retrieved else 0.0
    recall = correct / relevant if relevant else 0.0
    both = precision + recall
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / both if both else 0.0,
    }


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The records of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
