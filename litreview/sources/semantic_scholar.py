"""Semantic Scholar's bulk search: boolean, a thousand records a page, continued by a token.

The relevance search stops at 1,000 records and knows no boolean queries, so it is not used.
Without a key all callers share one pool, which often answers 429.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from litreview.schema import Paper
from litreview.search.queries import Years
from litreview.search.records import make_paper
from litreview.sources.failures import SourceFailure
from litreview.sources.paging import Page, read_json_object, read_records, read_total

NAME = "semantic_scholar"
DEFAULT_URL = "https://api.semanticscholar.org"
FIRST = ""

_FIELDS = "externalIds,title,abstract,year,venue,authors,publicationTypes"


def search_url(base_url: str, query: str, years: Years, following: str, wanted: int) -> str:
    """URL of a page; most cited first, so that a limited search has the best known."""
    del wanted  # a page always has up to 1,000
    values = {"query": query, "fields": _FIELDS, "sort": "citationCount:desc"}
    if years != (None, None):
        values["year"] = f"{years.first or ''}-{years.last or ''}"
    if following:
        values["token"] = following
    return f"{base_url}/graph/v1/paper/search/bulk?{urlencode(values)}"


def read_page(body: bytes, retrieved: str) -> Page:
    """A page of papers."""
    answer = read_json_object(body, "Semantic Scholar")
    if "data" not in answer and ("error" in answer or "message" in answer):
        reason = str(answer.get("error") or answer.get("message"))[:300]
        if "too many requests" in reason.lower():
            raise SourceFailure("rate_limited", f"Semantic Scholar says: {reason}", again=True)
        raise SourceFailure("bad_request", f"Semantic Scholar refuses the query: {reason}")
    total = read_total(answer.get("total"), "Semantic Scholar")
    papers, unusable = read_records(
        answer.get("data"), lambda item: _paper(item, retrieved), "Semantic Scholar"
    )
    following = answer.get("token")
    return Page(papers, total, str(following) if following else None, unusable)


def _paper(item: Mapping[str, Any], retrieved: str) -> tuple[str, Paper]:
    number = str(item["paperId"])
    ids = item.get("externalIds") or {}
    paper = make_paper(
        title=item.get("title"),
        year=item.get("year"),
        source=NAME,
        retrieved=retrieved,
        s2_id=number,
        doi=ids.get("DOI"),
        arxiv_id=ids.get("ArXiv"),
        pmid=str(ids["PubMed"]) if ids.get("PubMed") else None,
        pmcid=f"PMC{str(ids['PubMedCentral']).removeprefix('PMC')}"
        if ids.get("PubMedCentral")
        else None,
        acl_id=ids.get("ACL"),
        authors=[str(one["name"]) for one in item.get("authors") or [] if one.get("name")],
        venue=item.get("venue"),
        abstract=item.get("abstract"),
        publication_type=", ".join(item.get("publicationTypes") or []),
    )
    return number, paper
