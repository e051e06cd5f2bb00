"""The numeric gate: every number of a claim must stand in its evidence, in the same frame.

A number matches where it is printed, within rounding, in a passage that shares the claim's names
of tasks, data sets, metrics or models; or where it is a cell of a result table, or the difference
of two cells of one column, whose headers the claim names. A number that the same frame gives
differently is a mismatch, and so is a count where the same frame counts the same things
differently; one that no passage gives in that frame is absent.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from litreview.language.lean import leans
from litreview.language.lexicon import is_number, names, parts, tokens
from litreview.language.partitives import partitives
from litreview.language.quantities import parse_quantities
from litreview.language.rounding import agrees
from litreview.language.wording import number_word
from litreview.schema import Claim, Evidence, Quantity, Table
from litreview.verification.derivation import find_in_table

Status = Literal["matched", "derived", "hedged", "mismatched", "absent"]
SHARED_FRAME, RELATED_FRAME, SAME_FRAME = 0.3, 0.5, 0.6
"""Shares of the claim's words that a passage needs before its numbers count: with a name of the
claim, without any, and before another number counts against the claim."""

_NUMBER_WORDS = tuple(number_word(number) for number in range(13))
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_NUMBER_WORDS[2:])})\b", re.IGNORECASE)
_UNIT_WORDS = {"f1": "F1", "ratio": "times"}


@dataclass(frozen=True)
class NumberFound:
    """What became of one number of a claim: where it is (evidence rank), and how, in words.

    `hedged` is a match in a passage that gives the number as a bound ("up to 8.2").
    """

    text: str
    status: Status
    rank: int | None
    words: str


def check_numbers(
    claim: Claim,
    evidence: Sequence[Evidence],
    tables: Mapping[tuple[str, str], Table],
    coverage: Mapping[int, float],
) -> list[NumberFound]:
    """Look up every number of a claim.

    Parameters
    ----------
    claim : Claim
    evidence : sequence of Evidence
        Passages of this claim, in any order.
    tables : mapping of (str, str) to Table
        Result tables by document and table id.
    coverage : mapping of int to float
        Share of the claim's words that each passage has, by its rank.
    """
    ordered = sorted(evidence, key=lambda item: item.rank)
    return [_look_up(quantity, claim, ordered, tables, coverage) for quantity in numbers_of(claim)]


def numbers_of(claim: Claim) -> list[Quantity]:
    """Quantities that the claim's text prints, and those of its record that it does not."""
    printed = list(_quantities(claim.text))
    seen = {(one.value, one.unit) for one in printed}
    return [*printed, *(one for one in claim.quantities if (one.value, one.unit) not in seen)]


def states_numbers(claim: Claim, text: str) -> bool:
    """Whether a text has all numbers of a claim, of whatever things."""
    found = [*_quantities(text)]
    found += _bare_counts(text, found)
    return all(any(agrees(one, other) for other in found) for one in numbers_of(claim))


@lru_cache(maxsize=20_000)
def _quantities(text: str) -> tuple[Quantity, ...]:
    """Quantities of a text, which every claim asks for again, with counts out of a total."""
    found = parse_quantities(text)
    return tuple(sorted([*found, *partitives(text, found)], key=lambda one: one.start))


def _look_up(
    quantity: Quantity,
    claim: Claim,
    evidence: Sequence[Evidence],
    tables: Mapping[tuple[str, str], Table],
    coverage: Mapping[int, float],
) -> NumberFound:
    text = number_text(quantity)
    for item in evidence:
        if item.table_id is not None:
            found = find_in_table(quantity, claim, tables.get((item.document_id, item.table_id)))
            if found is not None:
                words = f"{text} {_verb(quantity, 'is', 'are')} {found}"
                return NumberFound(text, "derived", item.rank, words)
    miscounted = _miscounted(quantity, claim, evidence, coverage)
    if miscounted is not None:
        return miscounted
    hedged = turned = None
    for item in evidence:
        for other in _in_frame(item, claim, coverage) if item.table_id is None else ():
            if not agrees(quantity, other):
                continue
            if leans(quantity, claim.text) * leans(other, item.text) < 0:
                turned = turned or _turned(quantity, item)
                continue
            if quantity.qualifier != "exact" or other.qualifier not in ("at_most", "at_least"):
                words = f"{text} {_verb(quantity, 'stands', 'stand')} in passage {item.rank}"
                return NumberFound(text, "matched", item.rank, words)
            words = f"{text} {_verb(quantity, 'is', 'are')} only a bound in passage {item.rank}"
            hedged = hedged or NumberFound(text, "hedged", item.rank, words)
    return hedged or turned or _not_found(quantity, claim, evidence, coverage)


def _miscounted(
    quantity: Quantity, claim: Claim, evidence: Sequence[Evidence], coverage: Mapping[int, float]
) -> NumberFound | None:
    """The mismatch where the claim's paper counts the same things, and never as the claim does.

    The bare number may stand elsewhere, of other things.
    """
    rival = None
    own = [item for item in evidence if not item.independent and item.table_id is None]
    for item in own if quantity.unit == "count" else ():
        counts = _in_frame(item, claim, coverage)
        same = [one for one in counts if _same_things(quantity, claim.text, one, item.text)]
        if any(agrees(quantity, one) for one in same):
            return None
        bare = any(agrees(quantity, one) and not _things(one, item.text) for one in counts)
        others = [] if bare else _unclaimed(same, claim, item.text)
        if others and coverage[item.rank] >= SAME_FRAME:
            rival = rival or _mismatch(quantity, item, others)
    return rival


