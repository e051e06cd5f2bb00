"""Which way a printed number goes, by the words beside it: `gains 0.7`, `0.7 below`, `-0.7`."""

import re
from functools import lru_cache

from litreview.language import lexicon
from litreview.language.lexicon import stem, tokens
from litreview.language.rounding import SCORE_UNITS
from litreview.schema import Quantity

BEFORE, AFTER = 5, 4
"""Words before and behind a number within which one says which way it goes."""
_UP = frozenset(map(stem, (*lexicon.UP, "above", "ahead", "add", "lift", "more")))
_DOWN = frozenset(map(stem, (*lexicon.DOWN, "below", "behind", "less", "fewer", "cost")))
_LOWER_IS_BETTER = frozenset(map(stem, lexicon.LOWER_IS_BETTER))
_PHRASE = re.compile(r"[;:()]|,(?!\d)|\b(?:and|but|while|whereas)\b")


def leans(quantity: Quantity, text: str) -> int:
    """Whether a number of a text goes up (1), down (-1), or neither is said (0).

    Only points, percentages and bare scores have a way to go. Nothing is said where the phrase
    denies it, says both, or speaks of a measure of which less is better.
    """
    if quantity.unit not in SCORE_UNITS:
        return 0
    return _lean(text, quantity.start, quantity.end)


@lru_cache(maxsize=20_000)
def _lean(text: str, start: int, end: int) -> int:
    before = _PHRASE.split(text[:start])[-1]
    after = _PHRASE.split(text[end:])[0]
    if text[start] in "-−–":
        return -1
    words = [word.lower() for word in (*tokens(before)[-BEFORE:], *tokens(after)[:AFTER])]
    stems = set(map(stem, words))
    denied = any(word in lexicon.NEGATORS or word.endswith("n't") for word in words)
    if denied or stems & _LOWER_IS_BETTER:
        return 0
    return bool(stems & _UP) - bool(stems & _DOWN)
