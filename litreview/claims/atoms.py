"""One sentence with coordinated numbers or clauses into one statement each.

`SQuAD, MNLI and HellaSwag add 8.2, 7.5 and 7.0 points` says three things, each of which can be
true or false alone; so do `8.2 points on SQuAD, 7.5 on MNLI and 7.0 on HellaSwag`, and two clauses
that `while` joins.
"""

import re
from itertools import pairwise

from litreview.claims.direction import way
from litreview.language.quantities import parse_quantities
from litreview.schema import Quantity

_NAME = r"(?:[A-Z]|[a-z]{1,2}[A-Z\d])[\w@.’'-]*\w(?:\s(?:[A-Z\d][\w@.’'-]*\w|\d+(?:\.\d+)?))*"
_NAME_LIST = re.compile(rf"{_NAME}(?:\s*,\s*{_NAME})*\s*,?\s+(?:and|or)\s+{_NAME}")
_NAME_SEPARATOR = re.compile(r"\s*,\s*(?:(?:and|or)\s+)?|\s+(?:and|or)\s+")
_OPENING = re.compile(
    r"(?:In|On|For|With|By|Both|The|Using|From|Of|Training on|Given|While|When)\s+(?=[A-Z])"
)
_NUMBER_SEPARATOR = re.compile(
    r"\s*,\s*|\s*,?\s+(?:and|or)\s+(?:by\s+|to\s+|of\s+)?|\s*(?:/|;)\s*", re.IGNORECASE
)
_CONTRAST = re.compile(r"\s*(?:;|,?\s+(?:while|whereas|but))\s+", re.IGNORECASE)
_NO_SUBJECT = re.compile(
    r"(?:not|only|also|is|are|was|were|does|do|did|has|have|with|without|on|in|for|at|by|to|"
    r"(?:\w+ing|\w+ly)\b)\b",
    re.IGNORECASE,
)
_SHORTEST_CLAUSE = 4
_PRINTED = (
    r"(?P<number>[+\-−]?\d+(?:\.\d+)?)(?P<unit>\s?%|\s(?:percentage\s)?points?|\s(?:F1|BLEU|pp))?"
)
_NUMBER_THEN_NAME = re.compile(rf"{_PRINTED}\s(?:on|for|in|with|from|over)\s(?:the\s)?{_NAME}")
_NAME_THEN_NUMBER = re.compile(rf"{_NAME}\s\((?:by\s)?{_PRINTED}\)")
_RESPECTIVELY = re.compile(r"\s*,?\s*\(?\brespectively\b\)?", re.IGNORECASE)


def split_atoms(text: str) -> list[str]:
    """Atomic statements of a sentence.

    Parameters
    ----------
    text : str
        One sentence.

    Returns
    -------
    list of str
        Contrasted clauses that each state a change are parted first. In each, a list of numbers of
        one unit with a list of as many names (the one nearest to the numbers), or a list of pairs
        of a number and a name, becomes one text a member, in which the lists are replaced by what
        is of the same rank. What has neither is left as it is.
    """
    return [atom for clause in _contrasted(text) for atom in _split_lists(clause)]


def _contrasted(text: str) -> list[str]:
    """The sides of "while" and the like, where each has a subject and states a change."""
    match = _CONTRAST.search(text)
    if match is None:
        return [text]
    sides = [text[: match.start()].strip(), text[match.end() :].strip()]
    if not all(len(side.split()) >= _SHORTEST_CLAUSE and way(side).change for side in sides):
        return [text]
    if _NO_SUBJECT.match(sides[1]) or not parse_quantities(sides[0]):
        return [text]
    first, *rest = sides[1]
    return [sides[0].rstrip(",") + ".", *_contrasted(first.upper() + "".join(rest))]


def _split_lists(text: str) -> list[str]:
    for numbers in sorted(_number_lists(text), key=len, reverse=True):
        names = _nearest_names(text, numbers)
        if names is not None:
            return [_atom(text, names, numbers, rank, numbers[-1]) for rank in range(len(numbers))]
    return _split_pairs(text)


def _split_pairs(text: str) -> list[str]:
    """`8.2 points on SQuAD, 7.5 on MNLI`, or `SQuAD (8.2), MNLI (7.5)`, into one text a pair."""
    for pattern in (_NUMBER_THEN_NAME, _NAME_THEN_NUMBER):
        members = _longest_run(text, list(pattern.finditer(text)))
        if len(members) > 1:
            unit = members[0]["unit"] or ""
            start, end = members[0].start(), members[-1].end()
            return [text[:start] + _with_unit(member, unit) + text[end:] for member in members]
    return [text]


def _longest_run(text: str, members: list[re.Match[str]]) -> list[re.Match[str]]:
    best: list[re.Match[str]] = []
    run: list[re.Match[str]] = []
    for member in members:
        joined = run and _NUMBER_SEPARATOR.fullmatch(text, run[-1].end(), member.start())
        run = [*run, member] if joined else [member]
        best = max(best, run, key=len)
    return best


def _with_unit(member: re.Match[str], unit: str) -> str:
    printed = member.group()
    if member["unit"] or not unit:
        return printed
    place = member.end("number") - member.start()
    return printed[:place] + unit + printed[place:]


def _number_lists(text: str) -> list[list[Quantity]]:
    lists: list[list[Quantity]] = []
    current: list[Quantity] = []
    quantities = [quantity for quantity in parse_quantities(text) if quantity.qualifier != "range"]
    for left, right in pairwise(quantities):
        gap = text[left.end : right.start]
        if left.unit == right.unit and _NUMBER_SEPARATOR.fullmatch(gap):
            current = [*(current or [left]), right]
            continue
        lists, current = [*lists, current], []
    return [one for one in [*lists, current] if len(one) > 1]


def _nearest_names(text: str, numbers: list[Quantity]) -> list[tuple[int, int]] | None:
    """Spans of the names in the nearest list of as many names as there are numbers."""
    candidates = []
    for match in _NAME_LIST.finditer(text):
        if match.start() < numbers[-1].end and match.end() > numbers[0].start:
            continue
        spans = _members(text, match.start(), match.end())
        if len(spans) == len(numbers):
            distance = min(
                abs(match.end() - numbers[0].start), abs(match.start() - numbers[-1].end)
            )
            candidates.append((distance, spans))
    return min(candidates)[1] if candidates else None


def _members(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans = []
    # A sentence's first word is capitalised without being part of the name.
    opening = _OPENING.match(text, start, end)
    position = opening.end() if opening else start
    for match in _NAME_SEPARATOR.finditer(text, start, end):
        spans.append((position, match.start()))
        position = match.end()
    return [*spans, (position, end)]


def _atom(
    text: str,
    names: list[tuple[int, int]],
    numbers: list[Quantity],
    rank: int,
    last: Quantity,
) -> str:
    """`text` with both lists cut down to their members of one rank."""
    chosen = numbers[rank]
    number = text[chosen.start : chosen.end]
    if chosen is not last and not _unit_text(text, chosen):
        number += _unit_text(text, last)
    name = text[slice(*names[rank])]
    edits = sorted(
        [
            (names[0][0], names[-1][1], name),
            (numbers[0].start, last.end, number),
        ],
        reverse=True,
    )
    for start, end, replacement in edits:
        text = text[:start] + replacement + text[end:]
    return _RESPECTIVELY.sub("", text)


def _unit_text(text: str, quantity: Quantity) -> str:
    """What follows the digits of the last number: ` points`, `%`."""
    printed = text[quantity.start : quantity.end]
    match = re.match(r"[+\-−–]?\s?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?", printed)
    return printed[match.end() :] if match else ""
