"""A clause of a claim with the phrases in it, and what all forms make of a clause."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

from litreview.checks.claim_forms.phrases import Phrase
from litreview.language.lexicon import NUMBERS
from litreview.language.quantities import parse_quantities
from litreview.schema import Quantity
from litreview.verification.entailment import direction

NUMBER = rf"(?P<{{}}>\d+|{'|'.join(NUMBERS)})"


class NotCompiled(Exception):
    """A claim that has no predicate, with a code of `litreview.checks.compilation.REASONS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Form:
    """A predicate, the words that it was made from, and how sure that is."""

    predicate: dict[str, Any]
    words: tuple[str, ...]
    certainty: float


@dataclass(frozen=True)
class Clause:
    """A clause with its phrases (offsets from its start), its claim, and the clause before it."""

    text: str
    phrases: tuple[Phrase, ...]
    claim: str
    study: Mapping[str, Any] = field(repr=False)
    before: "Clause | None" = None

    def of(self, kind: str) -> list[Phrase]:
        """Its phrases of one kind, in order."""
        return [one for one in self.phrases if one.kind == kind]

    @property
    def arms(self) -> list[Phrase]:
        """Those named, or else those of the clause before; "the intermediate task" names none."""
        own = self.of("arm")
        named = [one for one in own if one.spec != {}]
        return named or own or (self.before.arms if self.before else [])

    @property
    def targets(self) -> list[Phrase]:
        """Those named; a set beside names tells what they are."""
        own = self.of("target")
        return [one for one in own if one.name] or own


def formed(
    clause: Clause, predicate: dict[str, Any], used: Sequence[Phrase], cue: str, certainty: float
) -> Form:
    """A form with the claim's setting: encoder, benchmark, metric, languages, seeds."""
    setting, words = _setting(clause)
    ambiguous = next((one.ambiguous for one in used if one.ambiguous), None)
    if ambiguous:
        setting["ambiguous"] = ambiguous
    if not any(one.kind == "target" for one in used):
        certainty *= 0.9  # all targets, where none is named
    texts = [clause.text[one.start : one.end] for one in used if one in clause.phrases]
    return Form(
        {**predicate, **setting},
        tuple(dict.fromkeys([*texts, *([cue] if cue else []), *words])),
        round(certainty * prod(one.certainty for one in used), 4),
    )


def _setting(clause: Clause) -> tuple[dict[str, Any], list[str]]:
    setting: dict[str, Any] = {}
    words = []
    for kind in ("encoder", "benchmark"):
        for one in clause.of(kind)[:1]:
            setting[kind] = one.name
            words.append(clause.text[one.start : one.end])
            average = re.search(r"\b(?:average|score)\b", clause.text)
            if kind == "benchmark" and average:
                setting["metric"] = f"{one.name}_average"
    for key, counted in (("languages", r"languages"), ("seeds", r"(?:random )?(?:seeds|restarts)")):
        match = re.search(rf"\b{NUMBER.format('n')} (?:\w+ )?{counted}\b", clause.text)
        if match:
            setting[key] = integer(match["n"])
            words.append(match.group())
    return setting, words


def integer(text: str) -> int:
    """A whole number in digits or as a word."""
    return int(text) if text.isdigit() else NUMBERS[text.lower()]


def selected(phrases: Sequence[Phrase]) -> Any:
    """One selection for several phrases; a set in general words beside names adds nothing."""
    names = [one.name for one in phrases if one.name]
    if names:
        return names[0] if len(names) == 1 else names
    return "all" if phrases[0].spec == {} else phrases[0].spec


def targeted(phrases: Sequence[Phrase]) -> dict[str, Any]:
    """The part of a predicate that says on which targets; none where no target is named."""
    return {"on": selected(phrases)} if phrases else {}


def sign_of(clause: Clause) -> tuple[int, bool]:
    """Up (1), down (-1) or neither (0), and whether it is denied."""
    said = direction(clause.text)
    if said is not None:
        return said.sign, said.denied
    return (1, False) if re.search(r"\badd(?:s|ed|ing)?\b|\brises?\b", clause.text) else (0, False)


def points_of(clause: Clause) -> list[Quantity]:
    """Differences in points; bare decimals beside them are of their kind ("3.1 and 2.0 points")."""
    found = parse_quantities(clause.text)
    if not any(one.unit == "points" for one in found):
        return []
    return [q for q in found if q.unit == "points" or (q.unit == "none" and q.decimals > 0)]


def without_names(clause: Clause) -> str:
    """The clause with its phrases blanked, so that the Large of XLM-R Large is no size."""
    text = clause.text
    for one in clause.phrases:
        text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return text
