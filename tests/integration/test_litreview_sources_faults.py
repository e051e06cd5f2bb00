"""Every fault of every searched service becomes a typed outcome, and none an empty result."""

import json

import pytest

from tests.replay_server import Reply, serve
from tests.search_pages import JSON, SERVICES, TODAY, ask

NAMES = list(SERVICES)
PAGED = [name for name in NAMES if name != "arxiv"]


@pytest.fixture(scope="module")
def server():
    with serve() as running:
        yield running


@pytest.fixture(autouse=True)
def _forget(server):
    server.requests.clear()


@pytest.mark.parametrize("name", NAMES)
def test_all_that_the_service_counts_is_ok(server, name):
    service = SERVICES[name]
    papers, outcome = ask(server, name, service.reply([1, 2, 3]))
    assert (outcome.outcome, outcome.expected, outcome.total, outcome.retrieved) == ("ok", 3, 3, 3)
    assert [paper.title for paper in papers] == [f"Paper number {n} of the test" for n in (1, 2, 3)]
    assert {paper.source for paper in papers} == {name}
    assert outcome.date == TODAY.isoformat()
    assert len(outcome.pages) == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_search_without_hits_is_ok_and_empty(server, name):
    papers, outcome = ask(server, name, SERVICES[name].reply([]))
    assert (papers, outcome.outcome, outcome.expected) == ([], "ok", 0)


@pytest.mark.parametrize("name", PAGED)
def test_pages_follow_by_what_the_service_says(server, name):
    service = SERVICES[name]
    papers, outcome = ask(
        server,
        name,
        service.reply([1, 2], total=3, following="c2"),
        service.reply([3], total=3, following=None),
    )
    assert (len(papers), outcome.outcome, len(outcome.pages)) == (3, "ok", 2)
    assert service.asked_with(server.requests[1]) == "c2"


@pytest.mark.parametrize("name", NAMES)
def test_more_than_is_wanted_is_cut_off_and_said(server, name):
    service = SERVICES[name]
    papers, outcome = ask(server, name, service.reply([1, 2, 3], total=7), wanted=2)
    assert len(papers) == outcome.retrieved == outcome.expected == 2
    assert (outcome.outcome, outcome.total) == ("ok", 7)
    assert "of 7" in outcome.message


@pytest.mark.parametrize("name", NAMES)
def test_429_is_tried_again_after_the_wait_that_the_service_asks_for(server, name):
    slept: list[float] = []
    refusal = Reply(status=429, headers={"Retry-After": "7"})
    papers, outcome = ask(server, name, refusal, SERVICES[name].reply([1]), slept=slept)
    assert (len(papers), outcome.outcome, slept) == (1, "ok", [7.0])


@pytest.mark.parametrize("name", NAMES)
def test_429_without_end_is_rate_limited(server, name):
    papers, outcome = ask(server, name, Reply(status=429))
    assert (papers, outcome.outcome, outcome.expected) == ([], "rate_limited", None)
    assert len(server.requests) == 3


