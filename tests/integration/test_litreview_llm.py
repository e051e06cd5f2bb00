"""The optional language model: a local server that answers, fails, stalls; the store; the rules."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from litreview.claims.extraction import typed_fields
from litreview.claims.proposals import propose_claims
from litreview.files import InputError
from litreview.llm import KEY_VARIABLE, LLMClient, LLMFailure, LLMRequest, LLMStore, Message
from tests.litreview_papers import document

REQUEST = LLMRequest(
    task="test", prompt_id="p1", model="tiny", messages=[Message(role="user", content="Claims?")]
)
TEXTS = ["We study transfer.", "BERT outperforms ELMo by 2.1 points on SQuAD."]


def answer(text):
    """A chat completion as services send it."""
    usage = {"prompt_tokens": 7, "completion_tokens": 3}
    body = {"model": "tiny-1", "choices": [{"message": {"content": text}}], "usage": usage}
    return 200, {}, json.dumps(body).encode()


@contextmanager
def service(*replies, stall_seconds=0.0):
    """A server that gives the replies in turn, the last one for ever, and records what it got."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            seen.append((self.path, dict(self.headers), json.loads(self.rfile.read(length))))
            status, headers, body = replies[min(len(seen), len(replies)) - 1]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body) + (1 if stall_seconds else 0)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()
            time.sleep(stall_seconds)

        def log_message(self, *_):
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", seen
    finally:
        server.shutdown()
        server.server_close()


def client(folder, url=None, mode="live", **settings):
    """A client that notes its waits instead of waiting."""
    waits = []
    made = LLMClient(mode, LLMStore(folder), url, wait=waits.append, **settings)
    return made, waits


def test_an_answer_is_kept_and_replayed_without_the_service(tmp_path, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, "secret-key")
    with service(answer("[]")) as (url, seen):
        live, _ = client(tmp_path, url)
        first = live.complete(REQUEST)
        assert live.complete(REQUEST) == first
    assert len(seen) == 1
    path, headers, asked = seen[0]
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer secret-key"
    assert asked["temperature"] == 0.0
    assert "task" not in asked
    replayed, _ = client(tmp_path, mode="replay")
    assert replayed.complete(REQUEST) == first
    assert (first.text, first.model, first.prompt_tokens) == ("[]", "tiny-1", 7)
    (kept,) = tmp_path.iterdir()
    assert kept.name == f"{REQUEST.key()}.json"
    assert "secret-key" not in kept.read_text(encoding="utf-8")


def test_replay_of_what_was_never_asked_is_an_error(tmp_path):
    replayed, _ = client(tmp_path, mode="replay")
    with pytest.raises(LLMFailure, match="run once in mode live") as caught:
        replayed.complete(REQUEST)
    assert caught.value.kind == "not_stored"


@pytest.mark.parametrize("change", [{"model": "other"}, {"seed": 1}, {"prompt_id": "p2"}])
def test_another_request_has_another_key(change):
    assert REQUEST.model_copy(update=change).key() != REQUEST.key()


def test_a_rate_limit_is_waited_for_as_long_as_it_says(tmp_path):
    limit = (429, {"Retry-After": "7"}, b"slow down")
    with service(limit, answer("[]")) as (url, seen):
        live, waits = client(tmp_path, url)
        assert live.complete(REQUEST).text == "[]"
    assert (len(seen), waits) == (2, [7.0])


@pytest.mark.parametrize(
    ("reply", "kind", "tries"),
    [
        ((429, {}, b""), "rate_limited", 3),
        ((500, {}, b"broken"), "unavailable", 3),
        ((401, {}, b"who?"), "refused", 1),
        ((302, {"Location": "http://127.0.0.1:1/"}, b""), "refused", 1),
        ((200, {}, b"not JSON"), "malformed", 1),
        ((200, {}, b"[]"), "malformed", 1),
        ((200, {}, b'{"choices": []}'), "malformed", 1),
        ((200, {}, b'{"choices": [{"message": {"content": null}}]}'), "malformed", 1),
    ],
)
def test_a_failure_has_its_kind_and_leaves_nothing_in_the_store(tmp_path, reply, kind, tries):
    with service(reply) as (url, seen):
        live, _ = client(tmp_path / "store", url)
        with pytest.raises(LLMFailure) as caught:
            live.complete(REQUEST)
    assert caught.value.kind == kind
    assert len(seen) == tries
    assert not (tmp_path / "store").exists()


