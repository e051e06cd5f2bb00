"""The reading stage's outer half: fetch a paper's source, page or article, and have it read.

What comes from outside is bounded and never touches the disk but for the cache. It is parsed in a
process of its own (`litreview.parsing.worker`), so that one bad paper never stops the run.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from litreview import sources
from litreview.parsing import parse_abstract
from litreview.parsing.archives import MAX_UNPACKED, RefusedSource
from litreview.parsing.forms import Form, read_form
from litreview.parsing.worker import ReadingFailed, Worker
from litreview.schema import Document, Paper
from litreview.sources import Mode, SearchSettings, europepmc, frozen
from litreview.sources.arxiv import DEFAULT_URL
from litreview.sources.http import Fetcher, SourceFailure, gunzip

logger = logging.getLogger(__name__)

MAX_DOWNLOAD = 60_000_000
# Below this parse quality the next form of the paper is tried.
GOOD_ENOUGH = 0.5

_HTML_HOST = "https://arxiv.org"

Read = Callable[[Form, Paper, bytes], Document]


class Host(NamedTuple):
    """A service that has full texts: how to ask it, and its address."""

    fetcher: Fetcher
    url: str


def read_records(
    papers: Iterable[Paper], mode: Mode, settings: SearchSettings, cache: Path | None
) -> list[Document]:
    """One document for each record of a search, in order.

    In mode frozen that of the corpus, else the abstract; in the others see `read_paper`.

    Raises
    ------
    InputError
        If the settings or the frozen corpus are at fault.
    """
    digests = frozen.documents(Path(settings.corpus_folder) if settings.corpus_folder else None)
    if mode == "frozen":
        missing = ["the frozen corpus has no digest of this paper"]
        return [digests.get(paper.paper_id) or parse_abstract(paper, missing) for paper in papers]
    articles = Host(
        sources.make_fetcher(mode, settings, cache, source=europepmc.NAME),
        sources.base_url(settings, europepmc.NAME),
    )
    fetcher = sources.make_fetcher(mode, settings, cache)
    return read_papers(papers, fetcher, sources.base_url(settings), digests, articles)


def read_papers(
    papers: Iterable[Paper],
    fetcher: Fetcher,
    base_url: str = DEFAULT_URL,
    digests: Mapping[str, Document] | None = None,
    articles: Host | None = None,
) -> list[Document]:
    """One document for each paper, in order; see `read_paper`."""
    with Worker() as worker:
        return [
            read_paper(paper, fetcher, base_url, digests, articles, worker.read) for paper in papers
        ]


def read_paper(
    paper: Paper,
    fetcher: Fetcher,
    base_url: str = DEFAULT_URL,
    digests: Mapping[str, Document] | None = None,
    articles: Host | None = None,
    read: Read = read_form,
) -> Document:
    """Read one paper in the best form that can be had.

    LaTeX source comes first, then arXiv's HTML, then JATS from Europe PMC, then the PDF; the first
    of good parse quality is taken, else the best of them, else the digest of the frozen corpus,
    else the abstract.

    Parameters
    ----------
    paper : Paper
        With an arXiv id, or a PMCID.
    fetcher : Fetcher
    base_url : str
        Scheme and host that serve arXiv's /e-print, /html and /pdf.
    digests : mapping of str to Document, optional
        Digests of the frozen corpus by paper id.
    articles : Host, optional
        Europe PMC, which serves PMCID/fullTextXML; without it no JATS is asked for.
    read : callable
        What reads a form of the paper; `read_papers` has it done in a process of its own.

    Returns
    -------
    Document
        Its `warnings` tell of every form that failed and why. Nothing that a source or a file does
        is raised.
    """
    warnings: list[str] = []
    best: Document | None = None
    for name, form, host, path in _routes(paper, Host(fetcher, base_url), articles):
        try:
            answer = host.fetcher.get(f"{host.url}{path}", _CHECKS[form], MAX_DOWNLOAD)
            document = read(form, paper, answer.body)
        except (SourceFailure, RefusedSource, ReadingFailed) as error:
            warnings.append(f"{name}: {error}")
            continue
        if best is None or document.quality > best.quality:
            best = document
        if document.quality >= GOOD_ENOUGH:
            break
        warnings.append(f"{name}: parse quality {document.quality}")
    if paper.arxiv_id is None and not (paper.pmcid and articles):
        warnings.append("the record has neither an arXiv id nor a PMCID that full texts come by")
    if best is None or best.quality == 0:
        best = (digests or {}).get(paper.paper_id) or parse_abstract(paper, [])
        warnings.append(f"no full text: read from the {best.kind}")
    for warning in warnings:
        logger.warning("%s: %s", paper.paper_id, warning)
    return best.model_copy(update={"warnings": [*best.warnings, *warnings]})


def _routes(paper: Paper, arxiv: Host, articles: Host | None) -> list[tuple[str, Form, Host, str]]:
    """Where to ask for a paper, best first: what it is called, its form, the host and the path."""
    routes: list[tuple[str, Form, Host, str]] = []
    if paper.arxiv_id:
        name = f"{paper.arxiv_id}{paper.version or ''}"
        # The API's host serves no HTML; a configured host serves everything.
        pages = arxiv._replace(url=_HTML_HOST) if arxiv.url == DEFAULT_URL else arxiv
        routes.append(("LaTeX source", "source", arxiv, f"/e-print/{name}"))
        routes.append(("HTML", "html", pages, f"/html/{name}"))
    if paper.pmcid and articles:
        routes.append(("JATS", "jats", articles, f"/{paper.pmcid}/fullTextXML"))
    if paper.arxiv_id:
        routes.append(("PDF", "pdf", arxiv, f"/pdf/{paper.arxiv_id}{paper.version or ''}"))
    return routes


def _check_source(body: bytes, content_type: str) -> bool:
    if not body:
        raise SourceFailure("parse_error", "empty answer")
    if _looks_like_html(body):
        raise SourceFailure("parse_error", "answered with an HTML page instead of a source")
    return True


def _check_html(body: bytes, content_type: str) -> bool:
    if not _looks_like_html(gunzip(body, MAX_UNPACKED)):
        raise SourceFailure("parse_error", f"answered with {content_type or 'no type'}, not HTML")
    return True


def _check_jats(body: bytes, content_type: str) -> bool:
    start = gunzip(body, MAX_UNPACKED)[:20_000]
    if b"<article" not in start or _looks_like_html(start):
        raise SourceFailure("parse_error", f"answered with {content_type or 'no type'}, not JATS")
    return True


def _check_pdf(body: bytes, content_type: str) -> bool:
    # The header may stand anywhere in the first 1024 bytes (PDF 1.7, appendix H.3).
    if b"%PDF-" not in body[:1024]:
        raise SourceFailure("parse_error", f"answered with {content_type or 'no type'}, not a PDF")
    return True


def _looks_like_html(body: bytes) -> bool:
    start = body[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html")) or b"<html" in start[:600]


_CHECKS = {"source": _check_source, "html": _check_html, "jats": _check_jats, "pdf": _check_pdf}
