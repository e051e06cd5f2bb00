"""From a tree of markup to paragraphs, tables and captions: what HTML and JATS have in common."""

import re
from abc import ABC, abstractmethod

from litreview.parsing.alignment import Piece, join
from litreview.parsing.document import BODY, RawText, Reading
from litreview.parsing.encodings import decode
from litreview.parsing.identifiers import make_reference
from litreview.parsing.markup import Element, parse_markup
from litreview.parsing.tables import MAX_COLUMNS, MAX_ROWS, Carried, GridCell, Row, make_table
from litreview.schema import RawSpan

MAX_BYTES = 20_000_000

_BOLD_TAGS = frozenset(("b", "strong", "bold"))
_BETWEEN_CITATIONS = re.compile(r"[\s,;–—-]{0,6}\Z")
_LOOSE = "#text"
_SCRIPT = re.compile(r"[\d+−-]")


def open_markup(reading: Reading, content: bytes, file: str, what: str, *, xml: bool) -> Element:
    """The tree of a file, cut to `MAX_BYTES`; its text is noted in the reading."""
    if len(content) > MAX_BYTES:
        reading.warn(f"{what} cut at {MAX_BYTES} bytes")
        content = content[:MAX_BYTES]
    text, encoding = decode(content)
    reading.raw[file] = RawText(text, encoding)
    return parse_markup(text, file, xml=xml)


