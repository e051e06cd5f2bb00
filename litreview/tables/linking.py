"""Which rows and columns a claim names: its words against the labels of a table.

Words match by stem, by alias (`P` is precision), and across hyphens (`Bi-LSTM` is `BiLSTM`). A
label counts where the claim has most of its telling words close together; a label whose words are
part of a longer match is dropped, and labels matched by the same words form one group.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log
from typing import Literal

from litreview.language.lexicon import STOP_WORDS, stem
from litreview.tables import cues
from litreview.tables.grid import Axis, Grid

_WORD = re.compile(
    r"\bf[\s-](?:score|measure|1)\b|\bw[/\\]o\b|\bw/(?=\s?\w)|\b[FR]1\b|\b[^\W\d_]+\d[^\W\d_]\w*"
    r"|\d+(?:,\d{3})*(?:\.\d+)?|[^\W\d_]+|[#%+]",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_ALIASES = {
    alias: name
    for name, aliases in {
        "precision": "p prec",
        "recall": "r rec",
        "accuracy": "acc accuracies",
        "f1": "f f-score f-measure f-1",
        "average": "avg ave mean overall averaged avrg",
        "perplexity": "ppl perplexities",
        "development": "dev valid validation",
        "parameter": "param params",
        "without": "w/o w\\o",
        "with": "w/",
        "english": "en eng",
        "german": "de ger deu",
        "french": "fr fra",
        "spanish": "es spa",
        "chinese": "zh chi",
        "russian": "ru rus",
        "czech": "cs cz ces",
        "arabic": "ar ara",
        "turkish": "tr tur",
        "finnish": "fi fin",
        "hindi": "hi hin",
        "japanese": "ja jpn",
        "italian": "it ita",
        "dutch": "nl nld",
        "romanian": "ro ron",
        "portuguese": "pt por",
        "swahili": "sw",
        "thai": "th",
        "urdu": "ur",
        "vietnamese": "vi",
        "bulgarian": "bg",
        "greek": "el",
        "korean": "ko",
        "hebrew": "he",
        "indonesian": "id",
        "polish": "pl",
        "swedish": "sv",
        "danish": "da",
        "ukrainian": "uk",
        "hungarian": "hu",
        "estonian": "et",
        "basque": "eu",
        "tamil": "ta",
        "bengali": "bn",
        "rouge": "rg",
        "restaurant": "rest restaurants",
        "laptop": "lap laptops",
        "base": "baseline baselines",
        "our": "ours",
        "embedding": "emb embed embeddings",
        "attention": "att attn",
        "supervised": "sup",
        "test": "tst",
        "train": "training trn",
        "entity": "ent",
        "relation": "rel",
        "word": "w",
        "character": "char c",
        "exact": "em",
    }.items()
    for alias in aliases.split()
}
# Labels are terse; these of their words tell nothing.
_EMPTY = STOP_WORDS - {
    "all",
    "no",
    "our",
    "ours",
    "same",
    "own",
    "most",
    "few",
    "other",
}
_GENERIC = frozenset(
    map(stem, ("model", "method", "system", "approach", "network", "score", "result", "set"))
)
WINDOW = 3
"""A label's words may stand this many other words apart in the claim."""
ENOUGH = 0.5
"""Share of a label's weight that a claim must have."""
GROUPED = 0.15
"""Share that is enough where several labels, but not all, have it in common ("LSTM models")."""
BEGINNING = 0.6
"""What a word counts that only begins like one of a label (`relevant`, `Relevance`)."""


@dataclass(frozen=True)
class Token:
    """A word of a claim: as written, as compared, and its place."""

    text: str
    key: str
    start: int
    end: int


@dataclass(frozen=True)
class Mention:
    """Rows or columns that a claim names with the words at `places` (indices of tokens).

    `by` says how: by their label, or with words such as `our model` and `all other systems`.
    """

    axis: Axis
    facet: int
    members: frozenset[int]
    places: frozenset[int]
    coverage: float
    by: Literal["label", "own", "others"] = "label"

    @property
    def first(self) -> int:
        """Place of the first word."""
        return min(self.places)


@lru_cache(maxsize=50_000)
def key_of(word: str) -> str:
    """A word as it is compared."""
    lowered = word.lower()
    if len(word) == 1 and word.isalpha():
        # "a" is an article, "P" a metric; what stays is told apart by case.
        return _ALIASES.get(lowered, word) if word.isupper() else word
    return _ALIASES.get(lowered, stem(lowered))


