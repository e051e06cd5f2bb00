"""Reading: the bytes of one paper to a `Document`; pure, so that no reader touches the network."""

from collections.abc import Mapping

from litreview.parsing.alignment import normalise, raw_spans
from litreview.parsing.document import Reading, build_document
from litreview.parsing.encodings import decode
from litreview.parsing.html import read_html
from litreview.parsing.jats import read_jats
from litreview.parsing.latex import read_latex
from litreview.parsing.pdf import read_pdf
from litreview.parsing.sentences import split_sentences
from litreview.schema import Document, Paper

__all__ = [
    "Reading",
    "build_document",
    "decode",
    "normalise",
    "parse_abstract",
    "parse_html",
    "parse_jats",
    "parse_latex",
    "parse_pdf",
    "raw_spans",
    "split_sentences",
]


def parse_latex(paper: Paper, raw: bytes, files: Mapping[str, bytes]) -> Document:
    """Read an unpacked LaTeX source; `raw` is the archive it came in."""
    return build_document(paper, "latex", raw, read_latex(files))


def parse_html(paper: Paper, raw: bytes, content: bytes) -> Document:
    """Read an HTML page; `raw` is what was sent, `content` the same without compression."""
    return build_document(paper, "html", raw, read_html(content))


def parse_jats(paper: Paper, raw: bytes, content: bytes) -> Document:
    """Read an article in JATS XML; `raw` and `content` as for `parse_html`."""
    return build_document(paper, "jats", raw, read_jats(content))


def parse_pdf(paper: Paper, raw: bytes) -> Document:
    """Read the text layer of a PDF."""
    return build_document(paper, "pdf", raw, read_pdf(raw))


def parse_abstract(paper: Paper, warnings: list[str]) -> Document:
    """Make do with the record's abstract: quality 0.2, or 0 when the record has none."""
    reading = Reading()
    reading.add("Abstract", paper.abstract or "")
    document = build_document(paper, "abstract", (paper.abstract or "").encode("utf-8"), reading)
    missing = "no text: neither a full text nor an abstract could be had"
    found = [] if document.text else [missing]
    return document.model_copy(update={"warnings": [*warnings, *found]})
