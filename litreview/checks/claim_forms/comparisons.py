"""Forms that compare: arms with arms, and targets with targets."""

import re
from typing import Any

from litreview.checks.claim_forms.clause import (
    Clause,
    Form,
    NotCompiled,
    formed,
    points_of,
    selected,
    sign_of,
    targeted,
)
from litreview.checks.claim_forms.phrases import Phrase
from litreview.checks.claim_forms.sizes import TOLERANCE
from litreview.checks.intervals import margin_of
from litreview.language.lexicon import tokens
from litreview.verification.entailment import negates

_COMPARATOR = re.compile(
    r"\b(?P<up>outperform\w*|beats?|surpass\w*|superior to)\b|"
    r"\b(?P<down>underperform\w*|inferior to)\b|"
    r"\b(?P<word>better|more|stronger|higher|greater|larger|worse|less|weaker|lower|smaller)\b"
    r"[^.;]*?\bthan\b|"
    r"\b(?P<same>as (?:good|well|much) as|comparable (?:to|with)|on (?:a )?par with|equals?|"
    r"level with|(?:do(?:es)? not|not) differ from)\b",
    re.IGNORECASE,
)
_LESS = ("worse", "less", "weaker", "lower", "smaller")


def comparison(clause: Clause) -> list[Form]:
    """Read "A outperforms B": of arms a difference, of targets a contrast."""
    match = _COMPARATOR.search(clause.text)
    if match is None or (match["word"] and match.group().split()[-2:-1] == ["no"]):
        return []
    pivot = match.end() if match["word"] else match.start()
    own = clause.of("arm")
    left = [one for one in own if one.end <= pivot and one.spec != {}] or [
        one for one in own if one.end <= pivot
    ]
    right = [one for one in own if one.start >= pivot]
    sign = -1 if match["down"] or (match["word"] or "").lower() in _LESS else 1
    if left and right:
        return _of_arms(clause, match, left, right, sign)
    sides = [
        [one for one in clause.of("target") if (one.start >= pivot) == after] for after in (0, 1)
    ]
    if all(sides) and not match["same"]:
        first, second = sides[::sign]
        arms = clause.arms
        predicate = {"p": "CONTRAST", "arms": selected(arms) if arms else "all"}
        predicate |= {"first": selected(first), "second": selected(second)}
        return [formed(clause, predicate, [*arms, *first, *second], match.group(), 0.9)]
    if re.search(r"\bthan\b", match.group()) and not points_of(clause):
        raise NotCompiled("no_counterpart")
    return []


def _of_arms(
    clause: Clause, match: re.Match[str], left: list[Phrase], right: list[Phrase], sign: int
) -> list[Form]:
    before = [word.lower() for word in tokens(clause.text[: match.end()])]
    denied = any(map(negates, before)) and not match["same"]
    if denied and re.search(r"\b(?:consistently|always)\b", clause.text):
        raise NotCompiled("denied_quantifier")
    targets = clause.targets
    forms = []
    for one in left if denied or len(right) == 1 else [None]:
        for other in right:
            arms = left if one is None else [one]
            sides = (arms, [other])[::sign] if not (denied or match["same"]) else (arms, [other])
            predicate = {
                "arm": selected(sides[0]),
                "baseline": selected(sides[1]),
                **targeted(targets),
            }
            kind, extra = _kind_of(clause, match, denied, sign)
            used = [*arms, other, *targets]
            forms.append(
                formed(clause, {"p": kind, **predicate, **extra}, used, match.group(), 0.95)
            )
            forms += _difference(clause, predicate, used, kind)
    return forms


def _kind_of(
    clause: Clause, match: re.Match[str], denied: bool, sign: int
) -> tuple[str, dict[str, float]]:
    margin = {"margin": margin_of(clause.study)}
    if match["same"]:
        return "EQUIV", margin
    if denied:
        return ("NONSUP" if sign > 0 else "NONINF"), margin
    return "GT", {}


def _difference(clause: Clause, sides: dict[str, Any], used: list[Phrase], kind: str) -> list[Form]:
    """The size of a comparison, where it is printed once."""
    quantities = points_of(clause)
    if kind != "GT" or len(quantities) != 1 or quantities[0].qualifier != "exact":
        return []
    value = abs(quantities[0].value)
    band = {"p": "DELTA", **sides, "low": value - TOLERANCE, "high": value + TOLERANCE}
    cue = clause.text[quantities[0].start : quantities[0].end]
    return [formed(clause, band, used, cue, 0.95)]


def contrast(first: Clause, second: Clause) -> list[Form]:
    """Read "T gains, whereas U does not": besides what is said of each, T gains more than U."""
    signs = [sign_of(clause) for clause in (first, second)]
    gains = [sign > 0 and not denied for sign, denied in signs]
    named = [clause.targets for clause in (first, second)]
    if not all(named) or gains[0] == gains[1]:
        return []
    up, down = named if gains[0] else named[::-1]
    predicate = {"p": "CONTRAST", "arms": selected(first.arms) if first.arms else "all"}
    predicate |= {"first": selected(up), "second": selected(down)}
    found = formed(first, predicate, [*first.arms, *up, *down], "", 0.7)
    texts = [
        clause.text[one.start : one.end] for clause in (first, second) for one in clause.targets
    ]
    return [Form(found.predicate, tuple(texts), found.certainty)]
