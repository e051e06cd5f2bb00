"""Corruptions of the claims of a report: their words, verdicts, passages and checks."""

import re
from collections.abc import Callable

import numpy as np

from litreview.review.corruptions.places import chosen, moved_round
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.model import ClaimView, Content, Run


def turned(text: str) -> str:
    """The text with its verbs denied, or with a word of direction turned round."""
    for pattern, put in (
        (r"\b(improves|raises|helps|profits?)\b", r"does not \1"),
        (r"\b(is|are|was|were|does|do|can|will|reaches|beats)\b", r"\1 not"),
        (r"\b(rises|gains|gain)\b", "falls"),
    ):
        denied, number = re.subn(pattern, put, text, count=1)
        if number:
            return denied
    return f"It is not the case that {text[0].lower()}{text[1:]}"


def _with_claims(
    content: Content,
    part: float,
    rng: np.random.Generator,
    change: Callable[[ClaimView], ClaimView],
) -> Content | None:
    claims = list(content.claims)
    for place in chosen(len(claims), part, rng):
        claims[place] = change(claims[place])
    return content.model_copy(update={"claims": claims}) if claims != content.claims else None


def claims_negated(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Claims say the opposite of what they said."""
    return _with_claims(
        content, part, rng, lambda one: one.model_copy(update={"text": turned(one.text)})
    )


def claims_dropped(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Claims are left out."""
    gone = set(chosen(len(content.claims), part, rng))
    kept = [one for place, one in enumerate(content.claims) if place not in gone]
    return content.model_copy(update={"claims": kept}) if gone else None


def verdicts_flipped(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Claims are printed with another verdict."""

    def flip(one: ClaimView) -> ClaimView:
        label = "refuted" if one.label == "supported" else "supported"
        level = one.verified.split(" ")[0]
        return one.model_copy(update={"label": label, "verified": f"{level} {label}"})

    return _with_claims(content, part, rng, flip)


def confidences_inflated(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Claims are printed with nearly full confidence."""
    return _with_claims(
        content, part, rng, lambda one: one.model_copy(update={"confidence": "0.98"})
    )


def evidence_swapped(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Claims are printed with the passages of one another."""
    claims = content.claims
    places = chosen(len(claims), max(part, 2 / max(1, len(claims))), rng)
    moved = moved_round([one.evidence for one in claims], places)
    new = [one.model_copy(update={"evidence": own}) for one, own in zip(claims, moved, strict=True)]
    return content.model_copy(update={"claims": new}) if new != claims else None


def checks_flipped(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Checks are printed as support."""

    def flip(one: ClaimView) -> ClaimView:
        checks = [
            check.model_copy(update={"verdict": "supported at full scale", "tone": "supported"})
            for check in one.checks
        ]
        return one.model_copy(update={"checks": checks})

    return _with_claims(content, part, rng, flip)


def quotes_altered(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Quoted passages say what their documents do not."""

    def alter(one: ClaimView) -> ClaimView:
        evidence = [
            item.model_copy(
                update={"quote": [Run(text=turned("".join(run.text for run in item.quote)))]}
            )
            for item in one.evidence
        ]
        return one.model_copy(update={"evidence": evidence})

    return _with_claims(content, part, rng, alter)
