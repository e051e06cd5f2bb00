"""JATS (the XML of PubMed Central, here Europe PMC's full texts) to text, sections and tables."""

import re

from litreview.parsing.alignment import Piece
from litreview.parsing.document import BODY, Reading
from litreview.parsing.latex_symbols import math_text
from litreview.parsing.markup import Element
from litreview.parsing.markup_text import MarkupWalker, open_markup
from litreview.parsing.names import names

FILE = "article.xml"

_SKIPPED = names(
    "label object-id journal-meta contrib-group aff author-notes permissions funding-group history "
    "pub-date article-id article-categories title-group kwd-group counts custom-meta-group "
    "related-article trans-abstract sub-article response supplementary-material self-uri "
    "alt-text long-desc graphic media"
)
_FORMULA_BODY = re.compile(r"\\begin\{document\}(.{0,20000}?)\\end\{document\}", re.DOTALL)


def read_jats(content: bytes) -> Reading:
    """Read one article: text, tables, citations with their entries, and warnings."""
    reading = Reading()
    root = open_markup(reading, content, FILE, "article", xml=True)
    walker = _JatsWalker(reading, FILE)
    article = root.find("article") or root
    title = article.find("article-title")
    reading.title = walker.text(title) if title is not None else ""
    walker.walk(article)
    if not reading.paragraphs:
        reading.warn("no paragraphs in the article")
    return reading


class _JatsWalker(MarkupWalker):
    blocks = frozenset(("p", "verse-group", "preformat"))
    captions = frozenset(("caption",))
    inline = names(
        "bold break email ext-link fn inline-formula inline-graphic italic monospace named-content "
        "overline roman sans-serif sc strike styled-content sub sup underline uri xref"
    )

    def skipped(self, element: Element) -> bool:
        return element.tag in _SKIPPED

    def is_float(self, element: Element) -> bool:
        return element.tag in ("fig", "table-wrap", "table")

    def is_note(self, element: Element) -> bool:
        return element.tag == "fn"

    def reads_loose(self, element: Element) -> bool:
        # Elsewhere stand the values of metadata.
        return element.tag in self.blocks

    def structure(self, element: Element, path: tuple[str, ...]) -> tuple[str, ...] | None:
        if element.tag == "ref-list":
            self.bibliography(element)
            return None
        if element.tag == "disp-formula" or element.tag == "title":
            return None
        if element.tag in ("sec", "app", "ack", "abstract"):
            return self.section(element, path)
        return path

    def section(self, element: Element, path: tuple[str, ...]) -> tuple[str, ...]:
        heading = next(
            (one for one in element.children if isinstance(one, Element) and one.tag == "title"),
            None,
        )
        title = self.text(heading) if heading is not None else ""
        title = title or ("Abstract" if element.tag == "abstract" else "")
        outer = path if path != (BODY,) else ()
        return (*outer, title) if title else path

    def bibliography(self, element: Element) -> None:
        for item in element.elements():
            key = item.attributes.get("id", "")
            if item.tag == "ref" and key:
                self.reference(key, item)

    def replacement(self, element: Element) -> list[Piece] | None:
        start, end = element.outer_start, element.outer_end
        if element.tag == "xref":
            return self.cross_reference(element)
        if element.tag == "disp-formula":
            return [Piece(" [formula] ", self.file, start, end)]
        if element.tag in ("inline-formula", "tex-math", "mml:math"):
            return self.formula(element)
        if element.tag == "break":
            return [Piece(" ")]
        return None

    def cross_reference(self, element: Element) -> list[Piece]:
        if element.attributes.get("ref-type") == "bibr":
            keys = tuple(element.attributes.get("rid", "").split()) or ("?",)
            return [Piece("[cite]", self.file, element.outer_start, element.outer_end, keys=keys)]
        if element.attributes.get("ref-type") in ("fn", "table-fn"):
            return []
        return [Piece("[ref]", self.file, element.outer_start, element.outer_end)]

    def formula(self, element: Element) -> list[Piece] | None:
        latex = element.find("tex-math")
        if latex is None:
            return None
        source = "".join(one.text for one in latex.children if isinstance(one, Piece))
        body = _FORMULA_BODY.search(source)
        source = (body.group(1) if body else source).strip().strip("$")
        return [Piece(math_text(source), self.file, element.outer_start, element.outer_end)]
