"""Claims against this study's measurements: one verdict, with its scope and reason, a predicate.

An acceptance region stands for what the claim says. The 95% interval of the paired bootstrap
inside it: supported; outside it: contradicted; otherwise inconclusive. A verdict must survive
Holm's correction over all predicates that are checked together: those of a claims file are one
family, those of claims found in papers another. Fewer than three training seeds leave the claim not
testable, with the estimate reported. A study that differs from what the claim describes never
refutes a paper: its scope says so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from litreview.checks import predicates as pr
from litreview.checks.compilation import Compilation, Compiled, compile_claims
from litreview.checks.counts import check_count
from litreview.checks.design import check_design
from litreview.checks.findings import LEVEL, Finding, holm
from litreview.checks.intervals import check_interval, margin_of
from litreview.checks.measurements import Measurements, NotTestable
from litreview.checks.predicate_words import statement
from litreview.checks.ranked import check_ranking
from litreview.language.wording import SAME_DESIGN, count_of, scope_words
from litreview.schema import Check, Claim

MIN_SEEDS = 3


def check_claims(
    claims: Iterable[Claim],
    effects: pd.DataFrame,
    draws: pd.DataFrame,
    study: Mapping[str, Any],
    compilations: Sequence[Compilation] | None = None,
) -> list[Check]:
    """Check every predicate of every claim; a claim that has none and gives none has no check.

    Predicates that stand in a claims file win; other claims are compiled
    (`litreview.checks.compilation`).

    Parameters
    ----------
    claims : iterable of Claim
    effects, draws : pandas.DataFrame
        The study's measured gains (points, on a scale of 0 to 100) and their bootstrap draws.
    study : mapping
        The parsed `study.json`; `analogues` names what stands in for the claims' own tasks.
    compilations : sequence of Compilation, optional
        One a claim, where `compile_claims` has made them already.

    Returns
    -------
    list of Check
        In the order of the claims and their predicates. Holm's correction is over those of all
        claims of claims files, and over those of all claims found in papers.

    Raises
    ------
    InputError
        If a predicate is not valid; the message names the claim and every fault in it. If a table
        lacks a column.
    """
    claims, measured = list(claims), Measurements(effects, draws, study)
    if compilations is None:
        compilations = compile_claims(claims, study)
    asked = list(_predicates(claims, compilations))
    findings = [_with_enough_seeds(_find(predicate, measured)) for *_, predicate in asked]
    adjusted = _by_family([claim.origin for claim, *_ in asked], findings)
    magnitudes = {**pr.MAGNITUDES, **(study.get("magnitudes") or {})}
    return [
        _record(
            claim, compiled, statement(predicate, magnitudes, margin_of(study)), finding, p_holm
        )
        for (claim, compiled, predicate), (finding, p_holm) in zip(asked, adjusted, strict=True)
    ]


def _predicates(
    claims: Sequence[Claim], compilations: Sequence[Compilation]
) -> Iterator[tuple[Claim, Compiled, pr.AnyPredicate]]:
    for claim, compilation in zip(claims, compilations, strict=True):
        for number, compiled in enumerate(compilation.predicates, start=1):
            origin = f"claim {claim.claim_id}, predicate {number}"
            yield claim, compiled, pr.parse_predicate(compiled.predicate, origin)


def _find(predicate: pr.AnyPredicate, measured: Measurements) -> Finding:
    try:
        if predicate.ambiguous:
            raise NotTestable("ambiguous_claim", predicate.ambiguous)
        if isinstance(predicate, pr.Design):
            return check_design(predicate, measured.study)
        if isinstance(predicate, pr.Counting):
            return check_count(predicate, measured)
        if isinstance(predicate, pr.Ranking):
            return check_ranking(predicate, measured)
        return check_interval(predicate, measured)
    except NotTestable as fault:
        return Finding("not_testable", None, (), fault.code, fault.reason)


def _with_enough_seeds(finding: Finding) -> Finding:
    if finding.seeds is None or finding.seeds >= MIN_SEEDS:
        return finding
    return replace(
        finding,
        verdict="not_testable",
        reason_code="too_few_seeds",
        reason=f"{finding.measured}; with fewer than three training seeds there is no verdict.",
        p_value=None,
    )


def _by_family(
    families: Sequence[str], findings: Sequence[Finding]
) -> list[tuple[Finding, float | None]]:
    adjusted: list[tuple[Finding, float | None]] = [(finding, None) for finding in findings]
    for family in sorted(set(families)):
        members = [i for i, one in enumerate(families) if one == family]
        for i, pair in zip(members, _holm([findings[i] for i in members]), strict=True):
            adjusted[i] = pair
    return adjusted


def _holm(findings: list[Finding]) -> list[tuple[Finding, float | None]]:
    """Adjust the family's p-values; a verdict that does not survive becomes inconclusive."""
    family = [i for i, finding in enumerate(findings) if finding.p_value is not None]
    adjusted: list[float | None] = [None] * len(findings)
    if family:
        raw = [findings[i].p_value for i in family]
        for i, p_value in zip(family, holm(raw), strict=True):
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
    claim: Claim,
    compiled: Compiled,
    said: str,
    finding: Finding,
    p_holm: float | None,
) -> Check:
    reason = finding.reason
    if finding.verdict == "contradicted" and finding.scope != "exact":
        words = scope_words(finding.scope)
        reason = f"{reason} Measured {words}, this does not refute the paper's own result."
    tested = finding.verdict in ("supported", "contradicted")
    return Check(
        claim_id=claim.claim_id,
        predicate=compiled.predicate,
        statement=said,
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
        origin="written" if compiled.written else "compiled",
        words=list(compiled.words),
        certainty=None if compiled.written else round(compiled.certainty, 3),
        level="V5" if tested and finding.reason_code != SAME_DESIGN else None,
    )
