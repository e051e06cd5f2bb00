"""Predicates of claims, and the words that they were made from."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Compiled:
    """A predicate with the words of the claim that it was made from.

    `certainty` is in [0, 1]; a `written` predicate stands in a claims file.
    """

    predicate: dict[str, Any]
    words: tuple[str, ...] = ()
    certainty: float = 1.0
    written: bool = False
