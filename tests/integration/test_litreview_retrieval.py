"""Reading papers from a service that serves sources, pages and PDFs, and fails in every way."""

import gzip
import io
import tarfile
from datetime import date

import pytest
from pypdf import PdfWriter

from litreview.corpus import corpus_document, load_corpus
from litreview.schema import Paper
from litreview.search.retrieval import Host, read_paper, read_papers
from litreview.sources.cache import Cache
from litreview.sources.http import Fetcher, SourceSettings
from tests.replay_server import Reply, serve

LATEX = rb"""\documentclass{article}
\begin{document}
\begin{abstract}We find gains of 5.4 points.\end{abstract}
\section{Results}
The gain is 8.2 points on average.
\end{document}
"""
HTML = b"""<!DOCTYPE html><html><body><article><h1>T</h1><section><h2>1 Results</h2>
<p>The gain is 7.5 points on average.</p></section></article></body></html>"""
TWO_PAPERS = ["2005.13013", "2011.11499"]


@pytest.fixture
def server():
    with serve() as running:
        yield running


def fetcher(tmp_path, **settings) -> Fetcher:
    values = {"delay_seconds": 0.0, "timeout_seconds": 5.0, "retries": 0, **settings}
    return Fetcher(
        SourceSettings(**values),
        Cache(tmp_path),
        sleep=lambda seconds: None,
        today=lambda: date(2026, 7, 8),
    )


def paper(arxiv_id: str = "2005.13013", abstract: str | None = "We measure.") -> Paper:
    return Paper(
        paper_id=f"arxiv:{arxiv_id}",
        arxiv_id=arxiv_id,
        version="v2",
        title="A Title",
        authors=["Ada Example"],
        year=2020,
        url=f"https://arxiv.org/abs/{arxiv_id}v2",
        abstract=abstract,
        source="arxiv",
        retrieved="2026-07-08",
    )


