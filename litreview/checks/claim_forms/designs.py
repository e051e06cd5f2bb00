"""Facts of a study's design: its steps, the encoder at its start, its numbers of tasks."""

import re
from collections.abc import Sequence

from litreview.checks.claim_forms.clause import NUMBER, Form, integer
from litreview.checks.claim_forms.phrases import Phrase
from litreview.checks.claim_forms.rankings import IS_BEST
from litreview.verification.entailment import direction

_STARTS = re.compile(
    r"\b(?:experiments?|models?|runs?|recipe|we)\b[^.;]{0,30}\b(?:starts?|start(?:ed)?|begins?|initiali[sz]\w+|"
    r"uses?|based)\b",
    re.IGNORECASE,
)
_MEMBERS = re.compile(
    rf"\b{NUMBER.format('n')} (?:(?!and\b|or\b|of\b|intermediate\b|target\b)[A-Za-z-]+ ){{0,4}}?"
    r"(?:(?P<arm>intermediate) (?:tasks|and)|tasks (?:\w+ ){0,2}(?:as|for) (?P<late>intermediate)|"
    r"(?P<target>target) tasks)",
    re.IGNORECASE,
)
_INEXACT = re.compile(r"\b(?:of(?: the)?|least|most|over|than|to|about|first)\s*\Z", re.IGNORECASE)
_STEPS = (
    ("pretrained encoder", r"pre-?trained (?:\w+ )?(?:encoder|model)|pretraining"),
    ("intermediate", r"intermediate"),
    ("target", r"target task"),
    ("zero-shot prediction", r"zero-shot (?:evaluation|prediction|transfer)"),
)
_PHASES = re.compile(rf"\b{NUMBER.format('n')} (?:phases|stages|steps)\b", re.IGNORECASE)


def compile_design(text: str, phrases: Sequence[Phrase]) -> list[Form]:
    """Facts of design that a claim states: steps, the encoder at the start, numbers of tasks."""
    return _steps(text) or _config(text, phrases) or _card(text, phrases)


def _steps(text: str) -> list[Form]:
    phases = _PHASES.search(text)
    if phases is None:
        return []
    places = {name: re.search(p, text, re.IGNORECASE) for name, p in _STEPS}
    found = sorted((match.start(), name) for name, match in places.items() if match)
    if len(found) < 2:
        return []
    words = tuple(match.group() for match in places.values() if match)
    predicate = {"p": "STEPS", "steps": [name for _, name in found]}
    return [Form(predicate, (phases.group(), *words), 0.8)]


def _config(text: str, phrases: Sequence[Phrase]) -> list[Form]:
    encoders = [one for one in phrases if one.kind == "encoder"]
    match = _STARTS.search(text)
    if match is None or len(encoders) != 1 or direction(text) is not None:
        return []
    named = encoders[0]
    predicate = {"p": "CONFIG", "path": "encoders", "value": named.name}
    return [Form(predicate, (match.group(), text[named.start : named.end]), 0.9)]


def _card(text: str, phrases: Sequence[Phrase]) -> list[Form]:
    ranked = IS_BEST.search(text) or any(one.spec == "multi" for one in phrases)
    if ranked or direction(text) is not None:
        return []
    return [
        Form(
            {
                "p": "CARD",
                "path": "targets" if match["target"] else "intermediates",
                "count": integer(match["n"]),
            },
            (match.group(),),
            0.9,
        )
        for match in _MEMBERS.finditer(text)
        if not _INEXACT.search(text[: match.start()])
    ]
