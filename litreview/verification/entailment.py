"""Whether a passage states a claim, by its words: coverage, direction, negation.

The seam for a trained model is one function, `Scorer`: a claim and a passage in, the degrees in
which the passage supports and contradicts the claim out. What numbers and degrees of certainty say
is judged elsewhere (`litreview.verification.gate`, `litreview.verification.lattice`) and stays
whatever scores the words.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import log
from typing import Literal

from litreview.language import lexicon
from litreview.language.lexicon import clauses, names, parts, sized_names, stem, tokens
from litreview.verification.comparisons import (
    DOWN,
    LOWER_IS_BETTER,
    UP,
    Comparison,
    carried,
    compare,
    negates,
    turning_point,
)

Relation = Literal["same", "weaker", "opposite", "unknown", "undenied"]

_COMPARATIVES = frozenset(
    map(stem, ("outperform", "beat", "exceed", "surpass", "better", "worse", "underperform"))
)
_CHANGE = "(change)"
# "Nine different tasks" are nine tasks.
_SEVERAL = re.compile(
    rf"\b(?:\d+|{'|'.join(lexicon.NUMBERS)})\s+(?:different|distinct|separate)\b", re.IGNORECASE
)
NEGATION_REACH = 6
"""A negator governs a word of change at most this many words behind it."""
OTHER_NAMES = 0.5
"""Coverage left where the passage has none of the names in the claim."""
OTHER_SIZE = 0.4
"""Coverage left where the passage names a model of the claim in other sizes only."""
UNKNOWN_DIRECTION = 0.7
"""Support left where the claim has a direction and the passage none."""
UNDENIED = 0.4
"""Support left where the claim denies an effect and the passage neither states nor denies one."""


@dataclass(frozen=True)
class Entailment:
    """Degrees in [0, 1] in which a passage supports and contradicts a claim.

    `coverage` is the idf-weighted share of the claim's words that the passage has; `relation` is
    `weaker` where the passage says less than the claim, such as "not worse" against "better", and
    `undenied` where the claim denies an effect and the passage says nothing of one. `comparison`
    is whether the passage speaks of the comparison that the claim makes, in the clauses that are
    opposite where there are such.
    """

    support: float
    contradiction: float
    coverage: float
    relation: Relation
    comparison: Comparison = "same"


Scorer = Callable[[str, str], Entailment]


@dataclass(frozen=True)
class Direction:
    """Which way a clause says that something moves, up (1) or down (-1), or that it does not."""

    sign: int
    denied: bool


def lexical_scorer(corpus: Iterable[str]) -> Scorer:
    """A scorer by words, weighted by how rare they are in the sentences of a corpus.

    Parameters
    ----------
    corpus : iterable of str
        Sentences; the weight of a word is log(1 + N / (1 + n)) for n of N sentences that have it.
    """
    counts: Counter[str] = Counter()
    number = 0
    for sentence in corpus:
        counts.update(_content(sentence))
        number += 1

    def weight(word: str) -> float:
        return log(1 + (number + 1) / (1 + counts[word]))

    def score(claim: str, passage: str) -> Entailment:
        return _score(claim, passage, weight)

    return score


def _score(claim: str, passage: str, weight: Callable[[str], float]) -> Entailment:
    """Support is that of the claim's weakest clause, contradiction that of its worst."""
    whole = _content(passage)
    spoken = clauses(passage)
    results, comparisons = [], []
    for part in clauses(claim):
        wanted = _content(part)
        coverage = _coverage(wanted, whole, weight) * _named_part(part, passage)
        shares = [_coverage(wanted, _content(one), weight) for one in spoken]
        place = shares.index(max(shares))
        results.append((coverage, _relation(part, spoken[place])))
        comparisons.append(compare(part, carried(spoken, place)))
    coverage = min(result[0] for result in results)
    factors = {
        "same": 1.0,
        "weaker": 1.0,
        "unknown": UNKNOWN_DIRECTION,
        "undenied": UNDENIED,
        "opposite": 0.0,
    }
    support = min(covered * factors[relation] for covered, relation in results)
    against = [covered for covered, relation in results if relation == "opposite"]
    relations = [relation for _, relation in results]
    order: tuple[Relation, ...] = ("opposite", "weaker", "undenied", "unknown", "same")
    relation = next(one for one in order if one in relations)
    opposed = max(against, default=0.0)
    spoken_of = [
        one
        for one, result in zip(comparisons, results, strict=True)
        if not against or result == (opposed, "opposite")
    ]
    comparison = next(one for one in ("other", "unsaid", "same") if one in spoken_of)
    return Entailment(support, opposed, coverage, relation, comparison)


