"""Fits the tagger of tasks, data sets and metrics, and measures it on TDMSci's test sentences.

    CROSSLIFT_DATA=FOLDER python -m benchmarks.fit_entity_tagger

The same data give the same bytes.
"""

import argparse
import datetime
import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.claimdata import TaggedSentence, read_tdmsci
from litreview.claims.entities import known_entities
from litreview.claims.tagger import (
    LABELS,
    WEIGHTS,
    best_labels,
    best_path,
    kinds_at,
    spans_of,
    token_features,
)
from litreview.files import write_text

PASSES, SEED = 10, 0
RAREST = 2
"""Words of the training part in which a feature must occur."""
KEPT_WEIGHT = 0.0008


class Perceptron:
    """The averaged structured perceptron: weights move where the best labels are not the gold ones.

    Collins (2002), Discriminative training methods for hidden Markov models, figure 1 and section
    2.5 (averaging).
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.columns = {name: place for place, name in enumerate(names)}
        self.weights = np.zeros((len(names), len(LABELS)))
        self.moves = np.zeros((len(LABELS) + 1, len(LABELS)))
        self.weight_sums, self.move_sums = np.zeros_like(self.weights), np.zeros_like(self.moves)
        self.seen = 1

    def known(self, rows: Sequence[Sequence[str]]) -> list[np.ndarray]:
        """Columns of the features of each word."""
        return [np.array([self.columns[n] for n in row if n in self.columns]) for row in rows]

    def update(self, rows: Sequence[np.ndarray], gold: Sequence[int]) -> None:
        """Learn one sentence."""
        emissions = np.array([self.weights[row].sum(axis=0) for row in rows])
        found = best_path(emissions, self.moves)
        if list(gold) != found:
            for place, row in enumerate(rows):
                self._move(place, row, gold, +1)
                self._move(place, row, found, -1)
        self.seen += 1

    def _move(self, place: int, row: np.ndarray, labels: Sequence[int], sign: int) -> None:
        label, before = labels[place], labels[place - 1] if place else len(LABELS)
        self.weights[row, label] += sign
        self.weight_sums[row, label] += sign * self.seen
        self.moves[before, label] += sign
        self.move_sums[before, label] += sign * self.seen

    def averaged(self) -> tuple[np.ndarray, np.ndarray]:
        """Weights and moves, averaged over all updates."""
        weights = self.weights - self.weight_sums / self.seen
        return weights, self.moves - self.move_sums / self.seen


def features_of(sentence: TaggedSentence) -> list[list[str]]:
    """The features of the words as the package makes them from a text."""
    text = " ".join(sentence.words)
    ends = np.cumsum([len(word) + 1 for word in sentence.words]).tolist()
    places = [
        (end - 1 - len(word), end - 1) for word, end in zip(sentence.words, ends, strict=True)
    ]
    return token_features(sentence.words, kinds_at(places, known_entities(text)))


def fit(sentences: Sequence[TaggedSentence]) -> dict[str, Any]:
    """Features and transitions as the package stores them."""
    rows = [features_of(one) for one in sentences]
    counts = Counter(name for one in rows for row in one for name in row)
    names = sorted(name for name, count in counts.items() if count >= RAREST)
    model = Perceptron(names)
    known = [model.known(one) for one in rows]
    gold = [[LABELS.index(tag) for tag in one.tags] for one in sentences]
    order = np.random.default_rng(SEED)
    for _ in range(PASSES):
        for place in order.permutation(len(sentences)):
            model.update(known[place], gold[place])
    weights, moves = model.averaged()
    scale = np.abs(weights).max()
    features = {
        name: [
            [label, round(float(value), 3)]
            for label, value in enumerate(weights[place] / scale)
            if abs(value / scale) >= KEPT_WEIGHT
        ]
        for place, name in enumerate(names)
    }
    return {
        "features": {name: pairs for name, pairs in features.items() if pairs},
        "transitions": (moves / scale).round(4).tolist(),
    }


def entity_f1(gold: Sequence[Sequence[str]], found: Sequence[Sequence[str]]) -> dict[str, float]:
    """Micro-averaged F1 of whole spans with their kind, all and by kind."""
    result = {}
    for kind in ("", "TASK", "DATASET", "METRIC"):
        right = wanted = given = 0
        for truth, answer in zip(gold, found, strict=True):
            first, second = (
                {span for span in spans_of(labels) if kind in ("", span[0])}
                for labels in (truth, answer)
            )
            right, wanted, given = (
                right + len(first & second),
                wanted + len(first),
                given + len(second),
            )
        result[kind or "all"] = round(2 * right / max(1, wanted + given), 4)
    return result


def measure(sentences: Sequence[TaggedSentence]) -> dict[str, float]:
    """`entity_f1` of the shipped tagger."""
    found = [best_labels(features_of(one)) for one in sentences]
    return entity_f1([one.tags for one in sentences], found)


def main() -> None:
    """Fit, write, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("CROSSLIFT_DATA"))
    parser.add_argument("--date", default=datetime.date.today().isoformat())
    flags = parser.parse_args()
    folder = Path(flags.data) / "claimdata" / "tdmsci"
    train, test = (
        read_tdmsci(folder / name) for name in ("train_1500_v2.conll", "test_500_v2.conll")
    )
    weights = fit(train)
    card = {
        "what": "mentions of tasks, data sets and metrics in sentences of NLP papers",
        "fitted_on": "TDMSci (Hou et al. 2021, arXiv 2101.10273), 1,523 training sentences",
        "licence": "Apache-2.0; words that occur twice, with fitted weights",
        "date": flags.date,
        "refit": "CROSSLIFT_DATA=FOLDER python -m benchmarks.fit_entity_tagger",
    }
    text = json.dumps({"card": card, **weights}, ensure_ascii=False, separators=(",", ":"))
    write_text(WEIGHTS, text + "\n")
    print(len(text), measure(test))


if __name__ == "__main__":
    main()