SPENT = [
    {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "3600"},
    {"X-RateLimit-Remaining-USD": "0.0004", "X-RateLimit-Cost-Required-USD": "0.001"},
    {"X-RateLimit-Remaining": "5", "X-RateLimit-Credits-Required": "10", "Retry-After": "9"},
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("headers", SPENT)
def test_a_spent_quota_is_told_from_asking_too_fast_and_is_not_asked_again(server, name, headers):
    papers, outcome = ask(server, name, Reply(status=429, headers=headers))
    assert (papers, outcome.outcome) == ([], "quota_exhausted")
    assert len(server.requests) == 1
    assert "set a key" in outcome.message


@pytest.mark.parametrize("name", NAMES)
def test_payment_required_is_a_spent_quota(server, name):
    assert ask(server, name, Reply(status=402))[1].outcome == "quota_exhausted"


@pytest.mark.parametrize("name", NAMES)
def test_asking_too_fast_with_quota_left_is_rate_limited(server, name):
    headers = {"X-RateLimit-Remaining": "900", "Retry-After": "0"}
    assert ask(server, name, Reply(status=429, headers=headers))[1].outcome == "rate_limited"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_that_fails_is_unavailable_and_tried_again(server, name, status):
    papers, outcome = ask(server, name, Reply(status=status))
    assert (papers, outcome.outcome, len(server.requests)) == ([], "unavailable", 3)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_refused_query_is_a_bad_request_and_not_repeated(server, name, status):
    papers, outcome = ask(server, name, Reply(status=status))
    assert (papers, outcome.outcome, len(server.requests)) == ([], "bad_request", 1)


@pytest.mark.parametrize("name", NAMES)
def test_403_is_never_asked_again(server, name):
    papers, outcome = ask(server, name, Reply(status=403))
    assert (papers, outcome.outcome, len(server.requests)) == ([], "unavailable", 1)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("left", "outcome"), [("40", "rate_limited"), ("0", "quota_exhausted")])
def test_403_about_the_rate_of_asking_is_what_it_says(server, name, left, outcome):
    refusal = Reply(status=403, headers={"X-RateLimit-Remaining": left})
    papers, found = ask(server, name, refusal)
    assert (papers, found.outcome) == ([], outcome)


@pytest.mark.parametrize("name", NAMES)
def test_a_key_that_is_refused_is_named(server, name):
    papers, outcome = ask(server, name, Reply(status=401))
    assert (papers, outcome.outcome, len(server.requests)) == ([], "unavailable", 1)
    assert "the key is refused" in outcome.message


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff\xfe" * 40, b"[]", b"null", b"{}", b"OK", b"[" * 100_000]
)
def test_garbage_with_status_200_is_a_parse_error(server, name, body):
    papers, outcome = ask(server, name, Reply(body, content_type=JSON))
    assert (papers, outcome.outcome, len(server.requests)) == ([], "parse_error", 1)


@pytest.mark.parametrize("name", NAMES)
def test_an_html_page_with_status_200_is_a_parse_error(server, name):
    page = Reply(b"<!DOCTYPE html><html>Be right back</html>", content_type="text/html")
    papers, outcome = ask(server, name, page)
    assert (papers, outcome.outcome) == ([], "parse_error")
    assert "an HTML page" in outcome.message


