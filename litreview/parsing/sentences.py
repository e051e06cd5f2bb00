"""Sentences of running text, by rules that know how papers abbreviate."""

import re

# What stands before its noun or number and never ends a sentence.
_NEVER_FINAL = re.compile(
    r"e\.g|i\.e|cf|vs|viz|figs?|eqs?|secs?|sect|tabs?|refs?|nos?|vol|ch|appx?|def|thm|lem|prop|alg|"
    r"dr|prof|mrs?|ms|st|pp?|approx|ca|incl|excl|resp|w\.r\.t|a\.k\.a|dept|univ|eds?|est"
)
# What may end a sentence: it does when a word follows that opens sentences.
_SOMETIMES_FINAL = re.compile(r"al|pts|etc|inc|ltd|co|corp|jr|sr|i\.i\.d|avg|max|min|dev")
_OPENERS = re.compile(
    r"We|The|This|These|Those|Our|In|It|However|Moreover|They|For|On|To|An?|Here|There|As|At|By|"
    r"When|While|Although|If|Both|All|Each|Finally|First|Second|Further|Thus|Hence"
)
_BOUNDARY = re.compile(r"(?:[.!?]+[)\]\"'’”]*(?=\s)|[。！？]+)")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_LAST_TOKEN = re.compile(r"[\w.]+\Z")
_FIRST_WORD = re.compile(r"[\s(\[\"'“‘]*([\w.-]+)")
_LIST_MARKER = re.compile(r"\(?\d{1,2}\Z")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Cut `text` into sentences.

    Parameters
    ----------
    text : str
        Running text; a blank line always ends a sentence, a single line break never does.

    Returns
    -------
    list of (int, int)
        Half-open character spans in order. They do not overlap, none is empty or begins or ends
        with white space, and what lies between them is white space only.
    """
    spans = []
    start = 0
    for paragraph_end, next_start in _paragraphs(text):
        spans += _sentences_within(text, start, paragraph_end)
        start = next_start
    return spans


def _paragraphs(text: str) -> list[tuple[int, int]]:
    breaks = [(match.start(), match.end()) for match in _PARAGRAPH.finditer(text)]
    return [*breaks, (len(text), len(text))]


def _sentences_within(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans = []
    begin = start
    for match in _BOUNDARY.finditer(text, start, end):
        if match.end() < end and _is_final(text, begin, match, end):
            spans.append(_trimmed(text, begin, match.end()))
            begin = match.end()
    spans.append(_trimmed(text, begin, end))
    return [span for span in spans if span[0] < span[1]]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))


def _is_final(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    """Whether the punctuation at `match` ends the sentence that begins at `begin`."""
    if match.group()[0] in "。！？":
        return True
    # A window keeps the cost linear on a line of a megabyte.
    following = _FIRST_WORD.match(text, match.end(), min(end, match.end() + 80))
    word = following.group(1) if following else ""
    if _opens_in_lower_case(word):
        return False
    before = text[max(begin, match.start() - 20) : match.start()]
    if match.group()[0] != ".":
        return True
    if _LIST_MARKER.fullmatch(before.strip()) and match.start() - begin <= 4:
        return False
    token = _LAST_TOKEN.search(before)
    return token is None or _allows_end(token.group(), word)


def _opens_in_lower_case(word: str) -> bool:
    """True for `tasks`; false for `mT5` and `mBERT`, which open sentences as they are."""
    return word[:1].islower() and not any(letter.isupper() for letter in word[:4])


def _allows_end(token: str, word: str) -> bool:
    """Whether a full stop after `token` can end a sentence when `word` comes next."""
    name = token.strip(".").lower()
    if _NEVER_FINAL.fullmatch(name):
        # "No." before anything but a number is an answer, not "number".
        return name in ("no", "nos") and not word[:1].isdigit()
    initial = len(name) == 1 and token[0].isupper()
    if initial or _SOMETIMES_FINAL.fullmatch(name):
        return _OPENERS.fullmatch(word) is not None
    return True
