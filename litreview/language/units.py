"""Units as papers print them: what follows a number, and what it is called.

The spellings are data (`units.json`): names with their spellings, SI symbols with their prefixes
(BIPM, The International System of Units, 9th edition, tables 2, 4, 7 and 8), unit words, and the
things that papers count. Units are joined by `/`, `·`, `per` or a negative power (`Mg ha-1 yr-1`).
"""

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from litreview.language.lexicon import STOP_WORDS

FAMILIES = (
    "points",
    "percent",
    "f1",
    "accuracy",
    "count",
    "parameters",
    "ratio",
    "bytes",
    "none",
)
"""Units with a meaning of their own; all others are called as `units.json` or the paper does."""


class Unit(NamedTuple):
    """A unit's name, where its text ends, and the noun that a count counts."""

    name: str
    end: int
    counted: str | None = None


_DATA = json.loads((Path(__file__).parent / "units.json").read_text(encoding="utf-8"))


def _any_of(words: Iterable[str]) -> str:
    """The longest spelling first; a space in one stands for any space, or none."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"\s?") for word in ordered)


_SPELLINGS = {spelling: name for name, all_ in _DATA["names"].items() for spelling in all_}
_SMALL, _LARGE = (_any_of(_DATA["prefixes"][size]) for size in ("small", "large"))
_ANY, _PREFIXED, _BIG = (_any_of(_DATA["symbols"][kind]) for kind in ("any", "prefixed", "large"))
_WORDS = f"(?:{_any_of(_DATA['word_prefixes'])})?(?:{_any_of(_DATA['words'])})s?"
_SYMBOL = (
    f"(?:(?:{_LARGE})(?:{_BIG})|(?:{_SMALL})(?:{_ANY}|{_PREFIXED})|{_ANY}|"
    f"{_any_of(_SPELLINGS)}|{_WORDS})"
)
_MINUS = "[-−–]"
_POWER = rf"(?:\^?\{{?{_MINUS}?\s?[1-9]\}}?(?!\d)|[⁻]?[¹²³])"
_LETTERS = r"(?![^\W\d_])"
_FACTOR = rf"{_SYMBOL}{_LETTERS}{_POWER}?"
_INVERSE = rf"{_SYMBOL}{_LETTERS}(?:\^?\{{?{_MINUS}\s?[1-9]\}}?(?!\d)|⁻[¹²³])"
_PER = rf"(?:{_any_of(_DATA['per'])}|{_FACTOR})"
_PHYSICAL = re.compile(
    rf"(?:{_FACTOR}|[%])(?:\s?[·⋅∙]\s?{_FACTOR}|\s?/\s?{_PER}|\sper\s{_PER}|[\s·]?{_INVERSE})*"
    r"(?![\w°])"
)
_RATE = re.compile(rf"\sper\s({_any_of(_DATA['per'])})\b")
_REACH = re.compile(r"-(?=[^\W\d_]{2})|\s{0,2}")
_SCORES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (unit, re.compile(pattern, re.IGNORECASE))
    for unit, pattern in (
        ("points", r"[\s-]?(?:absolute\s+)?(?:percentage|percent|%|F1|F|accuracy|BLEU|ROUGE)?[\s-]*"
                   r"(?:points?\b|pts?\b\.?)(?!\s+(?:of\s+view|out|scale))"),
        ("points", r"\s?pp\b"),
        ("percent", r"\s{0,2}%(?!\s?/)|[\s-]per\s?cent\b"),
        ("f1", r"\s(?:(?:macro|micro|span)[\s-])?F1\b"),
        ("accuracy", r"\saccuracy\b"),
        ("parameters", r"[\s-](?:trainable\s+)?param(?:eter)?s?\b"),
        ("ratio", r"[\s-]?times\b|[-\s]?fold\b|\s?[x×](?![\w\s]*\d)"),
        ("bytes", r"\s?B\b(?=[^\w]|$)|\s?(?:bytes)\b"),
    )
)  # fmt: skip
_WORD = re.compile(r"\s([\w’'-]+)")
_COUNTED = _any_of(_DATA["counted"])
_SINGULAR = re.compile(rf"-(?:{_COUNTED}|{_any_of(_DATA['per'])})s?\b", re.IGNORECASE)
_PLURAL = re.compile(
    rf"(?!(?:{_any_of(_DATA['uncounted'])})\Z)(?:[\w’-]*-)?(?:(?:{_COUNTED})s|"
    rf"{_any_of(_DATA['irregular_plurals'])}|[a-z-]{{3,}}[^\Wsiu_]s)\Z",
    re.IGNORECASE,
)
_NO_ADJECTIVE = re.compile(r".*(?:ing|ly)\Z|\d.*", re.IGNORECASE)
_ADJECTIVES_BEFORE_NOUN = 3


def score_unit(text: str, end: int, scaled: bool) -> Unit | None:
    """A unit of scores, sizes and ratios behind the number that ends at `end`.

    Parameters
    ----------
    text : str
        The unmasked text, for names such as "F1 points" are masked.
    end : int
        Where the digits end.
    scaled : bool
        Whether a suffix (k, M, B, T) follows the digits; a bare `B` means bytes only then.
    """
    for name, pattern in _SCORES:
        match = pattern.match(text, end)
        if match is None:
            continue
        if name == "bytes" and not scaled and "yte" not in match.group():
            continue
        rate = _RATE.match(text, match.end())
        if rate and name != "bytes":
            return Unit(f"{name} per {rate[1]}", rate.end())
        return Unit(name, match.end())
    return None


def physical_unit(text: str, end: int) -> Unit | None:
    """A unit of measurement behind the number that ends at `end`, by its name or as printed."""
    reach = _REACH.match(text, end)
    match = _PHYSICAL.match(text, reach.end() if reach else end)
    if match is None:
        return None
    return Unit(unit_name(match.group()), match.end())


def unit_name(printed: str) -> str:
    """The name of a unit: of `units.json` where it has the spelling, else the text in one form."""
    plain = " ".join(printed.split())
    name = _SPELLINGS.get(plain)
    return name or re.sub(_MINUS, "-", plain).replace("- ", "-")


def counted_noun(masked: str, end: int) -> Unit | None:
    """What the number that ends at `end` counts: a plural noun, with up to three words before it.

    After a space the plural is wanted, so that "9 target tasks" does not end at "target"; after a
    hyphen the singular, as in "12-layer".
    """
    hyphened = _SINGULAR.match(masked, end)
    if hyphened:
        return Unit("count", hyphened.end(), hyphened.group()[1:])
    words: list[str] = []
    position = end
    while word := _WORD.match(masked, position):
        if word[1].lower() in STOP_WORDS or len(words) > _ADJECTIVES_BEFORE_NOUN:
            return None
        position = word.end()
        words.append(word[1])
        if _is_plural(word[1]):
            return Unit("count", position, " ".join(words))
        if _NO_ADJECTIVE.match(word[1]):
            return None
    return None


@cache
def _is_plural(word: str) -> bool:
    return _PLURAL.match(word) is not None
