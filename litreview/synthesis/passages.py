"""The text of a report as its reviewers read it."""

import unicodedata
from typing import Any

from litreview.synthesis.model import Bullets, Content, Paragraph, Runs, Section

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\N{NO-BREAK SPACE}": " "})
LONGEST_SHOWN = 120
"""Characters of a passage that the words of a fault repeat."""


def plain(text: str) -> str:
    """Text for comparison: one space for several, straight quotes, one form of each character."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_QUOTES).split())


def plain_runs(runs: Runs) -> str:
    """Runs as plain text for comparison."""
    return plain("".join(run.text for run in runs))


def brief(text: str) -> str:
    """The text, shortened to `LONGEST_SHOWN` characters."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def passages_of(section: Section) -> list[Runs]:
    """Paragraphs and points of a section."""
    found: list[Runs] = []
    for block in section.blocks:
        if isinstance(block, Paragraph):
            found.append(block.runs)
        elif isinstance(block, Bullets):
            found += block.items
    return found


def blocks_of(content: Content, kinds: type | tuple[type, ...]) -> list[Any]:
    """Blocks of some kinds, in their order."""
    return [
        block
        for section in content.sections
        for block in section.blocks
        if isinstance(block, kinds)
    ]
