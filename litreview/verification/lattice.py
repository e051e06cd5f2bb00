"""Overstatement without a model: ordered words on which a claim may stand above its evidence.

Three axes: quantifier (some < many < most < all), certainty (may < likely < asserted), degree
(slightly < moderately < strongly). A claim above its evidence on an axis, where the evidence takes
a place on that axis, says more than is shown. A claim of all cases says more than any evidence
that is not of all cases itself, or that is so of a part of them ("all span targets").
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from litreview.language import lexicon
from litreview.language.lexicon import is_number, parts, stem, tokens
from litreview.verification.comparisons import DOWN, UP, negates

Axis = Literal["quantifier", "certainty", "degree"]
WORDS: dict[Axis, str] = {
    "quantifier": "how many cases it covers",
    "certainty": "how sure it is",
    "degree": "how large the effect is",
}
ASSERTED = 3
MOST, ALL = 3, 4
NEGATION_REACH = 3
"""A negator takes its force from a word for all cases at most this many words behind it."""
SCOPE = 4
"""A word for all cases speaks of things named at most this many words behind it."""


def _by_stem(table: dict[str, int]) -> dict[str, int]:
    return {stem(word): level for word, level in table.items()}


_HEDGES = _by_stem(lexicon.HEDGES)
_DEGREES = _by_stem(lexicon.DEGREES)
_EFFECTS = frozenset(map(stem, lexicon.EFFECTS))
_OF_ANY = frozenset(
    map(
        stem,
        """available considered different evaluated examined individual investigated separate single
        studied tested""".split(),  # noqa: SIM905
    )
)
"""Words before a noun that leave out no case."""
_EXCEPTION = re.compile(
    r"\b(?:except|excepting|excluding|apart from|other than|with the exception of|"
    r"(?:all|every|each|no|none|nothing) (?:\w+ )?but)\b",
    re.IGNORECASE,
)


def axes_above(claim: str, passage: str) -> list[Axis]:
    """Axes on which the claim stands above the passage.

    Quantifier and degree count only where both take a place, as a passage that names no quantity
    of cases is no evidence that there are few; but it is none that there are all either, so a
    claim of all cases is above it, and above a passage that speaks of all cases of something else,
    of a part of them, or of all but some.
    A claim without a hedge is asserted.
    """
    above: list[Axis] = []
    if _exceeds(_quantity(claim), _quantity(passage)) or _is_wider(claim, passage):
        above.append("quantifier")
    if _certainty(claim) > _certainty(passage):
        above.append("certainty")
    if _exceeds(_degree(claim), _degree(passage)):
        above.append("degree")
    return above


def _exceeds(said: int | None, shown: int | None) -> bool:
    return said is not None and shown is not None and said > shown


def _levels(text: str, table: dict[str, int]) -> list[int]:
    return [table[word] for word in (stem(token) for token in tokens(text)) if word in table]


@lru_cache(maxsize=20_000)
def _certainty(text: str) -> int:
    return min(_levels(text, _HEDGES), default=ASSERTED)


@lru_cache(maxsize=20_000)
def _degree(text: str) -> int | None:
    text = lexicon.without_sizes(text)
    phrases = [level for phrase, level in lexicon.DEGREE_PHRASES if phrase.search(text.lower())]
    return max(phrases + _levels(text, _DEGREES), default=None)


def _is_wider(claim: str, passage: str) -> bool:
    """Whether the claim is of all cases of something of which the passage is not."""
    said, shown = _scopes(claim), _scopes(passage)
    if said and _EXCEPTION.search(passage) and not _EXCEPTION.search(claim):
        return True
    known = frozenset(parts(claim))
    return not all(
        any(
            _share(one, other) and not _is_part(one, other, known, passage.lower())
            for other in shown
        )
        for one in said
    )


@lru_cache(maxsize=20_000)
def _scopes(text: str) -> tuple[tuple[str, ...], ...]:
    """For each word for all cases the words behind it that may name them; none for "always"."""
    return tuple(
        tuple(words[place + 1 :]) if words[place] in lexicon.DETERMINERS else ()
        for words, place, level in _quantifiers(text)
        if level == ALL
    )


def _share(said: Sequence[str], shown: Sequence[str]) -> bool:
    first, second = (set(parts(" ".join(words[:SCOPE]))) for words in (said, shown))
    return not first or not second or bool(first & second)


def _is_part(
    said: Sequence[str], shown: Sequence[str], known: frozenset[str], passage: str
) -> bool:
    """Whether a passage is of all cases of a part only of what a claim is of all cases of.

    It is where its noun has a word before it that the claim lacks: "all span targets", where the
    claim is of all targets; "span targets always gain".
    """
    if shown:
        kind = _kind(shown)
        named = next((place for place, word in enumerate(kind) if word in known), 0)
        return any(word not in known for word in kind[:named])
    heads = [word for word in _kind(said) if word in parts(passage)][:1]
    words = tokens(passage)
    before = [
        _kind(words[max(0, n - 1) : n]) for n, word in enumerate(words) if stem(word) in heads
    ]
    return bool(before) and all(one and not known.issuperset(one) for one in before)


def _kind(words: Sequence[str]) -> list[str]:
    """Stems of the first noun with what stands before it, and what may follow up to a change."""
    kind: list[str] = []
    for word in words:
        if stem(word) in UP | DOWN or (kind and word in lexicon.STOP_WORDS):
            break
        kind += [one for one in parts(word) if not is_number(one) and one not in _OF_ANY]
    return kind


@lru_cache(maxsize=20_000)
def _quantity(text: str) -> int | None:
    return max((level for _, _, level in _quantifiers(text)), default=None)


def _quantifiers(text: str) -> list[tuple[list[str], int, int]]:
    """The words of the phrase, the place in it, and the level of each quantifier of a text."""
    phrases = [tokens(phrase) for phrase in re.split(r"[,;:()]", text.lower())]
    placed = [(words, place) for words in phrases for place in range(len(words))]
    levels = [_quantifier_at(words, place) for words, place in placed]
    return [(*at, level) for at, level in zip(placed, levels, strict=True) if level is not None]


def _quantifier_at(words: list[str], place: int) -> int | None:
    """The level of one word in its phrase: "not all" has none, "almost all" that of most."""
    word, before = words[place], words[max(0, place - NEGATION_REACH) : place]
    if word in ("no", "any"):
        return ALL if _is_of_cases(words, place) else None
    level = lexicon.QUANTIFIERS.get(word)
    if level != ALL or negates(word):
        return level
    denied = "neither" in words[:place] or any(map(negates, before))
    around = (" ".join(words[max(0, place - 1) : place + 1]), " ".join(words[place : place + 2]))
    if denied or not lexicon.NO_CASES.isdisjoint(around):
        return None
    return MOST if before and before[-1] in lexicon.NEARLY else ALL


def _is_of_cases(words: list[str], place: int) -> bool:
    """Whether `no` or `any` is of cases: as a subject, or as the object of a word of change.

    "No target loses" and "harms no target" are of all targets; "no gain is seen" denies an effect,
    and "targets with no training data" says which targets they are.
    """
    if stem(" ".join(words[place + 1 : place + 2])) in _EFFECTS:
        return False
    if place == 0 or words[place - 1] in lexicon.CLAUSE_OPENERS:
        return True
    return stem(words[place - 1]) in UP | DOWN
