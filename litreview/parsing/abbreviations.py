"""Short forms and the words that define them, "natural language inference (NLI)".

The method is that of Schwartz and Hearst (A simple algorithm for identifying abbreviation
definitions in biomedical text, PSB 2003): a candidate stands in parentheses after (or before) its
long form, and each of its letters is found, from the right, in the words beside it, the first at
the beginning of a word.
"""

import re
from collections.abc import Iterable

from litreview.schema import Abbreviation

MAX_SENTENCE = 5_000
_PARENTHESIS = re.compile(r"\(([^()]{2,120})\)")
_SHORT = re.compile(r"[A-Za-z\d][\w./&+-]{0,9}(?:\s[\w./&+-]{1,9})?\Z")
_TAIL = re.compile(r"[;,]\s.*\Z", re.DOTALL)
_SHORT_BEFORE = re.compile(r"([A-Za-z\d][\w./&+-]{1,9})\s\Z")


def find_abbreviations(text: str, sentences: Iterable[tuple[int, int]]) -> list[Abbreviation]:
    """Definitions in the order of the text, the first of each short form.

    Parameters
    ----------
    text : str
    sentences : iterable of (int, int)
        Spans of its sentences; a definition does not cross them. Of a sentence beyond
        `MAX_SENTENCE` characters only the beginning is searched.
    """
    found: dict[str, Abbreviation] = {}
    for start, end in sentences:
        for match in _PARENTHESIS.finditer(text, start, min(end, start + MAX_SENTENCE)):
            definition = _definition(text, start, match)
            if definition is not None:
                found.setdefault(definition.short, definition)
    return list(found.values())


def _definition(text: str, start: int, match: re.Match[str]) -> Abbreviation | None:
    inside = _TAIL.sub("", match.group(1)).strip()
    if _is_short(inside):
        begin = _long_form(inside, text, start, match.start())
        if begin is not None:
            long = text[begin : match.start()].rstrip()
            return Abbreviation(short=inside, long=long, start=begin, end=begin + len(long))
    before = _SHORT_BEFORE.search(text, max(start, match.start() - 12), match.start())
    if before and _is_short(before.group(1)) and " " in inside:
        return _reversed(text, before.group(1), inside, match.start(1))
    return None


def _is_short(candidate: str) -> bool:
    """2 to 10 characters in at most two words, with a capital, beginning with a letter or digit."""
    letters = any(letter.isupper() for letter in candidate)
    return letters and 2 <= len(candidate) <= 10 and _SHORT.match(candidate) is not None


def _reversed(text: str, short: str, long: str, position: int) -> Abbreviation | None:
    start = text.find(long, position)
    begin = _long_form(short, text, start, start + len(long))
    if begin != start:
        return None
    return Abbreviation(short=short, long=long, start=start, end=start + len(long))


def _long_form(short: str, text: str, start: int, end: int) -> int | None:
    """Where the long form of `short` that ends at `end` begins, not before `start`, or None."""
    words = min(len(short) + 5, len(short) * 2)
    begin = _words_before(text, start, end, words)
    position = end
    for index in range(len(short) - 1, -1, -1):
        letter = short[index].lower()
        if not letter.isalnum():
            continue
        position -= 1
        while position >= begin and not (
            text[position].lower() == letter and (index > 0 or _opens_word(text, position, begin))
        ):
            position -= 1
        if position < begin:
            return None
    long = text[position:end].strip()
    if len(long) <= len(short) or short.lower() in long.lower().split():
        return None
    # A long form is words, not a stretch with marks and brackets.
    return None if re.search(r"[()\[\];:]", long) else position


def _opens_word(text: str, position: int, begin: int) -> bool:
    return position == begin or not text[position - 1].isalnum()


def _words_before(text: str, start: int, end: int, count: int) -> int:
    words = list(re.finditer(r"\S+", text[max(start, end - 400) : end]))
    if not words:
        return end
    return max(start, end - 400) + words[-min(count, len(words))].start()
