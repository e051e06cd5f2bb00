"""Claims against this study's measurements: one verdict, with its scope and reason, a predicate.

An acceptance region stands for what the claim says. The 95% interval of the paired bootstrap
inside it: supported; outside it: contradicted; otherwise inconclusive. A verdict must survive
Holm's correction over all interval predicates that are checked together. Fewer than three training
seeds leave the claim not testable, with the estimate reported. A study that differs from what the
claim describes never refutes a paper: its scope says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from statsmodels.stats.multitest import multipletests

from litreview import predicates as pr
from litreview.arms import Measurements, NotTestable
from litreview.design import check_design
from litreview.intervals import LEVEL, Finding, check_interval
from litreview.rankings import check_argmax, check_count
from litreview.schema import Check, Claim
from litreview.wording import count_of, scope_words

MIN_SEEDS = 3


def check_claims(
    claims: Iterable[Claim],
    effects: pd.DataFrame,
    draws: pd.DataFrame,
    study: Mapping[str, Any],
) -> list[Check]:
    """Check every predicate of every claim; a claim without predicates gives no check.

    Parameters
    ----------
    claims : iterable of Claim
    effects, draws : pandas.DataFrame
        The study's measured gains (points, on a scale of 0 to 100) and their bootstrap draws.
    study : mapping
        The parsed `study.json`; `analogues` names what stands in for the claims' own tasks.

    Returns
    -------
    list of Check
        In the order of the claims and their predicates, Holm-corrected over all of them.

    Raises
    ------
    ValueError
        If a predicate is not valid; the message names the claim and every fault in it.
    """
    measured = Measurements(effects, draws, study)
    magnitudes = {**pr.MAGNITUDES, **study.get("magnitudes", {})}
    asked, findings = [], []
    for claim in claims:
        for number, data in enumerate(claim.predicates, start=1):
            predicate = pr.parse_predicate(data, f"claim {claim.claim_id}, predicate {number}")
            asked.append((claim.claim_id, data, predicate))
            findings.append(_with_enough_seeds(_find(predicate, measured)))
    adjusted = _holm(findings)
    return [
        _record(claim_id, data, pr.statement(predicate, magnitudes), finding, p_holm)
        for (claim_id, data, predicate), (finding, p_holm) in zip(asked, adjusted, strict=True)
    ]


def check_claim(
    claim: Claim, effects: pd.DataFrame, draws: pd.DataFrame, study: Mapping[str, Any]
) -> list[Check]:
    """Check one claim alone; the family of Holm's correction is its own predicates."""
    return check_claims([claim], effects, draws, study)


def _find(predicate: pr.AnyPredicate, measured: Measurements) -> Finding:
    try:
        if predicate.ambiguous:
            raise NotTestable("ambiguous_claim", predicate.ambiguous)
        if isinstance(predicate, pr.Design):
            return check_design(predicate, measured.study)
        if isinstance(predicate, pr.Count):
            return check_count(predicate, measured)
        if isinstance(predicate, pr.ArgMax):
            return check_argmax(predicate, measured)
        return check_interval(predicate, measured)
    except NotTestable as fault:
        return Finding("not_testable", None, (), fault.code, fault.reason)


def _with_enough_seeds(finding: Finding) -> Finding:
    if finding.seeds is None or finding.seeds >= MIN_SEEDS:
        return finding
    estimate = finding.reason.split("; the claim needs")[0].split(", which is first")[0]
    return replace(
        finding,
        verdict="not_testable",
        reason_code="too_few_seeds",
        reason=f"{estimate}; with fewer than three training seeds there is no verdict.",
        p_value=None,
    )


def _holm(findings: list[Finding]) -> list[tuple[Finding, float | None]]:
    """Adjust the family's p-values; a verdict that does not survive becomes inconclusive."""
    family = [i for i, finding in enumerate(findings) if finding.p_value is not None]
    adjusted: list[float | None] = [None] * len(findings)
    if family:
        raw = [findings[i].p_value for i in family]
        for i, p_value in zip(family, multipletests(raw, LEVEL, method="holm")[1], strict=True):
            adjusted[i] = float(p_value)
    return [
        (_after_holm(finding, p_holm, len(family)), p_holm)
        for finding, p_holm in zip(findings, adjusted, strict=True)
    ]


def _after_holm(finding: Finding, p_holm: float | None, family: int) -> Finding:
    if p_holm is None or p_holm <= LEVEL or finding.verdict == "inconclusive":
        return finding
    return replace(
        finding,
        verdict="inconclusive",
        reason_code="not_after_holm",
        reason=f"{finding.reason} After Holm's correction over {count_of(family, 'predicate')} "
        "this no longer stands.",
    )


def _record(
    claim_id: str,
    data: dict[str, Any],
    statement: str,
    finding: Finding,
    p_holm: float | None,
) -> Check:
    reason = finding.reason
    if finding.verdict == "contradicted" and finding.scope != "exact":
        words = scope_words(finding.scope)
        reason = f"{reason} Measured {words}, this does not refute the paper's own result."
    return Check(
        claim_id=claim_id,
        predicate=data,
        statement=statement,
        verdict=finding.verdict,
        scope=finding.scope,
        scope_differences=list(finding.differences),
        reason_code=finding.reason_code,
        reason=reason,
        estimate=finding.estimate,
        low=finding.low,
        high=finding.high,
        seeds=finding.seeds,
        p_holm=p_holm,
    )
