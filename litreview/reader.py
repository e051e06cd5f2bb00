"""What scores a claim against a passage: a fitted model where there is one, else words alone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from litreview.entailment import Scorer, lexical_scorer
from litreview.schema import Label

Calibration = Callable[[Label, float], float]


@dataclass(frozen=True)
class Reader:
    """A scorer with what is known of it.

    Attributes
    ----------
    scorer_for : callable
        ``scorer_for(sentences) -> Scorer``; the sentences are those of the corpus at hand, from
        which a scorer by words takes how rare each word is.
    calibrate : callable or None
        ``calibrate(label, confidence) -> confidence``.
    note : str
        What scored, and why it was this, in a sentence.
    """

    scorer_for: Callable[[Iterable[str]], Scorer]
    calibrate: Calibration | None
    note: str


def load_reader(folder: str | Path | None = None) -> Reader:
    """The reader of a folder that was trained, else the shipped one, else words alone."""
    return Reader(lexical_scorer, None, "Passages were compared by their words alone.")
