"""What the documents say of each claim: a verdict, a confidence, a level, and reasons in words.

A verdict is made from four things: how far passages support and contradict the words of the claim
(`litreview.verification.entailment`, the part that a trained model may replace), whether its
numbers are found (`litreview.verification.gate`), whether it says more than the passages
(`litreview.verification.lattice`), and whose passages they are. The claim's own paper decides what
that paper says; other papers corroborate or conflict.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from litreview.claims.enumerations import listed, named_items
from litreview.language.wording import listing, sentence
from litreview.schema import Claim, Document, Evidence, Table, Verdict
from litreview.tables import surely_shown
from litreview.verification.entailment import Scorer, lexical_scorer
from litreview.verification.gate import NumberFound, check_numbers, states_numbers
from litreview.verification.grounding import (
    Finding,
    JudgedPassage,
    bearing_ranks,
    circumstances,
    level_of,
    missing_texts,
    passages_named,
    quote_stands,
)
from litreview.verification.lattice import WORDS, axes_above
from litreview.verification.reader import WORDS_ALONE as WORDS_ALONE_READ
from litreview.verification.reader import Calibration, Reader
from litreview.verification.second_reading import read_again

WORDS_ALONE = 0.9
"""Ceiling of the confidence in a verdict that was reached by comparing words."""
NO_NUMBERS = 0.9
"""Part of the confidence that a supported claim without any number keeps."""
UNCALIBRATED = "The confidence is not calibrated against labelled verdicts."


def verify_claims(
    claims: Iterable[Claim],
    evidence: Iterable[Evidence],
    documents: Sequence[Document],
    *,
    score: Scorer | None = None,
    calibrate: Calibration | None = None,
) -> list[Verdict]:
    """Judge every claim by its evidence.

    Parameters
    ----------
    claims : iterable of Claim
    evidence : iterable of Evidence
        In any order; only the rows of a claim bear on it.
    documents : sequence of Document
        The documents that the evidence comes from.
    score : callable, optional
        ``score(claim, passage) -> Entailment``; by words without it.
    calibrate : callable, optional
        ``calibrate(label, confidence) -> confidence``; without it the verdicts say that the
        confidence is not calibrated.

    Returns
    -------
    list of Verdict
        One a claim, in the order of the claims; `evidence_ids` are ranks within the claim.
    """
    by_id = {document.document_id: document for document in documents}
    if score is None:
        score = lexical_scorer(
            document.text[sentence.start : sentence.end]
            for document in documents
            for sentence in document.sentences
        )
    tables = tables_of(documents)
    found: dict[str, list[Evidence]] = defaultdict(list)
    for item in evidence:
        found[item.claim_id].append(item)
    return [
        judge(claim, found[claim.claim_id], by_id, score=score, tables=tables, calibrate=calibrate)
        for claim in claims
    ]


def judge(
    claim: Claim,
    evidence: Sequence[Evidence],
    documents: Mapping[str, Document],
    *,
    score: Scorer,
    tables: Mapping[tuple[str, str], Table] | None = None,
    calibrate: Calibration | None = None,
) -> Verdict:
    """Judge one claim.

    The confidence is strength * strength / (strength + opposition), both in [0, 1]. For
    `supported`, strength is the best support among passages that say as much as the claim, times
    0.9 where the claim has no number; opposition the best contradiction. For `overstated`,
    strength is the best support among passages that say less, opposition that of those that say
    as much. For `refuted`, strength is the best contradiction, or the coverage of the passage with
    another number; opposition the best support. For `insufficient` the confidence is one less the
    best support or contradiction found; passages that lack all of the claim's numbers support it
    by nothing. All are scaled by 0.9, the trust in words alone; without
    any evidence the confidence is 1.

    Returns
    -------
    Verdict
        The same for any order of the evidence.
    """
    ordered = sorted(evidence, key=lambda item: item.rank)
    passages = [
        JudgedPassage(
            item,
            score(claim.text, item.text),
            tuple(axes_above(claim.text, item.text)),
            states_numbers(claim, item.text),
        )
        for item in ordered
    ]
    if tables is None:
        tables = tables_of(documents.values())
    numbers = check_numbers(
        claim,
        ordered,
        tables,
        {passage.item.rank: passage.words.coverage for passage in passages},
    )
    grounded = quote_stands(claim, documents)
    missing = missing_texts(claim, documents)
    finding = _decide(claim, passages, numbers)
    if finding.label == "insufficient" and not finding.ranks:
        finding = _by_cells(claim, ordered, tables) or finding
    confidence = _confidence(finding) * (WORDS_ALONE if passages else 1.0)
    reasons = [*finding.reasons, *circumstances(claim, finding, passages, grounded)]
    if finding.label in ("insufficient", "overstated"):
        reasons += [f"The text could not be had: {text}" for text in missing]
    if calibrate is None or finding.by_table:  # what was calibrated are verdicts by words
        reasons.append(UNCALIBRATED)
    else:
        confidence = calibrate(finding.label, confidence)
    return Verdict(
        claim_id=claim.claim_id,
        label=finding.label,
        confidence=round(min(1.0, max(0.0, confidence)), 6),
        level=level_of(claim, finding, passages, numbers, grounded),
        evidence_ids=sorted({*finding.ranks, *bearing_ranks(finding, passages)}),
        reasons=reasons,
    )


def judge_passages(claim: Claim, evidence: Sequence[Evidence], *, reader: Reader) -> Verdict:
    """Judge one claim by passages alone, without the documents that they stand in.

    Words decide where a passage has most of those of the claim; elsewhere a model does, where the
    reader has one (`litreview.verification.second_reading`). What a claim quotes is not looked up.
    """
    score = reader.scorer_for([item.text for item in evidence])
    claim = claim.model_copy(update={"quote": None})
    found = judge(claim, evidence, {}, score=score, calibrate=reader.calibrate)
    if reader.shares is not None and found.label == "insufficient" and not found.evidence_ids:
        return read_again(claim, evidence, found, reader)
    return found.model_copy(update={"reasons": [*found.reasons, f"{WORDS_ALONE_READ}."]})


def _enumerated(claim: str, near: Sequence[JudgedPassage]) -> tuple[float, list[str]]:
    """How far passages name what a claim lists, for a count that none of them prints."""
    items = listed(claim)
    if not items:
        return 0.0, []
    counts = {p.item.rank: named_items(items, p.item.text) for p in near}
    rank = max(counts, key=lambda one: (counts[one], -one))
    said = f"Passage {rank} names {counts[rank]} of the {len(items)} things that the claim lists."
    return counts[rank] / (2 * len(items)), [said]


def _by_cells(
    claim: Claim, evidence: Sequence[Evidence], tables: Mapping[tuple[str, str], Table]
) -> Finding | None:
    """What a result table of the claim's own paper surely shows where no sentence speaks."""
    tried: set[tuple[str, str]] = set()  # several rows of a table may be evidence
    for item in evidence:
        key = (item.document_id, item.table_id or "")
        table = tables.get(key)
        if table is None or item.independent or key in tried:
            continue
        tried.add(key)
        shown = surely_shown(claim.text, table)
        if shown is not None:
            reasons = (f"Table {table.table_id} decides it (passage {item.rank}).", *shown.reasons)
            return Finding(shown.label, shown.confidence, 0.0, (item.rank,), reasons, by_table=True)
    return None