class MarkupWalker(ABC):
    """Visits blocks in document order; iterative, so that deep nesting cannot end the run.

    A format says in its subclass what its elements mean.
    """

    blocks: frozenset[str]
    """Tags of paragraphs."""

    captions: frozenset[str]
    """Tags of captions within figures and tables."""

    def __init__(self, reading: Reading, file: str) -> None:
        self.reading = reading
        self.file = file
        self.notes: list[Element] = []

    inline: frozenset[str]
    """Tags within running text."""

    @abstractmethod
    def skipped(self, element: Element) -> bool:
        """Whether nothing below an element is read."""

    @abstractmethod
    def structure(self, element: Element, path: tuple[str, ...]) -> tuple[str, ...] | None:
        """The headings over the element's children, or None for one that is used up here."""

    @abstractmethod
    def is_float(self, element: Element) -> bool:
        """Whether an element is a figure or a table."""

    @abstractmethod
    def is_note(self, element: Element) -> bool:
        """Whether an element is a footnote, which follows the paragraph that it stands in."""

    @abstractmethod
    def reads_loose(self, element: Element) -> bool:
        """Whether text that stands directly in an element, outside paragraphs, is read."""

    @abstractmethod
    def replacement(self, element: Element) -> list[Piece] | None:
        """What stands for an element in running text; None for its own content."""

    def walk(self, root: Element) -> None:
        """Read everything below an element."""
        pending: list[tuple[Element, tuple[str, ...]]] = [(root, (BODY,))]
        while pending:
            item, path = pending.pop()
            if self.skipped(item):
                continue
            if self.is_float(item):
                self.float(item, path)
            elif item.tag == _LOOSE or (item.tag in self.blocks and not self.holds_blocks(item)):
                self.paragraph(item, path)
            else:
                below = self.structure(item, path)
                if below is not None:
                    pending.extend((child, below) for child in reversed(self.parts(item)))

    def parts(self, element: Element) -> list[Element]:
        """The elements below one, with text that stands between them as elements too."""
        parts: list[Element] = []
        loose: list[Element | Piece] = []
        for child in [*element.children, Element("")]:
            if isinstance(child, Piece) or child.tag in self.inline:
                loose.append(child)
                continue
            if self.reads_loose(element) and any(_says(one) for one in loose):
                parts.append(Element(_LOOSE, children=loose))
            else:
                parts += [one for one in loose if isinstance(one, Element)]
            loose = []
            parts.append(child)
        return parts[:-1]

    def holds_blocks(self, element: Element) -> bool:
        """Whether an element has to be looked into for paragraphs, tables or figures."""
        pending: list[Element | Piece] = list(element.children)
        while pending:
            one = pending.pop()
            if isinstance(one, Piece) or self.is_note(one):
                continue
            if one.tag in self.blocks or self.is_float(one):
                return True
            pending.extend(one.children)
        return False

    def paragraph(self, element: Element, path: tuple[str, ...]) -> None:
        """Add an element's text, and after it the footnotes that it holds."""
        self.reading.add(path, self.pieces(element))
        self.add_notes(path)

    def add_notes(self, path: tuple[str, ...]) -> None:
        """Add the footnotes met since the last paragraph, and theirs."""
        while self.notes:
            self.reading.add(path, self.pieces(self.notes.pop(0)))

    def float(self, element: Element, path: tuple[str, ...]) -> None:
        """Read the tables of a figure or table, and its caption."""
        tables = _outermost(element, "table")
        captions = [one for one in element.elements() if one.tag in self.captions]
        caption = [piece for one in captions for piece in [*self.pieces(one), Piece(" ")]]
        text = join(caption).text
        made = []
        for rows in (self.rows(one) for one in tables):
            table = make_table(len(self.reading.tables) + 1, text, rows)
            if table is not None:
                self.reading.tables.append(table)
                made.append(table.table_id)
        kind = "table" if tables else "figure"
        self.reading.add(path, caption, caption=kind, table_ids=tuple(made))
        self.add_notes(path)

    def text(self, element: Element) -> str:
        """An element's text in normal form."""
        return join(self.pieces(element)).text

    def pieces(self, element: Element) -> list[Piece]:
        """An element's text with formulas, citations and references replaced."""
        pieces: list[Piece] = []
        pending: list[Element | Piece] = list(reversed(element.children))
        while pending:
            item = pending.pop()
            if isinstance(item, Piece):
                pieces.append(item)
                continue
            if self.skipped(item):
                continue
            if self.is_note(item):
                self.notes.append(item)
                continue
            replaced = self.replacement(item)
            if replaced is not None:
                pieces += replaced
                continue
            if item.tag in self.blocks or item.tag == "title":
                pieces.append(Piece(" "))
            elif item.tag in ("sup", "sub") and self.is_number(item):
                sign = "^" if item.tag == "sup" else "_"
                pieces.append(Piece(sign, self.file, item.outer_start, item.start))
            pending.extend(reversed(item.children))
        return merge_citations(pieces)

    def is_number(self, element: Element) -> bool:
        """Whether a raised or lowered element is a number (10<sup>-5</sup> is 10^-5)."""
        for _ in range(5):
            first = element.children[0] if element.children else None
            if isinstance(first, Piece):
                return _SCRIPT.match(first.text) is not None
            if first is None or self.replacement(first) is not None:
                return False
            element = first
        return False

    def rows(self, table: Element) -> list[Row]:
        """The grid of a table element, spans filled in; tables within cells are text."""
        rows: list[Row] = []
        carried = Carried()
        for line, in_head in _lines(table)[:MAX_ROWS]:
            cells: list[GridCell] = []
            entries = [one for one in line.children if _is_cell(one)]
            for entry in entries:
                _fill(cells, carried)
                cell = self.cell(entry)
                for _ in range(min(cell.column_span, MAX_COLUMNS - len(cells))):
                    carried.reach(len(cells), cell)
                    cells.append(cell)
            _fill(cells, carried)
            rows.append(Row(tuple(cells), head=in_head or _all_heads(entries)))
        return rows

    def cell(self, entry: Element) -> GridCell:
        """One td or th."""
        bold = any(
            one.tag in _BOLD_TAGS
            or "ltx_font_bold" in one.classes
            or "mathbf" in one.attributes.get("alttext", "")
            for one in entry.elements()
        )
        return GridCell(
            self.text(entry),
            row_span=_span(entry, "rowspan"),
            column_span=_span(entry, "colspan"),
            bold=bold,
            raw=RawSpan(file=self.file, start=entry.start, end=entry.end),
        )

    def reference(self, key: str, element: Element) -> None:
        """Add an entry of the bibliography."""
        links = [one.attributes.get("href", "") for one in element.elements()]
        links += [
            f"{one.attributes['pub-id-type']}:{loose_text(one).strip()}"
            for one in element.elements()
            if "pub-id-type" in one.attributes
        ]
        text = " ".join(loose_text(element).split())
        self.reading.references.append(make_reference(key, text, links))


