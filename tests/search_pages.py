"""Answers of the searched services as their documentation shows them, and how they are asked."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs, urlsplit

from litreview.sources import (
    arxiv,
    crossref,
    europepmc,
    openalex,
    parse_settings,
    semantic_scholar,
)
from litreview.sources.http import Fetcher, SourceSettings
from litreview.sources.registry import search_source
from tests.replay_server import Reply, entry, feed

JSON = "application/json"


def openalex_page(numbers, total=None, following=None) -> bytes:
    results = [
        {
            "id": f"https://openalex.org/W{n}",
            "doi": f"https://doi.org/10.1000/{n}",
            "ids": {"pmid": f"https://pubmed.ncbi.nlm.nih.gov/{n}"},
            "title": f"Paper number {n} of the test",
            "publication_year": 2020,
            "type": "article",
            "language": "en",
            "is_retracted": n == 13,
            "authorships": [{"author": {"display_name": f"Ada Example{n}"}}],
            "primary_location": {"source": {"display_name": "A Journal"}},
            "locations": [{"landing_page_url": f"http://arxiv.org/abs/2005.{n:05}"}],
            "abstract_inverted_index": {"measure": [1], "We": [0], "transfer.": [2]},
        }
        for n in numbers
    ]
    count = len(results) if total is None else total
    return json.dumps(
        {"meta": {"count": count, "next_cursor": following}, "results": results}
    ).encode()


def semantic_scholar_page(numbers, total=None, following=None) -> bytes:
    data = [
        {
            "paperId": f"s{n}",
            "externalIds": {"ArXiv": f"2005.{n:05}", "DOI": f"10.1000/{n}", "PubMed": n},
            "title": f"Paper number {n} of the test",
            "abstract": None,
            "year": 2020,
            "venue": "A Venue",
            "authors": [{"name": f"Ada Example{n}"}],
            "publicationTypes": ["JournalArticle"],
        }
        for n in numbers
    ]
    count = len(data) if total is None else total
    return json.dumps({"total": count, "token": following, "data": data}).encode()


def crossref_page(numbers, total=None, following="next") -> bytes:
    items = [
        {
            "DOI": f"10.1000/{n}",
            "title": [f"Paper number {n} of the <i>test</i>"],
            "author": [{"given": "Ada", "family": f"Example{n}"}],
            "issued": {"date-parts": [[2020, 5, 1]]},
            "type": "journal-article",
            "container-title": ["A Journal"],
            "language": "en",
            "abstract": "<jats:p>We measure a&lt;b.</jats:p>",
        }
        for n in numbers
    ]
    count = len(items) if total is None else total
    message = {"total-results": count, "items": items, "next-cursor": following}
    return json.dumps({"status": "ok", "message": message}).encode()


def europepmc_page(numbers, total=None, following=None) -> bytes:
    result = [
        {
            "id": str(n),
            "source": "MED",
            "pmid": str(n),
            "pmcid": f"PMC{n}",
            "doi": f"10.1000/{n}",
            "title": f"Paper number {n} of the test.",
            "authorList": {"author": [{"firstName": "Ada", "lastName": f"Example{n}"}]},
            "pubYear": "2020",
            "journalInfo": {"journal": {"title": "A Journal"}},
            "abstractText": "<h4>Aim</h4>We measure.",
            "pubTypeList": {"pubType": ["Journal Article"]},
            "language": "eng",
        }
        for n in numbers
    ]
    count = len(result) if total is None else total
    return json.dumps(
        {"hitCount": count, "nextCursorMark": following, "resultList": {"result": result}}
    ).encode()


def arxiv_page(numbers, total=None, following=None) -> bytes:
    del following
    entries = [entry(f"2005.{n:05}v1", f"Paper number {n} of the test") for n in numbers]
    return feed(*entries, total=total)


@dataclass(frozen=True)
class Answers:
    """How one service answers: its path, and pages of records by number."""

    source: str
    path: str
    page: Callable[..., bytes]
    content_type: str = JSON
    cursor: str = "cursor"

    def reply(self, numbers, **settings) -> Reply:
        return Reply(self.page(numbers, **settings), content_type=self.content_type)

    def asked_with(self, path: str) -> str | None:
        """What a request asked for its page with."""
        return parse_qs(urlsplit(path).query).get(self.cursor, [None])[0]


SERVICES = {
    one.source: one
    for one in (
        Answers(arxiv.NAME, "/api/query", arxiv_page, "application/atom+xml", "start"),
        Answers(openalex.NAME, "/works", openalex_page),
        Answers(
            semantic_scholar.NAME,
            "/graph/v1/paper/search/bulk",
            semantic_scholar_page,
            cursor="token",
        ),
        Answers(crossref.NAME, "/works", crossref_page),
        Answers(europepmc.NAME, "/search", europepmc_page, cursor="cursorMark"),
    )
}

TODAY = date(2026, 7, 8)


def ask(server, name, *replies, cache=None, offline=False, wanted=10, slept=None, **settings):
    """Papers and outcome of a search, and the requests that it took."""
    if replies:
        server.script(SERVICES[name].path, *replies)
    values = {"delay_seconds": 0.0, "timeout_seconds": 5.0, "retries": 2} | settings
    fetcher = Fetcher(
        SourceSettings(**values),
        cache,
        offline=offline,
        sleep=(slept if slept is not None else []).append,
        today=lambda: TODAY,
    )
    search = parse_settings(
        {"query": "transfer", "sources": [name], "max_results": wanted}
        | {"base_urls": {name: server.url}}
    )
    query = search.query_for(name)
    papers, outcome = search_source(name, fetcher, search, query)
    assert outcome.source == name
    assert outcome.query
    if not papers:
        assert outcome.outcome != "partial"
    return papers, outcome


ANTHOLOGY = """<?xml version='1.0' encoding='UTF-8'?>
<collection id="2020.acl">
  <volume id="main">
    <meta><booktitle>Proceedings of <fixed-case>ACL</fixed-case></booktitle><year>2020</year></meta>
    <frontmatter><url>2020.acl-main.0</url></frontmatter>
    <paper id="1">
      <title>Legal transfer in <fixed-case>E</fixed-case>nglish</title>
      <author><first>Ada</first><last>Example</last></author>
      <abstract>We measure <tex-math>F_1</tex-math>.</abstract>
      <doi>10.18653/v1/2020.acl-main.1</doi>
    </paper>
    <paper id="2">
      <title>Withdrawn transfer</title>
      <author><first>Ben</first><last>Other</last></author>
      <retracted date="2022-05-06">Wrong data.</retracted>
    </paper>
    <paper id="3"><title>Nothing of it</title></paper>
  </volume>
</collection>
"""
