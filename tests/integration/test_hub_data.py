"""The hub source against a hub in miniature on loopback.

The hub's client reads its address and its cache's place when it is imported, so the calls are made
by a process of their own (`CALLS` below), once for all tests.
"""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crosslift.catalogue import get_task
from crosslift.data.files import MissingFilesError
from crosslift.data.hub import explain
from crosslift.errors import FetchError
from crosslift.files import sha256_of

COMMIT = "0123456789abcdef0123456789abcdef01234567"
CARD = b"""---
configs:
- config_name: en
  data_files: [{split: test, path: "en/test-*.parquet"}]
- config_name: qa
  data_files: [{split: train, path: "qa/train-*.parquet"}]
- config_name: rounds
  data_files:
  - {split: train_r1, path: "rounds/r1.parquet"}
  - {split: train_r2, path: "rounds/r2.parquet"}
  - {split: train_r3, path: "rounds/r3.parquet"}
- config_name: pairs
  data_files: [{split: train, path: "en/test-*.parquet"}]
- config_name: mentions
  data_files: [{split: test, path: "mentions/test-*.parquet"}]
- config_name: entities
  data_files: [{split: test, path: "entities/test-*.parquet"}]
- config_name: clauses
  data_files: [{split: train, path: "clauses/train-*.parquet"}]
- config_name: wiki.de
  data_files: [{split: train, path: "wiki.de/train-*.parquet"}]
---
"""


def parquet(**columns: list) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


FILES = {
    "README.md": CARD,
    "en/test-0.parquet": parquet(premise=["a", "b"], hypothesis=["c", "d"], label=[0, 2]),
    "qa/train-0.parquet": parquet(
        id=["1"],
        context=["Ann left."],
        question=["Who?"],
        answers=[{"text": ["Ann"], "answer_start": [1]}],
    ),
    **{
        f"rounds/r{n}.parquet": parquet(
            uid=[f"r{n}"], premise=[f"p{n}"], hypothesis=["h"], label=[n - 1]
        )
        for n in (1, 2, 3)
    },
    "mentions/test-0.parquet": parquet(mention=["Oslo: in { Oslo }"], entity_id=["Q2"]),
    "entities/test-0.parquet": parquet(
        entity_id=["Q1", "Q2"],
        description=["eine Stadt", "a town"],
        description_language=["de", "en"],
    ),
    "wiki.de/train-0.parquet": parquet(
        text=[f"Titel\n{'eins ' * 9}\n{'zwei ' * 9}", f"{'zwei ' * 9}\n{'drei ' * 9}", "vier " * 9]
    ),
    "clauses/train-0.parquet": parquet(text=["a", "b"], labels=[[7, 0], []]),
}


