"""What a claim says, as a typed predicate over the arms, targets and design of a study.

A predicate is data, `{"p": "GT", "arm": "mnli", "on": ["xnli"]}`, validated here and evaluated in
`litreview.checks.judging`. Gains and margins are in points on a scale of 0 to 100. The vocabulary
is that of the claims file; every field of every model may stand in it.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from litreview.files import InputError, describe_faults
from litreview.schema import Check

NONE = "none"
MULTI = "multi"
"""Stands for a study's one arm that is trained on several tasks at once."""
BEST_PER_TARGET = "best-per-target"
MAGNITUDES = {"small": 1.0, "moderate": 2.0, "strong": 5.0}
"""Points that a declared word stands for; a study may declare its own under `magnitudes`."""
Names = Annotated[list[str], Field(min_length=1)]
Points = Annotated[float, Field(allow_inf_nan=False)]


class Part(BaseModel):
    """Base: frozen, and unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _selector(value: Any) -> Any:
    if value == "all":
        return {}
    if isinstance(value, str):
        return {"names": [value]}
    return {"names": value} if isinstance(value, list) else value


def _arm_selector(value: Any) -> Any:
    return {"best_per_target": True} if value == BEST_PER_TARGET else _selector(value)


class Arms(Part):
    """Arms by name, or all single-task arms of a domain or format; a set stands for its mean.

    Written `"mnli"`, `["mnli", "squad"]`, `"all"`, `{"domain": "legal"}`; `"none"` is the
    baseline, `"multi"` the arm trained on several tasks, and `"best-per-target"` takes for each
    target the arm that gains most on it. `auxiliary` asks for variants with continued
    masked-language modelling (`mlm`) or machine-translated intermediate data (`mt`).
    """

    names: Names | None = None
    domain: str | None = None
    format: str | None = None
    auxiliary: Literal["none", "mlm", "mt"] = "none"
    best_per_target: bool = False

    _short = model_validator(mode="before")(_arm_selector)


class Targets(Part):
    """Targets by name, or all of a format, or all but some; a set stands for its mean."""

    names: Names | None = None
    format: str | None = None
    except_format: str | None = None
    except_names: Names | None = None

    _short = model_validator(mode="before")(_selector)


class Predicate(Part):
    """What all predicates share: the claim's own setting, from which a study may differ.

    `encoder`, `metric` and `benchmark` name what the claim is about, `languages` and `seeds` count
    in how many it was found; without `encoder` the study's largest one answers. `ambiguous` holds
    the reason where the claim's wording leaves more than one reading.
    """

    encoder: str | None = None
    metric: str | None = None
    benchmark: str | None = None
    languages: Annotated[int, Field(ge=1)] | None = None
    seeds: Annotated[int, Field(ge=1)] | None = None
    ambiguous: str | None = None


BASELINE = Arms(names=[NONE])


class Pair(Predicate):
    """Two arms on the same targets; both may be sets, which are then paired (`checks.arms`)."""

    arm: Arms
    baseline: Arms = BASELINE
    on: Targets = Targets()


class Delta(Pair):
    """The mean paired difference `arm - baseline` lies in the band [low, high]."""

    p: Literal["DELTA"]
    low: Points
    high: Points

    @model_validator(mode="after")
    def _in_order(self) -> "Delta":
        if self.low > self.high:
            raise ValueError("low is above high; exchange them")
        return self


class Greater(Pair):
    """`arm` is better than `baseline` by more than `margin`."""

    p: Literal["GT"]
    margin: Points = 0.0


class Margin(Pair):
    """A difference held against a margin; the study's own (`analysis: margin`) unless given."""

    margin: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None


class NonInferior(Margin):
    """`arm` is not worse than `baseline` by `margin`."""

    p: Literal["NONINF"]


class NonSuperior(Margin):
    """`arm` is not better than `baseline` by `margin`: no benefit worth the name."""

    p: Literal["NONSUP"]


class Equivalent(Margin):
    """`arm` and `baseline` differ by less than `margin`: an effect of none, not one unseen."""

    p: Literal["EQUIV"]


class Best(Predicate):
    """What rankings share; `candidates` are every arm of the study, all single tasks, or named."""

    candidates: Names | Literal["all", "single"] = "all"
    on: Targets = Targets()


class ArgMax(Best):
    """Among `candidates`, `best` has the largest mean gain."""

    p: Literal["ARGMAX"]
    best: str


class TopK(Best):
    """Among `candidates`, those in `best` have the largest mean gains, in whatever order."""

    p: Literal["TOPK"]
    best: Names


class Counted(Predicate):
    """What counts share: arms of `over` (their gains on `on`), or targets of `on` (of `over`)."""

    each: Literal["arms", "targets"] = "arms"
    over: Arms = Arms()
    on: Targets = Targets()
    margin: Points = 0.0


class Count(Counted):
    """`op` `k` arms or targets gain more than `margin`."""

    p: Literal["COUNT"]
    op: Literal[">=", "<=", "=="]
    k: Annotated[int, Field(ge=0)]


class Fraction(Counted):
    """`op` a `share` of the arms or targets gain more than `margin`."""

    p: Literal["FRACTION"]
    op: Literal[">=", "<=", ">", "<"]
    share: Annotated[float, Field(ge=0, le=1)]


class Contrast(Predicate):
    """The mean gain of `arms` on the targets `first` exceeds that on `second` by over `margin`."""

    p: Literal["CONTRAST"]
    arms: Arms = Arms()
    first: Targets
    second: Targets
    margin: Points = 0.0


class Magnitude(Predicate):
    """The mean gain of `arms` on `on` is at least as large as the declared word."""

    p: Literal["MAGNITUDE"]
    arms: Arms = Arms()
    on: Targets = Targets()
    at_least: str


class Trend(Predicate):
    """The mean gain of `arms` on `on` rises, or falls, with the size of the encoder."""

    p: Literal["TREND"]
    arms: Arms = Arms()
    on: Targets = Targets()
    direction: Literal["rises", "falls"]


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
    steps: Names


Interval = Delta | Greater | NonInferior | NonSuperior | Equivalent | Contrast | Magnitude | Trend
Ranking = ArgMax | TopK
Counting = Count | Fraction
Measured = Interval | Ranking | Counting
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
    if data.get("p") == "COUNT" and "share" in data:
        data = {**data, "p": "FRACTION"}  # as claims files wrote it before there were fractions
    try:
        return _ADAPTER.validate_python(data)
    except ValidationError as error:
        raise InputError(
            f"{origin}: the predicate {data.get('p')!r} is not valid: {describe_faults(error)}; "
            "docs/checks.md lists the fields of each kind"
        ) from None


def measurable_checks(checks: list[Check]) -> list[Check]:
    """Checks that measurements can settle, which facts of design are not."""
    return [check for check in checks if check.predicate.get("p") not in DESIGN_KINDS]
