"""Whether a report says what its tables say: the tables are written up anew, and compared.

The report's own templates write the tables up anew; then sentences are compared by what they assert
(`litreview.review.assertions`), cells, claims and references by what they hold. Wording, order and
spaces do not count.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from litreview.parsing.sentences import split_sentences
from litreview.review.assertions import assertion, difference, pair_sentences
from litreview.schema import Audit
from litreview.synthesis.gates import ABSTRACT, audit_copies, audit_references, audit_sentences
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.model import (
    CheckView,
    ClaimView,
    Content,
    EvidenceView,
    Figure,
    Runs,
    Table,
)
from litreview.synthesis.passages import blocks_of, brief, passages_of, plain, plain_runs

_REFERENCE = re.compile(r"\[(\d+)\]")


def audits_of(inputs: Inputs, content: Content, expected: Content) -> list[Audit]:
    """Every audit of a report against its tables.

    Parameters
    ----------
    inputs : Inputs
        The tables.
    content : Content
        The report.
    expected : Content
        The same tables written up anew (`litreview.synthesis.content.build_content`).
    """
    statements, missing = _compare_prose(inputs, content, expected)
    return [
        _compare_claims(content, expected),
        _compare_views(content, expected, "shown_verdicts", _verdict_faults),
        _compare_views(content, expected, "shown_passages", _passage_faults),
        _compare_views(content, expected, "shown_checks", _check_faults),
        statements,
        missing,
        _compare_cells(content, expected),
        audit_references(content, expected),
        audit_sentences(inputs, content),
        audit_copies(inputs, content),
    ]


# Claims


def _compare_claims(content: Content, expected: Content) -> Audit:
    """Each claim of the claims file stands in the report once, in its own words and source."""
    shown = Counter(view.claim_id for view in content.claims)
    by_id = {view.claim_id: view for view in content.claims}
    known = {view.claim_id for view in expected.claims}
    faults = [f"claim {one}: is in no claims file" for one in shown if one not in known]
    faults += [f"claim {one}: stands {n} times" for one, n in shown.items() if n > 1]
    for view in expected.claims:
        own = by_id.get(view.claim_id)
        if own is None:
            faults.append(f"claim {view.claim_id}: is missing")
        elif plain(own.text) != plain(view.text):
            faults.append(f"claim {view.claim_id}: says something else than its source")
        elif plain(own.source) != plain(view.source):
            faults.append(f"claim {view.claim_id}: is said to be of {own.source}")
    return Audit(kind="claims", checked=len(expected.claims), faults=faults)


def _compare_views(
    content: Content,
    expected: Content,
    kind: str,
    faults_of: Callable[[ClaimView, ClaimView], list[str]],
) -> Audit:
    by_id = {view.claim_id: view for view in content.claims}
    pairs = [(by_id[view.claim_id], view) for view in expected.claims if view.claim_id in by_id]
    faults = [
        f"claim {own.claim_id}: {fault}" for own, view in pairs for fault in faults_of(own, view)
    ]
    return Audit(kind=kind, checked=len(pairs), faults=faults)


def _verdict_faults(own: ClaimView, view: ClaimView) -> list[str]:
    faults = [
        f"{field} is {getattr(own, field)!r}, but its tables give {getattr(view, field)!r}"
        for field in ("label", "verified", "confidence", "experiment")
        if plain(getattr(own, field)) != plain(getattr(view, field))
    ]
    if not _same_statements(own.reasons, view.reasons):
        faults.append("its reasons are not those of its verdict")
    return faults


def _passage_faults(own: ClaimView, view: ClaimView) -> list[str]:
    given, wanted = _passages(own.evidence), _passages(view.evidence)
    return [
        f"passage {rank} is not the evidence found for it"
        for rank in sorted(given.keys() | wanted.keys())
        if given.get(rank) != wanted.get(rank)
    ]


def _passages(evidence: Iterable[EvidenceView]) -> dict[int, tuple[Any, ...]]:
    return {
        item.rank: (
            plain_runs(item.quote),
            item.quoted,
            plain(item.source),
            plain(item.place),
            item.independent,
        )
        for item in evidence
    }


def _check_faults(own: ClaimView, view: ClaimView) -> list[str]:
    given, wanted = (Counter(map(_check, one.checks)) for one in (own, view))
    faults = [f"check {one[0]!r} is not in its tables" for one in given - wanted]
    faults += [f"check {one[0]!r} is missing" for one in wanted - given]
    if not _same_statements(own.differences, view.differences):
        faults.append("the differences of its checks are others")
    return faults


def _check(check: CheckView) -> tuple[str, ...]:
    said = (check.statement, check.verdict, check.tone, check.figure, check.reason)
    return (*map(plain, said), *sorted(map(plain, check.differences)))


def _same_statements(given: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether two lists assert the same, in any order and wording."""
    pairing = pair_sentences([plain(one) for one in given], [plain(one) for one in wanted])
    return not (pairing.only_first or pairing.only_second) and not any(
        difference(assertion(one, ()), assertion(other, ())) for one, other in pairing.pairs
    )


# Prose


