"""Whether a passage speaks of the comparison that a claim makes: what is changed, what is measured.

A clause is cut at its word of change, at what it compares with, and where a cause or a setting
begins, into arguments: "on XNLI | intermediate training | beats | adapters". A passage is about the
same comparison where each argument of the claim is met in one of its clauses. One that has only
what is measured speaks of something else, however many of the claim's words that is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from litreview.claims.entities import known_entities
from litreview.claims.qualification import comparator
from litreview.language import lexicon
from litreview.language.lexicon import is_number, names, parts, stem, tokens
from litreview.schema import Entity

Comparison = Literal["same", "unsaid", "other"]
"""`unsaid` is a passage that leaves an argument out and says nothing in its place."""

UP = frozenset(map(stem, lexicon.UP))
DOWN = frozenset(map(stem, lexicon.DOWN))
LOWER_IS_BETTER = frozenset(map(stem, lexicon.LOWER_IS_BETTER))
_TURNS = (UP | DOWN) - LOWER_IS_BETTER
MET = 0.5
"""Share of an argument's words that a passage must exceed to be about it."""

_EXTREMES = frozenset(word for pair in lexicon.OPPOSITE_EXTREMES for one in pair for word in one)
_UNSPECIFIC = frozenset(
    map(
        stem,
        """accuracy approach data dataset experiment fine finetune method metric model performance
        quality result score set setting system task test train tune use""".split(),  # noqa: SIM905
    )
)
"""What every experiment has: such words tell no comparison from another beside words that do."""
_BY_THE_WAY = """demonstrate ever find found moreover observe percent percentage point report reveal
    show shown still thus""".split()  # noqa: SIM905
