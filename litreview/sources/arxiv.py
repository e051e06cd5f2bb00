"""arXiv through the `arxiv` package, behind a guard.

The package (4.0) takes a 200 reply that says `Rate exceeded.` for an empty result, parses half an
XML document without a word, retries a 400, ignores Retry-After and sets no time-out. So it gets
its pages from our `Fetcher`, each page is checked here before the package sees it, and what it
yields is counted against the service's own total.
"""

import re
from dataclasses import dataclass

import arxiv
from lxml import etree

from litreview.schema import Paper, SearchOutcome
from litreview.search.queries import Years
from litreview.search.records import ArxivId, make_paper, parse_arxiv_id
from litreview.sources.failures import SourceFailure
from litreview.sources.http import Fetcher, gunzip
from litreview.sources.paging import Gathered

NAME = "arxiv"
DEFAULT_URL = "https://export.arxiv.org"
MAX_FEED_BYTES = 30_000_000
# arXiv serves slices of at most 2,000 and 30,000 in all (API manual, section 3.1.1.2).
MAX_PAGE = 2_000
MAX_RESULTS = 30_000

NO_YEARS = Years()

_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_ENTRY = "{http://www.w3.org/2005/Atom}entry"
_ATOM = {"atom": "http://www.w3.org/2005/Atom"}
_RATE_LIMIT = re.compile(rb"rate\s+(?:limit\s+)?exceeded", re.IGNORECASE)
_WITHDRAWN = re.compile(r"\bwithdraw(?:n|al)\b", re.IGNORECASE)


def search(
    fetcher: Fetcher,
    query: str,
    max_results: int,
    base_url: str = DEFAULT_URL,
    years: Years = NO_YEARS,
) -> tuple[list[Paper], SearchOutcome]:
    """Search arXiv.

    Parameters
    ----------
    fetcher : Fetcher
    query : str
        In arXiv's syntax, such as `abs:"intermediate task" AND abs:cross-lingual`.
    max_results : int
        At most this many, most relevant first; 1 to 30,000.
    base_url : str
        Scheme and host; the API is at `/api/query` there.
    years : Years
        Of the first version.

    Returns
    -------
    (list of Paper, SearchOutcome)
        `ok` if all that the service counts (up to `max_results`) came; `partial` if some did; else
        the kind of failure, with an empty list. Never raises for what the service does.
    """
    wanted = min(max_results, MAX_RESULTS)
    sent = dated_query(query, years)
    run = _collect(fetcher, arxiv.Search(query=sent, max_results=wanted), wanted, base_url)
    return list(run.papers.values()), run.outcome(NAME, sent, wanted, fetcher.today())


def dated_query(query: str, years: Years) -> str:
    """The query as it is sent, with the years of submission (API manual, section 5.1)."""
    if years == NO_YEARS:
        return query
    first, last = f"{years.first or 1991}01010000", f"{years.last or 9999}12312359"
    return f"({query}) AND submittedDate:[{first} TO {last}]"


def lookup(
    fetcher: Fetcher, ids: list[ArxivId], base_url: str = DEFAULT_URL
) -> tuple[list[Paper], SearchOutcome]:
    """Look up papers by id; ids that arXiv does not know make the outcome `partial` and are named.

    Parameters and returns as for `search`; `expected` is the number of ids asked for.
    """
    request = arxiv.Search(id_list=[str(one) for one in ids], max_results=len(ids))
    run = _collect(fetcher, request, len(ids), base_url)
    papers = list(run.papers.values())
    counted, run.total = run.total, len(ids)  # the service counts only those that it has
    asked = f"id_list={','.join(map(str, ids))}"
    outcome = run.outcome(NAME, asked, len(ids), fetcher.today())
    outcome = outcome.model_copy(update={"purpose": "ids", "total": counted})
    found = {paper.arxiv_id for paper in papers}
    unknown = [str(one) for one in ids if one.number not in found]
    if unknown and run.failure is None and not run.cut_off:
        outcome = outcome.model_copy(
            update={
                "outcome": "partial",
                "message": f"arXiv has no record of {', '.join(unknown)}; correct the id",
            }
        )
    return papers, outcome


