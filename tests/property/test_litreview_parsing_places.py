"""Every sentence knows where it stands in the raw file: read alone, that stretch gives it again."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from litreview.parsing import decode, parse_html, parse_jats, parse_latex, raw_spans
from litreview.schema import Document
from tests.litreview_papers import paper

PAPER = paper()
PREAMBLE = (
    "\\documentclass{article}\\newcommand{\\xlmr}{XLM-R\\xspace}\n"
    "\\newcommand{\\gain}[2][5.4]{gains of #2 (#1)}\\begin{document}\n"
)
WORDS = ["We", "gain", "8.2", "points.", "XNLI.", "The", "Is", "it?", "Févry", "naı̈ve", "-0.7"]


def joined(parts: list[str]) -> st.SearchStrategy[str]:
    """Words and marks in any order, with white space of any kind between them."""
    spaces = st.sampled_from([" ", "\n", "  ", "\t", "\r\n"])
    one = st.tuples(st.sampled_from(WORDS + parts), spaces).map("".join)
    return st.lists(one, min_size=1, max_size=25).map("".join)


LATEX = joined(
    [
        "\\textbf{bold",
        "words}",
        "$73.5_{\\pm 0.4}$",
        "~",
        "\\cite{a,b}",
        "Table~\\ref{t}",
        "\\xlmr{}",
        "\\xlmr",
        "\\gain{\\xlmr}",
        "\\gain[1.0]{2.0}",
        "% hidden\n",
        "F\\'evry",
        "\\emph{all}",
        "5\\%",
        "``so''",
        "--",
        "\\iffalse no\\fi",
        "\\iftrue yes\\else no\\fi",
        "\\verb|a_b|",
        "\\footnote{Aside.}",
        "\\label{x}",
        "\\textcolor{red}{red}",
        "\\[ x \\]",
    ]
)
HTML = joined(
    [
        "<b>bold",
        "</b>",
        "<math alttext='73.5_{\\pm 0.4}'><mi>x</mi></math>",
        "&amp;",
        "&eacute;",
        "&#x201C;",
        "<cite><a href='#bib.b1'>A (2020)</a></cite>",
        "<i>all</i>",
        "<br>",
        "<!-- hidden -->",
        "10<sup>-5</sup>",
        "<a class='ltx_ref' href='#T1'>1</a>",
        "\u00adsoft",
    ]
)
JATS = joined(
    [
        "<bold>bold</bold>",
        "&#233;",
        "&lt;",
        "<xref ref-type='bibr' rid='B1'>1</xref>",
        "[<xref ref-type='bibr' rid='B1'>1</xref>, <xref ref-type='bibr' rid='B2'>2</xref>]",
        "10<sup>-5</sup>",
        "<![CDATA[a < b]]>",
        "<inline-formula><tex-math>x_1</tex-math></inline-formula>",
        "<italic>all</italic>",
    ]
)


def read_latex_body(body: str) -> Document:
    return parse_latex(PAPER, b"", {"main.tex": (PREAMBLE + body).encode()})


def read_page(body: str) -> Document:
    return parse_html(PAPER, b"", f"<html><body><p>{body}</p></body></html>".encode())


def read_article(body: str) -> Document:
    return parse_jats(PAPER, b"", f"<article><body><p>{body}</p></body></article>".encode())


def assert_placed(raw: str, document: Document, again: Callable[[str], Document]) -> None:
    for file in document.raw_files:
        for start, raw_start, length in file.copied:
            copy = raw[raw_start : raw_start + length]
            assert (
                "".join(" " if c.isspace() else c for c in copy)
                == (document.text[start : start + length])
            )
    for sentence in document.sentences:
        quote = document.text[sentence.start : sentence.end]
        (span,) = raw_spans(document, sentence.start, sentence.end)
        assert again(raw[span.start : span.end]).text.split("\n\n")[0] == quote


@given(body=LATEX)
@settings(deadline=None, max_examples=50)
def test_the_raw_stretch_of_a_latex_sentence_reads_as_the_sentence(body):
    document = read_latex_body(body)
    assert_placed(decode((PREAMBLE + body).encode())[0], document, read_latex_body)


@given(body=HTML)
@settings(deadline=None, max_examples=50)
def test_the_raw_stretch_of_an_html_sentence_reads_as_the_sentence(body):
    page = f"<html><body><p>{body}</p></body></html>"
    assert_placed(page, read_page(body), read_page)


@given(body=JATS)
@settings(deadline=None, max_examples=50)
def test_the_raw_stretch_of_a_jats_sentence_reads_as_the_sentence(body):
    article = f"<article><body><p>{body}</p></body></article>"
    assert_placed(article, read_article(body), read_article)
