"""What the templates may say of the literature: counts of what was read, judged and checked."""

from collections import Counter
from typing import Any

from litreview.checks.predicates import measurable_checks
from litreview.language.wording import SAME_DESIGN, check_words, count_of, listing
from litreview.schema import NOT_FOUND, NOTE, Check, Claim, Document
from litreview.synthesis.calibrated import calibration_facts
from litreview.synthesis.facts import distinct
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.references import clean, short_citation

BASES = {
    "abstract": "from the abstract or an authors' README",
    "table": "from a result table",
    "code": "from released code or its guide",
    "second_hand": "second-hand, from another paper or from notes",
}
"""What a sentence or table of a digest was read from, by `confirmed`."""


def literature_facts(inputs: Inputs) -> dict[str, Any]:
    """Search, documents, verdicts and checks, as counts."""
    failed = [search for search in inputs.searches if search.outcome not in ("ok", "partial")]
    given = [claim for claim in inputs.claims if claim.origin == "claims_file"]
    measurable = measurable_checks(inputs.checks)
    checked = {check.claim_id for check in inputs.checks}
    return {
        "searches": inputs.searches,
        "search_sources": distinct(search.source for search in inputs.searches),
        "search_dates": sorted(set(search.date for search in inputs.searches)),
        "failed": failed,
        "prisma": inputs.prisma,
        "documents": len(inputs.documents),
        "kinds": dict(sorted(Counter(document.kind for document in inputs.documents).items())),
        "read": documents_read(inputs.documents),
        "bases": bases(inputs.documents),
        "cautions": cautions(inputs, given),
        "own_words": all(inputs.is_own_words(c) for c in inputs.claims if c not in given),
        "withdrawn": [p for p in inputs.papers if p.status in ("withdrawn", "retracted")],
        "claims": len(inputs.claims),
        "claims_file": len(given),
        "claim_papers": len({claim.paper_id for claim in given}),
        "stated_in": listing(distinct(claim.stated_in for claim in given if claim.stated_in)),
        "labels": _labels(inputs, "claims_file"),
        "found": len(inputs.claims) - len(given),
        "found_levels": found_levels(inputs),
        "found_measured": sum(count for count in measured_findings(inputs).values()),
        "calibration": calibration_facts(inputs.verdicts),
        "frozen": inputs.study["config"].get("literature", {}).get("mode") == "frozen",
        "inference": inputs.study["config"].get("literature", {}).get("inference"),
        "read_by_model": sum(verdict.read_by == "model" for verdict in inputs.verdicts),
        "checked_claims": len(checked),
        "checked_only_given": checked <= {claim.claim_id for claim in given},
        "statements": len(inputs.checks),
        "checks": len(measurable),
        "check_words": check_counts(measurable),
        "tested": sum(check.verdict != "not_testable" for check in measurable),
        "reasons": dict(Counter(c.reason_code for c in measurable if c.verdict == "not_testable")),
        "published": Counter(check.verdict for check in inputs.published),
        "design_checks": len(inputs.checks) - len(measurable),
        "design_agreed": sum(check.reason_code == SAME_DESIGN for check in inputs.checks),
    }


def documents_read(documents: list[Document]) -> str:
    """What was read, by how much of the papers it is: `our own digests of 32 papers`."""
    forms = {"digest": "our own digest", "abstract": "the abstract"}
    counts = Counter(forms.get(document.kind, "the full text") for document in documents)
    return listing(
        f"{form if counts[form] == 1 else form + 's'} of {count_of(counts[form], 'paper')}"
        for form in ("the full text", "the abstract", "our own digest")
        if counts[form]
    )


def bases(documents: list[Document]) -> dict[str, dict[str, int]]:
    """How many sentences and tables of digests were read where, by the words for it."""
    digests = [document for document in documents if document.kind == "digest"]
    parts = {
        "sentence": Counter(one.confirmed for each in digests for one in each.sentences),
        "table": Counter(one.confirmed for each in digests for one in each.tables),
    }
    return {
        part: {BASES[name]: counts[name] for name in BASES if counts[name]}
        for part, counts in parts.items()
    }


def cautions(inputs: Inputs, claims: list[Claim]) -> list[str]:
    """What must be known of the papers that claims are about: what was missing, and versions."""
    found = []
    for paper_id in distinct(claim.paper_id for claim in claims):
        paper = inputs.paper_of.get(paper_id)
        named = short_citation(paper) if paper else paper_id
        warnings = [w for d in inputs.documents if d.paper_id == paper_id for w in d.warnings]
        missing = [w.removeprefix(NOT_FOUND) for w in warnings if w.startswith(NOT_FOUND)]
        notes = [w.removeprefix(NOTE) for w in warnings if w.startswith(NOTE)]
        if missing:
            found.append(f"Looked for in vain in {named}: {' '.join(map(clean, missing))}")
        found += [f"Note on {named}: {clean(note)}" for note in notes]
    return found


def found_levels(inputs: Inputs) -> dict[str, Counter[str]]:
    """Levels of the supported statements found in each paper's document, by paper."""
    levels: dict[str, Counter[str]] = {}
    for claim in inputs.claims:
        if claim.origin == "extracted":
            verdict = inputs.verdict_of.get(claim.claim_id)
            reached = verdict.level if verdict and verdict.label == "supported" else ""
            levels.setdefault(claim.paper_id, Counter())[reached] += 1
    return levels


def measured_findings(inputs: Inputs) -> Counter[str]:
    """How many statements found in each paper's document have a measured estimate, by paper."""
    measured = {check.claim_id for check in inputs.checks if check.estimate is not None}
    return Counter(
        claim.paper_id
        for claim in inputs.claims
        if claim.origin == "extracted" and claim.claim_id in measured
    )


def _labels(inputs: Inputs, origin: str) -> dict[str, int]:
    verdicts = [inputs.verdict_of.get(c.claim_id) for c in inputs.claims if c.origin == origin]
    counts = Counter(verdict.label if verdict else "insufficient" for verdict in verdicts)
    return {name: counts[name] for name in ("supported", "overstated", "refuted", "insufficient")}


def check_counts(checks: list[Check]) -> list[tuple[str, int]]:
    """How many checks came out in which words, the frequent ones first."""
    counts = Counter(check_words(check) for check in checks)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