@pytest.mark.parametrize("name", PAGED)
def test_half_an_answer_is_a_parse_error(server, name):
    whole = SERVICES[name].page([1, 2, 3])
    for end in (1, len(whole) // 2, len(whole) - 1):
        papers, outcome = ask(server, name, Reply(whole[:end], content_type=JSON))
        assert (papers, outcome.outcome) == ([], "parse_error")


@pytest.mark.parametrize("name", NAMES)
def test_a_connection_that_breaks_off_is_unavailable(server, name):
    whole = SERVICES[name].page([1, 2, 3])
    broken = Reply(whole[:100], promise=len(whole), content_type=JSON)
    papers, outcome = ask(server, name, broken, retries=0)
    assert (papers, outcome.outcome) == ([], "unavailable")


@pytest.mark.parametrize("name", NAMES)
def test_a_stall_ends_after_the_time_out(server, name):
    slow = Reply(SERVICES[name].page([1]), stall=2.0, content_type=JSON)
    papers, outcome = ask(server, name, slow, timeout_seconds=0.2, retries=0)
    assert (papers, outcome.outcome) == ([], "unavailable")
    assert "0.2 s" in outcome.message


@pytest.mark.parametrize("name", PAGED)
def test_fewer_records_than_the_service_counts_are_partial(server, name):
    service = SERVICES[name]
    papers, outcome = ask(
        server, name, service.reply([1, 2], total=5, following="c2"), service.reply([], total=5)
    )
    assert (len(papers), outcome.outcome, outcome.expected) == (2, "partial", 5)
    assert "2 of 5" in outcome.message


@pytest.mark.parametrize("name", PAGED)
def test_a_total_that_shrinks_to_what_came_hides_nothing(server, name):
    service = SERVICES[name]
    papers, outcome = ask(
        server, name, service.reply([1, 2], total=5, following="c2"), service.reply([], total=2)
    )
    assert (len(papers), outcome.outcome, outcome.total) == (2, "partial", 5)


@pytest.mark.parametrize("name", PAGED)
def test_a_total_above_zero_without_a_record_is_a_parse_error(server, name):
    papers, outcome = ask(server, name, SERVICES[name].reply([], total=5))
    assert (papers, outcome.outcome) == ([], "parse_error")


@pytest.mark.parametrize("name", PAGED)
def test_a_page_that_comes_again_and_again_ends_the_search(server, name):
    service = SERVICES[name]
    papers, outcome = ask(server, name, service.reply([1, 2], total=9, following="same"))
    assert (len(papers), outcome.outcome) == (2, "partial")
    assert len(server.requests) == 2


@pytest.mark.parametrize("name", PAGED)
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Reply(status=503), "503"),
        (Reply(status=429), "429"),
        (Reply(b'{"half', content_type=JSON), "no whole JSON"),
        (Reply(status=400), "400"),
    ],
)
def test_what_came_before_a_fault_is_kept_and_partial(server, name, fault, said):
    first = SERVICES[name].reply([1, 2], total=5, following="c2")
    papers, outcome = ask(server, name, first, fault)
    assert (len(papers), outcome.outcome, outcome.retrieved) == (2, "partial", 2)
    assert said in outcome.message


@pytest.mark.parametrize("name", PAGED)
def test_an_answer_without_a_total_is_a_parse_error(server, name):
    text = SERVICES[name].page([1]).decode()
    for key in ("count", "total", "total-results", "hitCount"):
        text = text.replace(f'"{key}": 1', f'"{key}": null')
    papers, outcome = ask(server, name, Reply(text.encode(), content_type=JSON))
    assert (papers, outcome.outcome) == ([], "parse_error")


@pytest.mark.parametrize("name", PAGED)
def test_records_without_a_title_are_counted_and_left_out(server, name):
    text = SERVICES[name].page([1, 2]).decode().replace("<i>test</i>", "test")
    text = text.replace("Paper number 2 of the test", "")
    papers, outcome = ask(server, name, Reply(text.encode(), content_type=JSON))
    assert (len(papers), outcome.outcome) == (1, "ok")
    assert (outcome.retrieved, outcome.unusable) == (2, 1)
    assert "1 of 2 records lack" in outcome.message


@pytest.mark.parametrize("name", PAGED)
def test_records_that_are_none_are_a_parse_error(server, name):
    value = json.loads(SERVICES[name].page([]))
    text = json.dumps(value).replace("[]", '[1, "x", null]').replace(": 0", ": 3")
    papers, outcome = ask(server, name, Reply(text.encode(), content_type=JSON))
    assert (papers, outcome.outcome) == ([], "parse_error")


@pytest.mark.parametrize(
    ("name", "body", "outcome"),
    [
        ("openalex", {"error": "Invalid filter", "message": "no such field"}, "bad_request"),
        ("semantic_scholar", {"error": "Unrecognized query"}, "bad_request"),
        ("semantic_scholar", {"message": "Too Many Requests. Please wait"}, "rate_limited"),
        ("crossref", {"status": "failed", "message": [{"message": "bad"}]}, "bad_request"),
        ("europepmc", {"errCode": 404, "errMsg": "Invalid query"}, "bad_request"),
    ],
)
def test_an_error_said_with_status_200_is_what_it_says(server, name, body, outcome):
    papers, found = ask(server, name, Reply(json.dumps(body).encode(), content_type=JSON))
    assert (papers, found.outcome) == ([], outcome)
