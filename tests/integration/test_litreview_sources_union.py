"""A whole search: all sources asked, merged, screened, followed along citations, and frozen."""

import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from litreview.files import InputError
from litreview.sources import freeze, load_frozen, parse_settings, run_search
from litreview.sources.crossref import read_page as read_crossref
from litreview.sources.europepmc import read_page as read_europepmc
from litreview.sources.frozen import documents
from tests.replay_server import Reply, entry, feed, serve
from tests.search_pages import JSON, SERVICES, crossref_page, openalex_page

TODAY = date(2026, 7, 8)
NAMES = ("arxiv", "semantic_scholar", "crossref", "europepmc")


@pytest.fixture
def server():
    """Services of different paths on one host; OpenAlex is asked at `/alex`."""
    with serve() as running:
        for name, numbers in zip(NAMES, ([1, 2], [2, 3], [3, 4], [4, 5]), strict=True):
            running.script(SERVICES[name].path, SERVICES[name].reply(numbers))
        running.script("/alex/works", Reply(openalex_page([1, 2, 13]), content_type=JSON))
        yield running


def settings(server, **changes):
    urls = dict.fromkeys(NAMES, server.url) | {"openalex": f"{server.url}/alex"}
    values = {
        "query": "paper AND test",
        "sources": [*NAMES, "openalex"],
        "base_urls": urls,
        "delay_seconds": 0,
        "retries": 0,
    }
    return parse_settings(values | changes)


def search(server, tmp_path, mode="live", **changes):
    return run_search(mode, settings(server, **changes), tmp_path / "cache", lambda: TODAY)


def test_every_source_is_asked_and_every_paper_kept_once(server, tmp_path):
    result = search(server, tmp_path)
    assert {one.source: one.outcome for one in result.outcomes} == dict.fromkeys(
        [*NAMES, "openalex"], "ok"
    )
    assert [paper.paper_id for paper in result.papers] == [
        "arxiv:2005.00001",
        "arxiv:2005.00002",
        "arxiv:2005.00003",
        "doi:10.1000/4",
        "doi:10.1000/5",
        "arxiv:2005.00013",
    ]
    third = result.papers[2]
    assert third.sources == ["semantic_scholar", "crossref"]
    assert (third.doi, third.s2_id, third.abstract) == ("10.1000/3", "s3", "We measure a<b.")
    flow = result.prisma
    assert flow.database_results == 11
    assert flow.duplicates == len(result.duplicates) == 5
    assert flow.records_screened == flow.dbr_sought_reports == 6


def test_a_source_that_fails_takes_nothing_from_the_others_and_is_named(server, tmp_path):
    server.script("/search", Reply(status=503))
    server.script("/alex/works", Reply(status=429, headers={"X-RateLimit-Remaining": "0"}))
    result = search(server, tmp_path)
    failed = {one.source: one.outcome for one in result.outcomes if one.outcome != "ok"}
    assert failed == {"europepmc": "unavailable", "openalex": "quota_exhausted"}
    assert len(result.papers) == 4
    assert set(result.prisma.database_specific_results) == {"arxiv", "semantic_scholar", "crossref"}


def test_a_replay_gives_the_same_on_another_day(server, tmp_path):
    live = search(server, tmp_path, retractions=True, citations={"backward": True})
    asked = len(server.requests)
    later = run_search(
        "replay",
        settings(server, retractions=True, citations={"backward": True}),
        tmp_path / "cache",
        lambda: date(2027, 1, 1),
    )
    assert later == live
    assert len(server.requests) == asked


def test_each_source_is_asked_in_its_own_words_and_for_the_years(server, tmp_path):
    result = search(
        server,
        tmp_path,
        query='"legal transfer" NOT survey',
        queries={"crossref": "my own words"},
        screening={"first_year": 2018, "last_year": 2026},
    )
    sent = {one.source: one.query for one in result.outcomes}
    assert sent["arxiv"] == (
        '(all:"legal transfer" ANDNOT all:survey) AND submittedDate:[201801010000 TO 202612312359]'
    )
    assert sent["crossref"] == "my own words"
    assert {one.published for one in result.outcomes} == {"2018 to 2026"}
    values = {urlsplit(path).path: parse_qs(urlsplit(path).query) for path in server.requests}
    assert values["/graph/v1/paper/search/bulk"]["year"] == ["2018-2026"]
    assert values["/works"]["filter"] == ["from-pub-date:2018,until-pub-date:2026"]
    assert values["/search"]["query"][0].endswith("AND PUB_YEAR:[2018 TO 2026]")
    assert values["/alex/works"]["filter"] == [
        'title_and_abstract.search:"legal transfer" NOT survey,'
        "from_publication_date:2018-01-01,to_publication_date:2026-12-31"
    ]


