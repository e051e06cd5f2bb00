"""Fits the scorer of claim sentences and measures it on abstracts that it did not see.

    CROSSLIFT_DATA=FOLDER python -m benchmarks.fit_claim_scorer --encoder FOLDER

Everything is chosen by five-fold cross-validation over the training abstracts; the validation
abstracts are measured with weights and thresholds of the training abstracts alone. What is written
to `litreview/claims/claim_scorer.json` is then fitted on both. The same data give the same bytes.
"""

import argparse
import datetime
import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from benchmarks.claimdata import read_claim_sentences
from litreview.claims.features import sentence_features, word_sequences
from litreview.claims.scorer import BY_HAND, WEIGHTS, Encode, run_key
from litreview.encoder import load_encoder
from litreview.files import write_text

FOLDS, SEED = 5, 0
RAREST = 3
"""Sentences in which a run of words must occur."""
STRENGTH = 4.0
"""Inverse of the penalty of the logistic regression, after the scaling below."""
FEATURE_SCALE, WORD_SCALE, VECTOR_SCALE = 0.1, 0.25, 0.8
KEPT_WEIGHT = 0.04
"""Runs of words with less weight than this are left out of the file."""


class Sentences(NamedTuple):
    """Labelled sentences of many abstracts."""

    texts: list[str]
    features: list[dict[str, float]]
    labels: np.ndarray
    abstracts: np.ndarray
    vectors: np.ndarray | None


def read(path: Path, encode: Encode | None) -> Sentences:
    """Read one part of the data set of Achakulvisut et al. (2019, arXiv 1907.00962)."""
    abstracts = read_claim_sentences(path)
    texts = [text for one in abstracts for text in one.sentences]
    return Sentences(
        texts,
        [row for one in abstracts for row in sentence_features(one.sentences)],
        np.array([int(claim) for one in abstracts for claim in one.claims]),
        np.repeat(np.arange(len(abstracts)), [len(one.claims) for one in abstracts]),
        encode(texts) if encode else None,
    )


def chosen(data: Sentences, places: np.ndarray) -> Sentences:
    """A part of the sentences."""
    return Sentences(
        [data.texts[place] for place in places],
        [data.features[place] for place in places],
        data.labels[places],
        data.abstracts[places],
        None if data.vectors is None else data.vectors[places],
    )


def joined(first: Sentences, second: Sentences) -> Sentences:
    """Both parts, their abstracts told apart."""
    both = first.vectors is not None and second.vectors is not None
    return Sentences(
        first.texts + second.texts,
        first.features + second.features,
        np.concatenate([first.labels, second.labels]),
        np.concatenate([first.abstracts, second.abstracts + first.abstracts.max() + 1]),
        np.concatenate([first.vectors, second.vectors]) if both else None,
    )


class PlainModel:
    """The first level: features and runs of words."""

    def __init__(self, data: Sentences) -> None:
        counts = Counter(run for text in data.texts for run in word_sequences(text))
        self.words = sorted(run for run, count in counts.items() if count >= RAREST)
        self.names = sorted({name for row in data.features for name in row})
        self.rarity = np.log([len(data.texts) / (1 + counts[run]) for run in self.words])
        matrix = self._features(data.features)
        self.mean, self.spread = matrix.mean(0), matrix.std(0) + 1e-6
        fitted = LogisticRegression(C=STRENGTH, max_iter=1000, tol=1e-5)
        fitted.fit(self._design(data), data.labels)
        weights = fitted.coef_[0]
        split = len(self.words)
        self.word_weights = weights[:split] * self.rarity * WORD_SCALE
        self.feature_weights = weights[split:] * FEATURE_SCALE / self.spread
        self.bias = float(fitted.intercept_[0] - self.feature_weights @ self.mean)
        self.word_weights[np.abs(self.word_weights) < KEPT_WEIGHT] = 0.0

    def odds(self, data: Sentences) -> np.ndarray:
        """Log-odds, shape (n_sentences,)."""
        runs = self._runs(data.texts) @ self.word_weights
        return self.bias + self._features(data.features) @ self.feature_weights + runs

    def weights(self, threshold: float) -> dict[str, Any]:
        """As the package stores them."""
        pairs = zip(self.words, self.word_weights, strict=True)
        return {
            "threshold": round(threshold, 4),
            "bias": round(self.bias, 4),
            "features": {
                name: round(float(value), 4)
                for name, value in zip(self.names, self.feature_weights, strict=True)
            },
            "words": {run_key(run): round(float(value), 3) for run, value in pairs if value},
        }

    def _design(self, data: Sentences) -> sparse.csr_matrix:
        scaled = (self._features(data.features) - self.mean) / self.spread * FEATURE_SCALE
        runs = self._runs(data.texts) @ sparse.diags(self.rarity * WORD_SCALE)
        return sparse.hstack([runs, sparse.csr_matrix(scaled)]).tocsr()

    def _features(self, rows: Sequence[dict[str, float]]) -> np.ndarray:
        return np.array([[row.get(name, 0.0) for name in self.names] for row in rows])

    def _runs(self, texts: Sequence[str]) -> sparse.csr_matrix:
        columns = {run: place for place, run in enumerate(self.words)}
        rows, places, values = [], [], []
        for row, text in enumerate(texts):
            runs = word_sequences(text)
            known = [columns[run] for run in sorted(runs) if run in columns]
            rows += [row] * len(known)
            places += known
            values += [len(runs) ** -0.5] * len(known)
        return sparse.csr_matrix((values, (rows, places)), shape=(len(texts), len(self.words)))


