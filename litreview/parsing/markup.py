"""HTML and XML to a tree that knows where each part stands in the file.

A tolerant reader of tags and text, and nothing more: there is no DTD, no entity but the characters
that HTML names, no network. An entity bomb is a few odd words here. Every step goes forward, so
the work grows with the length of the file whatever it holds; nothing recurses.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from litreview.parsing.alignment import Piece
from litreview.parsing.names import names

MAX_ELEMENTS = 1_000_000

_SIGN = re.compile(r"<(?=[A-Za-z!?]|/[A-Za-z])")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:_-]{0,60})")
_ATTRIBUTE = re.compile(
    r"[\s/]*+([^\s=>/\"'<]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"']++)))?"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_VOID = names("area base br col embed hr img input link meta source track wbr")
_RAW_TEXT = frozenset(("script", "style", "textarea"))
_BLOCKS = names("p div section article table figure ul ol dl h1 h2 h3 h4 h5 h6 blockquote pre")
_CELLS = frozenset(("td", "th", "caption"))


@dataclass(slots=True)
class Element:
    """A tag with what it holds.

    [start, end) is its content in the file, [outer_start, outer_end) the same with its tags.
    """

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | Piece]" = field(default_factory=list)
    start: int = 0
    end: int = 0
    outer_start: int = 0
    outer_end: int = 0

    @property
    def classes(self) -> set[str]:
        """Names in the attribute `class`."""
        return set(self.attributes.get("class", "").split())

    def elements(self) -> "Iterator[Element]":
        """The element and all below it, in document order."""
        pending = [self]
        while pending:
            element = pending.pop()
            yield element
            pending.extend(one for one in reversed(element.children) if isinstance(one, Element))

    def find(self, *tags: str) -> "Element | None":
        """The first element below (or itself) with one of the tags."""
        return next((one for one in self.elements() if one.tag in tags), None)


def parse_markup(text: str, file: str, *, xml: bool) -> Element:
    """Tree of a file's text; the root has the tag `""`.

    Parameters
    ----------
    text : str
    file : str
        Name to put into the pieces.
    xml : bool
        As XML, every tag closes itself or is closed; as HTML, `<p>`, `<li>`, `<td>` and the like
        end where the next begins, and scripts are not looked into.
    """
    return _Parser(text, file, xml).parse()


class _Parser:
    def __init__(self, text: str, file: str, xml: bool) -> None:
        self.text = text
        self.file = file
        self.xml = xml
        self.root = Element("", end=len(text))
        self.stack = [self.root]
        # Open tags by name; a cell begins a scope that no stray end tag can leave.
        self.scopes: list[Counter[str]] = [Counter()]
        self.elements = 0
        self.missing: set[str] = set()

    def parse(self) -> Element:
        position = 0
        while position < len(self.text):
            found = _SIGN.search(self.text, position)
            sign = found.start() if found else len(self.text)
            self.characters(position, sign)
            position = self.tag(sign) if sign < len(self.text) else sign
        while len(self.stack) > 1:
            self.close(len(self.text))
        return self.root

    def find(self, wanted: str, start: int) -> int:
        """`str.find`, which looks for what is missing once only."""
        if wanted in self.missing:
            return -1
        found = self.text.find(wanted, start)
        if found < 0:
            self.missing.add(wanted)
        return found

    def tag(self, position: int) -> int:
        """Take what begins with `<`; returns where to go on."""
        for opening, closing in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", ">"), ("<!", ">")):
            if self.text.startswith(opening, position):
                return self.declaration(position, opening, closing)
        match = _TAG.match(self.text, position)
        if match is None or self.elements >= MAX_ELEMENTS:
            self.characters(position, position + 1)
            return position + 1
        name = match.group(2).lower()
        if match.group(1):
            end = self.find(">", match.end())
            end = match.end() if end < 0 else end + 1
            self.close_tag(name, position, end)
            return end
        return self.open_tag(name, match.end(), position)

    def declaration(self, position: int, opening: str, closing: str) -> int:
        begin = position + len(opening)
        if opening == "<!" and self.text[begin : begin + 7].upper() == "DOCTYPE":
            bracket, end = self.find("[", begin), self.find(">", begin)
            if 0 <= bracket < end:
                closing = "]>"
        end = self.find(closing, begin)
        if end < 0:
            return begin
        if opening == "<![CDATA[":
            self.stack[-1].children.append(
                Piece(self.text[begin:end], self.file, position, end + len(closing))
            )
        return end + len(closing)

    def open_tag(self, name: str, position: int, tag_start: int) -> int:
        attributes: dict[str, str] = {}
        while match := _ATTRIBUTE.match(self.text, position):
            value = next((one for one in match.groups()[1:] if one is not None), "")
            attributes.setdefault(match.group(1).lower(), html.unescape(value))
            position = match.end()
        end = position
        while end < len(self.text) and self.text[end] in " \t\r\n/\"'=":
            end += 1
        closed = "/" in self.text[position:end] or (not self.xml and name in _VOID)
        if self.text.startswith(">", end):
            end += 1
        self.open(Element(name, attributes, start=end, outer_start=tag_start), tag_start)
        if closed:
            self.close(end)
        elif not self.xml and name in _RAW_TEXT:
            return self.raw_text(name, end)
        return end

    def raw_text(self, name: str, position: int) -> int:
        """Pass over a script; one that never ends is taken for text."""
        end = self.find(f"</{name}", position)
        self.close(position)
        return position if end < 0 else end

    def open(self, element: Element, position: int) -> None:
        if not self.xml:
            while self.stack[-1].tag in _ended_by(element.tag):
                self.close(position)
        self.stack[-1].children.append(element)
        self.stack.append(element)
        self.elements += 1
        self.scopes[-1][element.tag] += 1
        if element.tag in _CELLS:
            self.scopes.append(Counter())

    def close(self, position: int, after: int | None = None) -> None:
        element = self.stack.pop()
        element.end, element.outer_end = position, after or position
        if element.tag in _CELLS:
            self.scopes.pop()
        self.scopes[-1][element.tag] -= 1

    def close_tag(self, name: str, position: int, after: int) -> None:
        scopes = self.scopes if name in ("table", "tr", *_CELLS) else self.scopes[-1:]
        if not any(scope.get(name) for scope in scopes[-4:]):
            return
        while self.stack[-1].tag != name:
            self.close(position)
        self.close(position, after)

    def characters(self, start: int, end: int) -> None:
        position = start
        children = self.stack[-1].children
        for match in _ENTITY.finditer(self.text, start, end):
            character = html.unescape(match.group())
            if character == match.group():
                continue
            if position < match.start():
                children.append(self.copied(position, match.start()))
            children.append(Piece(character, self.file, match.start(), match.end()))
            position = match.end()
        if position < end:
            children.append(self.copied(position, end))

    def copied(self, start: int, end: int) -> Piece:
        return Piece(self.text[start:end], self.file, start, end, copied=True)


def _ended_by(tag: str) -> tuple[str, ...]:
    """Open HTML elements that a new one ends."""
    if tag == "li":
        return ("li", "p")
    if tag in ("dt", "dd"):
        return ("dt", "dd", "p")
    if tag in ("td", "th"):
        return ("td", "th", "p")
    if tag in ("tr", "tbody", "thead", "tfoot"):
        return ("td", "th", "p", "tr") if tag == "tr" else ("td", "th", "p", "tr", "thead", "tbody")
    return ("p",) if tag in _BLOCKS else ()
