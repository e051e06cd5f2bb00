"""Probabilities that mean what they say: how far they do, and what makes them.

All measures take probabilities of the labels, shape (n, labels), and the gold label's index,
shape (n,). Confidence is the highest probability.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

BINS = 10
COVERAGES = (1.0, 0.75, 0.5, 0.25)
Z = 1.959964
"""Standard errors to each side of a 95% interval."""
_LEAST = 1e-12


@dataclass(frozen=True)
class Scaling:
    """Log-odds to probabilities: softmax(`temperature` * scores + `shifts`).

    Temperature scaling (Guo et al. 2017, https://arxiv.org/abs/1706.04599, section 4.2, which
    divides by what multiplies here) with one shift a label.
    """

    temperature: float
    shifts: tuple[float, ...]

    def __call__(self, scores: np.ndarray) -> np.ndarray:
        """Probabilities of scores, shape (n, labels)."""
        return softmax(self.temperature * np.asarray(scores, float) + np.array(self.shifts))


def softmax(scores: np.ndarray) -> np.ndarray:
    """Each row's exponentials, divided by their sum."""
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def fit_scaling(scores: np.ndarray, gold: Sequence[int], evening: float = 0.0) -> Scaling:
    """The scaling with the least negative log-likelihood.

    Parameters
    ----------
    scores : array of float, shape (n, labels)
        Of examples that the model that gave them was not fitted to.
    gold : sequence of int, shape (n,)
    evening : float
        How far labels of different frequency count alike, from 0 (as often as they occur) to 1.
    """
    from scipy.optimize import minimize

    scores, gold = np.asarray(scores, float), np.asarray(gold)
    shares = np.bincount(gold, minlength=scores.shape[1])[gold] ** -evening
    shares /= shares.sum()

    def loss(values: np.ndarray) -> float:
        found = softmax(np.exp(values[0]) * scores + values[1:])[np.arange(len(gold)), gold]
        return float(-(shares * np.log(np.maximum(found, _LEAST))).sum())

    # A weak pull of the shifts to 0 makes the optimum one: a common shift changes nothing.
    found = minimize(
        lambda values: loss(values) + 1e-4 * (values[1:] ** 2).sum(),
        np.zeros(scores.shape[1] + 1),
        method="L-BFGS-B",
        bounds=[(-5, 5), *[(-20, 20)] * scores.shape[1]],
    )
    return Scaling(float(np.exp(found.x[0])), tuple(float(value) for value in found.x[1:]))


def reliability(probabilities: np.ndarray, gold: Sequence[int], bins: int = BINS) -> "pd.DataFrame":
    """Confidence against accuracy: the table of a reliability diagram.

    Returns
    -------
    DataFrame
        A row for each of `bins` equal bins of confidence: `low` (exclusive, but for the first),
        `high`, `count`, the means `confidence` and `accuracy`, and the accuracy's interval,
        `accuracy_low` to `accuracy_high`; all but the first three are NaN in an empty bin.
    """
    probabilities = np.asarray(probabilities, float)
    correct = probabilities.argmax(1) == np.asarray(gold)
    return reliability_of(probabilities.max(1), correct, bins)


def reliability_of(
    confidence: Sequence[float], correct: Sequence[bool], bins: int = BINS
) -> "pd.DataFrame":
    """The table of a reliability diagram from confidences and whether they were right.

    Parameters
    ----------
    confidence : sequence of float, shape (n,)
    correct : sequence of bool, shape (n,)

    Returns
    -------
    DataFrame
        As of `reliability`, with the 95% interval of the accuracy, `accuracy_low` to
        `accuracy_high` (`wilson_interval`), which takes the examples for independent.
    """
    confidence, correct = np.asarray(confidence, float), np.asarray(correct, float)
    place = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    rows = []
    for index in range(bins):
        chosen = place == index
        low, high = wilson_interval(int(correct[chosen].sum()), int(chosen.sum()))
        rows.append(
            {
                "low": index / bins,
                "high": (index + 1) / bins,
                "count": int(chosen.sum()),
                "confidence": confidence[chosen].mean() if chosen.any() else np.nan,
                "accuracy": correct[chosen].mean() if chosen.any() else np.nan,
                "accuracy_low": low,
                "accuracy_high": high,
            }
        )
    import pandas as pd  # here, for verdicts need no tables

    return pd.DataFrame(rows)


def wilson_interval(right: int, count: int, z: float = Z) -> tuple[float, float]:
    """Interval of a share, NaN without examples (Wilson 1927, JASA 22:209, the score interval)."""
    if not count:
        return np.nan, np.nan
    share, shrink = right / count, 1 + z**2 / count
    middle = (share + z**2 / (2 * count)) / shrink
    half = z * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2)) / shrink
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))


def calibration_error(probabilities: np.ndarray, gold: Sequence[int], bins: int = BINS) -> float:
    """Expected calibration error: the mean gap of confidence and accuracy over bins.

    Naeini et al. 2015, AAAI; Guo et al. 2017, https://arxiv.org/abs/1706.04599, equation 3.
    """
    return error_of(reliability(probabilities, gold, bins))


def error_of(table: "pd.DataFrame") -> float:
    """The expected calibration error of a table of `reliability`."""
    gaps = (table["confidence"] - table["accuracy"]).abs().fillna(0.0)
    return float((gaps * table["count"]).sum() / table["count"].sum())


def brier_score(probabilities: np.ndarray, gold: Sequence[int]) -> float:
    """Mean squared distance of the probabilities from the gold label, in [0, 2] (Brier 1950)."""
    probabilities = np.asarray(probabilities, float)
    hits = np.eye(probabilities.shape[1])[np.asarray(gold)]
    return float(((probabilities - hits) ** 2).sum(1).mean())


def negative_log_likelihood(probabilities: np.ndarray, gold: Sequence[int]) -> float:
    """Mean of -log p of the gold label, in nats."""
    probabilities, gold = np.asarray(probabilities, float), np.asarray(gold)
    return float(-np.log(np.maximum(probabilities[np.arange(len(gold)), gold], _LEAST)).mean())


def accuracy_at_coverage(
    probabilities: np.ndarray, gold: Sequence[int], coverages: Sequence[float] = COVERAGES
) -> dict[float, float]:
    """Accuracy where only the most confident share is answered, by that share."""
    probabilities, gold = np.asarray(probabilities, float), np.asarray(gold)
    order = np.argsort(-probabilities.max(1), kind="stable")
    correct = (probabilities.argmax(1) == gold)[order]
    return {share: float(correct[: max(1, round(share * len(gold)))].mean()) for share in coverages}


def abstention_threshold(
    probabilities: np.ndarray, gold: Sequence[int], accuracy: float
) -> float | None:
    """The lowest confidence such that answers from it upwards are right as often as asked for.

    Returns
    -------
    float or None
        None where no threshold gives that accuracy.
    """
    probabilities, gold = np.asarray(probabilities, float), np.asarray(gold)
    confidence = probabilities.max(1)
    order = np.argsort(-confidence, kind="stable")
    right = (probabilities.argmax(1) == gold)[order].cumsum() / np.arange(1, len(gold) + 1)
    # Examples of equal confidence are answered together.
    ends = np.flatnonzero(np.append(np.diff(confidence[order]) < 0, True))
    enough = ends[right[ends] >= accuracy]
    return float(confidence[order][enough[-1]]) if len(enough) else None