class VectorModel:
    """The second level: the odds of the first, and the sentence's vector."""

    def __init__(self, odds: np.ndarray, data: Sentences) -> None:
        self.fitted = LogisticRegression(C=STRENGTH, max_iter=1000)
        self.fitted.fit(self._design(odds, data), data.labels)

    def odds(self, odds: np.ndarray, data: Sentences) -> np.ndarray:
        """Log-odds, shape (n_sentences,)."""
        return self.fitted.decision_function(self._design(odds, data))

    def weights(self, threshold: float) -> dict[str, Any]:
        """As the package stores them."""
        first, *rest = self.fitted.coef_[0]
        return {
            "threshold": round(threshold, 4),
            "bias": round(float(self.fitted.intercept_[0]), 4),
            "odds": round(float(first), 4),
            "vector": [round(float(value) * VECTOR_SCALE, 3) for value in rest],
        }

    def _design(self, odds: np.ndarray, data: Sentences) -> np.ndarray:
        return np.column_stack([odds, data.vectors * VECTOR_SCALE])


def out_of_fold(data: Sentences) -> tuple[np.ndarray, np.ndarray | None]:
    """Log-odds of each sentence at both levels from models that saw other abstracts."""
    folds = list(
        GroupKFold(FOLDS, shuffle=True, random_state=SEED).split(data.texts, groups=data.abstracts)
    )
    plain = np.zeros(len(data.texts))
    for train, test in folds:
        plain[test] = PlainModel(chosen(data, train)).odds(chosen(data, test))
    if data.vectors is None:
        return plain, None
    vector = np.zeros(len(data.texts))
    for train, test in folds:
        model = VectorModel(plain[train], chosen(data, train))
        vector[test] = model.odds(plain[test], chosen(data, test))
    return plain, vector


def best_threshold(odds: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """The probability with the best F1, and that F1; between two neighbouring scores."""
    order = np.argsort(-odds, kind="stable")
    right = np.cumsum(labels[order])
    f1 = 2 * right / (np.arange(1, len(labels) + 1) + labels.sum())
    best = int(f1.argmax())
    middle = (odds[order[best]] + odds[order[min(best + 1, len(order) - 1)]]) / 2
    return float(1 / (1 + np.exp(-middle))), float(f1[best])


def f1_at(odds: np.ndarray, labels: np.ndarray, threshold: float) -> float:
    """F1 of the claims at a threshold."""
    found = 1 / (1 + np.exp(-odds)) >= threshold
    return float(2 * (found & (labels == 1)).sum() / (found.sum() + labels.sum()))


def measure(train: Sentences, validation: Sentences) -> dict[str, dict[str, float]]:
    """F1 by cross-validation on the training abstracts, and of their model on the others."""
    plain, vector = out_of_fold(train)
    first = PlainModel(train)
    cut, cross = best_threshold(plain, train.labels)
    found = {
        "plain": {
            "cross_validated": cross,
            "validation": f1_at(first.odds(validation), validation.labels, cut),
        }
    }
    if vector is not None:
        second = VectorModel(plain, train)
        cut, cross = best_threshold(vector, train.labels)
        odds = second.odds(first.odds(validation), validation)
        found["encoder"] = {
            "cross_validated": cross,
            "validation": f1_at(odds, validation.labels, cut),
        }
    return found


def fit(data: Sentences) -> dict[str, Any]:
    """Weights of both levels, with thresholds by cross-validation."""
    plain, vector = out_of_fold(data)
    weights = {"plain": PlainModel(data).weights(best_threshold(plain, data.labels)[0])}
    if vector is not None:
        cut = best_threshold(vector, data.labels)[0]
        weights["encoder"] = VectorModel(plain, data).weights(cut)
    return weights


def write(path: Path, weights: dict[str, Any], measured: dict[str, Any], flags: Any) -> str:
    """Write the weights with their card, and return the text."""
    card = {
        "what": "log-odds that a sentence of an abstract or a section states a finding",
        "fitted_on": "claim sentences of Achakulvisut et al. (2019, arXiv 1907.00962): 1,125 "
        "abstracts of biomedicine, 8,769 sentences, 1,705 of them claims; parts train and "
        "validation; the test part was never read",
        "licence": "the data state none, so they are not included: fitted weights are all that is "
        f"left of them, those of runs of words in at least {RAREST} sentences under their hashes",
        "encoder": flags.encoder.name if flags.encoder else None,
        "date": flags.date,
        "by_hand": BY_HAND,
        "f1": {
            level: {name: round(value, 4) for name, value in found.items()}
            for level, found in measured.items()
        },
        "f1_means": "cross_validated: five folds over the training abstracts; validation: weights "
        "and threshold of the training abstracts alone, on the validation abstracts",
        "refit": "CROSSLIFT_DATA=FOLDER python -m benchmarks.fit_claim_scorer --encoder FOLDER",
    }
    text = json.dumps({"card": card, **weights}, ensure_ascii=False, indent=0) + "\n"
    write_text(path, text)
    return text


def main() -> None:
    """Measure, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("CROSSLIFT_DATA"))
    parser.add_argument("--encoder", type=Path, help="a prepared encoder; without it one level")
    parser.add_argument("--date", default=datetime.date.today().isoformat())
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    flags = parser.parse_args()
    folder = Path(flags.data) / "claimdata" / "claim_sentences"
    encode = load_encoder(flags.encoder) if flags.encoder else None
    train, validation = (
        read(folder / f"{part}_labels.json", encode) for part in ("train", "validation")
    )
    measured = measure(train, validation)
    print(measured)
    weights = fit(joined(train, validation))
    print(f"written: {len(write(flags.output, weights, measured, flags))} characters")


if __name__ == "__main__":
    main()
