"""What a claim says, as a typed predicate over the arms, targets and design of a study.

A predicate is data, `{"p": "GT", "arm": "mnli", "on": ["xnli"]}`, validated here and evaluated in
`litreview.checks`. Gains and margins are in points on a scale of 0 to 100. The vocabulary is that
of the claims file; every field of every model may stand in it.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from litreview.files import InputError, describe_faults
from litreview.schema import Check
from litreview.wording import listing, number_word, plain, sentence, signed

NONE = "none"
MAGNITUDES = {"small": 1.0, "moderate": 2.0, "strong": 5.0}
"""Points that a declared word stands for; a study may declare its own under `magnitudes`."""


class Part(BaseModel):
    """Base: frozen, and unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _selector(value: Any) -> Any:
    if value == "all":
        return {}
    if isinstance(value, str):
        return {"names": [value]}
    return {"names": value} if isinstance(value, list) else value


class Arms(Part):
    """Arms by name, or all single-task arms of a domain or format; a set stands for its mean.

    Written `"mnli"`, `["mnli", "squad"]`, `"all"`, `{"domain": "legal"}`; `"none"` is the
    baseline. `auxiliary` asks for variants with continued masked-language modelling (`mlm`) or
    machine-translated intermediate data (`mt`).
    """

    names: Annotated[list[str], Field(min_length=1)] | None = None
    domain: str | None = None
    format: str | None = None
    auxiliary: Literal["none", "mlm", "mt"] = "none"

    _short = model_validator(mode="before")(_selector)


class Targets(Part):
    """Targets by name, or all of a format, or all but one format; a set stands for its mean."""

    names: Annotated[list[str], Field(min_length=1)] | None = None
    format: str | None = None
    except_format: str | None = None

    _short = model_validator(mode="before")(_selector)


class Predicate(Part):
    """What all predicates share.

    `encoder` and `metric` name what the claim is about; without `encoder` the study's largest one
    answers. `ambiguous` holds the reason where the claim's wording leaves more than one reading.
    """

    encoder: str | None = None
    metric: str | None = None
    ambiguous: str | None = None


BASELINE = Arms(names=[NONE])


class Delta(Predicate):
    """The mean paired difference `arm - baseline` lies in the band [low, high]."""

    p: Literal["DELTA"]
    arm: Arms
    baseline: Arms = BASELINE
    on: Targets = Targets()
    low: float
    high: float


class Greater(Predicate):
    """`arm` is better than `baseline` by more than `margin`."""

    p: Literal["GT"]
    arm: Arms
    baseline: Arms = BASELINE
    on: Targets = Targets()
    margin: float = 0.0


class NonInferior(Predicate):
    """`arm` is not worse than `baseline` by more than `margin`."""

    p: Literal["NONINF"]
    arm: Arms
    baseline: Arms = BASELINE
    on: Targets = Targets()
    margin: Annotated[float, Field(ge=0)]


class ArgMax(Predicate):
    """Among `candidates` (`all`: every arm of the study), `best` has the largest mean gain."""

    p: Literal["ARGMAX"]
    best: str
    candidates: list[str] | Literal["all"] = "all"
    on: Targets = Targets()


class Count(Predicate):
    """How many of `over` gain more than `margin` on `on`: `op` `k`, or `op` `share` of them."""

    p: Literal["COUNT"]
    over: Arms = Arms()
    on: Targets = Targets()
    op: Literal[">=", "<="]
    k: Annotated[int, Field(ge=0)] | None = None
    share: Annotated[float, Field(ge=0, le=1)] | None = None
    margin: float = 0.0

    @model_validator(mode="after")
    def _one_threshold(self) -> "Count":
        if (self.k is None) == (self.share is None):
            raise ValueError("give exactly one of k (a number) and share (of the arms counted)")
        return self


class Contrast(Predicate):
    """The mean gain of `arms` on the targets `first` exceeds that on `second` by over `margin`."""

    p: Literal["CONTRAST"]
    arms: Arms = Arms()
    first: Targets
    second: Targets
    margin: float = 0.0


class Magnitude(Predicate):
    """The mean gain of `arms` on `on` is at least as large as the declared word."""

    p: Literal["MAGNITUDE"]
    arms: Arms = Arms()
    on: Targets = Targets()
    at_least: str


class Config(Predicate):
    """The study's design has `value` at `path`; where a table or list stands there, holds it."""

    p: Literal["CONFIG"]
    path: str
    value: Any


class Card(Predicate):
    """The set at `path` of the study's design has `count` members."""

    p: Literal["CARD"]
    path: str
    count: int


class Steps(Predicate):
    """The phases of the study's design are `steps`, in this order."""

    p: Literal["STEPS"]
    steps: Annotated[list[str], Field(min_length=1)]


Interval = Delta | Greater | NonInferior | Contrast | Magnitude
Measured = Interval | ArgMax | Count
Design = Config | Card | Steps
DESIGN_KINDS = frozenset({"CONFIG", "CARD", "STEPS"})
"""Kinds that state how a study is laid out, which no measurement can settle."""
AnyPredicate = Annotated[Measured | Design, Field(discriminator="p")]