def archive(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{name}.tex")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def source(body: bytes) -> Reply:
    return Reply(body, content_type="application/gzip")


def test_the_latex_source_is_read_first(server, tmp_path):
    server.script("/e-print/2005.13013v2", source(archive(main=LATEX)))
    document = read_paper(paper(), fetcher(tmp_path), server.url)
    assert (document.kind, document.quality, document.warnings) == ("latex", 1.0, [])
    assert "8.2 points" in document.text
    assert len(server.requests) == 1


def test_a_single_gzipped_file_is_a_source_too(server, tmp_path):
    server.script("/e-print/2005.13013v2", source(gzip.compress(LATEX)))
    assert read_paper(paper(), fetcher(tmp_path), server.url).kind == "latex"


def test_a_source_that_the_transport_has_unpacked_already_is_read(server, tmp_path):
    server.script("/e-print/2005.13013v2", source(LATEX))
    assert read_paper(paper(), fetcher(tmp_path), server.url).kind == "latex"


def test_html_comes_next_and_the_missing_source_is_noted(server, tmp_path):
    server.script("/html/2005.13013v2", Reply(HTML, content_type="text/html"))
    document = read_paper(paper(), fetcher(tmp_path), server.url)
    assert document.kind == "html"
    assert "7.5 points" in document.text
    assert "LaTeX source" in document.warnings[0]
    assert "404" in document.warnings[0]


def test_a_record_with_a_pmcid_is_read_from_its_article(server, tmp_path):
    article = (
        b"<?xml version='1.0'?><article><body><sec><title>Results</title>"
        b"<p>The gain is 6.5 points.</p></sec></body></article>"
    )
    server.script("/PMC123/fullTextXML", Reply(article, content_type="application/xml"))
    record = paper().model_copy(update={"arxiv_id": None, "pmcid": "PMC123"})
    articles = Host(fetcher(tmp_path), server.url)
    document = read_paper(record, fetcher(tmp_path), server.url, articles=articles)
    assert (document.kind, document.text) == ("jats", "The gain is 6.5 points.")
    assert document.warnings == []


def test_an_error_page_in_place_of_an_article_is_not_taken_for_one(server, tmp_path):
    server.script("/PMC123/fullTextXML", Reply(HTML, content_type="text/html"))
    record = paper().model_copy(update={"arxiv_id": None, "pmcid": "PMC123"})
    articles = Host(fetcher(tmp_path), server.url)
    document = read_paper(record, fetcher(tmp_path), server.url, articles=articles)
    assert document.kind == "abstract"
    assert "JATS: parse_error" in document.warnings[0]


def test_a_source_that_is_a_pdf_is_read_as_one(server, tmp_path):
    server.script("/e-print/2005.13013v2", source(_blank_pdf()))
    document = read_paper(paper(), fetcher(tmp_path), server.url)
    # A page without text: the abstract has to do.
    assert document.kind == "abstract"
    assert any("parse quality 0" in warning for warning in document.warnings)


def test_an_archive_bomb_is_refused_and_the_next_form_is_read(server, tmp_path, monkeypatch):
    monkeypatch.setattr("litreview.parsing.archives.MAX_UNPACKED", 10_000)
    bomb = archive(main=LATEX + b"x" * 1_000_000)
    server.script("/e-print/2005.13013v2", source(bomb))
    server.script("/html/2005.13013v2", Reply(HTML, content_type="text/html"))
    document = read_paper(paper(), fetcher(tmp_path), server.url)
    assert document.kind == "html"
    assert "10000 bytes" in document.warnings[0]


def test_a_paper_without_any_full_text_is_read_from_its_abstract(server, tmp_path):
    document = read_paper(paper(), fetcher(tmp_path), server.url)
    assert (document.kind, document.text, document.quality) == ("abstract", "We measure.", 0.2)
    assert len(document.warnings) == 4


def test_a_paper_without_even_an_abstract_is_an_empty_document_that_says_so(server, tmp_path):
    document = read_paper(paper(abstract=None), fetcher(tmp_path), server.url)
    assert (document.text, document.sentences, document.quality) == ("", [], 0.0)
    assert any("no text" in warning for warning in document.warnings)


def test_the_digest_of_the_corpus_stands_in_for_a_text_that_cannot_be_had(server, tmp_path):
    digests = {"arxiv:2005.13013": corpus_document(_corpus_paper("2005.13013"))}
    document = read_paper(paper(), fetcher(tmp_path), server.url, digests)
    assert document.kind == "digest"
    assert any("read from the digest" in warning for warning in document.warnings)


def test_one_bad_paper_does_not_stop_the_others(server, tmp_path):
    server.script("/e-print/2005.13013v2", source(b"\x1f\x8bthis is no gzip"))
    server.script("/e-print/2011.11499v2", source(archive(main=LATEX)))
    papers = [paper(one) for one in TWO_PAPERS]
    documents = read_papers(papers, fetcher(tmp_path), server.url)
    assert [document.kind for document in documents] == ["abstract", "latex"]
    assert "damaged" in documents[0].warnings[0]


def test_what_was_downloaded_is_kept_when_a_later_paper_fails(server, tmp_path):
    server.script("/e-print/2005.13013v2", source(archive(main=LATEX)))
    server.script("/e-print/2011.11499v2", Reply(status=503))
    read_papers([paper(one) for one in TWO_PAPERS], fetcher(tmp_path), server.url)
    asked = len(server.requests)
    again = read_paper(paper(), fetcher(tmp_path), server.url)
    assert again.kind == "latex"
    assert len(server.requests) == asked


def test_an_html_page_in_place_of_a_source_is_not_taken_for_one(server, tmp_path):
    server.script("/e-print/2005.13013v2", Reply(HTML, content_type="text/html"))
    document = read_paper(paper(), fetcher(tmp_path), server.url)
    assert "HTML page instead of a source" in document.warnings[0]


def test_a_download_that_is_too_large_is_cut_off(server, tmp_path, monkeypatch):
    monkeypatch.setattr("litreview.search.retrieval.MAX_DOWNLOAD", 100)
    server.script("/e-print/2005.13013v2", source(archive(main=LATEX)))
    document = read_paper(paper(), fetcher(tmp_path), server.url)
    assert "larger than 100 bytes" in document.warnings[0]


def test_a_record_without_an_arxiv_id_is_not_asked_for(server, tmp_path):
    record = paper().model_copy(update={"arxiv_id": None})
    document = read_paper(record, fetcher(tmp_path), server.url)
    assert server.requests == []
    assert "neither an arXiv id nor a PMCID" in document.warnings[0]


def _blank_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _corpus_paper(arxiv_id: str):
    return next(one for one in load_corpus() if one.arxiv_id == arxiv_id)
