"""What a claim says of a table, statement by statement, each evaluated on the table's numbers.

A statement is evaluated to a truth in [-1, 1]: the share of the cells concerned for which it holds,
doubled, less one. One that names nothing in the table has none. How surely the words were linked
to the table is its `certainty`, in [0, 1].
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from litreview.tables import cues
from litreview.tables.grid import Axis, Grid
from litreview.tables.linking import tokenize
from litreview.tables.selection import selection_of
from litreview.tables.sides import MOST, Clause, Sides, bases_of, clauses_of, sides_of, wholes_of

StatementKind = Literal["comparison", "superlative", "largest change", "trend", "similar"]
SIMILAR_PART = 0.03
"""Two numbers that differ by less than this part of the larger are similar."""
LARGE_PART, SLIGHT_PART = 0.01, 0.08
"""A difference above the first part may be called large, one below the second slight."""


@dataclass(frozen=True)
class Statement:
    """One thing that a claim says of a table, whether it holds, and in which words."""

    kind: StatementKind
    truth: float
    certainty: float
    words: str


def statements_of(claim: str, grid: Grid) -> list[Statement]:
    """Every comparison, ranking, change, trend and likeness that a claim states of a table."""
    found: list[Statement] = []
    for clause in clauses_of(claim, grid) if grid.values.size else ():
        for read in (_largest_change, _superlative, _similar, _trend, _comparison):
            statement = read(clause, grid)
            if statement is not None:
                found.append(statement)
                break
    return found


def _scope(clause: Clause, axis: Axis, grid: Grid) -> list[int]:
    """Rows or columns of the other axis that a clause speaks of; without any, all but sizes."""
    other: Axis = "column" if axis == "row" else "row"
    if cues.SPEED.search(clause.text):
        timed = range(grid.length(other))
        return [place for place in timed if cues.TIMED.search(grid.name(other, place))]
    mentions = [one for one in clause.mentions if one.axis == other and one.by == "label"]
    if not mentions:
        mentions = [one for one in clause.inherited if one.axis == other and one.by == "label"]
    if mentions:
        return selection_of(mentions).members(other, grid)
    if other == "row":
        return list(range(grid.length("row")))
    return [i for i in range(grid.length("column")) if not grid.is_size[i]] or list(
        range(grid.length("column"))
    )


def _oriented(grid: Grid, axis: Axis, by_quality: bool) -> np.ndarray:
    """Numbers with the asked axis first, turned so that better (or more) is higher."""
    values = grid.values * grid.polarity if by_quality else grid.values
    return values if axis == "row" else values.T


def _largest_change(clause: Clause, grid: Grid) -> Statement | None:
    """`Removing X leads to the largest drop`: among what is removed or added, or among columns."""
    match = cues.SIZED_CHANGE.search(clause.text)
    axis = grid.entity_axis
    named = [one for one in clause.mentions if one.axis == axis and one.by == "label"]
    if match is None or not named:
        return None
    members = selection_of(named).members(axis, grid)
    changes = {place: _bases(place, axis, grid) for place in range(grid.length(axis))}
    changes = {place: bases for place, bases in changes.items() if bases}
    if not set(members) <= set(changes):
        return None
    scope = _scope(clause, axis, grid)
    values = _oriented(grid, axis, by_quality=False)
    sizes = {
        place: np.abs(values[place] - np.mean(values[bases], axis=0))
        for place, bases in changes.items()
    }
    least = match[0].lower().startswith(("small", "least", "lowest"))
    place = members[0]
    if len(scope) == 1 and values.shape[1] > 2 and len(changes) < 3:
        rivals, own = sizes[place], sizes[place][scope[0]]
    else:
        own = float(np.nanmean(sizes[place][scope]))
        rivals = np.array([np.nanmean(size[scope]) for size in sizes.values()])
    if not np.isfinite(own) or np.isfinite(rivals).sum() < 2:
        return None
    end = np.nanmin(rivals) if least else np.nanmax(rivals)
    truth = 1.0 if abs(own - end) < 1e-9 else -1.0
    return Statement("largest change", truth, 0.9 * selection_of(named).certainty, clause.text)


def _bases(place: int, axis: Axis, grid: Grid) -> list[int]:
    label = grid.name(axis, place)
    if cues.MINUS_LABEL.search(label):
        return wholes_of(place, axis, grid)
    return bases_of(place, axis, grid) if cues.PLUS_LABEL.search(label) else []


def _superlative(clause: Clause, grid: Grid) -> Statement | None:
    """`A is best on B`: the share of B's columns in which A is at the top."""
    for place, token in enumerate(clause.tokens):
        word = token.text.lower()
        if word not in cues.SUPERLATIVES or _is_no_superlative(clause, place):
            continue
        sign, sense = cues.SUPERLATIVES[word]
        rank = 2 if place and clause.words(place - 1, place) == ["second"] else 1
        chosen = _subject(clause, place, grid)
        if chosen is None:
            return None
        axis, members, scope, certainty = chosen
        values = sign * _oriented(grid, axis, sense == "quality")
        truth = _top_share(values, members, scope, grid.rivals(axis), rank)
        if truth is None:
            return None
        if cues.ON_ALL.search(clause.text):
            truth = truth if truth > 0.999 else min(truth, -0.5)
        return Statement("superlative", _denied(truth, clause, place), certainty, clause.text)
    return None