def loose_text(element: Element) -> str:
    """All that stands in an element, as it stands."""
    parts: list[str] = []
    pending: list[Element | Piece] = [element]
    while pending:
        item = pending.pop()
        if isinstance(item, Piece):
            parts.append(item.text)
        else:
            parts.append(" ")
            pending.extend(reversed(item.children))
    return "".join(parts)


def _says(item: Element | Piece) -> bool:
    return isinstance(item, Piece) and bool(item.text.strip())


def _outermost(element: Element, tag: str) -> list[Element]:
    """Elements of a tag that stand in no other one of it."""
    found: list[Element] = []
    pending = [element]
    while pending:
        item = pending.pop()
        if item.tag == tag:
            found.append(item)
        else:
            pending.extend(one for one in reversed(item.children) if isinstance(one, Element))
    return found


def _lines(table: Element) -> list[tuple[Element, bool]]:
    """Rows of a table, not of the tables within it, and whether they stand in its head."""
    lines: list[tuple[Element, bool]] = []
    pending: list[tuple[Element | Piece, bool]] = [(one, False) for one in reversed(table.children)]
    while pending:
        item, in_head = pending.pop()
        if isinstance(item, Piece) or item.tag == "table":
            continue
        if item.tag == "tr":
            lines.append((item, in_head))
            continue
        pending.extend((one, in_head or item.tag == "thead") for one in reversed(item.children))
    return lines


def _is_cell(item: Element | Piece) -> bool:
    return isinstance(item, Element) and item.tag in ("td", "th")


def _all_heads(entries: list) -> bool:
    """Whether a row of cells is marked as head: all that say something do it as column heads."""
    telling = [one for one in entries if one.children]
    return bool(telling) and all(
        one.tag == "th" and "ltx_th_row" not in one.classes for one in telling
    )


def _fill(cells: list[GridCell], carried: Carried) -> None:
    """Append what a cell above spans down into the next columns."""
    while len(cells) < MAX_COLUMNS and (cell := carried.take(len(cells))) is not None:
        cells.append(cell)


def _span(entry: Element, name: str) -> int:
    value = entry.attributes.get(name, "1")
    return min(100, max(1, int(value))) if value.isdecimal() and len(value) < 4 else 1


def merge_citations(pieces: list[Piece]) -> list[Piece]:
    """Make `[`, citations and commas, `]` one mark, as other formats have it."""
    merged: list[Piece] = []
    opened: int | None = None
    for piece in pieces:
        if opened is not None and not piece.keys and piece.text.lstrip().startswith("]"):
            group = merged[opened + 1 :]
            if group and any(one.keys for one in group):
                merged[opened:] = _closed(merged[opened], group, piece)
                # What follows the bracket may open the next one.
                opened = len(merged) - 1 if merged[-1].text.rstrip().endswith("[") else None
                continue
            opened = None
        elif not piece.keys and piece.text.rstrip().endswith("["):
            opened = len(merged)
        elif opened is not None and not piece.keys and not _BETWEEN_CITATIONS.match(piece.text):
            opened = None
        merged.append(piece)
    return merged


def _closed(before: Piece, group: list[Piece], after: Piece) -> list[Piece]:
    """What stands before the bracket, the one mark, and what stands after it."""
    left = before.text.rstrip()[:-1]
    lead = len(after.text) - len(after.text.lstrip()) + 1
    mark = Piece(
        "[cite]",
        before.file,
        before.start + len(left),
        after.start + lead,
        keys=tuple(key for one in group for key in one.keys),
    )
    return [
        before._replace(text=left, end=before.start + len(left)),
        mark,
        after._replace(text=after.text[lead:], start=after.start + lead),
    ]