def test_a_stalled_answer_ends_at_the_timeout(tmp_path):
    with service(answer("[]"), stall_seconds=3.0) as (url, _):
        live, _ = client(tmp_path, url, timeout_seconds=0.4, tries=1)
        with pytest.raises(LLMFailure) as caught:
            live.complete(REQUEST)
    assert caught.value.kind in ("timeout", "unavailable")


def test_a_service_that_is_not_there_is_unavailable(tmp_path):
    live, waits = client(tmp_path, "http://127.0.0.1:9", tries=2)
    with pytest.raises(LLMFailure) as caught:
        live.complete(REQUEST)
    assert (caught.value.kind, waits) == ("unavailable", [1.0])
    without, _ = client(tmp_path)
    with pytest.raises(InputError, match="--llm-url"):
        without.complete(REQUEST)


def test_a_store_that_was_tampered_with_is_refused(tmp_path):
    path = tmp_path / f"{REQUEST.key()}.json"
    path.write_text('{"request": 1}', encoding="utf-8")
    replayed, _ = client(tmp_path, mode="replay")
    with pytest.raises(InputError, match=path.name):
        replayed.complete(REQUEST)


GOOD = {
    "sentence": "s2",
    "quote": "BERT outperforms ELMo by 2.1 points",
    "claims": ["BERT is 2.1 points better than ELMo."],
}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sentence": "s9"}, "unknown sentence"),
        ({"quote": ""}, "no quote"),
        ({"quote": "BERT outperforms GPT"}, "quote not in the sentence"),
        ({"claims": ["BERT is 3.1 points better than ELMo."]}, "number not in the quote"),
        ({"claims": ["BERT is 2.1 points better than XLNet."]}, "name not in the quote"),
        ({"claims": "BERT"}, "no claim"),
    ],
)
def test_a_proposal_is_accepted_only_where_its_quote_states_it(tmp_path, change, reason):
    paper = document(TEXTS)
    items = [GOOD, {**GOOD, **change}]
    ids = [one.sentence_id for one in paper.sentences]
    text = json.dumps(items).replace('"s2"', f'"{ids[1]}"')
    with service(answer(f"Here they are:\n{text}\nDone.")) as (url, _):
        live, _ = client(tmp_path, url)
        found = propose_claims(paper, live, "tiny")
    assert [one.text for one in found.claims] == GOOD["claims"]
    (claim,) = found.claims
    assert paper.text[claim.start : claim.end] == claim.quote == GOOD["quote"]
    assert found.dropped == {reason: 1}


@pytest.mark.parametrize("text", ["", "I cannot.", "[{]", "[1, 2]", "[" * 5000 + "]" * 5000])
def test_an_answer_that_is_no_list_of_proposals_proposes_nothing(tmp_path, text):
    with service(answer(text)) as (url, _):
        live, _ = client(tmp_path, url)
        assert propose_claims(document(TEXTS), live, "tiny").claims == []


@pytest.mark.parametrize(("section", "whose"), [("Results", "own"), ("Related work", "reported")])
def test_a_proposal_is_typed_as_a_claim_that_rules_find(tmp_path, section, whose):
    text = TEXTS[1].removesuffix(".")
    proposal = json.dumps([{"sentence": "s2", "quote": text, "claims": [text]}])
    paper = document(TEXTS, section=section)
    with service(answer(proposal)) as (url, _):
        live, _ = client(tmp_path, url)
        (proposed,) = propose_claims(paper, live, "tiny").claims
    assert {key: getattr(proposed, key) for key in typed_fields(text)} == typed_fields(text)
    assert (proposed.comparator, proposed.direction) == ("ELMo", "better")
    assert [one.name for one in proposed.entities if one.kind == "dataset"] == ["squad"]
    assert proposed.attribution == whose
