"""Pieces of text that know where they came from, and their way into normalised text and back.

A reader hands over pieces in reading order; `join` puts them into normal form and keeps, in
compact runs, which characters of the result stand for which characters of the raw files.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from litreview.schema import Document, RawSpan

# Format characters (category Cf) show nothing: soft hyphens, joiners, marks of direction.
_WORD = re.compile(
    r"(?P<space>[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+)"
    r"|(?P<silent>[\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd"
    r"\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
    r"\U000e0020-\U000e007f]+)"
    r"|(?P<word>[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff\xad\u0600-\u0605\u061c\u06dd\u070f\u0890"
    r"\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0001\U000e0020-\U000e007f]+)"
)


class Piece(NamedTuple):
    """Text from a raw file.

    `copied` says that the text is the file's own characters at [start, end); otherwise they were
    put in other words there. `file` is None for text that stands nowhere. `keys` are those of a
    citation mark; `bold` holds in table cells.
    """

    text: str
    file: str | None = None
    start: int = 0
    end: int = 0
    copied: bool = False
    keys: tuple[str, ...] = ()
    bold: bool = False


@dataclass
class Runs:
    """Where stretches of a text stand in one raw file; see `litreview.schema.RawFile`."""

    copied: list[tuple[int, int, int]] = field(default_factory=list)
    rendered: list[tuple[int, int, int, int]] = field(default_factory=list)

    def copy(self, start: int, raw_start: int, length: int) -> None:
        """Add a run of equal characters; one that goes on from the last is joined to it."""
        if self.copied:
            last_start, last_raw, last_length = self.copied[-1]
            if last_start + last_length == start and last_raw + last_length == raw_start:
                self.copied[-1] = (last_start, last_raw, last_length + length)
                return
        self.copied.append((start, raw_start, length))

    def render(self, start: int, origin: Piece, length: int) -> None:
        """Add a run of other characters; one of the same origin is joined to it."""
        raw_length = origin.end - origin.start
        if self.rendered:
            last_start, raw_start, last_length, last_raw_length = self.rendered[-1]
            same = (raw_start, last_raw_length) == (origin.start, raw_length)
            if same and last_start + last_length == start:
                self.rendered[-1] = (last_start, raw_start, last_length + length, raw_length)
                return
        self.rendered.append((start, origin.start, length, raw_length))

    def shifted(self, by: int) -> "Runs":
        """The same runs in a text before which `by` characters were put."""
        return Runs(
            [(start + by, *rest) for start, *rest in self.copied],
            [(start + by, *rest) for start, *rest in self.rendered],
        )


@dataclass(frozen=True)
class Aligned:
    """Normalised text with its runs by file and its citation marks `(start, end, keys)`."""

    text: str
    runs: dict[str, Runs]
    marks: list[tuple[int, int, tuple[str, ...]]]


def normalise(text: str) -> str:
    """Unicode NFC; white space and control characters as one space, format characters dropped."""
    return join([Piece(text)]).text


def join(pieces: Iterable[Piece]) -> Aligned:
    """Pieces in reading order as normalised text, aligned with the raw files.

    White space at both ends is dropped, and what is left of it within shrinks to one space.
    """
    joiner = _Joiner()
    for piece in pieces:
        joiner.add(piece)
    return joiner.result()


class _Joiner:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.runs: dict[str, Runs] = {}
        self.marks: list[tuple[int, int, tuple[str, ...]]] = []
        self.space: Piece | None = None

    def add(self, piece: Piece) -> None:
        begin = None
        for match in _WORD.finditer(piece.text):
            part = piece
            if piece.copied:
                first = piece.start + match.start()
                part = piece._replace(start=first, end=first + match.end() - match.start())
            if match.lastgroup == "space":
                # The first of several spaces stands for all; one before any word, for none.
                self.space = self.space or (part if self.length else None)
            elif match.lastgroup == "word":
                self.put_space()
                begin = self.length if begin is None else begin
                self.put(match.group(), part)
        if piece.keys and begin is not None:
            self.marks.append((begin, self.length, piece.keys))

    def put_space(self) -> None:
        space, self.space = self.space, None
        if space is not None:
            # Of a run of spaces, the file's first stands for them.
            if space.copied:
                space = space._replace(end=space.start + 1)
            self.put(" ", space)

    def put(self, word: str, origin: Piece) -> None:
        composed = unicodedata.normalize("NFC", word)
        self.parts.append(composed)
        if origin.file is not None:
            runs = self.runs.setdefault(origin.file, Runs())
            if origin.copied and composed == word:
                runs.copy(self.length, origin.start, len(word))
            else:
                runs.render(self.length, origin, len(composed))
        self.length += len(composed)

    def result(self) -> Aligned:
        text = "".join(self.parts)
        composed = unicodedata.normalize("NFC", text)
        if composed == text:
            return Aligned(text, self.runs, self.marks)
        # A combining sign opened a piece: rare enough to be told by paragraph only.
        spans = {name: _extent(runs) for name, runs in self.runs.items()}
        runs = {
            name: Runs(rendered=[(0, start, len(composed), end - start)])
            for name, (start, end) in spans.items()
        }
        marks = [(0, len(composed), keys) for _, _, keys in self.marks]
        return Aligned(composed, runs, marks)


def _extent(runs: Runs) -> tuple[int, int]:
    spans = [(raw, raw + length) for _, raw, length in runs.copied]
    spans += [(raw, raw + length) for _, raw, _, length in runs.rendered]
    return min(start for start, _ in spans), max(end for _, end in spans)


def raw_spans(document: Document, start: int, end: int) -> list[RawSpan]:
    """Where `document.text[start:end]` stands in the raw files.

    Parameters
    ----------
    document : Document
    start, end : int
        Half-open character span in `document.text`.

    Returns
    -------
    list of RawSpan
        In each file that the stretch touches, the least span that holds all of it; empty for text
        that stands in no file (a digest). Read as the document was, the span gives the stretch.
    """
    found = []
    for raw in document.raw_files:
        spans = [*_copied_within(raw.copied, start, end), *_within(raw.rendered, start, end)]
        if spans:
            low, high = min(low for low, _ in spans), max(high for _, high in spans)
            found.append(RawSpan(file=raw.name, start=low, end=high))
    return found


def _copied_within(
    runs: list[tuple[int, int, int]], start: int, end: int
) -> Iterable[tuple[int, int]]:
    for run_start, raw_start, length in runs:
        low, high = max(start, run_start), min(end, run_start + length)
        if low < high:
            yield raw_start + low - run_start, raw_start + high - run_start


def _within(
    runs: list[tuple[int, int, int, int]], start: int, end: int
) -> Iterable[tuple[int, int]]:
    for run_start, raw_start, length, raw_length in runs:
        if run_start < end and start < run_start + length:
            yield raw_start, raw_start + raw_length
