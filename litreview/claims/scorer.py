"""How likely a sentence states a finding: logistic regressions over what a reader can look up.

The plain level reads position, cues, the cues of neighbours (`litreview.claims.features`) and runs
of up to three words; the other adds the sentence's vector of the project's encoder. Weights and
thresholds are fitted by `python -m benchmarks.fit_claim_scorer` and lie in
`litreview/claims/claim_scorer.json` with their card: data, measured F1, date.
"""

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from litreview.claims.features import sentence_features, word_sequences

WEIGHTS = Path(__file__).with_name("claim_scorer.json")
Encode = Callable[[Sequence[str]], np.ndarray]
"""Texts to unit vectors, shape (n_texts, width): `litreview.encoder.load_encoder` makes one."""
BY_HAND = {"measured": 1.5, "method_label": -1.1, "administration": -1.3}
"""Log-odds of cues that the fitted data lack or spell otherwise; added to what was fitted."""


def score_sentences(sentences: Sequence[str], encode: Encode | None = None) -> list[float]:
    """Score the sentences of one stretch of text (an abstract, or a section).

    Parameters
    ----------
    sentences : sequence of str
        In order; position in this list is itself a feature, for findings come late.
    encode : callable, optional
        With it the second level is used.

    Returns
    -------
    list of float
        For each sentence the probability, in (0, 1), that it states a finding. At least
        `threshold(encode)` counts as a claim.
    """
    odds = [
        plain_odds(features, text, model()["plain"])
        for features, text in zip(sentence_features(sentences), sentences, strict=True)
    ]
    if encode is not None and sentences:
        odds = _with_vectors(odds, encode(list(sentences)), model()["encoder"])
    return [1.0 / (1.0 + math.exp(-value)) for value in odds]


def threshold(encode: Encode | None = None) -> float:
    """The probability from which a sentence counts as a claim, at either level."""
    return model()["encoder" if encode is not None else "plain"]["threshold"]


@cache
def model() -> dict[str, Any]:
    """The fitted weights and their card."""
    return json.loads(WEIGHTS.read_text(encoding="utf-8"))


def plain_odds(features: dict[str, float], text: str, weights: dict[str, Any]) -> float:
    """Log-odds of one sentence without its vector.

    A run of words counts its weight over the square root of the number of runs in the sentence.
    """
    by_name, by_words = weights["features"], weights["words"]
    total = weights["bias"]
    total += sum(value * by_name.get(name, 0.0) for name, value in features.items())
    total += sum(value for name, value in BY_HAND.items() if name in features)
    runs = word_sequences(text)
    found = sum(by_words.get(run_key(run), 0.0) for run in sorted(runs))
    return total + found / math.sqrt(len(runs))


def run_key(run: str) -> str:
    """The key of a run of words among the weights: a hash, so that no text of the data is kept."""
    return hashlib.blake2b(run.encode(), digest_size=6).hexdigest()


def _with_vectors(
    odds: Sequence[float], vectors: np.ndarray, weights: dict[str, Any]
) -> list[float]:
    directions = np.asarray(weights["vector"])
    shifts = vectors.astype(np.float64) @ directions
    return [
        weights["bias"] + weights["odds"] * value + shift
        for value, shift in zip(odds, shifts.tolist(), strict=True)
    ]
