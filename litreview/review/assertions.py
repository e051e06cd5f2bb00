"""What a sentence asserts, apart from its wording: numbers, names, directions, citations.

Two sentences that differ in other words say the same of the same things; two that differ in these
do not. Sentences of two texts are paired by the words that they share, each with one other.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from litreview.language.lexicon import DOWN, NEGATORS, NUMBERS, UP, stem

LEAST_ALIKE = 0.35
"""Part of all their words that two sentences share at least where one stands for the other."""
DIRECTIONS = frozenset(
    """above below more less most least fewer many largest smallest highest lowest best worst all
    only both some same other clear clearly exact reduced supported refuted overstated
    insufficient contradicted inconclusive""".split()  # noqa: SIM905
)
"""Words beside those of `litreview.language.lexicon` that turn what a sentence says."""
CITED = re.compile(r"⟦([^⟧]*)⟧")
"""Where a text cites: the ids of the papers between the marks, a space between two."""
_TOKEN = re.compile(r"[+−±-]?\d[\d,.]*\d|[+−±-]?\d|[^\W_]+(?:[-.'’/][^\W_]+)*")


class Assertion(NamedTuple):
    """What a sentence asserts; sentences with equal assertions say the same."""

    numbers: tuple[str, ...]
    names: tuple[str, ...]
    directions: Counter[str]
    cited: frozenset[str]


def assertion(sentence: str, names: Collection[str]) -> Assertion:
    """What a sentence asserts.

    Parameters
    ----------
    sentence : str
        Citations stand as in `CITED`.
    names : collection of str
        Names of things whose place in a sentence matters, in lower case.

    Returns
    -------
    Assertion
        Numbers (in digits or words) and names in their order; words of direction, denial and
        extent by their number, for these may change places; ids cited.
    """
    words = words_of(sentence)
    cited = {one for match in CITED.findall(sentence) for one in match.split()}
    return Assertion(
        tuple(word for word in words if word[-1].isdigit() or word in NUMBERS),
        tuple(word for word in words if word in names),
        Counter(_direction(word) for word in words if _direction(word)),
        frozenset(cited),
    )


def _direction(word: str) -> str:
    if word in _EACH:
        return "all"
    if word in NEGATORS or word in DIRECTIONS:
        return word
    root = stem(word)
    return "up" if root in _UP else "down" if root in _DOWN else ""


_EACH = frozenset(("all", "each", "every"))
_UP, _DOWN = frozenset(map(stem, UP)), frozenset(map(stem, DOWN))


def words_of(sentence: str) -> list[str]:
    """Words and signed numbers of a sentence in lower case, without its citations."""
    return _TOKEN.findall(CITED.sub(" ", sentence).lower())


def difference(one: Assertion, other: Assertion) -> str:
    """What two assertions differ in, in a word; empty where they are the same."""
    for kind, first, second in zip(Assertion._fields, one, other, strict=True):
        if first != second:
            return kind
    return ""


class Pairing(NamedTuple):
    """Sentences of one text by those of another, and what either has alone."""

    pairs: list[tuple[str, str]]
    only_first: list[str]
    only_second: list[str]


def pair_sentences(first: Sequence[str], second: Sequence[str]) -> Pairing:
    """Pair the sentences of two texts, the most alike first.

    Parameters
    ----------
    first, second : sequences of str
        Their order does not matter.
    """
    left, right = Counter(first), Counter(second)
    same = left & right
    pairs = [(text, text) for text in same.elements()]
    rest_left, rest_right = list((left - same).elements()), list((right - same).elements())
    bags = [[Counter(words_of(text)) for text in texts] for texts in (rest_left, rest_right)]
    ranked = sorted(
        (-_likeness(one, other), i, j)
        for i, one in enumerate(bags[0])
        for j, other in enumerate(bags[1])
    )
    free_left, free_right = set(range(len(rest_left))), set(range(len(rest_right)))
    for likeness, i, j in ranked:
        if -likeness < LEAST_ALIKE:
            break
        if i in free_left and j in free_right:
            pairs.append((rest_left[i], rest_right[j]))
            free_left.remove(i)
            free_right.remove(j)
    return Pairing(
        pairs,
        [rest_left[i] for i in sorted(free_left)],
        [rest_right[j] for j in sorted(free_right)],
    )


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Shared words of all words, each as often as it stands."""
    both, either = (one & other).total(), (one | other).total()
    return both / either if either else 1.0