def _unclaimed(counts: Sequence[Quantity], claim: Claim, text: str) -> list[Quantity]:
    """Exact counts of a passage that the claim does not give of the same things."""
    return [
        one
        for one in counts
        if one.qualifier == "exact"
        and not any(
            agrees(said, one) and _same_things(said, claim.text, one, text)
            for said in numbers_of(claim)
        )
    ]


def _same_things(first: Quantity, text: str, second: Quantity, other_text: str) -> bool:
    """Whether two counts end in one noun, and share a word before it where both have any."""
    things = _things(first, text), _things(second, other_text)
    if not all(things) or things[0][-1] != things[1][-1]:
        return False
    before, other = (set(words[:-1]) for words in things)
    return not before or not other or bool(before & other)


def _things(count: Quantity, text: str) -> list[str]:
    """What a count counts, the noun last; nothing for a bare number."""
    things = count.counted or text[count.start : count.end]
    return [part for part in parts(things) if not is_number(part)]


def _verb(quantity: Quantity, singular: str, plural: str) -> str:
    return singular if quantity.unit in ("none", "count", "f1", "accuracy") else plural


def number_text(quantity: Quantity) -> str:
    """A quantity as a claim would print it."""
    number = f"{quantity.value:,.{max(0, quantity.decimals)}f}"
    if quantity.unit in ("none", "count"):
        return f"the number {number}"
    return f"{number} {_UNIT_WORDS.get(quantity.unit, quantity.unit)}"


def _in_frame(item: Evidence, claim: Claim, coverage: Mapping[int, float]) -> list[Quantity]:
    """Quantities of a passage that speak of what the claim names.

    A claim that names nothing needs a passage with most of its words. In a list such as "A, B and C
    gain 8.2, 7.5 and 7.0" each number belongs to its own name.
    """
    wanted, text = names(claim.text), item.text
    if coverage[item.rank] < (SHARED_FRAME if wanted & names(text) else RELATED_FRAME):
        return []
    quantities = list(_quantities(text))
    owners = _owners(text, quantities)
    quantities += _bare_counts(text, quantities)
    return [
        quantity
        for place, quantity in enumerate(quantities)
        if place not in owners or owners[place] in wanted or not wanted & set(owners.values())
    ]


def _bare_counts(text: str, quantities: Sequence[Quantity]) -> list[Quantity]:
    """Number words that count nothing by themselves ("the two of them"), as counts."""
    found = []
    for match in _NUMBER_WORD.finditer(text):
        if not any(one.start <= match.start() < one.end for one in quantities):
            value = float(_NUMBER_WORDS.index(match[0].lower()))
            place = {"start": match.start(), "end": match.end()}
            found.append(Quantity(value=value, unit="count", decimals=0, **place))
    return found


def _owners(text: str, quantities: Sequence[Quantity]) -> dict[int, str]:
    """Name that each quantity of a list belongs to, by place, where both lists are as long."""
    chain = _longest_list([(one.start, one.end) for one in quantities], text)
    spans, listed = [], []
    for token in tokens(text):
        start = text.index(token, spans[-1][1] if spans else 0)
        if names(token):
            spans.append((start, start + len(token)))
            listed.append(next(iter(names(token))))
    members = _longest_list(spans, text)
    if len(chain) < 2 or len(chain) != len(members):
        return {}
    return {place: listed[other] for place, other in zip(chain, members, strict=True)}


def _longest_list(spans: Sequence[tuple[int, int]], text: str) -> list[int]:
    """Places of the longest run of spans that only commas and conjunctions part."""
    best: list[int] = []
    run = [0] if spans else []
    for (place, left), right in zip(enumerate(spans), spans[1:], strict=False):
        gap = text[left[1] : right[0]].replace(",", " ").split()
        run = [*run, place + 1] if set(gap) <= {"and", "or", "&"} else [place + 1]
        best = max(best, run, key=len)
    return best or run


def _not_found(
    quantity: Quantity, claim: Claim, evidence: Sequence[Evidence], coverage: Mapping[int, float]
) -> NumberFound:
    """A mismatch where a passage in the very same frame prints another number; else absent."""
    text = number_text(quantity)
    for item in evidence:
        if item.independent or item.table_id is not None or coverage[item.rank] < SAME_FRAME:
            continue
        others = [one for one in _in_frame(item, claim, coverage) if one.unit == quantity.unit]
        if others and not _matched_elsewhere(others, claim, quantity):
            return _mismatch(quantity, item, others)
    return NumberFound(text, "absent", None, f"{text} is in no passage")


def _turned(quantity: Quantity, item: Evidence) -> NumberFound:
    """The number stands there, but goes the other way ("gains 0.7", "0.7 below")."""
    text = number_text(quantity)
    words = f"{text} {_verb(quantity, 'goes', 'go')} the other way in passage {item.rank}"
    own = not item.independent
    return NumberFound(text, "mismatched" if own else "absent", item.rank if own else None, words)


def _mismatch(quantity: Quantity, item: Evidence, others: Sequence[Quantity]) -> NumberFound:
    text, printed = number_text(quantity), " and ".join(map(number_text, others))
    words = f"the claim has {text} where passage {item.rank} has {printed}"
    return NumberFound(text, "mismatched", item.rank, words)


def _matched_elsewhere(others: Sequence[Quantity], claim: Claim, quantity: Quantity) -> bool:
    """Whether every rival number is one that the claim prints beside the one looked for."""
    rest = [one for one in numbers_of(claim) if one is not quantity and one != quantity]
    return all(any(agrees(one, other) for one in rest) for other in others)
