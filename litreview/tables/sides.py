"""What a clause compares with what: the two sides of a comparison as pairs of rows or columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from litreview.tables import cues
from litreview.tables.grid import Axis, Grid
from litreview.tables.linking import Mention, Token, changed_words, label_words, link, tokenize
from litreview.tables.selection import Selection, selection_of

_OPENS_SECOND = frozenset(
    ("than", "over", "compared", "against", "upon", "versus", "vs", "relative", "unlike")
)
_PREPOSED = frozenset(("compared", "relative", "unlike", "versus"))
_EFFECT = re.compile(r"\b(?:effects?|impacts?|influences?)\b", re.IGNORECASE)
MOST = 200
"""Rows or columns of a side that are compared; result tables are smaller."""
_TRANSITIVE = ("outperform", "beat", "surpass", "exceed", "underperform", "outscor", "outdo")


@dataclass(frozen=True)
class Clause:
    """A clause of a claim with what it names; `inherited` are the mentions of the clause before."""

    text: str
    tokens: tuple[Token, ...]
    mentions: tuple[Mention, ...]
    inherited: tuple[Mention, ...]

    def words(self, start: int, end: int) -> list[str]:
        """Words from one place up to another, in lower case."""
        return [token.text.lower() for token in self.tokens[max(0, start) : max(0, end)]]


@dataclass(frozen=True)
class Sides:
    """Pairs of rows (or columns) of which the first is compared with the second."""

    axis: Axis
    pairs: tuple[tuple[int, int], ...]
    certainty: float


def clauses_of(claim: str, grid: Grid) -> list[Clause]:
    """Cut a claim where a contrast or a new statement begins, and link each part."""
    found: list[Clause] = []
    before: tuple[Mention, ...] = ()
    for text in cues.CLAUSE.split(claim):
        tokens = tuple(tokenize(text))
        if not tokens:
            continue
        mentions = tuple(link(tokens, grid))
        found.append(Clause(text, tokens, mentions, before))
        before = mentions or before
    return found


def sides_of(clause: Clause, place: int, grid: Grid) -> Sides | None:
    """The sides of the comparison that the word at a place makes.

    Both are named where they can be; one that is not is what the clause before spoke of, the same
    without what was added or removed, or else all others.
    """
    main = grid.entity_axis
    other: Axis = "column" if main == "row" else "row"
    cut = _second_side(clause, place)
    if cut is None and _is_change(clause, place):
        named = [one for one in clause.mentions if one.axis == main and one.first < place]
        changed = _changed(clause, selection_of(named), main, grid) if named else None
        if changed is not None:
            return changed
    for axis in (main, other):
        found = _two_sides(clause, place, cut, axis, grid)
        if found is not None:
            return found
    return _one_side(clause, place, cut, main, grid)


def _is_change(clause: Clause, place: int) -> bool:
    """Whether the word says what becomes of something ("X raises F1", "X makes it more fluent")."""
    key = clause.tokens[place].key
    return (
        key in cues.CHANGES
        or "makes" in clause.words(0, place)
        or bool(_EFFECT.search(clause.text))
    )


def _second_side(clause: Clause, place: int) -> int | None:
    """Place of the word that opens the second side (`than`, `over`), the verb itself if it does."""
    if clause.tokens[place].key.startswith(_TRANSITIVE):
        return place
    for number, word in enumerate(clause.words(place, len(clause.tokens)), start=place):
        if word in _OPENS_SECOND:
            return number
    return None


def _two_sides(clause: Clause, place: int, cut: int | None, axis: Axis, grid: Grid) -> Sides | None:
    mentions = [one for one in clause.mentions if one.axis == axis]
    border = place if cut is None else cut
    before = [one for one in mentions if one.first < place]
    behind = [one for one in mentions if one.first > border]
    between = [one for one in mentions if place < one.first <= border]
    preposed = next((i for i, w in enumerate(clause.words(0, place)) if w in _PREPOSED), None)
    if preposed is not None:
        named = [one for one in before if one.first > preposed]
        before = [one for one in before if one not in named[:1]] or between or behind
        behind = named[:1]
    elif not before and between:
        before = between
    first, second = selection_of(before), selection_of(behind)
    if not before or not behind:
        return None
    one, other = first.against(second, axis, grid)
    return _paired(axis, one, other, first.certainty * second.certainty, grid)


def _one_side(clause: Clause, place: int, cut: int | None, axis: Axis, grid: Grid) -> Sides | None:
    mentions = [one for one in clause.mentions if one.axis == axis]
    before = [one for one in mentions if one.first < place]
    behind = [one for one in mentions if one.first > place]
    is_change = _is_change(clause, place)
    inherited = [one for one in clause.inherited if one.axis == axis]
    if before or (behind and cut is None):
        named = selection_of(before or behind)
        changed = _changed(clause, named, axis, grid) if is_change or not before else None
        if changed is not None:
            return changed
        weight = 0.4 if is_change else 0.5
        members = named.members(axis, grid)
        return _paired(axis, members, _rest(members, axis, grid), weight * named.certainty, grid)
    if not behind:
        return _of_clause_before(inherited, is_change, clause, axis, grid)
    second = selection_of(behind)
    members = second.members(axis, grid)
    subject = [one for one in inherited if not one.members & set(members)]
    if subject:
        first = selection_of(subject[:1])
        certainty = 0.5 * first.certainty * second.certainty
        return _paired(axis, first.members(axis, grid), members, certainty, grid)
    return _paired(axis, _rest(members, axis, grid), members, 0.3, grid)


def _of_clause_before(
    inherited: Sequence[Mention], is_change: bool, clause: Clause, axis: Axis, grid: Grid
) -> Sides | None:
    if not inherited:
        return None
    named = selection_of(inherited[:1])
    if is_change:
        changed = _changed(clause, named, axis, grid)
        if changed is not None:
            return changed
    members = named.members(axis, grid)
    return _paired(axis, members, _rest(members, axis, grid), 0.3 * named.certainty, grid)


def _changed(clause: Clause, named: Selection, axis: Axis, grid: Grid) -> Sides | None:
    """With something against without it.

    "Removing X lowers" compares the row without X with the whole; "X helps" the whole with the row
    without X, or the row with X with the one that it was added to.
    """
    removed = cues.REMOVED.search(clause.text) is not None
    pairs: list[tuple[int, int]] = []
    for place in named.members(axis, grid):
        label = grid.name(axis, place)
        if cues.MINUS_LABEL.search(label):
            pairs += [(whole, place) for whole in wholes_of(place, axis, grid)]
        elif cues.PLUS_LABEL.search(label):
            pairs += [(place, base) for base in bases_of(place, axis, grid)]
    if removed:
        pairs = [(second, first) for first, second in pairs]
    return Sides(axis, tuple(pairs), 0.9 * named.certainty) if pairs else None


def wholes_of(place: int, axis: Axis, grid: Grid) -> list[int]:
    """What a row without something was made from.

    Its own label before the sign, else the nearest above that removes nothing.
    """
    names = [grid.name(axis, other) for other in range(grid.length(axis))]
    head = _head(names[place])
    plain = [i for i, name in enumerate(names) if not cues.MINUS_LABEL.search(name)]
    same = [i for i in plain if head and set(label_words(names[i])) == head]
    above = [i for i in plain if i < place][-1:]
    return same or above or plain[-1:]


def bases_of(place: int, axis: Axis, grid: Grid) -> list[int]:
    """What a row with something was added to.

    Its label before the sign; where it begins with the sign, the row above, and the nearest above
    that adds nothing.
    """
    names = [grid.name(axis, other) for other in range(grid.length(axis))]
    head = _head(names[place])
    same = [i for i, name in enumerate(names) if head and set(label_words(name)) == head]
    if same:
        return same
    plain = [i for i, name in enumerate(names) if not cues.PLUS_LABEL.search(name) and i < place]
    above = [place - 1] if place and not head else []
    return sorted({*above, *plain[-1:]}) or [i for i in range(len(names)) if i != place][:1]


def _head(label: str) -> set[str]:
    """The words of a label before what it adds or removes."""
    tail = changed_words(label)
    words = list(label_words(label))
    return set(words[: len(words) - len(tail)]) - {"with", "without", "plus"} if tail else set()


def _rest(members: Sequence[int], axis: Axis, grid: Grid) -> list[int]:
    return [place for place in grid.rivals(axis) if place not in members]


def _paired(
    axis: Axis, first: Sequence[int], second: Sequence[int], certainty: float, grid: Grid
) -> Sides | None:
    """All pairs; of two groups only those whose labels agree in all facets but one, if any do."""
    second = [place for place in second if place not in first] or list(second)
    pairs = [(a, b) for a, b in product(first[:MOST], second[:MOST]) if a != b]
    facets = [facet for facet in grid.facets if facet.axis == axis]
    if len(first) > 1 and len(second) > 1 and len(facets) > 1:
        alike = [p for p in pairs if sum(f.labels[p[0]] != f.labels[p[1]] for f in facets) <= 1]
        pairs = alike or pairs
    return Sides(axis, tuple(pairs), certainty) if pairs else None