class Hub(BaseHTTPRequestHandler):
    """Serves `toy/pairs`; `toy/gated`, `toy/busy`, `toy/cut` and `toy/half` fail in their own ways.

    Parquet files of `toy/half` end in the middle; `toy/closed` answers 401 as the hub does for a
    private or absent data set without a login.
    """

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET(json.loads(body).get("paths", []) if body.startswith(b"{") else [])

    def do_GET(self, paths: list[str] | None = None) -> None:
        path = unquote(urlsplit(self.path).path)
        if "/toy/gated" in path:
            self.answer(401, b"{}", {"X-Error-Code": "GatedRepo"})
        elif "/toy/closed" in path:
            self.answer(401, b"{}", {"X-Error-Code": "RepoNotFound"})
        elif "/toy/busy" in path:
            self.answer(429, b"{}", {"Retry-After": "1"})
        elif "/toy/cut" in path:
            self.close_connection = True
        elif "/toy/pairs" not in path and "/toy/half" not in path:
            self.answer(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        elif "/resolve/" in path:
            self.file(path.split("/resolve/", 1)[1].split("/", 1)[1], half="/toy/half" in path)
        elif "/tree/" in path:
            self.json(self.tree(path.partition("/tree/")[2].partition("/")[2]))
        elif "/paths-info/" in path:
            self.json([self.entry(name) for name in paths or () if name in FILES])
        else:
            siblings = [{"rfilename": name} for name in FILES]
            self.json({"id": "toy/pairs", "sha": COMMIT, "siblings": siblings, "tags": []})

    def tree(self, folder: str) -> list[dict]:
        inside = [name for name in FILES if name.startswith(f"{folder}/" if folder else "")]
        files = [self.entry(name) for name in inside if "/" not in name[len(folder) + 1 :]]
        folders = {name.split("/")[0] for name in inside if "/" in name} if not folder else set()
        empty = {"type": "directory", "oid": "0" * 40, "size": 0}
        return [*files, *({**empty, "path": name} for name in sorted(folders))]

    def entry(self, name: str) -> dict:
        oid = hashlib.sha1(FILES[name]).hexdigest()
        return {"type": "file", "oid": oid, "size": len(FILES[name]), "path": name}

    def file(self, name: str, *, half: bool) -> None:
        if name not in FILES:
            self.answer(404, b"", {"X-Error-Code": "EntryNotFound"})
            return
        content = FILES[name]
        headers = {"ETag": f'"{self.entry(name)["oid"]}"', "X-Repo-Commit": COMMIT}
        broken = half and name.endswith(".parquet")
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if wanted and self.command == "GET":
            first, last = int(wanted[1]), min(int(wanted[2]), len(content) - 1)
            headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
            self.answer(206, content[first : last + 1], headers)
            return
        self.answer(200, content, headers, sent=len(content) // 2 if broken else None)

    def json(self, value: object) -> None:
        self.answer(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def answer(
        self, status: int, content: bytes, headers: dict, *, sent: int | None = None
    ) -> None:
        self.send_response(status)
        for key, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[:sent])
            self.close_connection = sent is not None


# One line a case: "name repository configuration split", its outcome as one JSON line.
CALLS = """
import json, sys
from crosslift.catalogue import get_task
from crosslift.data.hub import WIKIPEDIA, load_hub_split, load_hub_texts
from crosslift.data.records import Request
from crosslift.data.sources import load_split_from
from crosslift.errors import CrossliftError

for case in sys.argv[1:]:
    task, repository, config, split, revision, *others = case.split()
    if task == "texts":
        changes = {"id": repository, "config": "wiki.{language}", "revision": revision}
        try:
            texts = load_hub_texts(config, int(split), WIKIPEDIA.model_copy(update=changes))
            print(json.dumps({"texts": texts}))
        except CrossliftError as error:
            print(json.dumps({"error": type(error).__name__, "message": str(error)}))
        continue
    entry = get_task(task)
    source = entry.sources.hub.model_copy(
        update={"id": repository, "config": config, "revision": revision}
    )
    request = Request(task, entry.format, split, "en", "en", entry.labels, source)
    try:
        if others:
            # The whole source, of which the others are the configurations of its further parts.
            changes = [{"id": repository, "config": other} for other in others]
            if source.candidates:
                shared = source.candidates.model_copy(update={"config": others[0]})
                source = source.model_copy(update={"candidates": shared})
            else:
                also = [one.model_copy(update=c) for one, c in zip(source.also, changes)]
                source = source.model_copy(update={"also": also})
            sources = entry.sources.model_copy(update={"hub": source})
            found = load_split_from(
                "hub", entry.model_copy(update={"sources": sources}), split, ["en"],
                data_root=None, size=None, seed=0,
            )
            print(json.dumps({"rows": found.rows, "files": found.files}))
            continue
        read, files = load_hub_split(source, request)
        print(json.dumps({"rows": read.rows, "faults": read.faults, "files": files}))
    except CrossliftError as error:
        print(json.dumps({"error": type(error).__name__, "message": str(error)}))
"""

CASES = {
    "pairs": f"xnli toy/pairs en test {COMMIT}",
    "span": "squad toy/pairs qa train main",
    "absent_config": "xnli toy/pairs xx test main",
    "absent_split": "xnli toy/pairs qa test main",
    "rounds": "anli toy/pairs rounds train main",
    "union": "anli_mnli_snli toy/pairs rounds train main pairs pairs",
    "entities": "mewslix toy/pairs mentions test main entities",
    "labels": "unfair_tos toy/pairs clauses train main",
    "texts": "texts toy/pairs de 3 main",
    "no_texts": "texts toy/pairs qu 3 main",
    "gated": "xnli toy/gated en test main",
    "closed": "xnli toy/closed en test main",
    "busy": "xnli toy/busy en test main",
    "missing": "xnli toy/absent en test main",
    "cut": "xnli toy/cut en test main",
    "half": "xnli toy/half en test main",
}


def call(endpoint: str, home: Path, cases: dict[str, str], **environment: str) -> dict[str, dict]:
    result = subprocess.run(
        [sys.executable, "-c", CALLS, *cases.values()],
        env={
            **os.environ,
            "HF_ENDPOINT": endpoint,
            "HF_HOME": str(home),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            **environment,
        },
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    lines = [line for line in result.stdout.splitlines() if line.startswith("{")]
    return dict(zip(cases, map(json.loads, lines), strict=True))


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("hub")


@pytest.fixture(scope="module")
def outcomes(home) -> dict[str, dict]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        return call(f"http://127.0.0.1:{server.server_port}", home, CASES)
    finally:
        server.shutdown()
        server.server_close()


def test_rows_come_with_mapped_labels_and_the_file_they_were_read_from(outcomes, tmp_path):
    assert outcomes["pairs"]["rows"] == [
        {
            "example_id": "0",
            "language": "en",
            "text": "a",
            "text_pair": "c",
            "label": "entailment",
        },
        {
            "example_id": "1",
            "language": "en",
            "text": "b",
            "text_pair": "d",
            "label": "contradiction",
        },
    ]
    served = tmp_path / "served"
    served.write_bytes(FILES["en/test-0.parquet"])
    assert outcomes["pairs"]["files"] == [
        {
            "split": "test",
            "language": "en",
            "path": f"toy/pairs@{COMMIT}/en/test-0.parquet",
            "bytes": served.stat().st_size,
            "sha256": sha256_of(served),
        }
    ]


def test_answers_inside_a_structure_are_reached_and_mended(outcomes):
    row = outcomes["span"]["rows"][0]
    assert (row["answers"], row["starts"]) == (["Ann"], [0])
    assert outcomes["span"]["faults"]["offsets_mended"] == 1


def test_texts_without_labels_are_distinct_paragraphs_and_no_headings(outcomes):
    assert outcomes["texts"] == {
        "texts": [("eins " * 9).strip(), ("zwei " * 9).strip(), ("drei " * 9).strip()]
    }
    assert outcomes["no_texts"]["error"] == "MissingFilesError"


def test_several_splits_follow_one_another(outcomes):
    rows = outcomes["rounds"]["rows"]
    assert [(row["example_id"], row["label"]) for row in rows] == [
        ("r1", "entailment"),
        ("r2", "neutral"),
        ("r3", "contradiction"),
    ]
    paths = [file["path"].split("/", 2)[2] for file in outcomes["rounds"]["files"]]
    assert paths == ["rounds/r1.parquet", "rounds/r2.parquet", "rounds/r3.parquet"]


def test_several_data_sets_make_one_training_split_with_ids_apart(outcomes):
    names = [row["example_id"] for row in outcomes["union"]["rows"]]
    assert names == ["0/r1", "0/r2", "0/r3", "1/0", "1/1", "2/0", "2/1"]
    assert len(outcomes["union"]["files"]) == 5


def test_candidates_are_read_once_for_all_languages(outcomes):
    rows = outcomes["entities"]["rows"]
    assert [(row["role"], row["language"], row["example_id"]) for row in rows] == [
        ("query", "en", "0"),
        ("candidate", "de", "Q1"),
        ("candidate", "en", "Q2"),
    ]
    assert rows[0]["relevant"] == ["Q2"]
    assert {row["pool"] for row in rows} == {"all"}


def test_numbers_of_several_labels_become_their_names(outcomes):
    found = [row["labels"] for row in outcomes["labels"]["rows"]]
    assert found == [["limitation of liability", "arbitration"], []]


@pytest.mark.parametrize(
    ("case", "error", "message"),
    [
        ("absent_config", "MissingFilesError", "BuilderConfig 'xx' not found"),
        ("absent_split", "MissingFilesError", "Unknown split"),
        ("gated", "FetchError", "is gated; accept its terms at .*log in with `hf auth login`"),
        ("missing", "FetchError", "not found at .*/datasets/toy/absent, at revision 'main'"),
        ("closed", "FetchError", "not found at .*if it is private, log in with `hf auth login`"),
        ("busy", "FetchError", r"answers 429 .*wait 1 seconds, as it asks, or log in with"),
        ("cut", "FetchError", "could not be fetched .* check the connection and HF_ENDPOINT"),
        ("half", "FetchError", "could not be fetched .* check the connection and HF_ENDPOINT"),
    ],
)
def test_a_failure_says_what_it_means_and_what_to_do(outcomes, case, error, message):
    assert outcomes[case]["error"] == error
    assert re.search(message, outcomes[case]["message"])


def test_offline_the_cache_serves_and_what_it_lacks_is_named(outcomes, home):
    cases = {
        "pairs": CASES["pairs"],
        "other_commit": f"xnli toy/pairs en test {'f' * 40}",
        "missing": CASES["missing"],
    }
    # Port 9 answers nobody: any request would fail.
    offline = call("http://127.0.0.1:9", home, cases, HF_HUB_OFFLINE="1")
    assert offline["pairs"]["rows"] == outcomes["pairs"]["rows"]
    assert len(offline["pairs"]["files"][0]["sha256"]) == 64
    assert f"the cache holds commit {COMMIT}" in offline["other_commit"]["message"]
    assert "HF_HUB_OFFLINE is set; unset it and run once" in offline["missing"]["message"]


class _Response:
    status_code = 429


def test_rationing_and_scripts_are_explained():
    source = get_task("xnli").sources.hub
    rationed = OSError("wrapped")
    rationed.__cause__ = RuntimeError("too many")
    rationed.__cause__.response = _Response()
    message = str(explain(rationed, source, "en", "test"))
    assert "answers 429 (too many requests); wait some minutes" in message
    script = RuntimeError("Dataset scripts are no longer supported, but found xnli.py")
    explained = explain(script, source, "en", "test")
    assert isinstance(explained, FetchError)
    assert "holds a loading script, which is never run" in str(explained)
    unknown = ValueError("Unknown split \"dev\". Should be one of ['test'].")
    assert isinstance(explain(unknown, source, "en", "dev"), MissingFilesError)
    absent = datasets.exceptions.DatasetNotFoundError("Dataset 'x' doesn't exist on the Hub")
    assert "check id and revision" in str(explain(absent, source, None, "test"))
