"""Whether the tables that a report is built from follow from one another.

Each function works one table out again from others and tells what did not come out, as an `Audit`.
Nothing is compared with a stored copy: a table that was changed stands against what it was made
from, or against what was made from it.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from litreview.schema import Audit, Check, Claim, Document, Evidence, Verdict
from litreview.verification.evidence import table_rows

Judge = Callable[[Sequence[Claim], Sequence[Evidence], Sequence[Document]], list[Verdict]]
"""What judges claims, as `litreview.verification.verdicts.verify_claims` does."""
TOLERANCE = 1e-6
SAME_CONFIDENCE = 5e-3
"""Confidences are the same within half of what the report prints."""
EDGE = 0.01
"""Part of an interval by which its ends may miss a region: verdicts count draws, ends are between
two of them."""
HEADLINE = "non-english"
INFINITE = float("inf")


def audit_passages(evidence: Iterable[Evidence], documents: Iterable[Document]) -> Audit:
    """Whether every passage stands in its document where it is said to: words, or a table's row."""
    by_id = {document.document_id: document for document in documents}
    rows: dict[str, dict[str, set[str]]] = {}
    faults, checked = [], 0
    for item in evidence:
        checked += 1
        document = by_id.get(item.document_id)
        where = f"claim {item.claim_id}, passage {item.rank}"
        if document is None:
            faults.append(f"{where}: there is no document {item.document_id}")
        elif item.paper_id != document.paper_id:
            faults.append(f"{where}: {item.document_id} is not of {item.paper_id}")
        elif item.table_id is not None:
            if item.document_id not in rows:
                rows[item.document_id] = _rows(document)
            if item.text not in rows[item.document_id].get(item.table_id, set()):
                faults.append(f"{where}: is no row of table {item.table_id}")
        elif item.start is not None and document.text[item.start : item.end] != item.text:
            faults.append(f"{where}: is not what {item.document_id} has there")
    return Audit(kind="passages", checked=checked, faults=faults)


def _rows(document: Document) -> dict[str, set[str]]:
    return {table.table_id: set(table_rows(table).values()) for table in document.tables}


def audit_verdicts(
    claims: Sequence[Claim],
    evidence: Sequence[Evidence],
    documents: Sequence[Document],
    verdicts: Iterable[Verdict],
    judge: Judge,
) -> Audit:
    """Whether the verdicts come out again when the claims are judged anew by their evidence.

    Those that a model gave are not asked of it again; they must be of claims that words leave open.

    Parameters
    ----------
    claims, evidence, documents, verdicts : records
    judge : callable
        The judge that made the verdicts; it must be the same, or its verdicts are another's.
    """
    given = {verdict.claim_id: verdict for verdict in verdicts}
    ranks = defaultdict(set)
    for item in evidence:
        ranks[item.claim_id].add(item.rank)
    faults = []
    for anew in judge(claims, evidence, documents):
        verdict = given.get(anew.claim_id)
        if verdict is None:
            faults.append(f"claim {anew.claim_id}: has no verdict")
            continue
        unknown = set(verdict.evidence_ids) - ranks[anew.claim_id]
        if unknown:
            faults.append(f"claim {anew.claim_id}: rests on passages that are not there: {unknown}")
        elif verdict.read_by == "model":
            if anew.label != "insufficient" or anew.evidence_ids:
                said = f"read by a model, but words decide it, judged anew {anew.label}"
                faults.append(f"claim {anew.claim_id}: {said}")
        elif verdict.label != anew.label:
            faults.append(f"claim {anew.claim_id}: {verdict.label}, but judged anew {anew.label}")
        elif abs(verdict.confidence - anew.confidence) > SAME_CONFIDENCE:
            said = f"{verdict.confidence:.2f}, but judged anew {anew.confidence:.2f}"
            faults.append(f"claim {anew.claim_id}: its confidence is {said}")
        elif verdict.level != anew.level:
            faults.append(f"claim {anew.claim_id}: {verdict.level}, but judged anew {anew.level}")
    return Audit(kind="verdicts", checked=len(claims), faults=faults)


def sound_gains(effects: pd.DataFrame) -> np.ndarray:
    """Which rows have a gain that is the difference of their scores, and no surer corrected."""
    difference = effects["score"] - effects["baseline_score"]
    exact = (difference - effects["gain"]).abs() <= TOLERANCE
    return (exact & ~(effects["p_holm"] < effects["p_value"] - TOLERANCE)).to_numpy()


