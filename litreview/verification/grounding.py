"""Whose words a verdict rests on, and how much of the claim was verified."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litreview.language.lexicon import names, parts
from litreview.language.wording import listing
from litreview.schema import NOT_FOUND, Claim, Document, Evidence, Label
from litreview.verification.entailment import Entailment
from litreview.verification.gate import NumberFound

RELEVANT = 0.5
"""Support or contradiction from which a passage counts."""
CORROBORATING = 0.65
"""Support from which a passage of another paper counts as saying the same."""


@dataclass(frozen=True)
class JudgedPassage:
    """A passage with what its words say; `axes` are those on which the claim says more.

    `has_numbers` is whether it has all numbers of the claim.
    """

    item: Evidence
    words: Entailment
    axes: tuple[str, ...]
    has_numbers: bool

    @property
    def agrees(self) -> bool:
        """Whether it says as much as the claim; another paper needs more words to do so."""
        needed = CORROBORATING if self.item.independent else RELEVANT
        as_strong = not self.axes and self.words.relation != "weaker"
        return self.speaks and as_strong and self.words.support >= needed

    @property
    def corroborates(self) -> bool:
        """Whether it is of another paper and says the same, with the same numbers."""
        return self.item.independent and self.agrees and self.has_numbers

    @property
    def says_less(self) -> bool:
        """Whether it speaks of the same thing, but the claim says more."""
        stronger = bool(self.axes) or self.words.relation == "weaker"
        return self.speaks and stronger and self.words.support >= RELEVANT

    @property
    def opposes(self) -> bool:
        """Whether it says the contrary of the same comparison."""
        return self._is_sentence and self._compares and self.words.contradiction >= RELEVANT

    @property
    def speaks(self) -> bool:
        """Whether it is a sentence on the claim's subject, which for another paper is to be shown.

        Another paper has to speak of the same comparison to agree, as it has to disagree.
        """
        return self._is_sentence and (self._compares or not self.item.independent)

    @property
    def _compares(self) -> bool:
        # What the claim's own paper leaves unsaid goes without saying there, and only there.
        said = self.words.comparison
        return said == "same" or (said == "unsaid" and not self.item.independent)

    @property
    def _is_sentence(self) -> bool:
        # A table row states no sentence; its numbers are the gate's business.
        return self.item.table_id is None


@dataclass(frozen=True)
class Finding:
    """A label, the strength of what speaks for it, and the passages and reasons.

    `by_table` is set where cells of a table decided, and no sentence did.
    """

    label: Label
    strength: float
    opposition: float
    ranks: tuple[int, ...]
    reasons: tuple[str, ...]
    by_table: bool = False


def circumstances(
    claim: Claim,
    finding: Finding,
    passages: Sequence[JudgedPassage],
    grounded: bool | None,
) -> list[str]:
    """Whose words they are, and how far that carries."""
    reasons = []
    used = [p for p in passages if p.item.rank in finding.ranks]
    conflicting, corroborating = _from_others(finding, passages)
    if finding.label == "supported" and used and all(p.item.independent for p in used):
        reasons.append("The claim's own paper was not found to say it.")
    elif (
        finding.label == "supported"
        and used
        and not corroborating
        and all(_is_origin(p.item, claim) for p in used)
    ):
        reasons.append("Only the sentence that the claim was taken from says so.")
    if conflicting:
        reasons.append(f"{passages_named(conflicting)} the other way, in another paper.")
    if corroborating:
        reasons.append(f"{passages_named(corroborating, 'say')} the same in another paper.")
    if grounded is False:
        reasons.append("The words quoted do not stand where the claim says.")
    return reasons


def bearing_ranks(finding: Finding, passages: Sequence[JudgedPassage]) -> list[int]:
    """Ranks of the passages of other papers that the reasons speak of."""
    return [p.item.rank for group in _from_others(finding, passages) for p in group]


def _from_others(
    finding: Finding, passages: Sequence[JudgedPassage]
) -> tuple[list[JudgedPassage], list[JudgedPassage]]:
    """Passages of other papers that conflict with the verdict, and that corroborate support."""
    used = [p for p in passages if p.item.rank in finding.ranks]
    others = [p for p in passages if p.item.independent]
    conflicting = [p for p in others if p.opposes and finding.label != "refuted"]
    wanted = finding.label == "supported" and not any(p.item.independent for p in used)
    return conflicting, [p for p in others if p.corroborates and wanted]


def passages_named(passages: Sequence[JudgedPassage], verb: str = "point") -> str:
    """Passages by rank with their verb: `Passage 2 points`, `Passages 2 and 5 point`."""
    ranks = sorted(p.item.rank for p in passages)
    if len(ranks) == 1:
        return f"Passage {ranks[0]} {verb}s"
    return f"Passages {listing(map(str, ranks))} {verb}"


def missing_texts(claim: Claim, documents: Mapping[str, Document]) -> list[str]:
    """What a digest of the claim's own paper looked for in vain and would bear on the claim.

    A missing text bears on a claim where the two share a name or a figure, or where the claim has
    half of its words.
    """
    return [
        warning.removeprefix(NOT_FOUND)
        for document in documents.values()
        if document.paper_id == claim.paper_id
        for warning in document.warnings
        if warning.startswith(NOT_FOUND) and _bears(warning.removeprefix(NOT_FOUND), claim.text)
    ]


def _bears(missing: str, claim: str) -> bool:
    wanted = set(parts(missing))
    shared = wanted & set(parts(claim))
    figure = any(part[0].isdigit() and "." in part for part in shared)
    return figure or bool(names(missing) & names(claim)) or 2 * len(shared) >= len(wanted)


def _is_origin(item: Evidence, claim: Claim) -> bool:
    if item.document_id != claim.document_id or item.start is None or claim.start is None:
        return False
    return item.start < (claim.end or 0) and claim.start < (item.end or 0)


def quote_stands(claim: Claim, documents: Mapping[str, Document]) -> bool | None:
    """Whether the document has the quote at its place; None where the claim quotes nothing."""
    if claim.quote is None or claim.start is None or claim.end is None:
        return None
    document = documents.get(claim.document_id or "")
    return document is not None and document.text[claim.start : claim.end] == claim.quote


def level_of(
    claim: Claim,
    finding: Finding,
    passages: Sequence[JudgedPassage],
    numbers: Sequence[NumberFound],
    grounded: bool | None,
) -> str:
    """V0 nothing, V1 quote stands, V2 own source, V3 another paper too, V4 numbers from a table.

    A claim that nothing but the sentence it was taken from supports stays at V1. Another paper
    counts where the verdict rests on it alone, or where it corroborates a supported claim.
    """
    if finding.label == "insufficient" or grounded is False:
        return "V1" if grounded else "V0"
    if finding.by_table:
        return "V4"
    agreeing = {
        "supported": lambda p: p.agrees,
        "refuted": lambda p: p.opposes,
        "overstated": lambda p: p.says_less,
    }[finding.label]
    rests = [p for p in passages if p.item.rank in finding.ranks and agreeing(p)]
    others = bool(rests) and all(p.item.independent for p in rests)
    others = others or (finding.label == "supported" and any(p.corroborates for p in passages))
    origin = {p.item.rank for p in passages if _is_origin(p.item, claim)}
    if finding.label == "supported" and set(finding.ranks) <= origin and not others:
        return "V1"
    if finding.label == "supported" and numbers and all(n.status == "derived" for n in numbers):
        return "V4"
    return "V3" if others else "V2"
