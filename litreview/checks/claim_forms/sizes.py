"""Forms that say how large an effect is: a number of points, a word, a trend, or only its sign."""

import re

from litreview.checks.claim_forms.clause import (
    Clause,
    Form,
    NotCompiled,
    formed,
    points_of,
    selected,
    sign_of,
    targeted,
    without_names,
)
from litreview.checks.claim_forms.phrases import Phrase
from litreview.checks.predicates import MAGNITUDES, NONE
from litreview.language.quantities import parse_quantities
from litreview.schema import Quantity

TOLERANCE = 0.5
"""Points on each side of a printed difference, which is wider than its rounding."""


def sized(clause: Clause) -> list[Form]:
    """Read "X raises T by 8.2 points": the size as a band, and the sign by itself."""
    quantities, (sign, denied) = points_of(clause), sign_of(clause)
    if not quantities or not clause.arms or denied or not sign:
        return []
    if any(one.qualifier == "at_most" for one in quantities):
        raise NotCompiled("maximum")
    return [
        form
        for quantity, arms, targets in _aligned(quantities, clause.arms, clause.targets)
        for form in (
            *_band(clause, quantity, arms, targets, sign),
            _better(clause, arms, targets, sign, "", 1.0),
        )
    ]


def _aligned(
    quantities: list[Quantity], arms: list[Phrase], targets: list[Phrase]
) -> list[tuple[Quantity, list[Phrase], list[Phrase]]]:
    number = len(quantities)
    if number == 1 and max(len(arms), len(targets)) < 2:
        return [(quantities[0], arms, targets)]
    if number > 1 and number == len(arms):
        return [(q, [arm], targets) for q, arm in zip(quantities, arms, strict=True)]
    if number > 1 and number == len(targets):
        return [(q, arms, [target]) for q, target in zip(quantities, targets, strict=True)]
    raise NotCompiled("unaligned")


def _band(
    clause: Clause, quantity: Quantity, arms: list[Phrase], targets: list[Phrase], sign: int
) -> list[Form]:
    value = abs(quantity.value)
    cue = clause.text[quantity.start : quantity.end]
    used = [*arms, *targets]
    if quantity.qualifier == "at_least":
        if sign < 0:
            return []
        more = {"p": "GT", "arm": selected(arms), **targeted(targets), "margin": value}
        return [formed(clause, more, used, cue, 1.0)]
    tolerance = max(TOLERANCE, 0.5 * 10.0**-quantity.decimals)
    if quantity.qualifier == "approximate":
        tolerance = max(2 * TOLERANCE, 10.0**-quantity.decimals)
    ends = [value - tolerance, value + tolerance]
    if quantity.qualifier == "range" and quantity.low is not None and quantity.high is not None:
        ends = sorted((abs(quantity.low), abs(quantity.high)))
    low, high = sorted(round(sign * end, 6) for end in ends)
    band = {"p": "DELTA", "arm": selected(arms), **targeted(targets), "low": low, "high": high}
    return [formed(clause, band, used, cue, 1.0)]


def _better(
    clause: Clause,
    arms: list[Phrase],
    targets: list[Phrase],
    sign: int,
    cue: str,
    certainty: float,
) -> Form:
    sides = {"arm": selected(arms)} if sign > 0 else {"arm": NONE, "baseline": selected(arms)}
    predicate = {"p": "GT", **sides, **targeted(targets)}
    return formed(clause, predicate, [*arms, *targets], cue, certainty)


_SUPERLATIVE = re.compile(
    r"\b(?:best|most|highest|largest|greatest|strongest|leads?)\b(?! (?:of the )?(?:targets|tasks|"
    r"intermediate|languages))",
    re.IGNORECASE,
)
_LARGE = re.compile(
    r"\b(?P<strong>strong(?:ly)?|large(?:ly)?|substantial(?:ly)?|considerabl[ey]|great(?:ly)?|"
    r"marked(?:ly)?)\b|\b(?P<moderate>moderate(?:ly)?|appreciabl[ey])\b|"
    r"\b(?P<small>small|slight(?:ly)?|modest(?:ly)?|marginal(?:ly)?|minor|(?:only )?a little)\b",
    re.IGNORECASE,
)


def magnitude(clause: Clause) -> list[Form]:
    """Read "T gains strongly": declared points; a small gain is less than a moderate one."""
    sign, denied = sign_of(clause)
    match = _LARGE.search(without_names(clause))
    if match is None or denied or sign < 1 or _SUPERLATIVE.search(clause.text):
        return []
    arms, word = clause.arms, match.lastgroup
    targets = [[one] for one in clause.targets] or [[]]
    if word == "small":
        least = {"p": "GT", "arm": selected(arms)} if arms else {"p": "GT", "arm": "all"}
        most = {**least, "p": "NONSUP", "margin": MAGNITUDES["moderate"]}
        return [
            formed(clause, {**one, **targeted(on)}, [*arms, *on], match.group(), 0.7)
            for on in targets
            for one in (least, most)
        ]
    large = {"p": "MAGNITUDE", "arms": selected(arms) if arms else "all", "at_least": word}
    return [
        formed(clause, {**large, **targeted(on)}, [*arms, *on], match.group(), 0.8)
        for on in targets
    ]


_TREND = re.compile(
    r"\b(?P<verb>rises?|grows?|increases?|larger|falls?|shrinks?|decreases?|smaller|diminish\w*)\b"
    r"[^.;]{0,40}?\b(?:with|for|at|in|as)\b[^.;]{0,25}?\b(?:size|larger?|bigger|scale|parameters)\b|"
    r"\blarger (?:encoders|models) (?:gain|benefit|profit) (?P<more>more|less)\b",
    re.IGNORECASE,
)


def trend(clause: Clause) -> list[Form]:
    """Read "The gain grows with the size of the encoder"."""
    match = _TREND.search(without_names(clause))
    if match is None or not clause.arms:
        return []
    verb = (match["verb"] or match["more"]).lower()
    falls = verb.startswith(("fall", "shrink", "decrease", "smaller", "diminish", "less"))
    arms, targets = clause.arms, clause.targets
    predicate = {"p": "TREND", "arms": selected(arms), **targeted(targets)}
    predicate["direction"] = "falls" if falls else "rises"
    return [formed(clause, predicate, [*arms, *targets], match.group(), 0.9)]


def gain(clause: Clause) -> list[Form]:
    """Read "X improves T": better than no intermediate task, by whatever amount."""
    sign, denied = sign_of(clause)
    if not sign or denied or not clause.arms:
        return []
    if any(one.unit in ("percent", "ratio") for one in parse_quantities(clause.text)):
        raise NotCompiled("relative_change")
    targets = [[one] for one in clause.targets] or [[]]
    return [_better(clause, clause.arms, on, sign, "", 0.95) for on in targets]