def _compare_prose(inputs: Inputs, content: Content, expected: Content) -> tuple[Audit, Audit]:
    """Sentences that do not follow from the tables, and what the tables call for in vain."""
    names = {
        name.lower()
        for kind in ("encoders", "intermediates", "targets")
        for name in inputs.study[kind]
    }
    own, wanted = _prose(content), _prose(expected)
    statements = _front_faults(content, expected)
    missing = [f"section {name} is missing" for name in wanted if name not in own]
    checked = len(statements)
    for name in own.keys() & wanted.keys():
        pairing = pair_sentences(own[name], wanted[name])
        checked += len(own[name])
        for given, meant in pairing.pairs:
            kind = difference(assertion(given, names), assertion(meant, names))
            if kind:
                statements.append(f"{name}: other {kind} than its tables give: {brief(given)}")
        statements += [f"{name}: nothing bears out: {brief(one)}" for one in pairing.only_first]
        missing += [f"{name}: is not said: {brief(one)}" for one in pairing.only_second]
    missing += _missing_blocks(content, expected)
    called_for = sum(map(len, wanted.values())) + len(list(blocks_of(expected, (Table, Figure))))
    return (
        Audit(kind="statements", checked=checked, faults=sorted(statements)),
        Audit(kind="sections", checked=called_for, faults=sorted(missing)),
    )


def _front_faults(content: Content, expected: Content) -> list[str]:
    faults = [
        f"{field}: is not that of the study"
        for field in ("study", "title", "question", "confidence_label")
        if plain(getattr(content, field)) != plain(getattr(expected, field))
    ]
    if sorted(map(plain, content.authors)) != sorted(map(plain, expected.authors)):
        faults.append("authors: are not those of the study")
    if _conditions(content) != _conditions(expected):
        faults.append("answerability: is not what evidence and measurements give")
    return faults


def _conditions(content: Content) -> set[tuple[str, str]]:
    return {(one.term, one.basis) for one in content.answerability}


def _prose(content: Content) -> dict[str, list[str]]:
    """Sentences by section, the abstract first; captions and notes are of their section."""
    papers = _papers(content)
    found = {ABSTRACT: _sentences(content.abstract, papers)}
    for section in content.sections:
        found[section.identifier] = [
            sentence for passage in passages_of(section) for sentence in _sentences(passage, papers)
        ]
    return found


def _papers(content: Content) -> dict[int, str]:
    return {reference.number: reference.paper_id for reference in content.references}


def _sentences(runs: Runs, papers: Mapping[int, str]) -> list[str]:
    """Sentences of runs, with the ids of the papers in the place of their numbers."""
    text = plain("".join(_marked(run.text, run.cite, papers) for run in runs))
    return [text[start:end] for start, end in split_sentences(text)]


def _marked(text: str, cite: Sequence[int], papers: Mapping[int, str]) -> str:
    if not cite:
        return text
    return "⟦" + " ".join(papers.get(number, f"[{number}]") for number in cite) + "⟧"


# Tables and figures


def _named(content: Content, kind: type) -> dict[tuple[str, str], Any]:
    """Tables or figures by name and caption, for one name may stand for several."""
    return {(block.name, plain(block.caption)): block for block in blocks_of(content, kind)}


def _matched(content: Content, expected: Content, kind: type) -> list[tuple[Any, Any]]:
    """Each block that the tables call for, with the report's own or None."""
    own, wanted = _named(content, kind), _named(expected, kind)
    pairs = [(own[key], wanted[key]) for key in wanted if key in own]
    for name in dict.fromkeys(name for name, _ in wanted):
        ours = [block for key, block in own.items() if key[0] == name and key not in wanted]
        rest = [block for key, block in wanted.items() if key[0] == name and key not in own]
        pairs += [(ours.pop(0) if ours else None, block) for block in rest]
    return pairs


def _missing_blocks(content: Content, expected: Content) -> list[str]:
    return [
        f"{kind.__name__.lower()} {wanted.name} is missing"
        for kind in (Table, Figure)
        for own, wanted in _matched(content, expected, kind)
        if own is None
    ]


def _compare_cells(content: Content, expected: Content) -> Audit:
    """Cells of the tables by the row and column that they stand in, and what captions assert."""
    faults, checked = [], 0
    ours, theirs = _papers(content), _papers(expected)
    for kind in (Table, Figure):
        for own, wanted in _matched(content, expected, kind):
            if own is None:
                continue
            checked += 1
            if difference(assertion(plain(own.caption), ()), assertion(plain(wanted.caption), ())):
                faults.append(f"{kind.__name__.lower()} {own.name}: its caption says otherwise")
            if kind is Table:
                checked += sum(map(len, wanted.rows))
                faults += _cell_faults(own, wanted, ours, theirs)
    extra = _named(content, Table).keys() - _named(expected, Table).keys()
    names = {name for name, _ in _named(expected, Table)}
    faults += [f"table {name}: is not called for" for name, _ in extra if name not in names]
    return Audit(kind="cells", checked=checked, faults=faults)


def _cell_faults(
    own: Table, wanted: Table, ours: Mapping[int, str], theirs: Mapping[int, str]
) -> list[str]:
    given, meant = Counter(_rows(own, ours)), Counter(_rows(wanted, theirs))
    faults = [
        f"table {own.name}: row {brief(' | '.join(f'{k}: {v}' for k, v in row))}"
        for row in given - meant
    ]
    faults += [f"table {own.name}: lacks the row {row[0][1]}" for row in meant - given]
    if difference(assertion(plain(own.note), ()), assertion(plain(wanted.note), ())):
        faults.append(f"table {own.name}: its note says otherwise")
    return faults


def _rows(table: Table, papers: Mapping[int, str]) -> list[tuple[tuple[str, str], ...]]:
    """Rows as pairs of column and cell, with papers in the place of their numbers.

    Neither rows nor columns need keep their order.
    """
    return [
        tuple(
            sorted(
                (plain(column), plain(f"{_cited(cell.text, papers)} {cell.note} {cell.tone}"))
                for column, cell in zip(table.columns, row, strict=False)
            )
        )
        for row in table.rows
    ]


def _cited(text: str, papers: Mapping[int, str]) -> str:
    return _REFERENCE.sub(lambda match: papers.get(int(match[1]), match[0]), text)
