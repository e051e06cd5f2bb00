"""The region that a predicate accepts, in a few words, to stand beside what was measured."""

from collections.abc import Callable, Mapping
from typing import Any

from litreview.wording import MINUS, count_of, plain, signed


def claimed_words(predicate: Mapping[str, Any]) -> str:
    """What must be measured for a predicate to hold: `+7.7 to +8.7 points`.

    Empty for predicates that are not about an effect.
    """
    write = _WORDS.get(predicate.get("p", ""))
    return write(predicate) if write else ""


def _above(predicate: Mapping[str, Any]) -> str:
    margin = predicate.get("margin") or 0.0
    return f"more than {plain(margin)} points" if margin else "a gain above zero"


def _count(predicate: Mapping[str, Any]) -> str:
    least = "at most" if predicate.get("op") == "<=" else "at least"
    share = predicate.get("share")
    of = count_of(predicate["k"], "arm") if share is None else f"{share:.0%} of the arms"
    return f"{least} {of} gain more than {plain(predicate.get('margin') or 0.0)} points"


_WORDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "DELTA": lambda p: f"{signed(p['low'])} to {signed(p['high'])} points",
    "GT": _above,
    "CONTRAST": lambda p: _above(p).replace("a gain", "a difference"),
    "NONINF": lambda p: f"more than {MINUS}{plain(p['margin'])} points",
    "ARGMAX": lambda p: f"the largest gain is that of {p['best']}",
    "COUNT": _count,
    "FRACTION": _count,
    "MAGNITUDE": lambda p: f"a gain that is {p['at_least']} or more",
}
