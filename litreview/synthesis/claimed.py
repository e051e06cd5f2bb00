"""The region that a predicate accepts, in a few words, to stand beside what was measured."""

from collections.abc import Callable, Mapping
from typing import Any

from litreview.language.wording import MINUS, count_of, listing, plain, signed


def claimed_words(predicate: Mapping[str, Any]) -> str:
    """What must be measured for a predicate to hold: `+7.7 to +8.7 points`.

    Empty for predicates that are not about an effect.
    """
    write = _WORDS.get(predicate.get("p", ""))
    return write(predicate) if write else ""


def _above(predicate: Mapping[str, Any]) -> str:
    margin = predicate.get("margin") or 0.0
    return f"more than {plain(margin)} points" if margin else "a gain above zero"


_OPERATORS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than", "==": "just"}


def _count(predicate: Mapping[str, Any]) -> str:
    least, share = _OPERATORS[predicate.get("op", ">=")], predicate.get("share")
    each = predicate.get("each", "arms")
    of = f"{share:.0%} of the {each}" if share else count_of(predicate.get("k", 0), each[:-1])
    return f"{least} {of} gain more than {plain(predicate.get('margin') or 0.0)} points"


def _margin(predicate: Mapping[str, Any]) -> str:
    margin = predicate.get("margin")
    return "the study's margin" if margin is None else f"{plain(margin)} points"


_WORDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "DELTA": lambda p: f"{signed(p['low'])} to {signed(p['high'])} points",
    "GT": _above,
    "CONTRAST": lambda p: _above(p).replace("a gain", "a difference"),
    "NONINF": lambda p: (
        f"more than {MINUS}{_margin(p)}" if "margin" in p else f"no loss as large as {_margin(p)}"
    ),
    "NONSUP": lambda p: f"less than {_margin(p)}",
    "EQUIV": lambda p: f"less than {_margin(p)} either way",
    "ARGMAX": lambda p: f"the largest gain is that of {p['best']}",
    "TOPK": lambda p: f"the largest gains are those of {listing(p['best'])}",
    "TREND": lambda p: f"a slope {'above' if p['direction'] == 'rises' else 'below'} zero",
    "COUNT": _count,
    "FRACTION": _count,
    "MAGNITUDE": lambda p: f"a gain that is {p['at_least']} or more",
}