def audit_gains(effects: pd.DataFrame) -> Audit:
    """Whether every gain is the difference of its scores, in its interval, no surer corrected."""
    sound = sound_gains(effects) & within_intervals(effects)
    faults = [
        f"{row['intermediate']} on {row['target']} ({row['language']}, {row['encoder']})"
        for row in effects[~sound].to_dict("records")
    ]
    return Audit(kind="gains", checked=len(effects), faults=faults)


def within_intervals(effects: pd.DataFrame) -> np.ndarray:
    """Which rows have a finite interval that holds their gain."""
    gain, low, high = (effects[key].to_numpy(dtype=float) for key in ("gain", "low", "high"))
    slack = TOLERANCE
    return np.isfinite(low) & np.isfinite(high) & (low <= gain + slack) & (gain <= high + slack)


def audit_tables(
    effects: pd.DataFrame,
    contrasts: pd.DataFrame,
    scaling: pd.DataFrame,
    study: Mapping[str, Any],
) -> Audit:
    """Whether contrasts are differences of gains, and the gains by size those of the effects."""
    headline = effects[effects["language"] == HEADLINE]
    gains = {
        (row["encoder"], row["intermediate"], row["target"]): row["gain"]
        for row in headline.to_dict("records")
    }
    faults = []
    for row in contrasts.to_dict("records"):
        own = gains.get((row["encoder"], row["intermediate"], row["target"]))
        control = gains.get((row["encoder"], row["control"], row["target"]))
        if own is not None and control is not None and _differ(row["difference"], own - control):
            faults.append(
                f"{row['intermediate']} less {row['control']} on {row['target']} "
                f"({row['encoder']}): {row['difference']:.2f}, but the gains give "
                f"{own - control:.2f}"
            )
    sizes = {name: entry["parameters"] for name, entry in study["encoders"].items()}
    for row in scaling.to_dict("records"):
        own = gains.get((row["encoder"], row["intermediate"], row["target"]))
        named = f"{row['intermediate']} on {row['target']} by size ({row['encoder']})"
        if own is not None and _differ(row["gain"], own):
            faults.append(f"{named}: {row['gain']:.2f}, but the gain is {own:.2f}")
        if row["parameters"] != sizes.get(row["encoder"]):
            faults.append(f"{named}: {row['parameters']} parameters are not the encoder's")
    return Audit(kind="tables", checked=len(contrasts) + len(scaling), faults=faults)


def _differ(one: float, other: float) -> bool:
    return not math.isclose(one, other, rel_tol=0, abs_tol=TOLERANCE)


def audit_checks(checks: Sequence[Check]) -> Audit:
    """Whether verdicts of checks fit their intervals: inside the region, or outside it."""
    faults, checked = [], 0
    for check in checks:
        region = _region(check.predicate) if check.source == "experiment" else None
        if region is None or check.low is None or check.high is None or check.estimate is None:
            continue
        checked += 1
        slack = EDGE * (check.high - check.low) + TOLERANCE
        inside = region[0] - slack <= check.low and check.high <= region[1] + slack
        outside = check.high < region[0] + slack or check.low > region[1] - slack
        if not check.low - slack <= check.estimate <= check.high + slack:
            faults.append(f"claim {check.claim_id}: {check.estimate:.2f} is not in its interval")
        elif check.verdict == "supported" and not inside:
            faults.append(f"claim {check.claim_id}: supported, but its interval is not inside")
        elif check.verdict == "contradicted" and not outside:
            faults.append(f"claim {check.claim_id}: contradicted, but its interval is not outside")
    return Audit(kind="checks", checked=checked, faults=faults)


def _region(predicate: Mapping[str, Any]) -> tuple[float, float] | None:
    """Where an interval must lie for a predicate to hold; None for the kinds that count or rank."""
    margin, kind = predicate.get("margin", 0.0), predicate.get("p")
    if margin is None:  # the study's own, which no check tells
        return None
    if kind in ("GT", "CONTRAST"):
        return margin, INFINITE
    if kind == "NONINF":
        return -margin, INFINITE
    if kind == "DELTA":
        return float(predicate["low"]), float(predicate["high"])
    return None
