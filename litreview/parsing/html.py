"""arXiv's HTML (LaTeXML) and other pages to text, sections and tables."""

import re
from urllib.parse import unquote

from litreview.parsing.alignment import Piece
from litreview.parsing.document import BODY, Reading
from litreview.parsing.latex_symbols import math_text
from litreview.parsing.markup import Element
from litreview.parsing.markup_text import MarkupWalker, loose_text, open_markup
from litreview.parsing.names import names

FILE = "page.html"

_SKIPPED_TAGS = names(
    "head script style nav footer header button svg noscript form template iframe"
)
_SKIPPED_CLASSES = names(
    "ltx_page_navbar ltx_page_footer ltx_authors ltx_TOC ltx_role_affiliation ltx_tag_footnote "
    "ltx_tag_note ltx_note_mark ltx_dates ltx_ERROR"
)
_EQUATIONS = frozenset(("ltx_equation", "ltx_equationgroup", "ltx_eqn_table"))
_HEADING = re.compile(r"h[1-6]\Z")
_HEADING_NUMBER = re.compile(r"\A(?:Appendix\s+)?[A-Z\d]{1,3}(?:\.\d+)*\.?\s+(?=\S)")


def read_html(content: bytes) -> Reading:
    """Read one page: text, tables, citations with their entries, and warnings."""
    reading = Reading()
    root = open_markup(reading, content, FILE, "page", xml=False)
    if root.find("html", "body", "p", "div") is None:
        reading.warn("no page: neither a body nor a paragraph in it")
        return reading
    article = root.find("article") or root.find("main") or root
    walker = _HtmlWalker(reading, FILE)
    heading = article.find("h1")
    reading.title = walker.text(heading) if heading is not None else ""
    walker.walk(article)
    if not reading.paragraphs:
        reading.warn("no paragraphs in the page")
    return reading


class _HtmlWalker(MarkupWalker):
    blocks = frozenset(("p", "li", "dd", "blockquote", "pre", "figcaption", "caption"))
    captions = frozenset(("figcaption", "caption"))
    inline = names(
        "a abbr b bdi br cite code em i kbd mark math q s small span strong sub sup tt u"
    )

    def __init__(self, reading: Reading, file: str) -> None:
        super().__init__(reading, file)
        self.headings: list[tuple[int, str]] = []

    def skipped(self, element: Element) -> bool:
        return element.tag in _SKIPPED_TAGS or bool(element.classes & _SKIPPED_CLASSES)

    def is_float(self, element: Element) -> bool:
        is_table = element.tag == "table" and not element.classes & _EQUATIONS
        return element.tag == "figure" or is_table

    def is_note(self, element: Element) -> bool:
        return "ltx_note_content" in element.classes

    def reads_loose(self, element: Element) -> bool:
        return True

    def structure(self, element: Element, path: tuple[str, ...]) -> tuple[str, ...] | None:
        if _HEADING.match(element.tag):
            self.heading(element)
            return None
        if element.classes & _EQUATIONS:
            return None
        if "ltx_bibliography" in element.classes:
            self.bibliography(element)
            return None
        return path

    def heading(self, element: Element) -> None:
        level = int(element.tag[1])
        title = _HEADING_NUMBER.sub("", self.text(element))
        if level > 1 and title:
            self.headings = [one for one in self.headings if one[0] < level] + [(level, title)]

    def paragraph(self, element: Element, path: tuple[str, ...]) -> None:
        super().paragraph(element, self.path())

    def float(self, element: Element, path: tuple[str, ...]) -> None:
        super().float(element, self.path())

    def path(self) -> tuple[str, ...]:
        """Headings in HTML stand beside what they head, not around it."""
        return tuple(title for _, title in self.headings) or (BODY,)

    def bibliography(self, element: Element) -> None:
        for item in element.elements():
            key = item.attributes.get("id", "")
            if "ltx_bibitem" in item.classes and key:
                self.reference(key, item)

    def replacement(self, element: Element) -> list[Piece] | None:
        start, end = element.outer_start, element.outer_end
        if element.tag == "br":
            return [Piece(" ")]
        if element.tag == "math":
            formula = math_text(element.attributes.get("alttext", ""))
            return [Piece(formula, self.file, start, end)]
        if element.classes & _EQUATIONS:
            return [Piece(" [formula] ", self.file, start, end)]
        if element.tag == "cite":
            return [Piece("[cite]", self.file, start, end, keys=_keys(element))]
        if element.tag == "a" and "ltx_ref" in element.classes:
            return [Piece("[ref]", self.file, start, end)]
        return None


def _keys(element: Element) -> tuple[str, ...]:
    """Bibliography ids that the links of a citation point to, else what it says."""
    links = [one.attributes.get("href", "") for one in element.elements() if one.tag == "a"]
    keys = [unquote(link.partition("#")[2]) for link in links]
    named = " ".join(loose_text(element).split())[:80]
    return tuple(dict.fromkeys(key for key in keys if key)) or (named or "?",)
