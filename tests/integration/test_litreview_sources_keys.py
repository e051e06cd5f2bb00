"""What is kept of answers, and where keys go."""

import pytest

from litreview.sources import parse_settings
from litreview.sources.cache import Cache
from litreview.sources.http import Fetcher, SourceSettings
from litreview.sources.registry import SERVICES as REGISTRY
from litreview.sources.registry import search_source
from tests.replay_server import Reply, serve
from tests.search_pages import SERVICES, TODAY, ask

NAMES = list(SERVICES)


@pytest.fixture
def server():
    with serve() as running:
        yield running


@pytest.mark.parametrize("name", NAMES)
def test_faulty_answers_are_not_cached_and_sound_ones_replayed(server, name, tmp_path):
    ask(server, name, Reply(b"<html>", content_type="text/html"), cache=Cache(tmp_path))
    assert list(tmp_path.glob("**/*.body")) == []
    first, live = ask(server, name, SERVICES[name].reply([1, 2]), cache=Cache(tmp_path))
    server.script(SERVICES[name].path, Reply(status=503))
    again, replayed = ask(server, name, cache=Cache(tmp_path, max_age_days=None), offline=True)
    assert (again, replayed) == (first, live)


@pytest.mark.parametrize("name", NAMES)
def test_a_replay_of_what_was_never_asked_is_unavailable(server, name, tmp_path):
    papers, outcome = ask(
        server, name, SERVICES[name].reply([1]), cache=Cache(tmp_path), offline=True
    )
    assert (papers, outcome.outcome, server.requests) == ([], "unavailable", [])


@pytest.mark.parametrize("name", NAMES)
def test_a_key_goes_into_its_header_and_nowhere_else(server, name, tmp_path, monkeypatch):
    service = REGISTRY[name]
    if not service.key_variable:
        pytest.skip(f"{name} has no keys")
    monkeypatch.setenv(service.key_variable, "secret-key")
    (header,) = service.keys()
    assert "secret-key" in service.keys()[header]
    server.script(SERVICES[name].path, SERVICES[name].reply([1]))
    fetcher = Fetcher(
        SourceSettings(delay_seconds=0), Cache(tmp_path), keys=service.keys(), today=lambda: TODAY
    )
    search = parse_settings(
        {"query": "transfer", "sources": [name], "base_urls": {name: server.url}}
    )
    _, outcome = search_source(name, fetcher, search, "transfer")
    assert server.headers[-1][header] == service.keys()[header]
    kept = "".join(path.read_text(errors="replace") for path in tmp_path.rglob("*.*"))
    assert "secret-key" not in kept + outcome.model_dump_json() + "".join(server.requests)


def test_a_key_does_not_follow_to_another_host(server, monkeypatch):
    with serve() as other:
        other.script("/works", SERVICES["openalex"].reply([1]))
        moved = Reply(status=302, headers={"Location": f"{other.url}/works"})
        server.script("/works", moved)
        fetcher = Fetcher(
            SourceSettings(delay_seconds=0),
            None,
            keys={"x-api-key": "secret-key"},
            today=lambda: TODAY,
        )
        search = parse_settings(
            {"query": "transfer", "sources": ["openalex"], "base_urls": {"openalex": server.url}}
        )
        papers, _ = search_source("openalex", fetcher, search, "transfer")
        assert len(papers) == 1
        assert "x-api-key" in server.headers[-1]
        assert "x-api-key" not in other.headers[-1]