def test_screening_leaves_its_reasons_and_counts(server, tmp_path):
    result = search(
        server, tmp_path, screening={"exclude_withdrawn": True, "must_not": ["number 4"]}
    )
    left = {one.paper_id: (one.stage, one.reason) for one in result.decisions if not one.included}
    assert left == {
        "doi:10.1000/4": ("screening", "has an excluded word"),
        "arxiv:2005.00013": ("automatic", "retracted"),
    }
    assert len(result.decisions) == 6
    flow = result.prisma
    assert (flow.excluded_automatic, flow.records_screened) == (1, 5)
    assert (flow.records_excluded, flow.dbr_sought_reports) == (1, 4)


def test_examples_order_the_papers(server, tmp_path):
    result = search(server, tmp_path, examples={"relevant": ["arxiv:2005.00013"]})
    assert result.papers[0].paper_id == "arxiv:2005.00013"
    assert sorted(one.rank for one in result.decisions) == [1, 2, 3, 4, 5, 6]


def test_citations_are_followed_one_step_and_counted_apart(server, tmp_path):
    server.script(
        "/alex/works",
        Reply(openalex_page([1]), content_type=JSON),  # the search
        Reply(openalex_page([2]), content_type=JSON),  # ids of the other seeds
        Reply(openalex_page([5, 21, 22]), content_type=JSON),  # what they cite
        Reply(openalex_page([22, 23], total=9), content_type=JSON),  # what cites them
        Reply(openalex_page([], total=9), content_type=JSON),
    )
    result = search(server, tmp_path, citations={"backward": True, "forward": True})
    selected = [
        parse_qs(urlsplit(path).query)["filter"][0]
        for path in server.requests
        if path.startswith("/alex")
    ]
    assert selected[1].startswith("doi:10.")
    assert selected[2] == "cited_by:W1|W2"
    assert selected[3] == "cites:W1|W2"
    new = [paper for paper in result.papers if paper.found_by == "citation"]
    assert [paper.openalex_id for paper in new] == ["W21", "W22", "W23"]
    by_way = [one for one in result.outcomes if one.purpose == "citations"]
    assert [one.outcome for one in by_way] == ["ok", "ok"] or by_way[1].outcome == "partial"
    assert result.prisma.citations_results == result.prisma.other_sought_reports == 3
    assert result.prisma.database_results == 9
    assert "Citations gave 5 records, 3 of which" in result.prisma.note


def test_citations_of_papers_that_nobody_knows_are_unavailable_not_empty(server, tmp_path):
    server.script("/alex/works", Reply(openalex_page([]), content_type=JSON))
    result = search(server, tmp_path, citations={"forward": True})
    (way,) = [one for one in result.outcomes if one.purpose == "citations"]
    assert (way.outcome, way.retrieved) == ("unavailable", 0)
    assert "arxiv:2005.00001" in way.query


def test_retractions_are_looked_for_beyond_the_source_of_a_paper(server, tmp_path):
    server.script("/api/query", Reply(feed(entry("2005.00013v1", "Paper number 13 of the test"))))
    result = search(server, tmp_path, sources=["arxiv"], retractions=True)
    (paper,) = result.papers
    assert paper.status == "retracted"
    assert paper.status_evidence == ["OpenAlex: is_retracted of W13"]
    (lookup,) = [one for one in result.outcomes if one.purpose == "status"]
    assert "doi:10.48550/arxiv.2005.00013" in lookup.query
    assert result.prisma.database_results == 1


def test_a_status_lookup_that_fails_is_named_and_changes_nothing(server, tmp_path):
    server.script("/alex/works", Reply(status=503))
    result = search(server, tmp_path, sources=["arxiv"], retractions=True)
    assert [one.outcome for one in result.outcomes] == ["ok", "unavailable"]
    assert {paper.status for paper in result.papers} == {"ok"}


