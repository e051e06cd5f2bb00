"""One paper in one of the forms that are fetched, from the bytes as they came to a `Document`."""

from typing import Literal

from litreview.parsing import parse_html, parse_jats, parse_latex, parse_pdf
from litreview.parsing.archives import gunzipped, unpack_source
from litreview.schema import Document, Paper

Form = Literal["source", "html", "jats", "pdf"]


def read_form(form: Form, paper: Paper, body: bytes) -> Document:
    """Read what a service sent.

    Parameters
    ----------
    form : {"source", "html", "jats", "pdf"}
        `source` is arXiv's e-print: an archive, a single LaTeX file, or a PDF.
    paper : Paper
    body : bytes
        As sent, compressed or not.

    Raises
    ------
    litreview.parsing.archives.RefusedSource
        For a source that is not LaTeX or not safe to unpack, or a compression that is damaged.
    """
    if form == "pdf" or (form == "source" and body.startswith(b"%PDF")):
        return parse_pdf(paper, body)
    if form == "source":
        return parse_latex(paper, body, unpack_source(body))
    parse = parse_html if form == "html" else parse_jats
    return parse(paper, body, gunzipped(body))