def _is_no_superlative(clause: Clause, place: int) -> bool:
    before, word, after = (*[""] * (place == 0), *clause.words(place - 1, place + 2), "")[:3]
    if word == "most":
        # "most of the" and "in most cases" are quantities of cases.
        return before != "the" or after in ("of", "cases")
    return before == "at"


Chosen = tuple[Axis, list[int], list[int], float]


def _subject(clause: Clause, place: int, grid: Grid) -> Chosen | None:
    """What a ranking is of, and where: what is named nearest before the word, else behind it."""
    main = grid.entity_axis
    other: Axis = "column" if main == "row" else "row"
    named = [one for one in clause.mentions if one.axis == main and one.by != "others"]
    before = [one for one in named if one.first < place]
    if named:
        group = selection_of(before or named[:1])
        return main, group.members(main, grid), _scope(clause, main, grid), group.certainty
    columns = [one for one in clause.mentions if one.axis == other]
    general = cues.UNIVERSAL.search(" ".join(clause.words(0, place)))
    ahead = [one for one in columns if one.first < place]
    if general and columns:
        group = selection_of(columns)
        return other, group.members(other, grid), grid.rivals(main), 0.7 * group.certainty
    inherited = [one for one in clause.inherited if one.axis == main and one.by != "others"]
    if inherited:
        group = selection_of(inherited[:1])
        scope = _scope(clause, main, grid)
        return main, group.members(main, grid), scope, 0.7 * group.certainty
    if ahead:
        group = selection_of(ahead)
        return other, group.members(other, grid), grid.rivals(main), 0.5 * group.certainty
    return None


def _top_share(
    values: np.ndarray,
    members: Sequence[int],
    scope: Sequence[int],
    rivals: Sequence[int],
    rank: int,
) -> float | None:
    shares = []
    for place in scope:
        own = values[list(members), place]
        column = values[sorted({*members, *rivals}), place]
        if np.isnan(own).all() or np.isfinite(column).sum() < 2:
            continue
        above = int(np.sum(column > np.nanmax(own) + 1e-9))
        shares.append(float(above == rank - 1))
    return 2 * float(np.mean(shares)) - 1 if shares else None


def _comparison(clause: Clause, grid: Grid) -> Statement | None:
    """`A is better than B on C`, or what adding or removing something changes."""
    for place, token in enumerate(clause.tokens):
        if token.key not in cues.COMPARATORS or not _compares(clause, place):
            continue
        sign, sense = cues.COMPARATORS[token.key]
        sign = -sign if _is_passive(clause, place) else sign
        sides = sides_of(clause, place, grid)
        if sides is None:
            continue
        scope = _scope(clause, sides.axis, grid)
        values = sign * _oriented(grid, sides.axis, sense == "quality")
        truth = _share_above(values, sides, scope)
        if truth is None:
            continue
        if clause.words(0, 1)[0] in ("no", "none", "neither", "nothing"):
            # "No system is better than A": one that is makes it false.
            truth = 1.0 if truth <= -0.999 else -1.0
        else:
            truth = _denied(_universal(truth, clause), clause, place)
        truth = _sized(truth, clause, np.abs(values), sides, scope)
        return Statement("comparison", truth, sides.certainty, clause.text)
    return None


def _compares(clause: Clause, place: int) -> bool:
    """Whether a word that may be a mere preposition or adverb compares here."""
    if clause.tokens[place].key not in cues.ONLY_BEFORE_THAN:
        return True
    if "than" in clause.words(place + 1, place + 6):
        return True
    if {"points", "point", "%", "percent"} & set(clause.words(place - 2, place)):
        return True
    linked = {p for one in clause.mentions for p in one.places}
    return clause.words(place, place + 1)[0] in ("more", "less") and place + 1 in linked


def _is_passive(clause: Clause, place: int) -> bool:
    """`A is outperformed by B`."""
    if clause.words(place + 1, place + 2) != ["by"]:
        return False
    if any(token.text[0].isdigit() for token in clause.tokens[place + 2 : place + 5]):
        return False
    before = {"is", "are", "was", "were", "be", "been"} & set(clause.words(place - 3, place))
    return bool(before) and clause.words(place, place + 1)[0].endswith(("ed", "en"))


def _share_above(values: np.ndarray, sides: Sides, scope: Sequence[int]) -> float | None:
    first, second = (list(side) for side in zip(*sides.pairs, strict=True))
    differences = values[np.ix_(first, scope)] - values[np.ix_(second, scope)]
    known = differences[np.isfinite(differences)]
    return float(np.mean(np.sign(np.round(known, 9)))) if known.size else None


