"""Numbers and verdicts in words: the only place where a figure gets its form."""

import math
from collections.abc import Iterable

from litreview.schema import Check, Scope

MINUS = "\N{MINUS SIGN}"
SAME_DESIGN = "same_design"
"""Reason of a check whose claim describes a design that this study has too."""
_NUMBER_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def signed(value: float, decimals: int = 1) -> str:
    """A signed figure with a true minus sign, such as `+2.1`; a rounded zero has no sign."""
    text = f"{abs(value):.{decimals}f}"
    if float(text) == 0:
        return text
    return ("+" if value > 0 else MINUS) + text


def plain(value: float, decimals: int = 1) -> str:
    """A figure without a plus sign, such as `2.1`; a rounded zero has no sign."""
    text = f"{abs(value):.{decimals}f}"
    return MINUS + text if value < 0 and float(text) != 0 else text


def interval(low: float, high: float, decimals: int = 1) -> str:
    """Both ends of an interval, such as `[0.4, 3.9]`."""
    return f"[{plain(low, decimals)}, {plain(high, decimals)}]"


def format_points(value: float, low: float, high: float, decimals: int = 1) -> str:
    """A difference in points with its interval, such as `+2.1 [0.4, 3.9]`.

    Raises
    ------
    ValueError
        If a figure is missing: a number without its interval is not printed.
    """
    if any(number is None or not math.isfinite(number) for number in (value, low, high)):
        raise ValueError(
            f"a figure or its interval is missing: {value!r} [{low!r}, {high!r}]; "
            "the table that it came from must hold all three"
        )
    return f"{signed(value, decimals)} {interval(low, high, decimals)}"


def count_of(number: float, singular: str, plural: str | None = None) -> str:
    """A number with its noun: `one seed`, `six targets`, `1,200 examples`."""
    noun = singular if number == 1 else plural or f"{singular}s"
    return f"{number_word(number)} {noun}"


def number_word(number: float) -> str:
    """Small whole numbers as words, larger ones with thousands separated, others as digits."""
    if number != int(number):
        return f"{number:,g}"
    if 0 <= number < len(_NUMBER_WORDS):
        return _NUMBER_WORDS[int(number)]
    return f"{int(number):,}"


def listing(items: Iterable[str], conjunction: str = "and") -> str:
    """Items as a written list: `a`, `a and b`, `a, b and c`."""
    items = list(items)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}"


def sentence(text: str) -> str:
    """The text with its first letter in upper case and a full stop at its end."""
    text = text.strip()
    if not text:
        return text
    ended = text if text.endswith((".", "!", "?")) else f"{text}."
    return ended[0].upper() + ended[1:]


def parameters(number: int) -> str:
    """A parameter count at three significant figures, such as `21.3M` or `3.5B`."""
    for size, unit in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if number >= size:
            value = number / size
            return f"{value:.{max(0, 2 - int(math.log10(value)))}f}{unit}"
    return str(number)


def scope_words(scope: Scope | None) -> str:
    """Where a check was made: at the claim's own scale, at reduced scale, or in an analogue."""
    return {
        None: "",
        "exact": "at full scale",
        "reduced": "at reduced scale",
        "analogue": "in an analogue",
    }[scope]


def check_words(check: Check) -> str:
    """The verdict of a check with its scope: a small run never refutes a paper.

    A study that is built as the claim says was not put to a test, so agreement in design is no
    support.
    """
    if check.reason_code == SAME_DESIGN:
        return "agrees with this study's design"
    verdict = check.verdict.replace("_", " ")
    if check.verdict in ("not_testable", "inconclusive") or check.scope in (None, "exact"):
        return verdict
    return f"{verdict} {scope_words(check.scope)}"
