"""Papers that mean harm, or are only broken: each is refused or read, and the next one is read.

They go through the process that reads in a run, so that its limits are the ones that hold.
"""

import gzip
import subprocess
import sys

import pytest

from litreview.parsing import decode
from litreview.parsing.archives import RefusedSource
from litreview.parsing.worker import ReadingFailed, Worker
from tests import synthetic_papers

PAPER = synthetic_papers.paper(1)
GOOD = synthetic_papers.source(1)
BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE article [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">'.replace("&a0;", "&a;") for n in range(1, 12))
    + "]><article><body><sec><title>S</title><p>Laugh: &a11;.</p></sec></body></article>"
)
OUTSIDE = (
    '<!DOCTYPE article [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY % y SYSTEM '
    '"http://127.0.0.1:9/">%y;]><article><body><p>Read &x;.</p></body></article>'
)


@pytest.fixture(scope="module")
def worker():
    with Worker() as running:
        yield running


def test_a_paper_is_read_as_in_this_process(worker):
    form, body = GOOD
    document = worker.read(form, PAPER, body)
    assert (document.kind, document.quality, document.warnings) == ("latex", 1.0, [])
    assert document.paper_id == PAPER.paper_id


def test_a_refusal_comes_through_with_its_reason(worker):
    with pytest.raises(RefusedSource, match="damaged"):
        worker.read("source", PAPER, b"\x1f\x8bno gzip")


def test_a_paper_that_outlasts_its_time_is_given_up_and_the_next_one_is_read():
    form, body = GOOD
    with Worker(seconds=0.001) as impatient:
        with pytest.raises(ReadingFailed, match=r"took longer than 0\.001 s"):
            impatient.read(form, PAPER, body)
        impatient.seconds = 300
        assert impatient.read(form, PAPER, body).kind == "latex"


def test_a_process_that_dies_with_a_paper_is_started_anew(monkeypatch):
    form, body = GOOD
    with Worker(seconds=300) as mortal:
        dying = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.buffer.readline()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        monkeypatch.setattr(mortal, "_process", dying)
        with pytest.raises(ReadingFailed, match="died"):
            mortal.read(form, PAPER, body)
        assert mortal.read(form, PAPER, body).kind == "latex"


@pytest.mark.parametrize("article", [BILLION_LAUGHS, OUTSIDE])
def test_entities_are_neither_expanded_nor_fetched(worker, article):
    document = worker.read("jats", PAPER, article.encode())
    assert len(document.text) < 100
    assert "root:" not in document.text
    assert document.text.startswith(("Laugh: &a11;.", "Read &x;."))


def test_a_page_that_is_compressed_far_beyond_its_bounds_is_refused(worker):
    with pytest.raises(RefusedSource, match="expands beyond"):
        worker.read("html", PAPER, gzip.compress(gzip.compress(bytes(300_000_000))))


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("Févry gains 8.2 points.".encode(), "utf-8"),
        (b"\xef\xbb\xbf" + "Févry gains 8.2 points.".encode(), "utf-8"),
        ("Févry gains 8.2 points.".encode("utf-16"), "utf-16-le"),
        ("Févry gains 8.2 points.".encode("utf-16-be"), "utf-16-be"),
        ("Févry gains 8.2 points.".encode("latin-1"), "mixed"),
        ("Févry".encode() + b" gains 8.2 points.", "utf-8"),
    ],
)
def test_every_encoding_gives_the_same_text(content, encoding):
    assert decode(content) == ("Févry gains 8.2 points.", encoding)


def test_two_encodings_in_one_file_are_both_read():
    assert decode("Févry, “x”, ".encode() + "Févry “y”".encode("cp1252")) == (
        "Févry, “x”, Févry “y”",
        "mixed",
    )


@pytest.mark.slow
@pytest.mark.parametrize("form", ["source", "html", "jats"])
@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "a ",
        "A. ",
        "(AB) ",
        "{",
        "}",
        "$",
        "\\",
        "\\x",
        "\\section{",
        "\\footnote{x",
        "\\begin{table}x",
        "\\begin{tabular}{l}a&",
        "\\newcommand{\\x}{",
        "\\iffalse ",
        "\\verb|",
        "\\cite[",
        "\\label{",
        "\\begin{verbatim}",
        "\\end{x}",
        "[",
        "%",
        "\n",
        "\r",
        "<",
        "<p>",
        "<a b='",
        "<!--",
        "<table><tr><td>",
        "<sup>",
        "<sec>",
        "&a;",
        "</p>",
        "\u0301",
    ],
)
def test_long_lines_of_anything_are_read_in_time(worker, form, unit):
    # A step that looks back over all that came before would take hours for this.
    text = f"\\section{{S}}<article>{unit * (300_000 // len(unit))}"
    document = worker.read(form, PAPER, text.encode("utf-8", "surrogatepass"))
    assert 0.0 <= document.quality <= 1.0


def test_a_source_of_zero_bytes_is_no_text(worker):
    with pytest.raises(RefusedSource, match="neither an archive nor LaTeX"):
        worker.read("source", PAPER, b"\\section{S}" + bytes(300_000))