def _decide(
    claim: Claim, passages: Sequence[JudgedPassage], numbers: Sequence[NumberFound]
) -> Finding:
    """The label, from the claim's own paper where that speaks at all, else from the others."""
    own = [passage for passage in passages if not passage.item.independent]
    speaking = [p for p in own if p.agrees or p.says_less or p.opposes]
    pool = own if speaking else list(passages)
    agreeing, less, opposing = (
        [passage for passage in pool if kind(passage)]
        for kind in (
            lambda passage: passage.agrees,
            lambda passage: passage.says_less,
            lambda passage: passage.opposes,
        )
    )
    support = max((p.words.support for p in agreeing), default=0.0)
    weaker = max((p.words.support for p in less), default=0.0)
    against = max((p.words.contradiction for p in opposing), default=0.0)
    for number in numbers:
        if number.status == "mismatched":
            strength = max(p.words.coverage for p in pool if p.item.rank == number.rank)
            ranks = (number.rank,) if number.rank else ()
            return Finding("refuted", strength, 0.0, ranks, (sentence(number.words),))
    if against > max(support, weaker):
        return Finding(
            "refuted",
            against,
            max(support, weaker),
            tuple(p.item.rank for p in opposing),
            (f"{passages_named(opposing)} the other way on the same words.",),
        )
    if not agreeing and not less:
        near = [p.words for p in passages if p.speaks]
        best = max((max(words.support, words.contradiction) for words in near), default=0.0)
        said = (
            "No passage has enough of the claim's words." if passages else "There is no evidence."
        )
        return Finding("insufficient", best, 0.0, (), (said,))
    absent = [number for number in numbers if number.status == "absent"]
    if absent:
        part = (len(numbers) - len(absent)) / len(numbers)
        near = [*agreeing, *less]
        ranks = tuple(p.item.rank for p in near)
        verb = "is" if len(absent) == 1 else "are"
        named = listing(number.text for number in absent)
        words = sentence(f"{named} {verb} in no passage on the same subject")
        share, more = _enumerated(claim.text, near)
        part = max(part, share)
        return Finding("insufficient", max(support, weaker) * part, 0.0, ranks, (words, *more))
    hedged = [number for number in numbers if number.status == "hedged"]
    if hedged or weaker > support:
        strength = weaker if less else support
        return _overstated(strength, support if less else 0.0, less, agreeing, hedged)
    return _supported(support * (1.0 if numbers else NO_NUMBERS), against, agreeing, numbers)


