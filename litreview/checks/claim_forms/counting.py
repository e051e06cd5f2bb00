"""Forms that say how many gain: of the intermediate tasks, or of the targets."""

import re
from typing import Any

from litreview.checks.claim_forms.clause import (
    NUMBER,
    Clause,
    Form,
    NotCompiled,
    formed,
    integer,
    selected,
    sign_of,
    targeted,
)
from litreview.checks.claim_forms.phrases import Phrase

_QUANTIFIERS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("all", "every", "each"), (">=", 1.0)),
    **dict.fromkeys(("most", "many"), (">", 0.5)),
    **dict.fromkeys(("few",), ("<", 0.5)),
    **dict.fromkeys(("no", "none"), ("<=", 0.0)),
}
"""What words of number stand for, declared: many are more than half."""
_PARTS = re.compile(
    rf"\b(?:(?P<word>{'|'.join(_QUANTIFIERS)})|{NUMBER.format('k')} of (?:the |its )?"
    rf"{NUMBER.format('n')})\b(?: of)?(?: the| its)?"
    r"(?: (?!from|on|in|with|by|the)\w+)?\s*\Z",
    re.IGNORECASE,
)
_LEADING = re.compile(rf"(?:{'|'.join(_QUANTIFIERS)})\b(?: of)?(?: the)?", re.IGNORECASE)


def counted(clause: Clause) -> list[Form]:
    """Read "T improves with many of the tasks", "X improves six of the nine targets"."""
    sign, denied = sign_of(clause)
    for one in (*clause.of("arm"), *clause.of("target")):
        if one.name or (one.spec and isinstance(one.spec, str)) or not sign:
            continue
        asked = _asked(clause, one)
        if asked is None:
            continue
        predicate, cue = asked
        if predicate.get("share") == 1.0 and one.kind == "arm" and not _each(clause, one):
            continue
        if denied:
            raise NotCompiled("denied_quantifier")
        if sign < 0:
            raise NotCompiled("losses_counted")
        return [_counting(clause, one, predicate, cue)]
    return []


def _each(clause: Clause, one: Phrase) -> bool:
    """Whether "all" is of each ("every task"), not of a mean or of a mixture."""
    return not re.search(r"\b(?:average|mean)\b", clause.text) and one.spec != "multi"


def _asked(clause: Clause, one: Phrase) -> tuple[dict[str, Any], str] | None:
    leading = _LEADING.match(clause.text[one.start : one.end])
    match = _PARTS.search(clause.text[: one.start + (leading.end() if leading else 0)])
    if match is None:
        return None
    cue = match.group().strip()
    if match["word"]:
        op, share = _QUANTIFIERS[match["word"].lower()]
        return {"p": "FRACTION", "op": op, "share": share}, cue
    share = round(integer(match["k"]) / max(1, integer(match["n"])), 4)
    return {"p": "FRACTION", "op": ">=", "share": min(1.0, share)}, cue


def _counting(clause: Clause, one: Phrase, asked: dict[str, Any], cue: str) -> Form:
    if one.kind == "arm":
        targets = clause.targets
        predicate = {**asked, "over": selected([one]), **targeted(targets)}
        return formed(clause, predicate, [one, *targets], cue, 0.8)
    arms = clause.arms
    predicate = {**asked, "each": "targets", "over": selected(arms) if arms else "all"}
    return formed(clause, {**predicate, **targeted([one])}, [*arms, one], cue, 0.8)
