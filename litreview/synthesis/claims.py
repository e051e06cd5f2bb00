"""Each restated claim as the report shows it: verdict, evidence and checks, all in words."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from litreview.language.wording import SAME_DESIGN, check_words, listing, number_word
from litreview.schema import Check, Claim, Document, Evidence, Verdict
from litreview.synthesis.claimed import claimed_words
from litreview.synthesis.contexts import context_of
from litreview.synthesis.excerpts import excerpt
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.model import CheckView, ClaimView, EvidenceView
from litreview.synthesis.references import clean, short_citation
from litreview.synthesis.tables import check_figure
from litreview.verification.verdict_calibration import is_calibrated
from litreview.verification.verdicts import UNCALIBRATED

KINDS = {
    "latex": ("LaTeX source", "LaTeX sources"),
    "html": ("HTML version", "HTML versions"),
    "jats": ("JATS version", "JATS versions"),
    "pdf": ("PDF", "PDFs"),
    "abstract": ("abstract", "abstracts"),
    "digest": ("digest in our own words", "digests in our own words"),
}
"""What a document was read from, in the singular and the plural."""
SHOWN_EVIDENCE = 3
"""Passages shown at least; those that the verdict rests on are always shown."""


FINDING_EVIDENCE = 3
"""Passages shown of a finding at most."""
SHOWN_FINDINGS = 200
"""Findings shown at most: some two kilobytes of a page each."""
FOUND = {
    "V0": "not verified",
    "V1": "stands in its document",
    "V2": "stated again in its paper",
    "V3": "stated by another paper",
    "V4": "numbers derived again",
}
"""What a level of the papers says of a finding, which its own document always bears out."""
MEASURED = "V5"
"""The level of a claim that the experiment put to a test, whatever came out."""


def restated_claims(inputs: Inputs) -> list[Claim]:
    """Claims of the claims file; what was found in the documents stays in the tables on disk."""
    return [claim for claim in inputs.claims if claim.origin == "claims_file"]


def shown_findings(inputs: Inputs) -> list[Claim]:
    """Findings to show: those of the highest levels if there are too many, in their own order."""
    found = [claim for claim in inputs.claims if claim.origin == "extracted"]
    levels = {claim_id: verdict.level for claim_id, verdict in inputs.verdict_of.items()}
    levels |= {check.claim_id: MEASURED for check in inputs.checks if check.level == MEASURED}
    by_level = sorted(found, key=lambda claim: levels.get(claim.claim_id, "V0"), reverse=True)
    kept = {claim.claim_id for claim in by_level[:SHOWN_FINDINGS]}
    return [claim for claim in found if claim.claim_id in kept]


def claim_views(
    inputs: Inputs, numbers: Mapping[str, int], claims: Sequence[Claim]
) -> list[ClaimView]:
    """Claims or findings in words.

    Parameters
    ----------
    inputs : Inputs
    numbers : mapping of str to int
        Reference number by `paper_id`.
    claims : sequence of Claim
        Those to show, in their order.
    """
    evidence, checks, published = (defaultdict(list) for _ in range(3))
    for item in inputs.evidence:
        evidence[item.claim_id].append(item)
    derived = [check for check in inputs.published if check.verdict != "not_testable"]
    for found, of in ((inputs.checks, checks), (derived, published)):
        for check in found:
            of[check.claim_id].append(check)
    return [
        _view(
            claim, place, inputs, numbers, evidence[claim.claim_id], checks[claim.claim_id]
        ).model_copy(update={"published": [_published(one) for one in published[claim.claim_id]]})
        for place, claim in enumerate(claims, start=1)
    ]


def _view(
    claim: Claim,
    place: int,
    inputs: Inputs,
    numbers: Mapping[str, int],
    evidence: list[Evidence],
    checks: list[Check],
) -> ClaimView:
    verdict = inputs.verdict_of.get(claim.claim_id)
    paper = inputs.paper_of.get(claim.paper_id)
    shared = _shared_differences(checks)
    found = claim.origin == "extracted"
    quoted = found and not inputs.is_own_words(claim)
    return ClaimView(
        claim_id=clean(claim.claim_id),
        anchor=f"{'finding' if found else 'claim'}-{place}",
        text=_text(claim, quoted),
        quoted=quoted,
        kind=clean(claim.kind).replace("_", " "),
        level=_level(verdict, checks),
        source=short_citation(paper) if paper else clean(claim.paper_id),
        reference=numbers.get(claim.paper_id),
        label=verdict.label if verdict else "insufficient",
        verified=_verified(verdict, found),
        confidence=f"{verdict.confidence:.2f}" if verdict else "\N{EM DASH}",
        experiment=_experiment(checks),
        reasons=_reasons(verdict, inputs) if verdict else [],
        evidence=_shown(claim, evidence, verdict, inputs, numbers, found),
        differences=shared,
        checks=[_check_view(check, shared) for check in checks],
    )


def _reasons(verdict: Verdict, inputs: Inputs) -> list[str]:
    """The verdict's reasons; what is true of every confidence is told once, elsewhere."""
    told = [] if is_calibrated(inputs.verdicts) else [UNCALIBRATED]
    return [reason for reason in verdict.reasons if reason not in told]