def test_a_notice_among_the_records_marks_the_paper_and_is_no_paper(server, tmp_path):
    answer = json.loads(crossref_page([3, 4]))
    answer["message"]["items"][1]["update-to"] = [{"type": "retraction", "DOI": "10.1000/3"}]
    server.script("/works", Reply(json.dumps(answer).encode(), content_type=JSON))
    result = search(server, tmp_path, sources=["crossref"])
    (paper,) = result.papers
    assert (paper.paper_id, paper.status) == ("doi:10.1000/3", "retracted")
    assert paper.status_evidence == ["Crossref: notice 10.1000/4 retracts it"]
    (notice,) = [one for one in result.decisions if not one.included]
    assert (notice.paper_id, notice.reason) == ("doi:10.1000/4", "type")


def test_crossref_and_europe_pmc_say_who_retracted():
    answer = json.loads(crossref_page([3, 4]))
    answer["message"]["items"][0]["updated-by"] = [{"type": "retraction", "DOI": "10.1/n"}]
    answer["message"]["items"][1]["updated-by"] = [{"type": "erratum", "DOI": "10.1/n"}]
    one, other = read_crossref(json.dumps(answer).encode(), "2026-07-08").papers.values()
    assert (one.status, one.status_evidence) == (
        "retracted",
        ["Crossref: updated-by retraction 10.1/n"],
    )
    assert other.status == "unknown"
    answer = json.loads(SERVICES["europepmc"].page([3, 4]))
    first, second = answer["resultList"]["result"]
    first["commentCorrectionList"] = {
        "commentCorrection": [{"type": "Retraction in", "source": "MED", "id": "9"}]
    }
    second["pubTypeList"] = {"pubType": ["Journal Article", "Retracted Publication"]}
    one, other = read_europepmc(json.dumps(answer).encode(), "2026-07-08").papers.values()
    assert (one.status, one.status_evidence) == ("retracted", ["Europe PMC: Retraction in MED:9"])
    assert (other.status, other.pmcid, other.language) == ("retracted", "PMC4", "en")


def test_a_frozen_corpus_gives_back_what_the_run_found(server, tmp_path):
    result = search(server, tmp_path)
    freeze(tmp_path / "corpus", result)
    chosen = parse_settings({"corpus_folder": str(tmp_path / "corpus")})
    assert run_search("frozen", chosen) == result
    assert documents(tmp_path / "corpus") == {}
    first = {path.name: path.read_bytes() for path in (tmp_path / "corpus").iterdir()}
    freeze(tmp_path / "corpus", result)
    assert {path.name: path.read_bytes() for path in (tmp_path / "corpus").iterdir()} == first


def test_a_frozen_corpus_that_was_changed_is_refused(server, tmp_path):
    freeze(tmp_path / "corpus", search(server, tmp_path))
    records = tmp_path / "corpus" / "records.jsonl"
    records.write_text(records.read_text().replace("Paper number 1", "Paper number 9"))
    with pytest.raises(InputError, match=r"records\.jsonl differ from what was frozen"):
        load_frozen(tmp_path / "corpus")


def test_what_is_no_frozen_corpus_is_refused(server, tmp_path):
    with pytest.raises(InputError, match="is no frozen corpus"):
        load_frozen(tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.tex").write_text("mine")
    with pytest.raises(InputError, match="holds other things"):
        freeze(tmp_path / "other", search(server, tmp_path))
    server.script("/api/query", Reply(status=503))
    with pytest.raises(InputError, match="nothing to freeze"):
        freeze(tmp_path / "new", search(server, tmp_path / "none", sources=["arxiv"]))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"sources": ["acl"], "query": "a"}, "source acl needs `anthology`"),
        ({"query": "(a"}, "a bracket is not closed"),
        ({"sources": ["openalex"], "query": "cat:cs.CL"}, "write the query of this source"),
        ({"queries": {"crossref": "a"}}, "crossref, which is not among `sources`"),
        ({"sources": ["scopus"]}, "scopus"),
        ({"screening": {"must": [[]]}}, "no record could meet it"),
    ],
)
def test_settings_that_cannot_be_searched_are_refused_before_anything_is_asked(values, message):
    with pytest.raises(InputError, match=message):
        parse_settings(values)
