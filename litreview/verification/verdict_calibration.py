"""How often verdicts by words are right, by label and confidence, as labelled pairs showed.

A verdict's own confidence (`litreview.verification.verdicts`) orders verdicts and is no
probability. A curve a label turns it into the share of verdicts that were right on labelled pairs
(`benchmarks/fit_verdict_calibration.py` fits them). A label that no data set labels has no curve,
and its verdicts keep the confidence they had and say that it is not calibrated.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from litreview.files import read_as
from litreview.schema import Claim, Document, Evidence, Label, Record, Verdict
from litreview.verification.verdicts import UNCALIBRATED, verify_claims

Judge = Callable[[Iterable[Claim], Iterable[Evidence], Sequence[Document]], list[Verdict]]
SHIPPED = Path(__file__).with_name("verdict_calibration.json")
ASSERTING: tuple[Label, ...] = ("supported", "refuted")
"""Labels that say something of a claim and can be wrong by it; `insufficient` abstains already."""
ABSTAINS = "Its confidence is too low to act on: treat the claim as open."
"""The reason of an asserting verdict below the threshold."""


class Curve(Record):
    """A monotone map of confidences, linear between knots and level beyond them."""

    raw: tuple[float, ...] = Field(min_length=1, max_length=100)
    calibrated: tuple[float, ...]

    @model_validator(mode="after")
    def _is_monotone(self) -> "Curve":
        if len(self.raw) != len(self.calibrated):
            raise ValueError(f"{len(self.raw)} raw and {len(self.calibrated)} calibrated knots")
        if not all(0.0 <= value <= 1.0 for value in self.raw + self.calibrated):
            raise ValueError("a knot is outside [0, 1]")
        if any(high <= low for low, high in pairwise(self.raw)):
            raise ValueError("raw knots do not rise")
        if any(high < low for low, high in pairwise(self.calibrated)):
            raise ValueError("calibrated knots fall")
        return self

    def __call__(self, confidence: float) -> float:
        """The calibrated confidence."""
        return float(np.interp(confidence, self.raw, self.calibrated))


class Bin(Record):
    """A bin of a reliability diagram, as of `calibration.reliability_of`; none is empty."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float
    accuracy_low: float
    accuracy_high: float


class Quality(Record):
    """How far confidences are the shares that are right.

    `calibration_error` is over ten bins, `brier` the mean of (confidence - right)^2, in [0, 1].
    """

    calibration_error: float
    brier: float
    bins: list[Bin]


class LabelCard(Record):
    """What a label's curve was fitted on, before (`raw`) and after on unseen claims (`unseen`)."""

    verdicts: int
    right: int
    data: list[str]
    form: Literal["platt", "isotonic"]
    raw: Quality
    unseen: Quality


class Abstention(Record):
    """Verdicts of `ASSERTING` labels, all and those from `threshold` upwards, on unseen claims."""

    threshold: float
    verdicts: int
    right: int
    kept: int
    kept_right: int


class Left(Record):
    """Verdicts of a label without a curve, and how many were right, None where no data label it."""

    verdicts: int
    right: int | None


class DataCard(Record):
    """A labelled set: its name in words, and what its labels were taken for."""

    name: str
    pairs: int
    used_for: list[Label]
    note: str


class VerdictCalibration(Record):
    """Curves by label, and the card of their making.

    Attributes
    ----------
    curves : dict of Label to Curve
        Labels that are missing are not calibrated.
    data : list of DataCard
        By the names that `labels` gives them.
    passages : int
        Passages that each claim was judged by: its own, and some of other claims.
    folds : int
        Of the cross-validation, those of a claim in one fold.
    labels : dict of Label to LabelCard
    abstention : Abstention
    left : dict of Label to Left
        Labels without a curve: too few verdicts of the labelled pairs had them, or none is so
        labelled.
    field : str
        What the data are about, in a word.
    fitted_by : str
        The command.
    """

    curves: dict[Label, Curve]
    data: dict[str, DataCard]
    passages: int
    folds: int
    labels: dict[Label, LabelCard]
    abstention: Abstention
    left: dict[Label, Left]
    field: str
    fitted_by: str

    def __call__(self, label: Label, confidence: float) -> float:
        """The calibrated confidence; as it was where the label has no curve.

        A confidence of 1 is that of a claim without any evidence, which is insufficient by
        definition and no estimate.
        """
        if label not in self.curves or confidence == 1.0:
            return confidence
        return self.curves[label](confidence)

    def verify_claims(
        self,
        claims: Iterable[Claim],
        evidence: Iterable[Evidence],
        documents: Sequence[Document],
    ) -> list[Verdict]:
        """As `verify_claims` of `litreview.verification.verdicts`, with calibrated confidences.

        Verdicts whose confidence is not calibrated, or too low to act on, say so.
        """
        found = verify_claims(claims, evidence, documents, calibrate=self)
        return [self.qualified(verdict) for verdict in found]

    def qualified(self, verdict: Verdict) -> Verdict:
        """The verdict, with what its calibrated confidence lacks among its reasons."""
        if UNCALIBRATED in verdict.reasons:
            return verdict
        if verdict.label not in self.curves:
            more = UNCALIBRATED
        elif verdict.label in ASSERTING and verdict.confidence < self.abstention.threshold:
            more = ABSTAINS
        else:
            return verdict
        return verdict.model_copy(update={"reasons": [*verdict.reasons, more]})


@cache
def load(path: Path = SHIPPED) -> VerdictCalibration:
    """Read a calibration; the shipped one without a path.

    Raises
    ------
    InputError
        If the file is missing or is no calibration; the message names it.
    """
    return read_as(path, VerdictCalibration)


def is_calibrated(verdicts: Iterable[Verdict]) -> bool:
    """Whether confidences were calibrated: of one verdict at least, for labels may be left out."""
    by_words = (verdict for verdict in verdicts if verdict.read_by == "words")
    return any(UNCALIBRATED not in verdict.reasons for verdict in by_words)


def judge_of(verdicts: Iterable[Verdict]) -> Judge:
    """What judges as these verdicts were made: by the shipped calibration, or without one."""
    return load().verify_claims if is_calibrated(verdicts) else verify_claims