def tokenize(text: str) -> list[Token]:
    """Words, numbers and the signs `#`, `%`, `+` of a text, in order, with their places in it."""
    return [
        Token(match[0], key_of(re.sub(r"\s", "-", match[0])), match.start(), match.end())
        for match in _WORD.finditer(text)
    ]


def link(tokens: Sequence[Token], grid: Grid) -> list[Mention]:
    """All rows and columns that the claim names, in the order of the claim's words.

    Labels are matched between the words that part the sides of a comparison, so that "X improves Y"
    names X and Y, not `Y + X`.
    """
    found: list[Mention] = []
    for number, facet in enumerate(grid.facets):
        if len({label for label in facet.labels if label}) > 1 or facet.axis == "row":
            found += _mentions(tokens, facet.labels, facet.axis, number)
    found = _undominated(found)
    found += _spoken_of(tokens, grid, found)
    return sorted(found, key=lambda one: (one.first, one.axis, one.facet))


def _spoken_of(tokens: Sequence[Token], grid: Grid, named: Sequence[Mention]) -> list[Mention]:
    """What `our model` and `previous work` stand for.

    Rows that say so in their label come first. `Our model` is otherwise the last row, where papers
    print their own; others are then all rows but that.
    """
    axis = grid.entity_axis
    facet = next(i for i, one in enumerate(grid.facets) if one.axis == axis)
    labels = [grid.name(axis, place) for place in range(grid.length(axis))]
    rivals = grid.rivals(axis) or list(range(len(labels)))
    own = [place for place in rivals if cues.OWN.search(labels[place])]
    surely = 0.9 if own else 0.6
    own = own or [rivals[-1]]
    taken = {place for one in named if one.axis == axis for place in one.places}
    text = " ".join(token.text for token in tokens)
    starts = [
        len(" ".join(token.text for token in tokens[:i])) + (i > 0) for i in range(len(tokens))
    ]
    found = []
    for by, pattern, members in (
        ("own", cues.OWN, own),
        ("others", cues.OTHERS, [place for place in rivals if place not in own]),
        ("own", cues.PARTS, [p for p in rivals if cues.CHANGE_SIGN.search(labels[p])]),
    ):
        for match in pattern.finditer(text):
            place = next(i for i in reversed(range(len(tokens))) if starts[i] <= match.start())
            reach = range(place, _barrier(tokens, place, place + 5))
            if members and taken.isdisjoint(reach):
                places = frozenset([place])
                found.append(Mention(axis, facet, frozenset(members), places, surely, by))
    return found


def _mentions(
    tokens: Sequence[Token], labels: Sequence[str], axis: Axis, facet: int
) -> list[Mention]:
    words = {label: label_words(label) for label in dict.fromkeys(labels) if label}
    counts: dict[str, int] = {}
    for own in words.values():
        for word in set(own):
            counts[word] = counts.get(word, 0) + 1
    weight = {word: log(1 + len(words) / count) for word, count in counts.items()}
    weight = {word: w * (0.3 if word in _GENERIC else 1.0) for word, w in weight.items()}
    matches: dict[frozenset[int], list[tuple[str, float]]] = {}
    for label, own in words.items():
        for wanted in dict.fromkeys((own, short_words(label), changed_words(label))):
            if not wanted or not set(wanted) <= set(own):
                continue  # a part of the label whose words tell nothing ("AMR - only") names none
            for places, coverage in _windows(tokens, wanted, weight):
                if coverage >= GROUPED:
                    matches.setdefault(places, []).append((label, coverage))
    found = []
    for places, group in matches.items():
        best = max(coverage for _, coverage in group)
        chosen = {label for label, coverage in group if coverage >= best - 1e-9}
        if best < ENOUGH and not 2 <= len(chosen) < len(words):
            continue
        members = frozenset(i for i, label in enumerate(labels) if label in chosen)
        found.append(Mention(axis, facet, members, places, max(best, ENOUGH)))
    return found


@lru_cache(maxsize=50_000)
def label_words(label: str) -> tuple[str, ...]:
    """The telling words of a label, as they are compared; all its words where none tells."""
    keys = [token.key for token in tokenize(label)]
    telling = [key for key in keys if key.lower() not in _EMPTY and key not in "+#%"]
    return tuple(telling or keys)


@lru_cache(maxsize=50_000)
def changed_words(label: str) -> tuple[str, ...]:
    """The words behind the sign with which a label adds or removes something; none without one."""
    signs = list(cues.CHANGE_SIGN.finditer(label))
    tail = label[signs[-1].end() :] if signs else ""
    return label_words(tail) if tail.strip() else ()


