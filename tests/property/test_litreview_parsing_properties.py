"""Sentences tile their text, and no input of any kind brings a reader down."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litreview.parsing import (
    normalise,
    parse_abstract,
    parse_html,
    parse_jats,
    parse_latex,
    parse_pdf,
    split_sentences,
)
from litreview.parsing.archives import RefusedSource, unpack_source
from litreview.schema import Document
from tests.litreview_papers import paper


def pieces(*lines: str) -> st.SearchStrategy[str]:
    """One of the words of the lines, or white space of any kind."""
    return st.sampled_from([*" ".join(lines).split(), "\n", "\n\n", "\t", " "])


PROSE = st.lists(
    pieces(
        "We show mT5 e.g. i.e. Fig. et al. (2020) 8.2 points pts. XLM-R vs. mBERT. A. B No. 5 ! ?",
        "... The gain is 3.5% . , ; ( ) [cite] “Yes.” 中文。 v1.1",
    ),
    max_size=60,
).map(" ".join)
ANY_TEXT = st.one_of(PROSE, st.text(max_size=300))
LATEX = st.lists(
    pieces(
        r"\section{ \textbf{ } { $ $$ \begin{tabular} \end{tabular} \begin{abstract} & \\ % [ ] #1",
        r"\newcommand{\x}[1] \x \cite{a} \item \multicolumn{2}{c}{ words 8.2 \def \end{abstract}",
    ),
    max_size=60,
).map("".join)
HTML = st.lists(
    pieces(
        "<p> </p> <table> <tr> <td> <td/colspan=9> <h2> <math/alttext='1'> &amp; &x; <!-- <div>",
        "words 8.2 <li> <figure> <figcaption> </article> <article>",
    ),
    max_size=60,
).map("".join)


def assert_tiled(text: str, spans: list[tuple[int, int]]) -> None:
    position = 0
    for start, end in spans:
        assert position <= start < end <= len(text)
        assert text[position:start].strip() == ""
        assert text[start:end].strip() == text[start:end] != ""
        position = end
    assert text[position:].strip() == ""


def assert_sound(document: Document) -> None:
    assert_tiled(document.text, [(one.start, one.end) for one in document.sentences])
    assert_tiled(document.text, [(one.start, one.end) for one in document.sections])
    assert 0.0 <= document.quality <= 1.0
    assert document.text or document.quality == 0.0 or document.tables
    assert len({one.sentence_id for one in document.sentences}) == len(document.sentences)


@given(text=ANY_TEXT)
def test_sentences_tile_the_text(text):
    assert_tiled(text, split_sentences(text))


@given(text=PROSE)
def test_sentences_of_a_sentence_are_itself(text):
    for start, end in split_sentences(text):
        alone = text[start:end]
        assert split_sentences(alone)[0][0] == 0


@given(text=ANY_TEXT)
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@given(abstract=ANY_TEXT)
def test_abstracts_become_sound_documents(abstract):
    assert_sound(parse_abstract(paper(abstract=abstract), []))


@given(source=LATEX)
@settings(deadline=None)
def test_any_latex_becomes_a_sound_document(source):
    assert_sound(parse_latex(paper(), b"", {"main.tex": source.encode()}))


@given(page=HTML)
@settings(deadline=None)
def test_any_html_becomes_a_sound_document(page):
    assert_sound(parse_html(paper(), b"", page.encode()))
    assert_sound(parse_jats(paper(), b"", page.encode()))


@given(content=st.binary(max_size=400))
@settings(deadline=None)
def test_any_bytes_become_a_sound_document(content):
    for document in (
        parse_latex(paper(), content, {"main.tex": content}),
        parse_html(paper(), content, content),
        parse_jats(paper(), content, content),
        parse_pdf(paper(), b"%PDF-1.4\n" + content),
    ):
        assert_sound(document)


@given(content=st.binary(max_size=600), gzipped=st.booleans())
def test_any_bytes_are_unpacked_or_refused(content, gzipped):
    try:
        files = unpack_source(b"\x1f\x8b" + content if gzipped else content)
    except RefusedSource:
        return
    assert files
    assert all(isinstance(one, bytes) for one in files.values())


@pytest.mark.parametrize("unit", ["a", "a. ", "A.", "e.g. ", "\n", "(", "。"])
def test_a_line_of_a_megabyte_is_split_like_any_other(unit):
    text = unit * (1_000_000 // len(unit))
    assert_tiled(text, split_sentences(text))
