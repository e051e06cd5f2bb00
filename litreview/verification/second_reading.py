"""What a fitted model says of a claim where comparing words decides nothing.

The passage of which the model is surest decides, and its calibrated probability is the confidence.
A model may not support a claim whose numbers no passage prints: the numeric gate stays above it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from litreview.language.wording import listing
from litreview.pair_encoder import LABELS
from litreview.schema import Claim, Evidence, Label, Verdict
from litreview.verification.gate import states_numbers
from litreview.verification.lattice import WORDS, axes_above
from litreview.verification.reader import Reader

SUPPORTED, REFUTED, INSUFFICIENT = range(len(LABELS))
CONFLICT = 0.5
"""Probability from which a passage that speaks the other way is told as a conflict."""


def read_undecided(
    claims: Iterable[Claim],
    evidence: Iterable[Evidence],
    verdicts: Iterable[Verdict],
    reader: Reader,
) -> list[Verdict]:
    """The verdicts, those where words decided nothing read again by the reader's model."""
    found: dict[str, list[Evidence]] = defaultdict(list)
    for item in evidence:
        found[item.claim_id].append(item)
    return [
        read_again(claim, found[claim.claim_id], verdict, reader)
        if verdict.label == "insufficient" and not verdict.evidence_ids
        else verdict
        for claim, verdict in zip(claims, verdicts, strict=True)
    ]


def read_again(
    claim: Claim, evidence: Sequence[Evidence], found: Verdict, reader: Reader
) -> Verdict:
    """The verdict of the reader's model on passages; `found` is what words said (nothing).

    Rows of tables are left out. Ties go to the passage of lower rank.
    """
    passages = sorted((e for e in evidence if e.table_id is None), key=lambda one: one.rank)
    if not passages or reader.shares is None:
        return found
    shares = reader.shares([(claim.text, item.text) for item in passages])
    label, place = _decision(shares)
    if label != "insufficient" and shares[place].max() < reader.least:
        return found
    confidence, item = float(shares[place, LABELS.index(label)]), passages[place]
    reasons = [_reason(label, item, shares[place])]
    if label == "supported" and not any(states_numbers(claim, one.text) for one in passages):
        label, confidence = "insufficient", 1.0 - confidence
        reasons.append("Not all of the claim's numbers stand in one passage.")
    above = axes_above(claim.text, item.text) if label == "supported" else []
    if above:
        named = listing(WORDS[axis] for axis in above)
        reasons.append(f"The claim may go beyond passage {item.rank} in {named}.")
    reasons += _conflicts(label, passages, shares)
    return found.model_copy(
        update={
            "label": label,
            "confidence": round(min(1.0, max(0.0, confidence)), 6),
            "level": _level(label, item),
            "evidence_ids": [] if label == "insufficient" else [item.rank],
            "reasons": [*reasons, reader.note],
            "read_by": "model",
        }
    )


def _decision(shares: np.ndarray) -> tuple[Label, int]:
    """The label, and the passage that decides it.

    The passage least likely to leave the claim open speaks for all; where it leaves it open too,
    the claim is open.
    """
    place = int(shares[:, INSUFFICIENT].argmin())
    return LABELS[int(shares[place].argmax())], place


def _reason(label: Label, item: Evidence, shares: np.ndarray) -> str:
    words = {
        "supported": "supports the claim",
        "refuted": "refutes it",
        "insufficient": "leaves it open",
    }
    said = listing(
        f"{words[name]} with probability {share:.2f}"
        for name, share in zip(LABELS, shares, strict=True)
    )
    start = "No passage decides the claim: passage" if label == "insufficient" else "Passage"
    return f"{start} {item.rank} {said}."


def _conflicts(label: Label, passages: Sequence[Evidence], shares: np.ndarray) -> list[str]:
    other = {"supported": REFUTED, "refuted": SUPPORTED}.get(label)
    if other is None:
        return []
    ranks = [
        str(item.rank) for item, row in zip(passages, shares, strict=True) if row[other] >= CONFLICT
    ]
    if not ranks:
        return []
    noun, verb = ("Passages", "point") if len(ranks) > 1 else ("Passage", "points")
    return [f"{noun} {listing(ranks)} {verb} the other way."]


def _level(label: Label, item: Evidence) -> str:
    if label == "insufficient":
        return "V0"
    return "V3" if item.independent else "V2"