@lru_cache(maxsize=50_000)
def short_words(label: str) -> tuple[str, ...]:
    """The words outside brackets, where citations and notes stand."""
    outside = _BRACKETS.sub(" ", label)
    return label_words(outside) if outside.strip() else ()


def _windows(
    tokens: Sequence[Token], label: Sequence[str], weight: dict[str, float]
) -> list[tuple[frozenset[int], float]]:
    """Places of each match of a label in a claim, and the share of its weight there."""
    hits = _hits(tokens, label)
    total = sum(weight[word] for word in set(label))
    found = []
    for start in sorted({hit.place for hit in hits}):
        end = _barrier(tokens, start, start + len(label) + WINDOW)
        covered: dict[str, float] = {}
        places: set[int] = set()
        for hit in hits:
            if start <= hit.place < end and any(covered.get(w, 0) < hit.part for w in hit.words):
                covered |= {word: max(hit.part, covered.get(word, 0)) for word in hit.words}
                places |= set(range(hit.place, hit.place + hit.length))
        share = sum(weight[word] * part for word, part in covered.items()) / total
        found.append((frozenset(places), share))
    return found


def _barrier(tokens: Sequence[Token], start: int, end: int) -> int:
    """Where a match must end: before a word that compares or changes."""
    for place in range(start + 1, min(end, len(tokens))):
        token = tokens[place]
        if token.text.lower() in ("than", "over", "versus", "vs", "and", "or"):
            return place
        if token.key in cues.COMPARATORS and token.key not in cues.ONLY_BEFORE_THAN:
            return place
    return end


@dataclass(frozen=True)
class _Hit:
    """Words of a label that `length` tokens from a place on match; `part` is how well."""

    place: int
    length: int
    words: frozenset[str]
    part: float


def _hits(tokens: Sequence[Token], label: Sequence[str]) -> list[_Hit]:
    hits = []
    for place, token in enumerate(tokens):
        if len(token.text) <= 2 and token.text.lower() in STOP_WORDS and token.text.islower():
            continue
        following = tokens[place + 1 : place + 2]
        for word in label:
            part = _likeness(token, word, following)
            hits += [_Hit(place, 1, frozenset([word]), part)] if part else []
        # "Bi LSTM" in the claim for "BiLSTM" in the label, and the reverse.
        joined = token.key + following[0].key if following else ""
        hits += [_Hit(place, 2, frozenset([word]), 1.0) for word in label if word == joined]
        hits += [
            _Hit(place, len(word), frozenset([word]), 1.0)
            for word in label
            if 2 <= len(word) <= 4 and word == _initials(tokens[place : place + len(word)])
        ]
        hits += [
            _Hit(place, 1, frozenset([one, other]), 1.0)
            for one, other in pairwise(label)
            if token.key == one + other
        ]
    return hits


def _initials(tokens: Sequence[Token]) -> str:
    """First letters, so that `word error rate` is WER; empty where a word has none."""
    letters = [token.text[0].lower() for token in tokens if len(token.text) > 2]
    return "".join(letters) if len(letters) == len(tokens) else ""


def _likeness(token: Token, word: str, following: Sequence[Token]) -> float:
    if token.key == word:
        # A bare number is a label only where it measures nothing ("2 layers", not "2 points").
        measures = bool(following) and following[0].key in ("%", "point", "percent", "time")
        return float(not (word[0].isdigit() and ("." in word or measures)))
    shorter, longer = sorted((token.key.lower(), word.lower()), key=len)
    shared = next((i for i, c in enumerate(shorter) if c != longer[i]), len(shorter))
    begins = shorter.isalpha() and (
        shared == len(shorter) >= 4 or shared >= max(5, len(longer) - 2)
    )
    return BEGINNING if begins else 0.0


def _undominated(mentions: Iterable[Mention]) -> list[Mention]:
    """Drop a mention whose words are all part of a longer one of the same axis."""
    found = list(mentions)
    return [
        one
        for one in found
        if not any(
            other.axis == one.axis
            and one.facet == other.facet
            and (one.places < other.places or _fewer_words(one, other))
            for other in found
        )
    ]


def _fewer_words(one: Mention, other: Mention) -> bool:
    """Whether two labels share words of the claim, and this one has the smaller part."""
    if not one.places & other.places or one.places == other.places:
        return False
    return (len(one.places), one.coverage) < (len(other.places), other.coverage)
