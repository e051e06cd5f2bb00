"""Europe PMC: the life sciences, with preprints, by title and abstract.

Pages follow by `cursorMark`; a cursor that comes back is the service's way to say that all is told
(europepmc.org/RestfulWebService).
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from litreview.schema import Paper
from litreview.search.queries import Years
from litreview.search.records import make_paper
from litreview.sources.failures import SourceFailure
from litreview.sources.paging import Page, read_json_object, read_records, read_total

NAME = "europepmc"
DEFAULT_URL = "https://www.ebi.ac.uk/europepmc/webservices/rest"
PAGE_SIZE = 100
FIRST = "*"


def search_url(base_url: str, query: str, years: Years, following: str, wanted: int) -> str:
    """URL of a page of articles."""
    values = {
        "query": dated_query(query, years),
        "format": "json",
        "resultType": "core",
        "pageSize": min(PAGE_SIZE, wanted),
        "cursorMark": following,
    }
    return f"{base_url}/search?{urlencode(values)}"


def dated_query(query: str, years: Years) -> str:
    """The query as it is sent, with the years of publication."""
    if years == (None, None):
        return query
    return f"({query}) AND PUB_YEAR:[{years.first or 1000} TO {years.last or 3000}]"


def read_page(body: bytes, retrieved: str) -> Page:
    """A page of articles."""
    answer = read_json_object(body, "Europe PMC")
    if "errMsg" in answer or "errCode" in answer:
        reason = str(answer.get("errMsg") or answer.get("errCode"))[:300]
        raise SourceFailure("bad_request", f"Europe PMC refuses the query: {reason}")
    total = read_total(answer.get("hitCount"), "Europe PMC")
    results = answer.get("resultList")
    papers, unusable = read_records(
        results.get("result") if isinstance(results, dict) else None,
        lambda item: _paper(item, retrieved),
        "Europe PMC",
    )
    following = answer.get("nextCursorMark")
    return Page(papers, total, str(following) if following else None, unusable)


def _paper(item: Mapping[str, Any], retrieved: str) -> tuple[str, Paper]:
    key = f"{item['source']}:{item['id']}"
    kinds = (item.get("pubTypeList") or {}).get("pubType") or []
    evidence = _retraction(item, kinds)
    paper = make_paper(
        title=str(item.get("title") or "").removesuffix("."),
        year=item.get("pubYear"),
        source=NAME,
        retrieved=retrieved,
        doi=item.get("doi"),
        pmid=item.get("pmid"),
        pmcid=item.get("pmcid"),
        authors=_authors(item),
        venue=((item.get("journalInfo") or {}).get("journal") or {}).get("title"),
        abstract=item.get("abstractText"),
        publication_type=", ".join(map(str, kinds)),
        language=item.get("language"),
        status="retracted" if evidence else "unknown",
        status_evidence=evidence,
    )
    return key, paper


def _authors(item: Mapping[str, Any]) -> list[str]:
    listed = (item.get("authorList") or {}).get("author") or []
    names = [
        " ".join(part for part in (one.get("firstName"), one.get("lastName")) if part)
        or str(one.get("fullName") or one.get("collectiveName") or "")
        for one in listed
    ]
    return [name for name in names if name]


def _retraction(item: Mapping[str, Any], kinds: list[str]) -> list[str]:
    said = [f"Europe PMC: {kind}" for kind in kinds if kind.lower() == "retracted publication"]
    notices = (item.get("commentCorrectionList") or {}).get("commentCorrection") or []
    said += [
        f"Europe PMC: {one['type']} {one.get('source', '')}:{one.get('id', '')}"
        for one in notices
        if str(one.get("type", "")).lower() == "retraction in"
    ]
    return said