_ADAPTER: TypeAdapter[AnyPredicate] = TypeAdapter(AnyPredicate)


def parse_predicate(data: dict[str, Any], origin: str = "predicate") -> AnyPredicate:
    """Validate one predicate.

    Raises
    ------
    InputError
        Naming `origin` (the claim's id), and every fault with the value found.
    """
    try:
        return _ADAPTER.validate_python(data)
    except ValidationError as error:
        raise InputError(
            f"{origin}: the predicate {data.get('p')!r} is not valid: {describe_faults(error)}; "
            "litreview/predicates.py lists the fields of each kind"
        ) from None


AUXILIARY = {
    "none": "",
    "mlm": "with continued masked-language modelling",
    "mt": "with machine-translated data",
}
_OPERATORS = {">=": "at least", "<=": "at most"}


def measurable_checks(checks: list[Check]) -> list[Check]:
    """Checks that measurements can settle, which facts of design are not."""
    return [check for check in checks if check.predicate.get("p") not in DESIGN_KINDS]


def arms_words(arms: Arms) -> str:
    """Name a selection of arms: `mnli`, `the mean of mnli and squad`, `all legal intermediates`."""
    if arms == BASELINE:
        return "no intermediate task"
    if arms.names is not None:
        named = listing(arms.names)
        words = named if len(arms.names) == 1 else f"the mean of {named}"
    else:
        kind = " ".join(word for word in (arms.domain, arms.format) if word)
        words = f"the mean of all single {kind} intermediates".replace("  ", " ")
    return f"{words} {AUXILIARY[arms.auxiliary]}".strip()


def targets_words(targets: Targets) -> str:
    """Name a selection of targets: `xnli`, `the mean of xnli and xquad`."""
    if targets.names is not None:
        named = listing(targets.names)
        return named if len(targets.names) == 1 else f"the mean of {named}"
    if targets.format is not None:
        return f"the mean of all {targets.format} targets"
    if targets.except_format is not None:
        return f"the mean of all targets but {targets.except_format}"
    return "the mean of all targets, tuned or not"


def statement(predicate: AnyPredicate, magnitudes: Mapping[str, float] = MAGNITUDES) -> str:
    """The predicate as one sentence; a declared word stands with the points that it means."""
    if isinstance(predicate, Magnitude):
        return sentence(_magnitude(predicate, magnitudes))
    return sentence(_STATEMENTS[predicate.p](predicate))


def _magnitude(p: Magnitude, magnitudes: Mapping[str, float]) -> str:
    word = p.at_least
    size = f" of {plain(magnitudes[word])} points or more" if word in magnitudes else ""
    return f"on {targets_words(p.on)}, {arms_words(p.arms)} shows a gain{size} ({word})"


def _delta(p: Delta) -> str:
    return (
        f"on {targets_words(p.on)}, {arms_words(p.arm)} differs from {arms_words(p.baseline)} by "
        f"{signed(p.low)} to {signed(p.high)} points"
    )


def _greater(p: Greater) -> str:
    by = f" by more than {plain(p.margin)} points" if p.margin else ""
    return (
        f"on {targets_words(p.on)}, {arms_words(p.arm)} is better than {arms_words(p.baseline)}{by}"
    )


def _noninferior(p: NonInferior) -> str:
    return (
        f"on {targets_words(p.on)}, {arms_words(p.arm)} is at most {plain(p.margin)} points worse "
        f"than {arms_words(p.baseline)}"
    )


def _argmax(p: ArgMax) -> str:
    among = "all arms" if p.candidates == "all" else listing(p.candidates)
    return f"on {targets_words(p.on)}, {p.best} gains most among {among}"


def _count(p: Count) -> str:
    asked = f"{p.k}" if p.k is not None else f"{p.share:.0%}"
    by = f" by more than {plain(p.margin)} points" if p.margin else ""
    chosen = arms_words(p.over).removeprefix("the mean of ")
    return f"{_OPERATORS[p.op]} {asked} of {chosen} improve {targets_words(p.on)}{by}"


def _contrast(p: Contrast) -> str:
    by = f" by more than {plain(p.margin)} points" if p.margin else ""
    return (
        f"{arms_words(p.arms)} gains more on {targets_words(p.first)} than on "
        f"{targets_words(p.second)}{by}"
    )


_STATEMENTS: dict[str, Any] = {
    "DELTA": _delta,
    "GT": _greater,
    "NONINF": _noninferior,
    "ARGMAX": _argmax,
    "COUNT": _count,
    "CONTRAST": _contrast,
    "CONFIG": lambda p: f"the design has {p.value} under {p.path}",
    "CARD": lambda p: f"the design has {number_word(p.count)} {p.path.rsplit('.', 1)[-1]}",
    "STEPS": lambda p: f"the design runs in the steps {listing(p.steps)}",
}