_LEFT_OUT = (UP | DOWN | _EXTREMES).union(
    map(stem, (*lexicon.DEGREES, *lexicon.HEDGES, *lexicon.QUANTIFIERS, *_BY_THE_WAY))
)
_MODIFIERS = frozenset(
    """better greater higher inferior larger lower poor smaller stronger superior weaker
    worse""".split()  # noqa: SIM905
)
_AUXILIARIES = frozenset(
    "am are be been being did do does had has have is was were".split()  # noqa: SIM905
)
_PRONOUNS = frozenset(
    "he it she that these they this those we which who".split()  # noqa: SIM905
)
_CAUSE = re.compile(
    r"\b(?:after|because|by|compared|due|from|given|if|once|through|under|using|via|when|with|"
    r"without)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\s*(?:across|after|among|as|at|by|during|for|given|if|in|on|over|under|using|when|with|"
    r"without)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Argument:
    """Specific words of one argument, and what it names, by kind."""

    words: frozenset[str]
    things: frozenset[tuple[str, str]]

    def met_in(self, words: frozenset[str], things: frozenset[tuple[str, str]]) -> bool:
        """Whether a text with these words and things is about it.

        A task or data set that is named stands for its whole argument, other things only for
        themselves. Where the text names others of their kind instead, it is about those.
        """
        shared = self.things & things
        kinds = {kind for kind, _ in self.things}
        if any(
            not any(kind == one for one, _ in shared) and any(kind == one for one, _ in things)
            for kind in kinds
        ):
            return False
        if not self.words:
            return bool(shared)
        if any(kind != "model" for kind, _ in shared):
            return True
        return len(self.words & words) > MET * len(self.words)


def compare(claim: str, passage: str) -> Comparison:
    """Whether a clause of a passage speaks of the comparison that a clause of a claim makes.

    Parameters
    ----------
    claim : str
        One clause.
    passage : str
        One clause, with the subject that it takes over from the clause before (`carried`).
    """
    words, things = _words(passage), _things(passage)
    if all(argument.met_in(words, things) for argument in arguments(claim)):
        return "same"
    rest = words - _words(claim) - _UNSPECIFIC
    return "other" if rest or things - _things(claim) else "unsaid"


@lru_cache(maxsize=20_000)
def arguments(clause: str) -> tuple[Argument, ...]:
    """What is changed, what is measured, under what, and against what, as far as a clause says."""
    against = comparator(clause)
    texts = [against] if against else []
    if against:
        clause = clause.replace(against, ";", 1)
    start, end = _pivot(clause)
    for side in (clause[:start], clause[end:]):
        for text in _settings(side):
            texts += _CAUSE.split(text)
    found = [_argument(text) for piece in texts for text in piece.split(";")]
    told = [one for one in dict.fromkeys(found) if one.words or one.things]
    subject = clause[:start]
    if not _words(subject) and (unnamed := _PRONOUNS & set(map(str.lower, tokens(subject)))):
        told.append(Argument(unnamed, frozenset()))
    return tuple(told)


def carried(clauses: list[str], place: int) -> str:
    """A clause of a sentence with the subject before its word of change, which it may take over.

    "Training helps TyDiQA but hurts XNLI": what hurts XNLI is said in the first clause.
    """
    for before in reversed(range(place)):
        own = clauses[place]
        if _words(own[: _pivot(own)[0]]):
            break
        subject = clauses[before][: _pivot(clauses[before])[0]]
        if _words(subject):
            return f"{subject} {own}"
    return clauses[place]


def _settings(side: str) -> list[str]:
    """A side of a clause, what it opens with up to the last comma apart ("On XNLI, training")."""
    opening, comma, rest = side.rpartition(",")
    return [opening, rest] if comma and _OPENING.match(side) else [side]


def _pivot(clause: str) -> tuple[int, int]:
    """Where the word stands that says which way things go; the end where none does."""
    spans = [match.span() for match in re.finditer(r"[^\W_]+(?:['’]t)?", clause)]
    words = [clause[start:end].lower() for start, end in spans]
    place = turning_point(words)
    others = (n for turns in (_is_extreme, negates) for n, word in enumerate(words) if turns(word))
    place = next(others, None) if place is None else place
    return (len(clause), len(clause)) if place is None else spans[place]


def turning_point(words: Sequence[str]) -> int | None:
    """The place of the word, of those of a clause in lower case, that says which way things go.

    That is the first word of change, but for one that tells what the clause is about where another
    follows ("larger batches reduce the time", "increasing the rate lowers it").
    """
    places = [place for place, word in enumerate(words) if _changes(word)]
    if len(places) > 1 and _is_of_subject(words, places[0]):
        return places[1]
    return places[0] if places else None


def _is_of_subject(words: Sequence[str], place: int) -> bool:
    word, before = words[place], words[:place]
    if word not in _MODIFIERS and not word.endswith(("ing", "ed")):
        return False
    after = words[place + 1] if place + 1 < len(words) else ""
    opens = all(one in lexicon.STOP_WORDS or one.endswith("ing") for one in before)
    return opens and after != "than" and not any(one in _AUXILIARIES for one in before)


def _changes(word: str) -> bool:
    return stem(word) in _TURNS


def _is_extreme(word: str) -> bool:
    return word in _EXTREMES


def negates(word: str) -> bool:
    """Whether a word in lower case is a negator."""
    return word in lexicon.NEGATORS or word.endswith(("n't", "n’t"))


def _argument(text: str) -> Argument:
    things, named = _things(text), [text[one.start : one.end] for one in _studied(text)]
    named += [token for token in tokens(text) if names(token)]
    words = _words(text) - _words(" ".join(named))
    return Argument(words - _UNSPECIFIC or (frozenset() if things else words), things)


@lru_cache(maxsize=100_000)
def _words(text: str) -> frozenset[str]:
    """Stems but those of numbers, changes, degrees and how things are said."""
    return frozenset(word for word in parts(text) if not is_number(word)) - _LEFT_OUT


@lru_cache(maxsize=100_000)
def _things(text: str) -> frozenset[tuple[str, str]]:
    """What a text names by kind, under one name; names that no table knows are of their own."""
    found = _studied(text)
    spelt = {name for one in found for name in names(text[one.start : one.end])}
    other = {
        name
        for name in names(text)
        if name not in spelt and not any(one.kind == "metric" for one in known_entities(name))
    }
    return frozenset({(one.kind, one.name or "") for one in found} | {("other", n) for n in other})


def _studied(text: str) -> list[Entity]:
    return [one for one in known_entities(text) if one.kind in ("task", "dataset", "model")]
