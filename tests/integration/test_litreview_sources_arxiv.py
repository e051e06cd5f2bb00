"""arXiv behind its guard: every fault of the service becomes a typed outcome."""

from datetime import date

import pytest

from litreview.files import InputError
from litreview.search.records import parse_arxiv_id
from litreview.sources import make_fetcher, parse_settings, run_search
from litreview.sources.arxiv import lookup, search
from litreview.sources.cache import Cache
from litreview.sources.http import Fetcher, SourceSettings
from tests.replay_server import ERROR_FEED, Reply, entry, feed, serve

API = "/api/query"
THREE = [entry(f"2005.0000{n}v1", f"Title number {n}") for n in (1, 2, 3)]


@pytest.fixture
def server():
    with serve() as running:
        yield running


class Clock:
    """Records what the fetcher would have slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


def fetcher(clock=None, cache=None, offline=False, **settings) -> Fetcher:
    values = {"delay_seconds": 0.0, "timeout_seconds": 5.0, "retries": 2, **settings}
    return Fetcher(
        SourceSettings(**values),
        cache,
        offline=offline,
        sleep=clock or Clock(),
        today=lambda: date(2026, 7, 8),
    )


def ask(server, **settings):
    return search(fetcher(**settings), "all:transfer", 10, server.url)


def test_a_good_feed_gives_records_and_an_ok_outcome(server):
    server.script(API, Reply(feed(*THREE)))
    papers, outcome = ask(server)
    assert [paper.paper_id for paper in papers] == [f"arxiv:2005.0000{n}" for n in (1, 2, 3)]
    assert papers[0].authors == ["Ada Example", "Ben Example"]
    assert papers[0].abstract == "We measure things. They get better."
    assert (papers[0].version, papers[0].year, papers[0].status) == ("v1", 2020, "ok")
    assert (outcome.outcome, outcome.expected, outcome.retrieved) == ("ok", 3, 3)
    assert (outcome.source, outcome.date) == ("arxiv", "2026-07-08")


def test_the_page_asked_for_is_no_larger_than_the_need(server):
    server.script(API, Reply(feed(*THREE)))
    ask(server)
    assert "max_results=10" in server.requests[0]


def test_a_withdrawal_in_the_comment_shows_in_the_record(server):
    server.script(API, Reply(feed(entry("2005.00001v2", comment="This paper is withdrawn"))))
    papers, _ = ask(server)
    assert papers[0].status == "withdrawn"


def test_a_search_without_hits_is_ok_and_empty(server):
    server.script(API, Reply(feed(total=0)))
    papers, outcome = ask(server)
    assert (papers, outcome.outcome, outcome.expected) == ([], "ok", 0)


def test_several_pages_are_put_together(server):
    server.script(API, Reply(feed(*THREE[:2], total=3)), Reply(feed(THREE[2], total=3, start=2)))
    papers, outcome = ask(server)
    assert (len(papers), outcome.outcome) == (3, "ok")


def test_429_is_tried_again_after_the_wait_that_the_service_asks_for(server):
    server.script(API, Reply(status=429, headers={"Retry-After": "7"}), Reply(feed(*THREE)))
    clock = Clock()
    papers, outcome = ask(server, clock=clock)
    assert (len(papers), outcome.outcome, clock.slept) == (3, "ok", [7.0])


def test_429_without_end_is_rate_limited_and_not_an_empty_result(server):
    server.script(API, Reply(status=429))
    papers, outcome = ask(server)
    assert (papers, outcome.outcome, outcome.expected) == ([], "rate_limited", None)
    assert len(server.requests) == 3
    assert "429" in outcome.message


def test_a_wait_that_is_too_long_ends_the_search_at_once(server):
    server.script(API, Reply(status=429, headers={"Retry-After": "86400"}))
    clock = Clock()
    _, outcome = ask(server, clock=clock, max_wait_seconds=60)
    assert (outcome.outcome, clock.slept, len(server.requests)) == ("rate_limited", [], 1)
    assert "86400" in outcome.message


def test_503_is_tried_again_with_growing_waits_and_then_unavailable(server):
    server.script(API, Reply(status=503))
    clock = Clock()
    papers, outcome = ask(server, clock=clock, delay_seconds=0.5)
    assert (papers, outcome.outcome) == ([], "unavailable")
    backoffs = [wait for wait in clock.slept if wait >= 0.5]
    assert 0.5 <= backoffs[0] <= 0.625 < 1.0 <= backoffs[1] <= 1.25


def test_a_rate_limit_said_with_status_200_is_rate_limited(server):
    server.script(API, Reply(b"Rate exceeded.", content_type="text/plain"))
    papers, outcome = ask(server)
    assert (papers, outcome.outcome) == ([], "rate_limited")


def test_an_html_page_with_status_200_is_a_parse_error_and_not_repeated(server):
    server.script(API, Reply(b"<!DOCTYPE html><html>Down</html>", content_type="text/html"))
    papers, outcome = ask(server)
    assert (papers, outcome.outcome, len(server.requests)) == ([], "parse_error", 1)
    assert "HTML page" in outcome.message


def test_half_an_xml_document_is_partial_with_the_whole_records_kept(server):
    whole = feed(*THREE)
    half = whole[: whole.index(b"Title number 2")]
    server.script(API, Reply(half))
    papers, outcome = ask(server)
    # The broken-off record is not among them, and the next page is the same half again.
    assert {paper.paper_id for paper in papers} == {"arxiv:2005.00001"}
    assert outcome.outcome == "partial"
    assert outcome.expected == 3


def test_half_an_xml_document_that_the_next_page_completes_is_ok(server):
    whole = feed(*THREE)
    half = whole[: whole.index(b"Title number 2")]
    server.script(API, Reply(half), Reply(feed(*THREE[1:], total=3, start=1)))
    papers, outcome = ask(server)
    assert (len(papers), outcome.outcome) == (3, "ok")


def test_xml_that_breaks_off_before_the_first_record_is_a_parse_error(server):
    server.script(API, Reply(feed(*THREE)[:150]))
    papers, outcome = ask(server)
    assert (papers, outcome.outcome) == ([], "parse_error")


def test_a_connection_that_breaks_off_is_unavailable(server):
    body = feed(*THREE)
    server.script(API, Reply(body[:200], promise=len(body)))
    papers, outcome = ask(server)
    assert (papers, outcome.outcome) == ([], "unavailable")


def test_fewer_records_than_the_service_counts_are_partial(server):
    server.script(API, Reply(feed(*THREE, total=5)), Reply(feed(total=5, start=3)))
    papers, outcome = ask(server)
    assert (len(papers), outcome.outcome, outcome.expected) == (3, "partial", 5)


def test_a_stall_ends_after_the_time_out_and_is_unavailable(server):
    server.script(API, Reply(feed(*THREE), stall=1.0))
    papers, outcome = ask(server, timeout_seconds=0.2)
    assert (papers, outcome.outcome) == ([], "unavailable")
    assert "0.2 s" in outcome.message


def test_a_service_that_is_not_there_is_unavailable():
    papers, outcome = search(fetcher(), "all:x", 10, "http://127.0.0.1:9")
    assert (papers, outcome.outcome) == ([], "unavailable")


def test_400_is_a_bad_request_and_not_repeated(server):
    server.script(API, Reply(ERROR_FEED, status=400))
    papers, outcome = ask(server)
    assert (papers, outcome.outcome, len(server.requests)) == ([], "bad_request", 1)


def test_an_error_feed_with_status_200_is_a_bad_request(server):
    server.script(API, Reply(ERROR_FEED))
    papers, outcome = ask(server)
    assert (papers, outcome.outcome) == ([], "bad_request")
    assert "incorrect id format" in outcome.message


def test_403_is_never_asked_again(server):
    server.script(API, Reply(status=403))
    _, outcome = ask(server)
    assert (outcome.outcome, len(server.requests)) == ("unavailable", 1)


def test_an_answer_without_end_is_cut_off(server, monkeypatch):
    monkeypatch.setattr("litreview.sources.arxiv.MAX_FEED_BYTES", 1_000)
    server.script(API, Reply(feed(*THREE * 3)))
    papers, outcome = ask(server)
    assert (papers, outcome.outcome) == ([], "parse_error")
    assert "1000 bytes" in outcome.message


def test_entities_in_a_feed_are_not_expanded(server):
    bomb = b'<!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    body = feed(entry("2005.00001v1", "Entity &b;")).replace(b"?>\n", b"?>\n" + bomb, 1)
    server.script(API, Reply(body))
    papers, _ = ask(server)
    assert "aaaa" not in papers[0].title


def test_looked_up_ids_come_with_their_version(server):
    server.script(API, Reply(feed(entry("2005.13013v2"))))
    papers, outcome = lookup(fetcher(), [parse_arxiv_id("2005.13013v2")], server.url)
    assert (papers[0].version, outcome.outcome) == ("v2", "ok")
    assert "id_list=2005.13013v2" in server.requests[0]


def test_an_id_that_does_not_exist_is_partial_and_named(server):
    server.script(API, Reply(feed(THREE[0])))
    ids = [parse_arxiv_id("2005.00001"), parse_arxiv_id("2012.99999")]
    papers, outcome = lookup(fetcher(), ids, server.url)
    assert (len(papers), outcome.outcome, outcome.expected) == (1, "partial", 2)
    assert "2012.99999" in outcome.message


def test_answers_are_cached_by_date_and_served_without_a_request(server, tmp_path):
    server.script(API, Reply(feed(*THREE)), Reply(status=503))
    cache = Cache(tmp_path)
    ask(server, cache=cache)
    papers, outcome = ask(server, cache=cache)
    assert (len(papers), outcome.outcome, len(server.requests)) == (3, "ok", 1)
    assert [folder.name for folder in tmp_path.iterdir()] == ["2026-07-08"]


def test_faulty_answers_are_not_cached(server, tmp_path):
    server.script(API, Reply(feed(*THREE)[:-40]), Reply(b"<html>", content_type="text/html"))
    ask(server, cache=Cache(tmp_path))
    assert list(tmp_path.glob("**/*.body")) == []


def test_replay_answers_from_the_cache_alone(server, tmp_path):
    server.script(API, Reply(feed(*THREE)))
    ask(server, cache=Cache(tmp_path))
    first, _ = ask(server, cache=Cache(tmp_path, max_age_days=None), offline=True)
    _, missing = search(fetcher(cache=Cache(tmp_path), offline=True), "all:other", 10, server.url)
    assert (len(first), missing.outcome, len(server.requests)) == (3, "unavailable", 1)
    assert "not in the cache" in missing.message


def test_after_three_failures_in_a_row_the_source_is_left_alone(server):
    server.script(API, Reply(status=503))
    one = fetcher(retries=0)
    for number in range(5):
        search(one, f"all:{number}", 10, server.url)
    assert len(server.requests) == 3


def test_a_live_search_looks_up_the_ids_given_and_no_others(server, tmp_path, monkeypatch):
    monkeypatch.setenv("LITREVIEW_ARXIV_URL", server.url)
    server.script(API, Reply(feed(entry("2005.13013v2"))))
    settings = parse_settings({"ids": ["2012.00001", "2011.11499v2"], "delay_seconds": 0})
    result = run_search("live", settings, tmp_path)
    (asked,) = server.requests
    assert "2012.00001" in asked
    assert "2011.11499v2" in asked
    assert "2005.13013" not in asked
    assert [paper.paper_id for paper in result.papers] == ["arxiv:2005.13013"]
    assert result.outcomes[0].outcome == "partial"
    assert result.prisma.database_specific_results == {"arxiv": 1}


def test_a_live_search_without_ids_looks_up_the_corpus(server, tmp_path, monkeypatch):
    monkeypatch.setenv("LITREVIEW_ARXIV_URL", server.url)
    server.script(API, Reply(feed(entry("2005.13013v2"))))
    run_search("live", parse_settings({"delay_seconds": 0}), tmp_path)
    (asked,) = server.requests
    assert "2005.13013v2" in asked
    assert "2011.11499v1" in asked


def test_records_found_twice_are_counted_as_duplicates(server, tmp_path):
    server.script(API, Reply(feed(*THREE)))
    settings = parse_settings(
        {"ids": ["2005.00001", "2005.00002", "2005.00003"], "query": "all:x", "delay_seconds": 0}
        | {"base_url": server.url, "corpus": False}
    )
    result = run_search("live", settings, tmp_path)
    assert (len(result.papers), len(result.duplicates)) == (3, 3)
    assert (result.prisma.database_results, result.prisma.records_screened) == (6, 3)


def test_a_failed_source_leaves_no_count_in_the_flow(server, tmp_path):
    server.script(API, Reply(status=503))
    settings = parse_settings(
        {"query": "all:x", "base_url": server.url, "retries": 0, "delay_seconds": 0}
        | {"corpus": False}
    )
    result = run_search("live", settings, tmp_path)
    assert (result.papers, result.outcomes[0].outcome) == ([], "unavailable")
    assert result.prisma.database_results == 0


def test_replay_without_a_cache_is_refused():
    with pytest.raises(InputError, match="needs the cache folder"):
        make_fetcher("replay", SourceSettings(), None)


def test_papers_that_arxiv_lacks_do_not_count_as_the_source_failing(server):
    one = fetcher(retries=0)
    server.script(API, Reply(ERROR_FEED, status=400))
    for number in range(5):
        search(one, f"all:{number}", 10, server.url)
    assert len(server.requests) == 5
