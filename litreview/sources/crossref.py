"""Crossref: works by the words of their bibliographic record, most relevant first.

Crossref knows no boolean search, so its total counts every work that has any of the words; what is
asked for is the first `max_results` of them. Corrections and retractions stand in `updated-by` of
the work and in `update-to` of the notice (Retraction Watch's are among them).
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from litreview.schema import Paper
from litreview.search.queries import Years
from litreview.search.records import ARXIV_DOI, NOTICE, make_paper, parse_doi
from litreview.sources.failures import SourceFailure
from litreview.sources.paging import Page, read_json_object, read_records, read_total

NAME = "crossref"
DEFAULT_URL = "https://api.crossref.org"
PAGE_SIZE = 100
FIRST = "*"

RETRACTED, WITHDRAWN = ("retraction", "removal"), ("withdrawal",)
RETRACTS = "Crossref: retracts "


def search_url(base_url: str, query: str, years: Years, following: str, wanted: int) -> str:
    """URL of a page of works."""
    values: dict[str, str | int] = {"query.bibliographic": query, "cursor": following}
    values["rows"] = min(PAGE_SIZE, wanted)
    limits = [("from-pub-date", years.first), ("until-pub-date", years.last)]
    if selected := ",".join(f"{name}:{year}" for name, year in limits if year):
        values["filter"] = selected
    return f"{base_url}/works?{urlencode(values)}"


def read_page(body: bytes, retrieved: str) -> Page:
    """A page of works."""
    answer = read_json_object(body, "Crossref")
    message = answer.get("message")
    if answer.get("status") != "ok" or not isinstance(message, dict):
        kind = "bad_request" if answer.get("status") == "failed" else "parse_error"
        raise SourceFailure(kind, f"Crossref refuses the query: {str(message)[:300]}")
    total = read_total(message.get("total-results"), "Crossref")
    papers, unusable = read_records(
        message.get("items"), lambda item: _paper(item, retrieved), "Crossref"
    )
    following = message.get("next-cursor")
    return Page(papers, total, str(following) if following else None, unusable)


def _paper(item: Mapping[str, Any], retrieved: str) -> tuple[str, Paper]:
    status, evidence = _status(item)
    undone = [
        f"{RETRACTS}{parse_doi(one.get('DOI'))}"
        for one in _updates(item, "update-to")
        if _kind(one) in RETRACTED + WITHDRAWN
    ]
    paper = make_paper(
        title=next(iter(item.get("title") or []), None),
        year=_year(item),
        source=NAME,
        retrieved=retrieved,
        doi=item["DOI"],
        arxiv_id=_preprint(item),
        authors=[name for one in item.get("author") or [] if (name := _name(one))],
        venue=next(iter(item.get("container-title") or []), None),
        abstract=item.get("abstract"),
        publication_type=NOTICE if undone else item.get("type"),
        language=item.get("language"),
        status=status,
        status_evidence=[*evidence, *undone],
    )
    return str(item["DOI"]).lower(), paper


def _updates(item: Mapping[str, Any], field: str) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in item.get(field) or [] if isinstance(one, dict))


def _kind(update: Mapping[str, Any]) -> str:
    return str(update.get("type", "")).lower().replace("_", "-")


def _status(item: Mapping[str, Any]) -> tuple[str, list[str]]:
    for status, kinds in (("retracted", RETRACTED), ("withdrawn", WITHDRAWN)):
        said = [
            f"Crossref: updated-by {_kind(one)} {parse_doi(one.get('DOI')) or ''}".rstrip()
            for one in _updates(item, "updated-by")
            if _kind(one) in kinds
        ]
        if said:
            return status, said
    return "unknown", []


def _year(item: Mapping[str, Any]) -> int | None:
    for field in ("issued", "published", "created"):
        parts = (item.get(field) or {}).get("date-parts") or [[None]]
        if parts[0] and parts[0][0]:
            return int(parts[0][0])
    return None


def _name(author: Mapping[str, Any]) -> str:
    parts = [author.get("given"), author.get("family") or author.get("name")]
    return " ".join(str(part) for part in parts if part)


def _preprint(item: Mapping[str, Any]) -> str | None:
    """The arXiv id of a work that names its preprint by arXiv's DOI."""
    for one in (item.get("relation") or {}).get("has-preprint") or []:
        doi = parse_doi(str(one.get("id") or "")) or ""
        if doi.startswith(ARXIV_DOI):
            return doi.removeprefix(ARXIV_DOI)
    return None
