"""Three rule-based reviewers of a report, each with tables of its own.

The sceptic sees claims, evidence and verdicts; methods sees the search, the documents and the
design; numbers sees the measurements, the checks and the figures that the report prints. Each
rates every claim it can, and dimensions of its own, from 0 to 10; what the scores mean stands in
`reviewers.yaml`. What a reviewer works out again and finds at fault (its audits) takes its part off
the reviewer's score.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from litreview.checks.predicates import measurable_checks
from litreview.language.wording import count_of, listing
from litreview.review.soundness import sound_gains, within_intervals
from litreview.schema import (
    Audit,
    Check,
    Claim,
    Document,
    Evidence,
    Paper,
    Rating,
    Review,
    SearchOutcome,
    Verdict,
)

Role = Literal["sceptic", "methods", "numbers"]
CLAIMS = "claims"
BY_LEVEL = {"V0": 3.0, "V1": 5.0, "V2": 7.0, "V3": 9.0, "V4": 10.0, "V5": 10.0}
BY_LABEL = {"refuted": 0.0, "overstated": 2.0, "insufficient": 3.0}
BY_KIND = {"latex": 10.0, "html": 10.0, "jats": 10.0, "pdf": 8.0, "abstract": 5.0, "digest": 4.0}
BY_CHECK = {"supported": 10.0, "inconclusive": 5.0, "contradicted": 2.0}
FROZEN = "frozen"
FULL_TEXT = ("latex", "html", "jats", "pdf")


@cache
def written() -> dict[str, Any]:
    """What stands in `reviewers.yaml`: dimensions, audits and tiers."""
    return YAML(typ="safe").load(Path(__file__).with_name("reviewers.yaml"))


def anchors() -> dict[str, dict[str, dict[str, Any]]]:
    """Questions and anchors by role and dimension."""
    return written()["dimensions"]


def claim_dimension(claim_id: str) -> str:
    """Name under which a reviewer rates one claim."""
    return f"claim {claim_id}"


def sceptic(
    claims: Sequence[Claim],
    evidence: Iterable[Evidence],
    verdicts: Sequence[Verdict],
    audits: Sequence[Audit] = (),
) -> Review:
    """Rate how far the documents bear out the claims.

    Parameters
    ----------
    claims, evidence, verdicts : records
        A claim without a verdict counts as one of level V0 without support.
    audits : sequence of Audit
        Of any reviewer; each takes its own.
    """
    by_claim = {verdict.claim_id: verdict for verdict in verdicts}
    own = {item.claim_id for item in evidence if not item.independent}
    found = [by_claim.get(claim.claim_id) for claim in claims]
    supported = [one for one in found if one is not None and one.label == "supported"]
    grounded = [
        claim.claim_id in own or (one is not None and one.level != "V0")
        for claim, one in zip(claims, found, strict=True)
    ]
    dimensions = {
        "grounding": _share(grounded, "claims have a passage of their own paper"),
        "corroboration": _share(
            [one.level in ("V3", "V4", "V5") for one in supported],
            "supported claims are corroborated or derived again",
        ),
        "restraint": _share(
            [one is None or one.label not in ("refuted", "overstated") for one in found],
            "claims are neither refuted nor overstated",
        ),
    }
    ratings = {
        claim.claim_id: _verdict_score(one) for claim, one in zip(claims, found, strict=True)
    }
    inputs = ["claims", "documents", "evidence", "verdicts", "content: claims"]
    return _review("sceptic", inputs, ratings, dimensions, audits)


def _verdict_score(verdict: Verdict | None) -> float:
    """By label; support by level, less up to two points where the confidence is below a half."""
    if verdict is None:
        return BY_LABEL["insufficient"]
    if verdict.label != "supported":
        return BY_LABEL[verdict.label]
    return BY_LEVEL[verdict.level] - 4 * max(0.0, 0.5 - verdict.confidence)


def methods(
    claims: Sequence[Claim],
    papers: Sequence[Paper],
    searches: Sequence[SearchOutcome],
    documents: Sequence[Document],
    study: Mapping[str, Any],
    audits: Sequence[Audit] = (),
) -> Review:
    """Rate what was searched, what was read, and how the experiment is laid out."""
    status = {paper.paper_id: paper.status for paper in papers}
    readings: dict[str, float] = defaultdict(float)
    for document in documents:
        score = BY_KIND[document.kind] * document.quality
        readings[document.paper_id] = max(readings[document.paper_id], score)
    ratings = {
        claim.claim_id: 0.0
        if status.get(claim.paper_id) in ("withdrawn", "retracted")
        else readings.get(claim.paper_id, 0.0)
        for claim in claims
    }
    # The frozen corpus is no search: it cannot be complete or incomplete.
    answered = [_search_score(search) for search in searches if search.source != FROZEN]
    in_full = {one.paper_id for one in documents if one.kind in FULL_TEXT and one.quality > 0}
    points = design_points(study)
    design, met = _share(list(points.values()), "points of design are met")
    lacking = [name for name, held in points.items() if not held]
    dimensions = {
        "search": _mean(answered, f"{count_of(len(answered), 'search', 'searches')}"),
        "retrieval": _share(
            [paper.paper_id in in_full for paper in papers], "papers were read in full"
        ),
        "standing": _share(
            [paper.status not in ("withdrawn", "retracted") for paper in papers],
            "papers are neither withdrawn nor retracted",
        ),
        "design": (design, f"{met} Not met: {listing(lacking)}." if lacking else met),
    }
    inputs = ["records", "searches", "documents", "study", "content: prose, references"]
    return _review("methods", inputs, ratings, dimensions, audits)


def _search_score(search: SearchOutcome) -> float:
    if search.outcome not in ("ok", "partial"):
        return 0.0
    if search.expected is None:
        return 5.0
    return 10.0 * min(1.0, search.retrieved / search.expected) if search.expected else 10.0


def design_points(study: Mapping[str, Any]) -> dict[str, bool]:
    """What an answer needs of the experiment, and whether the study has it."""
    intermediates = [e for e in study["intermediates"].values() if e["domain"] != "mixed"]
    general = {entry["format"] for entry in intermediates if entry["domain"] == "general"}
    special = {entry["format"] for entry in intermediates if entry["domain"] != "general"}
    languages = {code for entry in study["targets"].values() for code in entry["languages"]}
    return {
        "three seeds of intermediate training": len(study["seeds"]["intermediate"]) >= 3,
        "three seeds of target training": len(study["seeds"]["target"]) >= 3,
        "two sizes of encoder": len({e["parameters"] for e in study["encoders"].values()}) >= 2,
        "a special domain": bool(special),
        "a general control of every format": bool(special) and special <= general,
        "three languages but English": len(languages - {"en"}) >= 3,
    }


def numbers(
    claims: Sequence[Claim],
    effects: pd.DataFrame,
    checks: Sequence[Check],
    printed: Collection[str],
    known: Collection[str],
    audits: Sequence[Audit] = (),
) -> Review:
    """Rate the measurements, the checks, and whether the report prints what was measured.

    Parameters
    ----------
    claims, checks : records
    effects : pandas.DataFrame
        The study's gains.
    printed, known : collections of str
        Figures with intervals as the report prints them, and as the tables give them.
    """
    scores: dict[str, list[float]] = defaultdict(list)
    rated = {claim.claim_id for claim in claims}
    measurable = [check for check in measurable_checks(checks) if check.claim_id in rated]
    for check in measurable:
        if check.verdict in BY_CHECK:
            exact = check.verdict == "contradicted" and check.scope == "exact"
            scores[check.claim_id].append(0.0 if exact else BY_CHECK[check.verdict])
    ratings = {
        claim.claim_id: float(np.mean(scores[claim.claim_id])) if scores[claim.claim_id] else None
        for claim in claims
    }
    known = set(known)
    dimensions = {
        "tested": _share(
            [check.verdict != "not_testable" for check in measurable], "statements could be tested"
        ),
        "intervals": _share(within_intervals(effects).tolist(), "gains lie in their interval"),
        "arithmetic": _share(sound_gains(effects).tolist(), "gains follow from their scores"),
        "printed": _share(
            [figure in known for figure in printed], "printed figures stand in the tables"
        ),
    }
    inputs = ["effects", "contrasts", "scaling", "checks", "content: figures, tables, checks"]
    return _review("numbers", inputs, ratings, dimensions, audits)


def _share(held: Sequence[bool], what: str) -> tuple[float | None, str]:
    if not held:
        return None, f"There is nothing to rate: no {what.split(' ')[0]}."
    return 10.0 * sum(held) / len(held), f"{sum(held)} of {len(held)} {what}."


def _mean(scores: Sequence[float], what: str) -> tuple[float | None, str]:
    if not scores:
        return None, "There is nothing to rate."
    return float(np.mean(scores)), f"Mean over {what}."


def _review(
    role: Role,
    inputs: list[str],
    by_claim: Mapping[str, float | None],
    dimensions: Mapping[str, tuple[float | None, str]],
    audits: Sequence[Audit],
) -> Review:
    rated = [score for score in by_claim.values() if score is not None]
    basis = f"Mean over claims; {len(rated)} of {len(by_claim)} could be rated."
    mean = float(np.mean(rated)) if rated else None
    ratings = [_rating(role, CLAIMS, mean, basis)]
    ratings += [_rating(role, name, score, words) for name, (score, words) in dimensions.items()]
    own = [audit for audit in audits if written()["audits"][audit.kind]["reviewer"] == role]
    overall = overall_of([rating.score for rating in ratings], own)
    ratings += [
        _rating(role, claim_dimension(claim_id), score, "") for claim_id, score in by_claim.items()
    ]
    return Review(
        reviewer=role, role=role, inputs=inputs, ratings=ratings, overall=overall, audits=own
    )


def overall_of(scores: Iterable[float | None], audits: Iterable[Audit] = ()) -> float:
    """Mean of the dimensions that could be rated, 0 where none could, times what audits left sound.

    Of several audits the one with the greatest part at fault counts.
    """
    rated = [score for score in scores if score is not None]
    return round(float(np.mean(rated)) * sound_part(audits), 6) if rated else 0.0


def sound_part(audits: Iterable[Audit]) -> float:
    """The least part of what was audited that is not at fault, from 0 to 1."""
    return min((1 - min(1.0, len(one.faults) / max(1, one.checked)) for one in audits), default=1.0)


def _rating(role: Role, dimension: str, score: float | None, basis: str) -> Rating:
    known = anchors()[role][CLAIMS if dimension.startswith("claim ") else dimension]
    if score is None:
        return Rating(dimension=dimension, score=None, anchor="Not rated.", basis=basis)
    reached = max(needed for needed in known["anchors"] if score >= needed)
    anchor = known["anchors"][reached]
    return Rating(dimension=dimension, score=round(score, 6), anchor=anchor, basis=basis)