def _named_part(claim: str, passage: str) -> float:
    """1, or less where the claim's tasks, data or models are not those of the passage."""
    sizes, found = sized_names(claim), sized_names(passage)
    if any(name in found and not sizes[name] & found[name] for name in sizes):
        return OTHER_SIZE
    named = names(claim)
    return 1.0 if not named or named & names(passage) else OTHER_NAMES


@lru_cache(maxsize=100_000)
def _content(text: str) -> frozenset[str]:
    """Stems, all words of change as one, so that gains match improvements; no numbers.

    Whether numbers agree is the gate's business, in digits as in words.
    """
    return frozenset(
        _CHANGE if word in UP or word in DOWN else word
        for word in parts(_SEVERAL.sub("", text))
        if not lexicon.is_number(word)
    )


def _coverage(
    wanted: frozenset[str], found: frozenset[str], weight: Callable[[str], float]
) -> float:
    total = sum(weight(word) for word in sorted(wanted))
    if not total:
        return 0.0
    return sum(weight(word) for word in sorted(wanted & found)) / total


@lru_cache(maxsize=20_000)
def direction(clause: str) -> Direction | None:
    """The direction that a clause states first, or None where it states none.

    A word for which less is better turns the direction round ("reduces the error" goes up). A
    negator shortly before the word, in the same phrase, denies it ("does not benefit"), and so
    does `neither` anywhere before it.
    """
    flip = -1 if _of_errors(clause) else 1
    phrases = [[word.lower() for word in tokens(one)] for one in re.split(r"[,()]", clause)]
    words = [word for phrase in phrases for word in phrase]
    place = turning_point(words)
    if place is None:
        return None
    starts = accumulate(map(len, phrases[:-1]), initial=0)
    reach = words[max(place - NEGATION_REACH, *(one for one in starts if one <= place)) : place]
    denied = "neither" in words[:place] or sum(map(negates, reach)) % 2 == 1
    return Direction(flip if stem(words[place]) in UP else -flip, denied)


def _relation(claim: str, passage: str) -> Relation:
    said, found = direction(claim), direction(passage)
    if said == found and _extremes_clash(claim, passage):
        return "opposite"
    if said is None:
        if found is not None or _denies(claim) == _denies(passage):
            return "same"
        return "opposite"
    if found is None:
        return "undenied" if said.denied and not _denies(passage) else "unknown"
    if _swapped(claim, passage):
        found = Direction(-found.sign, found.denied)
    if said == found:
        return "same"
    if said.sign == found.sign:
        return "opposite"
    if not said.denied:
        # The passage denies the other direction ("not worse" for "better"), or states it.
        return "weaker" if found.denied else "opposite"
    # The claim denies one direction: the passage states the other, which implies it.
    return "unknown" if found.denied else "same"


def _extremes_clash(claim: str, passage: str) -> bool:
    """Whether one says the most and the other the least, of the same kind of measure."""
    if _denies(claim) != _denies(passage) or _of_errors(claim) != _of_errors(passage):
        return False
    said, found = _extremes(claim), _extremes(passage)
    return any(
        bool(said & one and found & other) and not (said & other or found & one)
        for pair in lexicon.OPPOSITE_EXTREMES
        for one, other in (pair, pair[::-1])
    )


@lru_cache(maxsize=20_000)
def _extremes(text: str) -> frozenset[str]:
    """Words in lower case but "at least", and "most" only where it is the most ("gain most")."""
    words = [word.lower() for word in tokens(text)]
    return frozenset(
        word
        for before, word in zip(["", *words], words, strict=False)
        if not (word == "least" and before == "at")
        and (word != "most" or before == "the" or stem(before) in UP | DOWN)
    )


@lru_cache(maxsize=20_000)
def _of_errors(text: str) -> bool:
    return any(stem(word) in LOWER_IS_BETTER for word in tokens(text))


@lru_cache(maxsize=20_000)
def _denies(text: str) -> bool:
    return sum(negates(word.lower()) for word in tokens(text)) % 2 == 1


def _swapped(claim: str, passage: str) -> bool:
    """Whether the two sides of a comparison change places between claim and passage."""
    first, second = _sides(claim), _sides(passage)
    if first is None or second is None:
        return False
    straight = len(first[0] & second[0]) + len(first[1] & second[1])
    crossed = len(first[0] & second[1]) + len(first[1] & second[0])
    return crossed > straight


def _sides(text: str) -> tuple[frozenset[str], frozenset[str]] | None:
    words = tokens(text)
    for place, word in enumerate(words):
        if stem(word) in _COMPARATIVES:
            before, after = " ".join(words[:place]), " ".join(words[place + 1 :])
            return _content(before), _content(after)
    return None
