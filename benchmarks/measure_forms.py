"""What a measure of the literature module is: its data, its figures, and what these are held to."""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from litreview.encoder import Encode
from litreview.verification.entailment_model import Read

HOLDS = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "=": lambda value, goal: round(value, 3) == round(goal, 3),
}


class AbsentError(Exception):
    """Data, or an encoder, that a measure needs and that are not there; the message says which."""


@dataclass(frozen=True)
class Inputs:
    """Where the labelled data lie, and what reads texts and pairs, if encoders were named."""

    claimdata: Path
    encode: Encode | None = None
    reader: tuple[Encode, Read] | None = None

    def at(self, place: str) -> Path:
        """A file or folder of the labelled data; `AbsentError` if it is not there."""
        path = self.claimdata / place
        if not path.exists():
            raise AbsentError(f"claimdata/{place} is not there")
        return path

    def encoder(self) -> Encode:
        """The encoder; `AbsentError` if none was named."""
        if self.encode is None:
            raise AbsentError("no encoder was named (--encoder FOLDER)")
        return self.encode


@dataclass(frozen=True)
class Bar:
    """What a figure is held to.

    Attributes
    ----------
    goal : float or None
        What it is to be, by `rule`.
    floor : float or None
        What something plainer reaches, or what was published; `source` says what and where.
    """

    goal: float | None = None
    floor: float | None = None
    source: str = ""
    rule: Literal[">", ">=", "<", "="] = ">"

    def reached(self, value: float) -> str:
        """`yes` or `no`; where there is no goal, on which side of the floor the figure lies."""
        if self.goal is not None:
            return "yes" if HOLDS[self.rule](value, self.goal) else "no"
        if self.floor is None:
            return ""
        return "above the floor" if value > self.floor else "below the floor"

    def cells(self) -> tuple[str, str]:
        """Goal and floor as they are printed."""
        goal = "" if self.goal is None else f"{self.rule} {share(self.goal)}"
        floor = "" if self.floor is None else f"{share(self.floor)} ({self.source})"
        return goal, floor


class Figure(NamedTuple):
    """One measured number: which of the measure's `bars` it is held to, and of which part."""

    what: str
    value: float
    of: str = ""


@dataclass(frozen=True)
class Measure:
    """Figures that come of one piece of work on one set of data.

    Attributes
    ----------
    data : str
        What they are measured on.
    unseen : str
        Why the figures are of what was not fitted to these data, or how far they are not.
    figures : callable
        From `Inputs`; raises `AbsentError`.
    bars : dict of str to Bar
        One for each `Figure.what`.
    """

    name: str
    data: str
    unseen: str
    figures: Callable[[Inputs], Iterable[Figure]]
    bars: Mapping[str, Bar] = field(default_factory=dict)


def share(value: float) -> str:
    """A share with three decimals, as papers print it: `.624`."""
    printed = f"{value:.3f}"
    return printed.removeprefix("0") if printed.startswith("0.") else printed
