"""Forms that deny an effect: no benefit, no harm, or none at all, each within a margin."""

import re

from litreview.checks.claim_forms.clause import (
    Clause,
    Form,
    NotCompiled,
    formed,
    selected,
    sign_of,
    targeted,
)
from litreview.checks.intervals import margin_of
from litreview.language.lexicon import tokens
from litreview.verification.entailment import negates

_NO_EFFECT = re.compile(
    r"\b(?:no|without|little)\s+(?:\w+\s+){0,2}?(?P<what>effect|influence|impact|difference|change|"
    r"gain|benefit|improvement|harm|loss)s?\b|\b(?:not|n't)\s+(?:\w+\s+)?(?P<matter>matter|affect|"
    r"change|differ)\b|\bun(?:affected|changed)\b",
    re.IGNORECASE,
)
_UP_WORDS, _DOWN_WORDS = ("gain", "benefit", "improvement"), ("harm", "loss")


def absence(clause: Clause) -> list[Form]:
    """Read "T does not benefit": no benefit as large as the margin, which is not one unseen."""
    sign, denied = sign_of(clause)
    match = _NO_EFFECT.search(clause.text)
    if match is None and not denied:
        return []
    if re.search(r"\b(?:consistently|always|all|every|most|many)\b", clause.text):
        raise NotCompiled("denied_quantifier")
    what = (match["what"] or "").lower() if match else ""
    kind = "EQUIV"
    if what in _UP_WORDS or (match is None and sign > 0):
        kind = "NONSUP"
    elif what in _DOWN_WORDS or (match is None and sign < 0):
        kind = "NONINF"
    arms, targets = clause.arms, clause.targets
    cue = match.group() if match else _denial(clause.text)
    predicate = {"p": kind, "arm": selected(arms) if arms else "all", **targeted(targets)}
    predicate["margin"] = margin_of(clause.study)
    unsure = 0.6 if re.search(r"\bsignificant", clause.text) else 0.8
    return [formed(clause, predicate, [*arms, *targets], cue, unsure)]


def _denial(text: str) -> str:
    words = tokens(text)
    place = next((i for i, word in enumerate(words) if negates(word.lower())), 0)
    return " ".join(words[place : place + 2])