def _collect(fetcher: Fetcher, request: arxiv.Search, wanted: int, base_url: str) -> Gathered:
    run = Gathered()
    client = arxiv.Client(page_size=min(wanted, MAX_PAGE), delay_seconds=0.0, num_retries=0)
    client.query_url_format = base_url.rstrip("/") + "/api/query?{}"
    client._session = _GuardedSession(fetcher, run)  # the package offers no other way in
    try:
        for result in client.results(request):
            # A service that ignores `start` sends the same records again.
            try:
                run.papers.setdefault(result.entry_id, paper_of(result, run.newest))
            except ValueError:
                run.unusable += 1
    except SourceFailure as failure:
        run.failure = failure
    except arxiv.UnexpectedEmptyPageError:
        run.failure = SourceFailure("partial", "a page in the middle of the results was empty")
    except ValueError as error:
        run.failure = SourceFailure("parse_error", f"a record cannot be read: {error}")
    return run


@dataclass(frozen=True)
class _Page:
    """The two attributes that the package reads of a response."""

    content: bytes
    status_code: int = 200


class _GuardedSession:
    """Stands in for the package's `requests.Session`."""

    def __init__(self, fetcher: Fetcher, run: Gathered) -> None:
        self.fetcher = fetcher
        self.run = run

    def get(self, url: str, headers: dict[str, str] | None = None) -> _Page:
        del headers  # the fetcher says who asks
        answer = self.fetcher.get(url, check_feed, MAX_FEED_BYTES)
        content = gunzip(answer.body, MAX_FEED_BYTES)
        total, complete = _inspect(content)
        self.run.note_page(content, total, answer.retrieved)
        self.run.cut_off |= not complete
        return _Page(content if complete else _whole_records(content))


def check_feed(body: bytes, content_type: str) -> bool:
    """Accept an Atom feed; returns False for one that is cut off (it may hold whole records).

    Raises
    ------
    SourceFailure
        `rate_limited` for arXiv's `Rate exceeded.`, `bad_request` for a feed that reports an
        error, `parse_error` for anything else that is not a feed.
    """
    content = gunzip(body, MAX_FEED_BYTES)
    start = content[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith((b"<?xml", b"<feed")):
        if _RATE_LIMIT.search(start):
            raise SourceFailure("rate_limited", "arXiv says: Rate exceeded", again=True)
        kind = "an HTML page" if b"<html" in start.lower() else f"{content_type or 'no type'}"
        raise SourceFailure("parse_error", f"arXiv answered with {kind} instead of an Atom feed")
    if b"<feed" not in start:
        raise SourceFailure("parse_error", "arXiv answered with XML that is not an Atom feed")
    root, complete = _parse(content)
    entries = [] if root is None else root.findall(_ENTRY)
    for entry in entries[:1]:
        if "/api/errors" in (entry.findtext("atom:id", "", _ATOM)):
            reason = " ".join(entry.findtext("atom:summary", "", _ATOM).split())
            raise SourceFailure("bad_request", f"arXiv refuses the query: {reason[:300]}")
    return complete


def _parse(content: bytes) -> tuple[etree._Element | None, bool]:
    """The feed's root as far as it can be read, and whether the document is complete."""
    settings = {"resolve_entities": False, "no_network": True, "huge_tree": False}
    try:
        return etree.fromstring(content, etree.XMLParser(**settings)), True
    except etree.XMLSyntaxError:
        pass
    try:
        return etree.fromstring(content, etree.XMLParser(recover=True, **settings)), False
    except etree.XMLSyntaxError:
        return None, False


def _whole_records(content: bytes) -> bytes:
    """A cut-off feed up to its last whole record; the package would take half of one for whole."""
    end = content.rfind(b"</entry>")
    if end < 0:
        end = content.find(b"<entry>")
        return content[: end if end >= 0 else len(content)] + b"</feed>"
    return content[:end] + b"</entry></feed>"


def _inspect(content: bytes) -> tuple[int | None, bool]:
    root, complete = _parse(content)
    text = root.findtext(_TOTAL) if root is not None else None
    total = int(text) if text and text.strip().isdecimal() else None
    return total, complete


def paper_of(result: arxiv.Result, retrieved: str) -> Paper:
    """Turn the package's result into a record; a withdrawal shows in the comment only."""
    number = parse_arxiv_id(result.entry_id)
    comment = " ".join((result.comment or "").split())
    withdrawn = bool(_WITHDRAWN.search(comment))
    return make_paper(
        title=result.title,
        year=result.published.year,
        source=NAME,
        retrieved=retrieved,
        arxiv_id=str(number),
        doi=result.doi,
        authors=[author.name for author in result.authors],
        venue=result.journal_ref,
        abstract=result.summary,
        publication_type="preprint",
        status="withdrawn" if withdrawn else "ok",
        status_evidence=[f"arXiv comment of {number}: {comment[:300]}"] if withdrawn else None,
    )