def _text(claim: Claim, quoted: bool) -> str:
    """A claim whole; of a paper's own words a window, for a sentence may be long."""
    if not quoted:
        return clean(claim.text)
    return "".join(run.text for run in excerpt(claim.text, claim.text))


def _level(verdict: Verdict | None, checks: list[Check]) -> str:
    """The highest level that a claim reached, by papers or by the experiment."""
    if any(check.level == MEASURED for check in checks):
        return MEASURED
    return verdict.level if verdict else "V0"


def _verified(verdict: Verdict | None, found: bool) -> str:
    if verdict is None:
        return "V0 not assessed"
    if found and verdict.label == "supported":
        return f"{verdict.level} {FOUND[verdict.level]}"
    return f"{verdict.level} {verdict.label}"


def _shown(
    claim: Claim,
    evidence: list[Evidence],
    verdict: Verdict | None,
    inputs: Inputs,
    numbers: Mapping[str, int],
    found: bool,
) -> list[EvidenceView]:
    """The passages that the verdict rests on, and the best of the others up to a few.

    A finding is shown with fewer: there are many of them.
    """
    used = set(verdict.evidence_ids) if verdict else set()
    ordered = sorted(evidence, key=lambda item: (item.rank not in used, item.rank))
    most = FINDING_EVIDENCE if found else max(SHOWN_EVIDENCE, len(used))
    shown = sorted(ordered[:most], key=lambda item: item.rank)
    return [
        EvidenceView(
            rank=item.rank,
            quote=excerpt(item.text, claim.text),
            quoted=_is_quoted(item, inputs),
            source=_source(item, inputs),
            reference=numbers.get(item.paper_id),
            place=_place(item, inputs),
            independent=item.independent,
            context=context_of(item, claim.text, inputs.document_of.get(item.document_id)),
        )
        for item in shown
    ]


def _source(item: Evidence, inputs: Inputs) -> str:
    paper = inputs.paper_of.get(item.paper_id)
    document = inputs.document_of.get(item.document_id)
    named = short_citation(paper) if paper else clean(item.paper_id)
    return f"{named}, {KINDS[document.kind][0]}" if document else named


def _is_quoted(item: Evidence, inputs: Inputs) -> bool:
    """Whether a passage has a paper's own words: no row of a table, no sentence of a digest."""
    document = inputs.document_of.get(item.document_id)
    return item.table_id is None and not (document and document.kind == "digest")


def _place(item: Evidence, inputs: Inputs) -> str:
    """Where a passage stands, and whether what it says was read second-hand."""
    document = inputs.document_of.get(item.document_id)
    confirmed = {}
    if document:
        confirmed = {one.sentence_id: one.confirmed for one in document.sentences}
        confirmed |= {one.table_id: one.confirmed for one in document.tables}
    second_hand = confirmed.get(item.table_id or item.sentence_id) == "second_hand"
    return _position(item, document) + (", read second-hand" if second_hand else "")


def _position(item: Evidence, document: Document | None) -> str:
    if item.table_id is not None:
        return f"table {clean(item.table_id)}"
    sections = {s.sentence_id: s.section for s in document.sentences} if document else {}
    section = clean(sections.get(item.sentence_id or "", ""))
    if item.start is None or (document and document.kind == "digest"):
        return section or "whole digest"
    characters = f"characters {item.start:,} to {item.end:,}"
    return f"{section}, {characters}" if section else characters


def _experiment(checks: list[Check]) -> str:
    """All checks of a claim in a few words, each verdict with its scope; measured ones are V5."""
    if not checks:
        return "no check"
    level = f"{MEASURED} " if any(check.level == MEASURED for check in checks) else ""
    counts = Counter(check_words(check) for check in checks)
    if len(checks) == 1:
        return level + next(iter(counts))
    return level + listing(f"{number_word(number)} {words}" for words, number in counts.items())


def _shared_differences(checks: list[Check]) -> list[str]:
    """Differences that all measured checks of a claim have, where there are several."""
    measured = [check.scope_differences for check in checks if check.scope_differences]
    if len(measured) < 2:
        return []
    return [text for text in measured[0] if all(text in others for others in measured)]


def _published(check: Check) -> CheckView:
    """A check by a paper's own tables: the number stated, and the cells that it follows from."""
    return CheckView(
        statement=check.statement,
        verdict=check.verdict.replace("_", " "),
        tone=check.verdict,
        figure=check.expression or "",
        differences=[],
        reason=check.reason,
        claimed=claimed_words(check.predicate),
    )


def _check_view(check: Check, shared: list[str]) -> CheckView:
    return CheckView(
        statement=check.statement,
        verdict=check_words(check),
        tone=SAME_DESIGN if check.reason_code == SAME_DESIGN else check.verdict,
        figure=check_figure(check),
        differences=[text for text in check.scope_differences if text not in shared],
        reason=check.reason,
        claimed=claimed_words(check.predicate),
    )
