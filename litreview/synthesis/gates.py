"""What a report must not leave without: references that resolve, whole sentences, words of its own.

Beside the audit of claims (`litreview.synthesis.fidelity`), these are the gates of a report.
"""

from collections import Counter

from litreview.review.completeness import sentence_faults, stem_counts
from litreview.review.overlap import copied_passages
from litreview.schema import Audit
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.model import Content, Table
from litreview.synthesis.passages import blocks_of, brief, passages_of, plain, plain_runs

ABSTRACT = "abstract"


def audit_references(content: Content, expected: Content) -> Audit:
    """Every reference is a record's, every citation has one, and none is left out or unresolved."""
    given, wanted = _references(content), _references(expected)
    faults = [f"{one}: is not what its record says" for one in given if one not in wanted]
    faults += [
        f"{paper_id}: is not what its record says"
        for paper_id in given.keys() & wanted.keys()
        if given[paper_id] != wanted[paper_id]
    ]
    faults += [f"{one}: is cited without a reference" for one in wanted.keys() - given.keys()]
    numbers = Counter(reference.number for reference in content.references)
    faults += [
        f"[{number}]: is {count} references" for number, count in numbers.items() if count > 1
    ]
    faults += [
        f"[{n}]: is cited and is no reference" for n in sorted(_cited(content) - set(numbers))
    ]
    unresolved = {*content.unresolved, *expected.unresolved}
    faults += [f"{one}: has no usable record" for one in sorted(unresolved)]
    papers = {reference.number: reference.paper_id for reference in content.references}
    meant = {reference.number: reference.paper_id for reference in expected.references}
    by_id = {view.claim_id: view for view in expected.claims}
    for view in content.claims:
        other = by_id.get(view.claim_id)
        if other and papers.get(view.reference or 0) != meant.get(other.reference or 0):
            faults.append(f"claim {view.claim_id}: is given to another paper")
    return Audit(kind="references", checked=len(expected.references), faults=sorted(faults))


def _references(content: Content) -> dict[str, tuple[str, ...]]:
    return {
        one.paper_id: tuple(
            plain(str(field))
            for field in (one.authors, one.year, one.title, one.venue, one.url, one.status)
        )
        for one in content.references
    }


def _cited(content: Content) -> set[int]:
    passages = [content.abstract, *(p for one in content.sections for p in passages_of(one))]
    cited = {number for runs in passages for run in runs for number in run.cite}
    cited |= {
        n for table in blocks_of(content, Table) for row in table.rows for c in row for n in c.cite
    }
    views = [view.reference for view in content.claims]
    views += [item.reference for view in content.claims for item in view.evidence]
    return cited | {number for number in views if number is not None}


def generated(content: Content) -> list[tuple[str, str]]:
    """Passages that the report says of its own accord, each with its section."""
    found = [(ABSTRACT, plain_runs(content.abstract))]
    for section in content.sections:
        found += [(section.identifier, plain_runs(runs)) for runs in passages_of(section)]
    return found


def audit_sentences(inputs: Inputs, content: Content) -> Audit:
    """No sentence is cut, no bracket left open, nothing left unfilled."""
    passages = generated(content)
    counts: Counter[str] = Counter()
    for text in [*(text for _, text in passages), *(one.text for one in inputs.documents)]:
        counts.update(stem_counts(text))
    # A word that stands nowhere but at the end of its own passage is vouched for by nothing.
    vocabulary = {word for word, number in counts.items() if number > 1}
    faults = [
        f"{name}: {fault}" for name, text in passages for fault in sentence_faults(text, vocabulary)
    ]
    return Audit(kind="sentences", checked=len(passages), faults=faults)


def audit_copies(inputs: Inputs, content: Content) -> Audit:
    """No passage of the report repeats a source."""
    passages = generated(content)
    copied = set(
        copied_passages([text for _, text in passages], [one.text for one in inputs.documents])
    )
    faults = [
        f"{name}: repeats a source: {brief(text)}" for name, text in passages if text in copied
    ]
    return Audit(kind="copies", checked=len(passages), faults=faults)
