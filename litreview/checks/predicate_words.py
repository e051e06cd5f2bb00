"""Predicates in words: what a check puts to the test, as one sentence."""

from collections.abc import Callable, Mapping
from typing import Any

from litreview.checks import predicates as pr
from litreview.language.wording import listing, number_word, plain, sentence, signed

AUXILIARY = {
    "none": "",
    "mlm": "with continued masked-language modelling",
    "mt": "with machine-translated data",
}
_OPERATORS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than", "==": ""}


def statement(
    predicate: pr.AnyPredicate, magnitudes: Mapping[str, float] = pr.MAGNITUDES, margin: float = 1.0
) -> str:
    """The predicate as one sentence; a declared word stands with the points that it means.

    `margin` is that of the study, for predicates that leave it to the study.
    """
    if isinstance(predicate, pr.Magnitude):
        return sentence(_magnitude(predicate, magnitudes))
    if isinstance(predicate, pr.Margin) and predicate.margin is None:
        predicate = predicate.model_copy(update={"margin": margin})
    return sentence(_STATEMENTS[predicate.p](predicate))


def arms_words(arms: pr.Arms) -> str:
    """Name a selection of arms: `mnli`, `the mean of mnli and squad`, `all legal intermediates`."""
    if arms == pr.BASELINE:
        return "no intermediate task"
    kind = " ".join(word for word in (arms.domain, arms.format) if word)
    if arms.best_per_target:
        words = f"the {kind} arm that is best for each target".replace("  ", " ")
    elif arms.names is not None:
        named = listing(arms.names)
        words = named if len(arms.names) == 1 else f"the mean of {named}"
    else:
        words = f"the mean of all single {kind} intermediates".replace("  ", " ")
    return f"{words} {AUXILIARY[arms.auxiliary]}".strip()


def targets_words(targets: pr.Targets) -> str:
    """Name a selection of targets: `xnli`, `the mean of xnli and xquad`."""
    if targets.names is not None:
        named = listing(targets.names)
        return named if len(targets.names) == 1 else f"the mean of {named}"
    if targets.format is not None:
        return f"the mean of all {targets.format} targets"
    left_out = targets.except_format or listing(targets.except_names or [])
    if left_out:
        return f"the mean of all targets but {left_out}"
    return "the mean of all targets, tuned or not"


def _pair(p: pr.Pair, says: str) -> str:
    return f"on {targets_words(p.on)}, {arms_words(p.arm)} {says}"


def _delta(p: pr.Delta) -> str:
    return _pair(
        p,
        f"differs from {arms_words(p.baseline)} by {signed(p.low)} to {signed(p.high)} points",
    )


def _greater(p: pr.Greater) -> str:
    return _pair(p, f"is better than {arms_words(p.baseline)}{_by(p.margin)}")


def _noninferior(p: pr.NonInferior) -> str:
    return _pair(p, f"is at most {plain(p.margin or 0)} points worse than {arms_words(p.baseline)}")


def _nonsuperior(p: pr.NonSuperior) -> str:
    return _pair(
        p, f"is at most {plain(p.margin or 0)} points better than {arms_words(p.baseline)}"
    )


def _equivalent(p: pr.Equivalent) -> str:
    return _pair(
        p, f"differs from {arms_words(p.baseline)} by less than {plain(p.margin or 0)} points"
    )


def _ranking(p: pr.Ranking) -> str:
    sets = {"all": "all arms", "single": "all arms of a single task"}
    among = sets[p.candidates] if isinstance(p.candidates, str) else listing(p.candidates)
    best = [p.best] if isinstance(p.best, str) else p.best
    verb = "gains" if len(best) == 1 else "gain"
    return f"on {targets_words(p.on)}, {listing(best)} {verb} most among {among}"


def _counting(p: pr.Counting) -> str:
    number = str(p.k) if isinstance(p, pr.Count) else f"{p.share:.0%}"
    asked = f"{_OPERATORS[p.op]} {number}".strip()
    if p.each == "targets":
        chosen = targets_words(p.on).removeprefix("the mean of ").partition(",")[0]
        return f"{arms_words(p.over)} improves {asked} of {chosen}{_by(p.margin)}"
    chosen = arms_words(p.over).removeprefix("the mean of ")
    return f"{asked} of {chosen} improve {targets_words(p.on)}{_by(p.margin)}"


def _contrast(p: pr.Contrast) -> str:
    return (
        f"{arms_words(p.arms)} gains more on {targets_words(p.first)} than on "
        f"{targets_words(p.second)}{_by(p.margin)}"
    )


def _magnitude(p: pr.Magnitude, magnitudes: Mapping[str, float]) -> str:
    word = p.at_least
    size = f" of {plain(magnitudes[word])} points or more" if word in magnitudes else ""
    return f"on {targets_words(p.on)}, {arms_words(p.arms)} shows a gain{size} ({word})"


def _trend(p: pr.Trend) -> str:
    return (
        f"on {targets_words(p.on)}, the gain of {arms_words(p.arms)} {p.direction} with the size "
        "of the encoder"
    )


def _by(margin: float) -> str:
    return f" by more than {plain(margin)} points" if margin else ""


_STATEMENTS: dict[str, Callable[[Any], str]] = {
    "DELTA": _delta,
    "GT": _greater,
    "NONINF": _noninferior,
    "NONSUP": _nonsuperior,
    "EQUIV": _equivalent,
    "ARGMAX": _ranking,
    "TOPK": _ranking,
    "COUNT": _counting,
    "FRACTION": _counting,
    "CONTRAST": _contrast,
    "TREND": _trend,
    "CONFIG": lambda p: f"the design has {p.value} under {p.path}",
    "CARD": lambda p: f"the design has {number_word(p.count)} {p.path.rsplit('.', 1)[-1]}",
    "STEPS": lambda p: f"the design runs in the steps {listing(p.steps)}",
}