def _universal(truth: float, clause: Clause) -> float:
    """A claim of all cases is false where any case is against it."""
    if cues.UNIVERSAL.search(clause.text) and not cues.PARTIAL.search(clause.text):
        return truth if truth > 0.999 else min(truth, -0.3) if truth < 0.8 else 0.2
    return truth


def _sized(
    truth: float, clause: Clause, sizes: np.ndarray, sides: Sides, scope: Sequence[int]
) -> float:
    """Half the truth where the difference is not as large, or as slight, as the claim says."""
    large, slight = cues.MARGIN.search(clause.text), cues.SLIGHT.search(clause.text)
    part = _mean_part(sizes, sides, scope)
    if truth <= 0 or part is None or not (large or slight):
        return truth
    fits = part > LARGE_PART if large else part < SLIGHT_PART
    return truth if fits else truth / 2


def _mean_part(values: np.ndarray, sides: Sides, scope: Sequence[int]) -> float | None:
    """Mean difference of the pairs, as a part of the larger number of each."""
    first, second = (list(side) for side in zip(*sides.pairs, strict=True))
    one, other = values[np.ix_(first, scope)], values[np.ix_(second, scope)]
    parts = np.abs(one - other) / np.maximum(np.maximum(np.abs(one), np.abs(other)), 1e-9)
    known = parts[np.isfinite(parts)]
    return float(np.mean(known)) if known.size else None


def _denied(truth: float, clause: Clause, place: int) -> float:
    words = clause.words(place - 4, place)
    return -truth if sum(word in cues.NEGATIONS for word in words) % 2 else truth


def _similar(clause: Clause, grid: Grid) -> Statement | None:
    """`A and B are on par`, and its contrary, `there is a large gap between A and B`."""
    match = cues.SIMILAR.search(clause.text) or cues.GAP.search(clause.text)
    if match is None:
        return None
    place = sum(token.start < match.start() for token in clause.tokens)
    place = min(place, len(clause.tokens) - 1)
    sides = _group(clause, grid) or sides_of(clause, place, grid)
    if sides is None:
        return None
    part = _mean_part(_oriented(grid, sides.axis, False), sides, _scope(clause, sides.axis, grid))
    if part is None:
        return None
    truth = 1 - 2 * min(1.0, part / (2 * SIMILAR_PART))
    if cues.GAP.search(clause.text):
        truth = -truth
    truth = _denied(truth, clause, place) if not match[0].lower().startswith("no") else truth
    return Statement("similar", truth, 0.8 * sides.certainty, clause.text)


def _group(clause: Clause, grid: Grid) -> Sides | None:
    """What is named on one axis, each against the next."""
    axis = grid.entity_axis
    named = [one for one in clause.mentions if one.axis == axis]
    groups = list(dict.fromkeys(tuple(sorted(one.members)) for one in named))
    if len(groups) < 2:
        return None
    pairs = [(a, b) for a in groups[0] for b in groups[1] if a != b]
    certainty = selection_of(named).certainty
    return Sides(axis, tuple(pairs), certainty) if pairs else None


def _trend(clause: Clause, grid: Grid) -> Statement | None:
    """`With more layers, F1 rises`: the rank correlation along rows or columns of numbers."""
    match = cues.TREND.search(clause.text)
    ordered = _ordered(grid) if match else None
    if match is None or ordered is None:
        return None
    axis, order = ordered
    sign = -1 if cues.FALLING.search(match[0]) else 1
    for place, token in enumerate(clause.tokens):
        if token.key not in cues.COMPARATORS or match.start() <= token.start < match.end():
            continue
        way, sense = cues.COMPARATORS[token.key]
        values = _oriented(grid, axis, sense == "quality")[:, _scope(clause, axis, grid)]
        shares = [_rank_correlation(order, values[:, i]) for i in range(values.shape[1])]
        known = [share for share in shares if share is not None]
        if not known:
            return None
        truth = sign * way * float(np.mean(known))
        return Statement("trend", _denied(truth, clause, place), 0.7, clause.text)
    return None


def _ordered(grid: Grid) -> tuple[Axis, np.ndarray] | None:
    """The axis whose labels are numbers in one facet, and those numbers."""
    for facet in grid.facets:
        numbers = np.array([_first_number(label) for label in facet.labels])
        known = numbers[np.isfinite(numbers)]
        if len(set(known.tolist())) >= 3 and len(known) > len(numbers) / 2:
            return facet.axis, numbers
    return None


def _first_number(label: str) -> float:
    tokens = (token.text for token in tokenize(label) if token.text[0].isdigit())
    return next((float(text.replace(",", "")) for text in tokens if text[-1].isdigit()), np.nan)


def _rank_correlation(order: np.ndarray, values: np.ndarray) -> float | None:
    """Kendall's tau-a of the pairs with two numbers, among the first `MOST`."""
    order, values = order[:MOST], values[:MOST]
    upper = np.triu_indices(len(order), 1)
    products = np.sign(
        (order[:, None] - order[None, :])[upper] * (values[:, None] - values[None, :])[upper]
    )
    known = products[np.isfinite(products)]
    return float(np.mean(known)) if known.size else None
