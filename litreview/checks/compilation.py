"""Predicates of claims, compiled from what they say in words.

A claim is read clause by clause (`litreview.checks.claim_forms` finds what it names), and the first
form that fits a clause decides. Every compiled predicate keeps the words that it was made from and
how sure that is: a product of what each step leaves open, no probability. A claim that gives none
says why, by one of `REASONS`. The forms are in `litreview.checks.claim_forms`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from litreview.checks.claim_forms import (
    Clause,
    Form,
    NotCompiled,
    compile_clause,
    compile_design,
    contrast,
    find_phrases,
    within,
)
from litreview.checks.claim_forms.phrases import Phrase
from litreview.checks.predicates import parse_predicate
from litreview.language.known_names import Known, Sort, names_of
from litreview.language.lexicon import clauses
from litreview.schema import Claim

REASONS = {
    "other_subject": "it is not about what training on an intermediate task does",
    "no_effect": "it states no effect of one",
    "no_counterpart": "what it compares with is not an arm or a target of such a study",
    "several_encoders": "it compares encoders, of which gains over none say nothing",
    "maximum": "its number is the most that was seen, which no mean can test",
    "relative_change": "its change is relative to a score, not in points",
    "unaligned": "its numbers cannot be told to their arms or targets",
    "denied_quantifier": "it denies that all or many do, which leaves open how many do",
    "losses_counted": "it counts losses, where not to gain is not yet to lose",
    "hedged": "it says what may be, which nothing contradicts",
    "conditional": "it holds under a condition that no arm or target stands for",
    "too_long": "it is longer than a claim",
    "worst": "it says what is worst, for which there is no predicate",
}


MAX_TEXT = 2_000
"""Characters; longer texts are no claims, and are not read."""
CONDITION, LENT = 0.8, 0.95
"""How sure a predicate stays beside a condition that it leaves out, and with an encoder lent."""


@dataclass(frozen=True)
class Compiled:
    """A predicate with the words of the claim that it was made from.

    `certainty` is in [0, 1]; a `written` predicate stands in a claims file.
    """

    predicate: dict[str, Any]
    words: tuple[str, ...] = ()
    certainty: float = 1.0
    written: bool = False


@dataclass(frozen=True)
class Compilation:
    """What a claim gave: predicates, or the reason code (`REASONS`) why it gave none."""

    claim_id: str
    predicates: tuple[Compiled, ...] = ()
    code: str | None = None


def compile_claim(
    claim: Claim,
    study: Mapping[str, Any],
    names: Mapping[Sort, Iterable[Known]] | None = None,
    encoder: str | None = None,
) -> Compilation:
    """Compile a claim's text.

    Parameters
    ----------
    claim : Claim
        Its own predicates are not looked at.
    study : mapping
        The parsed `study.json`: its names, analogues and margin.
    names : mapping, optional
        `litreview.language.known_names.names_of(study)`, where many claims are compiled.
    encoder : str, optional
        What the claim's paper starts from, for claims that do not say it (`compile_claims`).

    Returns
    -------
    Compilation
        Valid predicates, in the order of the text.
    """
    if len(claim.text) > MAX_TEXT:
        return Compilation(claim.claim_id, code="too_long")
    phrases = find_phrases(claim.text, study, names or names_of(study))
    try:
        forms = compile_design(claim.text, phrases)
        if not forms:
            _require_plain(claim)
            forms = _effects(claim.text, phrases, study)
    except NotCompiled as fault:
        return Compilation(claim.claim_id, code=fault.code)
    share = CONDITION ** len(_open_conditions(claim, phrases))
    lent = encoder if claim.attribution == "own" else None
    compiled = [_compiled(replace(form, certainty=form.certainty * share), lent) for form in forms]
    for one in compiled:
        parse_predicate(one.predicate, f"claim {claim.claim_id}, compiled")
    return Compilation(claim.claim_id, tuple(compiled))


def compile_claims(claims: Sequence[Claim], study: Mapping[str, Any]) -> list[Compilation]:
    """The predicates of every claim: those of its claims file, or else compiled ones.

    An encoder that all experiments of a paper start from, as one of its claims says, is that of the
    paper's other claims.
    """
    names = names_of(study)
    encoders = _encoders_by_paper(claims, study, names)
    return [
        Compilation(
            claim.claim_id, tuple(Compiled(data, written=True) for data in claim.predicates)
        )
        if claim.predicates
        else compile_claim(claim, study, names, encoders.get(claim.paper_id))
        for claim in claims
    ]


def counts(compilations: Iterable[Compilation]) -> dict[str, Any]:
    """How many claims have predicates, written or compiled, and why the others have none."""
    compilations = list(compilations)
    written = [bool(one.predicates) and one.predicates[0].written for one in compilations]
    without = Counter(one.code for one in compilations if one.code)
    return {
        "claims": len(compilations),
        "written": sum(written),
        "compiled": len(compilations) - sum(written) - without.total(),
        "not_compiled": [
            {"code": code, "reason": REASONS[code], "claims": without[code]}
            for code in sorted(without, key=lambda code: (-without[code], code))
        ],
    }


def _encoders_by_paper(
    claims: Sequence[Claim], study: Mapping[str, Any], names: Mapping[Sort, Iterable[Known]]
) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for claim in claims:
        if len(claim.text) > MAX_TEXT:
            continue
        written = claim.predicates or [
            form.predicate
            for form in compile_design(claim.text, find_phrases(claim.text, study, names))
        ]
        for data in written:
            if data.get("p") == "CONFIG" and data.get("path") == "encoders":
                found.setdefault(claim.paper_id, set()).add(str(data["value"]))
    return {paper: next(iter(values)) for paper, values in found.items() if len(values) == 1}


def _require_plain(claim: Claim) -> None:
    """Refuse what the claim's typed fields say that no predicate of an effect can hold."""
    if claim.modality != "asserted":
        raise NotCompiled("hedged")
    if claim.aggregate == "maximum" and any(one.unit == "points" for one in claim.quantities):
        raise NotCompiled("maximum")


def _open_conditions(claim: Claim, phrases: Sequence[Phrase]) -> list[str]:
    """Conditions of the claim in which no arm, target or setting is named."""
    spans = [(claim.text.find(one), one) for one in claim.conditions]
    return [
        one
        for start, one in spans
        if not any(start < phrase.end and phrase.start < start + len(one) for phrase in phrases)
    ]


def _effects(text: str, phrases: Sequence[Phrase], study: Mapping[str, Any]) -> list[Form]:
    forms: list[Form] = []
    before: Clause | None = None
    fault: NotCompiled | None = None
    position = 0
    for part in clauses(text):
        start = text.index(part, position)
        position = start + len(part)
        clause = Clause(part, tuple(within(phrases, start, position)), text, study, before)
        try:
            found = compile_clause(clause)
            forms += found
            if before is not None and found:
                forms += contrast(before, clause)
            before = clause
        except NotCompiled as error:
            fault = fault or error
    if not forms:
        raise fault or NotCompiled("no_effect")
    return forms


def _compiled(form: Form, encoder: str | None) -> Compiled:
    design = form.predicate["p"] in ("CONFIG", "CARD", "STEPS")
    certainty = round(form.certainty, 4)
    compiled = Compiled(form.predicate, form.words, certainty)
    if encoder is None or design or "encoder" in form.predicate:
        return compiled
    return replace(
        compiled,
        predicate={**form.predicate, "encoder": encoder},
        words=(*form.words, "the encoder that the paper starts from"),
        certainty=round(certainty * LENT, 4),
    )
