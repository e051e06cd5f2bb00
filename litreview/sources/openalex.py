"""OpenAlex: works by title and abstract, by id, and along citations.

Filters, paging by cursor and prices: developers.openalex.org. A key (free) goes into the header;
without one the allowance of a day is small.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from litreview.schema import Paper
from litreview.search.queries import Years
from litreview.search.records import make_paper
from litreview.sources.failures import SourceFailure
from litreview.sources.paging import Page, read_json_object, read_records, read_total

NAME = "openalex"
DEFAULT_URL = "https://api.openalex.org"
PAGE_SIZE = 100
MOST_IDS = 50
FIRST = "*"

_FIELDS = (
    "id,doi,ids,title,publication_year,type,language,is_retracted,authorships,primary_location,"
    "locations,abstract_inverted_index"
)
_ON_ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf)/([^\s?#]+)", re.IGNORECASE)
_MOST_WORDS = 50_000


def search_filter(query: str, years: Years) -> str:
    """The filter of a search in titles and abstracts, of works published in these years."""
    parts = [f"title_and_abstract.search:{query}"]
    if years.first:
        parts.append(f"from_publication_date:{years.first}-01-01")
    if years.last:
        parts.append(f"to_publication_date:{years.last}-12-31")
    return ",".join(parts)


def search_url(base_url: str, query: str, years: Years, following: str, wanted: int) -> str:
    """URL of a page of a search."""
    return works_url(base_url, search_filter(query, years), following, wanted)


def works_url(base_url: str, selected: str, following: str, wanted: int) -> str:
    """URL of a page of the works that the filter `selected` lets through."""
    size = min(PAGE_SIZE, wanted)
    values = {"filter": selected, "per_page": size, "cursor": following, "select": _FIELDS}
    return f"{base_url}/works?{urlencode(values)}"


def read_page(body: bytes, retrieved: str) -> Page:
    """A page of works."""
    answer = read_json_object(body, "OpenAlex")
    if "error" in answer:
        reason = str(answer.get("message") or answer["error"])[:300]
        raise SourceFailure("bad_request", f"OpenAlex refuses the query: {reason}")
    meta = answer.get("meta")
    if not isinstance(meta, dict):
        raise SourceFailure("parse_error", "OpenAlex answered without a total")
    papers, unusable = read_records(
        answer.get("results"), lambda item: _paper(item, retrieved), "OpenAlex"
    )
    following = meta.get("next_cursor")
    total = read_total(meta.get("count"), "OpenAlex")
    return Page(papers, total, str(following) if following else None, unusable)


def _paper(item: Mapping[str, Any], retrieved: str) -> tuple[str, Paper]:
    number = str(item["id"]).rsplit("/", 1)[-1]
    ids = item.get("ids") or {}
    place = (item.get("primary_location") or {}).get("source") or {}
    retracted = item.get("is_retracted") is True
    paper = make_paper(
        title=item.get("title"),
        year=item.get("publication_year"),
        source=NAME,
        retrieved=retrieved,
        openalex_id=number,
        doi=item.get("doi"),
        arxiv_id=_arxiv_id(item.get("locations") or []),
        pmid=_last_part(ids.get("pmid")),
        pmcid=_last_part(ids.get("pmcid")),
        authors=[
            str(one["author"]["display_name"])
            for one in item.get("authorships") or []
            if (one.get("author") or {}).get("display_name")
        ],
        venue=place.get("display_name"),
        abstract=rebuild_abstract(item.get("abstract_inverted_index")),
        publication_type=item.get("type"),
        language=item.get("language"),
        status="retracted" if retracted else "unknown",
        status_evidence=[f"OpenAlex: is_retracted of {number}"] if retracted else None,
    )
    return number, paper


def _last_part(address: str | None) -> str | None:
    return str(address).rstrip("/").rsplit("/", 1)[-1] if address else None


def _arxiv_id(locations: list[Mapping[str, Any]]) -> str | None:
    for location in locations:
        match = _ON_ARXIV.search(str(location.get("landing_page_url") or ""))
        if match:
            return match.group(1)
    return None


def rebuild_abstract(index: Mapping[str, list[int]] | None) -> str | None:
    """The words of an abstract in order, from the places of each.

    The text is not the original letter for letter, so no span refers to it.
    """
    if not index:
        return None
    places = sorted((place, word) for word, found in index.items() for place in found)
    return " ".join(word for _, word in places[:_MOST_WORDS]) or None
