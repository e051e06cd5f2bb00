"""The numbers that cells of a result table print."""

import re

_MARKUP = re.compile(
    r"\[/?(?:BOLD|ITALIC|EMPTY|CONTINUE)\]|\\(?:textbf|textit|underline|mathbf)|[{}$*†‡§]|<[^<>]{1,9}>"
)
_NUMBER = re.compile(
    r"(?P<sign>[-−–+])?\s?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"(?P<unit>\s?(?:[kKMB%×x](?![A-Za-z])))?"
)
_AFTER = re.compile(r"[\s%]*(?:(?:±|\+/-|\+-|\\pm|\()[\s\d.,±+\-−–%()]*|[↑↓]?)[\s%]*\Z")
_SCALE = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9}


def plain(text: str) -> str:
    """A cell or header without its markup: `[BOLD] 93.4` is `93.4`."""
    return " ".join(_MARKUP.sub(" ", text).split())


def parse_value(text: str) -> float | None:
    """The number of a cell, its first where a spread or a second figure in brackets follows.

    A cell that holds words, nothing, or a dash has none. `12,345`, `71.4 ± 0.3`, `93.4%`, `1.2M`
    and `[BOLD] 45` have one.
    """
    text = plain(text)
    match = _NUMBER.match(text)
    if match is None or not _AFTER.match(text, match.end()):
        return None
    value = float(match["digits"].replace(",", ""))
    value *= _SCALE.get((match["unit"] or "").strip(), 1.0)
    return -value if (match["sign"] or "+") in "-−–" else value


def decimals_of(text: str) -> int:
    """How many decimals a cell prints."""
    match = _NUMBER.match(plain(text))
    return len(match["digits"].partition(".")[2]) if match else 0
