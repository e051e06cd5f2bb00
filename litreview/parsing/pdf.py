"""Text of a PDF, the last resort: no tables, and only what the file says its letters are."""

import io
import logging
import re
import time

from litreview.parsing.alignment import Piece
from litreview.parsing.document import BODY, RawText, Reading
from litreview.parsing.identifiers import make_reference

MAX_PAGES = 200
MAX_CHARACTERS = 3_000_000
MAX_SECONDS = 45.0

_HEADING = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2}){0,2}\.?\s{1,4})?(?:[A-Z][\w’'-]{0,40})(?:\s{1,4}[\w’':&-]{1,40}){0,7}\Z"
)
_KNOWN = re.compile(
    r"(?:\d{1,2}\.?\s{1,4})?(Abstract|Introduction|Related Work|Background|Methods?|Methodology|"
    r"Experiments?|Experimental Setup|Results?|Discussion|Analysis|Conclusions?|Limitations|"
    r"References|Bibliography|Appendix)\Z",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,2}\.?\s{1,4}[A-Z]")
_LINE = re.compile(r"[^\n]*\n?")
_ENTRY = re.compile(r"\s{0,4}\[(\w{1,12})\]\s")


def read_pdf(content: bytes) -> Reading:
    """Read the text layer of a PDF, page by page.

    Each page is a raw file of its own, `page 1` and so on: the text that pypdf finds on it. The
    reading is empty for a file that cannot be opened, is encrypted, or holds no text (a scan).
    """
    reading = Reading()
    pages = _text_layer(content, reading)
    if sum(len(page.strip()) for page in pages) < 100:
        reading.warn("the PDF has no text layer (a scan?)")
        return reading
    reading.raw = {
        f"page {number}": RawText(page, "pypdf") for number, page in enumerate(pages, start=1)
    }
    writer = _Writer(reading)
    for name, page in reading.raw.items():
        for match in _LINE.finditer(page.text):
            writer.line(Piece(match.group(), name, match.start(), match.end(), copied=True))
    writer.end()
    return reading


def _text_layer(content: bytes, reading: Reading) -> list[str]:
    from pypdf import PdfReader  # here, for it loads slowly and only a PDF needs it

    # pypdf reports every oddity of a damaged file; the warnings below say what matters.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    pages: list[str] = []
    length = 0
    deadline = time.monotonic() + MAX_SECONDS
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        # Many files are encrypted with an empty password, only to forbid copying.
        if reader.is_encrypted and not reader.decrypt(""):
            reading.warn("the PDF is encrypted")
            return []
        for number, page in enumerate(reader.pages, start=1):
            if number > MAX_PAGES or length > MAX_CHARACTERS or time.monotonic() > deadline:
                reading.warn(f"the PDF was read up to page {number - 1} only (size or time)")
                break
            pages.append(page.extract_text()[:MAX_CHARACTERS])
            length += len(pages[-1])
    except Exception as error:
        reading.warn(f"not readable as PDF after page {len(pages)} ({type(error).__name__})")
    return pages


class _Writer:
    """Lines of a text layer to paragraphs, with a new one after each heading and blank line."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.section = BODY
        self.pieces: list[Piece] = []
        self.key = ""

    def line(self, line: Piece) -> None:
        """Take one line."""
        text = line.text.strip()
        if not text:
            self.end()
        elif _is_heading(text):
            self.end()
            self.section = re.sub(r"\A[\d.]+\s+", "", text)
        else:
            entry = _ENTRY.match(line.text) if self.in_references else None
            if entry:
                self.end()
                self.key = entry.group(1)
            self.append(line, text)

    @property
    def in_references(self) -> bool:
        """Whether entries of the bibliography are read."""
        return self.section.lower() in ("references", "bibliography")

    def append(self, line: Piece, text: str) -> None:
        """Add a line; a word broken by a hyphen is put together again."""
        last = self.pieces[-1] if self.pieces else None
        if last is not None and text[0].islower():
            stripped = last.text.rstrip()
            if stripped[-1:] in "-\u00ad" and stripped[-2:-1].isalpha():
                kept = stripped[:-1]
                self.pieces[-1] = last._replace(text=kept, end=last.start + len(kept))
        self.pieces.append(line)

    def end(self) -> None:
        """End a paragraph, or an entry of the bibliography."""
        pieces, self.pieces = self.pieces, []
        if not self.in_references:
            self.reading.add(self.section, pieces)
        elif self.key:
            text = " ".join("".join(piece.text for piece in pieces).split())
            self.reading.references.append(make_reference(self.key, text))
            self.key = ""


def _is_heading(line: str) -> bool:
    if len(line) > 80 or not line:
        return False
    return bool(_KNOWN.match(line) or (_NUMBERED.match(line) and _HEADING.match(line)))