def _supported(
    strength: float,
    opposition: float,
    agreeing: Sequence[JudgedPassage],
    numbers: Sequence[NumberFound],
) -> Finding:
    best = max(agreeing, key=lambda p: (p.words.support, -p.item.rank))
    reasons = [
        f"Passage {best.item.rank} has {best.words.coverage:.0%} of the claim's words by weight"
        + (" and points the same way." if best.words.relation == "same" else ".")
    ]
    reasons += [sentence(number.words) for number in numbers]
    ranks = [p.item.rank for p in agreeing] + [n.rank for n in numbers if n.rank is not None]
    return Finding("supported", strength, opposition, tuple(ranks), tuple(reasons))


def _overstated(
    strength: float,
    opposition: float,
    less: Sequence[JudgedPassage],
    agreeing: Sequence[JudgedPassage],
    hedged: Sequence[NumberFound],
) -> Finding:
    reasons = [sentence(number.words) for number in hedged]
    for passage in less:
        rank, axes = passage.item.rank, listing(WORDS[axis] for axis in passage.axes)
        if axes:
            reasons.append(f"The claim goes beyond passage {rank} in {axes}.")
        else:
            reasons.append(
                f"Passage {rank} only denies the contrary, which is less than the claim."
            )
    ranks = [p.item.rank for p in less or agreeing]
    ranks += [number.rank for number in hedged if number.rank is not None]
    return Finding("overstated", strength, opposition, tuple(ranks), tuple(reasons))


def _confidence(finding: Finding) -> float:
    if finding.label == "insufficient":
        return 1.0 - finding.strength
    total = finding.strength + finding.opposition
    return finding.strength * finding.strength / total if total else 0.0


def tables_of(documents: Iterable[Document]) -> dict[tuple[str, str], Table]:
    """Result tables by document and table id."""
    return {
        (document.document_id, table.table_id): table
        for document in documents
        for table in document.tables
    }
