"""The three scripts of the reading half, from a search to claims, as the workflow runs them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from litreview.files import read_json, read_jsonl
from litreview.schema import Claim, Document, Paper, SearchOutcome
from litreview.search.prisma import PrismaFlow
from tests.replay_server import Reply, entry, feed, serve

ROOT = Path(__file__).parents[2]
LATEX = rb"""\documentclass{article}\begin{document}
\section{Results} We use nine tasks. We show that our results suggest gains of 5.4 points.
\end{document}"""


def run(script: str, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "scripts" / script, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def search(folder: Path, *arguments: object, **environment: str):
    return run(
        "search_literature.py",
        *("--output-records", folder / "records.jsonl"),
        *("--output-searches", folder / "searches.json"),
        *("--output-prisma", folder / "prisma.json"),
        *arguments,
        **environment,
    )


def test_the_frozen_corpus_goes_from_search_to_claims(tmp_path):
    assert search(tmp_path).returncode == 0
    papers = read_jsonl(tmp_path / "records.jsonl", Paper)
    outcomes = [SearchOutcome.model_validate(one) for one in read_json(tmp_path / "searches.json")]
    flow = PrismaFlow.model_validate(read_json(tmp_path / "prisma.json"))
    assert outcomes[0].retrieved == len(papers) == flow.total_studies

    read = run(
        "read_papers.py",
        *("--papers", tmp_path / "records.jsonl", "--output", tmp_path / "documents.jsonl"),
    )
    assert read.returncode == 0, read.stderr
    documents = read_jsonl(tmp_path / "documents.jsonl", Document)
    assert {one.paper_id for one in documents} == {one.paper_id for one in papers}
    assert {one.kind for one in documents} == {"digest"}

    extracted = run(
        "extract_claims.py",
        *("--documents", tmp_path / "documents.jsonl"),
        *("--claims-file", ROOT / "litreview" / "claims.yaml"),
        *("--output", tmp_path / "claims.jsonl"),
    )
    assert extracted.returncode == 0, extracted.stderr
    claims = read_jsonl(tmp_path / "claims.jsonl", Claim)
    assert [one.claim_id for one in claims[:9]] == [f"C{n}" for n in range(1, 10)]
    assert {one.origin for one in claims[9:]} == {"extracted"}
    assert len({one.claim_id for one in claims}) == len(claims)


def test_the_same_run_twice_gives_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        search(tmp_path / name)
        run(
            "read_papers.py",
            *("--papers", tmp_path / name / "records.jsonl"),
            *("--output", tmp_path / name / "documents.jsonl"),
        )
    for name in ("records.jsonl", "searches.json", "prisma.json", "documents.jsonl"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_live_run_reads_papers_and_a_replay_repeats_it_without_a_request(tmp_path):
    settings = json.dumps(
        {"corpus": False, "ids": ["2005.13013v2"], "delay_seconds": 0, "retries": 0}
    )
    common = ("--settings", settings, "--cache", tmp_path / "cache")
    with serve() as server:
        server.script("/api/query", Reply(feed(entry("2005.13013v2"))))
        server.script("/e-print/2005.13013v2", Reply(LATEX))
        for mode in ("live", "replay"):
            folder = tmp_path / mode
            found = search(folder, "--mode", mode, *common, LITREVIEW_ARXIV_URL=server.url)
            assert found.returncode == 0, found.stderr
            read = run(
                "read_papers.py",
                *("--papers", folder / "records.jsonl", "--output", folder / "documents.jsonl"),
                *("--mode", mode, *common),
                *("--prisma", folder / "prisma.json", "--output-prisma", folder / "flow.json"),
                LITREVIEW_ARXIV_URL=server.url,
            )
            assert read.returncode == 0, read.stderr
        assert len(server.requests) == 2
    (document,) = read_jsonl(tmp_path / "replay" / "documents.jsonl", Document)
    assert document.kind == "latex"
    assert read_json(tmp_path / "replay" / "flow.json")["dbr_assessed"] == 1


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(status=429), "rate_limited"),
        (Reply(status=503), "unavailable"),
        (Reply(b"<html>Maintenance</html>"), "parse_error"),
    ],
)
def test_a_search_that_fails_writes_nothing_and_says_what_to_do(tmp_path, reply, outcome):
    settings = json.dumps({"ids": ["2005.13013"], "delay_seconds": 0, "retries": 0})
    with serve() as server:
        server.script("/api/query", reply)
        failed = search(
            tmp_path / "out",
            *("--mode", "live", "--settings", settings, "--cache", tmp_path / "cache"),
            LITREVIEW_ARXIV_URL=server.url,
        )
    assert failed.returncode == 1
    assert outcome in failed.stderr
    assert "run again later" in failed.stderr
    assert "in the cache" not in failed.stderr
    assert failed.stderr.count(f"{outcome}: ") == 1
    assert "Traceback" not in failed.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('{"max_result": 5}', "did you mean 'max_results'?"),
        ('{"ids": ["nonsense"]}', "'nonsense' is not an arXiv id"),
        ("{", "literature settings are not JSON"),
        ("[]", "write a JSON object"),
    ],
)
def test_wrong_settings_are_named_without_a_traceback(tmp_path, settings, message):
    failed = search(tmp_path, "--mode", "live", "--settings", settings)
    assert failed.returncode == 1
    assert message in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_record_without_a_digest_is_read_from_its_abstract(tmp_path):
    assert search(tmp_path).returncode == 0
    papers = read_jsonl(tmp_path / "records.jsonl", Paper)
    stranger = papers[0].model_copy(update={"paper_id": "arxiv:9901.00001", "abstract": "A text."})
    (tmp_path / "records.jsonl").write_text(stranger.model_dump_json() + "\n")
    read = run(
        "read_papers.py",
        *("--papers", tmp_path / "records.jsonl", "--output", tmp_path / "documents.jsonl"),
    )
    assert read.returncode == 0, read.stderr
    (document,) = read_jsonl(tmp_path / "documents.jsonl", Document)
    assert (document.kind, document.text) == ("abstract", "A text.")
    assert "no digest" in document.warnings[0]


def test_a_live_run_becomes_a_frozen_corpus_with_one_command(tmp_path):
    settings = {"ids": ["2005.13013v2"], "delay_seconds": 0, "retries": 0}
    run_folder = tmp_path / "literature"
    with serve() as server:
        server.script("/api/query", Reply(feed(entry("2005.13013v2"))))
        server.script("/e-print/2005.13013v2", Reply(LATEX))
        common = ("--mode", "live", "--settings", json.dumps(settings))
        found = search(
            run_folder,
            *common,
            *("--cache", tmp_path / "cache"),
            *("--output-duplicates", run_folder / "duplicates.jsonl"),
            *("--output-screening", run_folder / "screening.jsonl"),
            LITREVIEW_ARXIV_URL=server.url,
        )
        assert found.returncode == 0, found.stderr
        read = run(
            "read_papers.py",
            *("--papers", run_folder / "records.jsonl"),
            *("--output", run_folder / "documents.jsonl"),
            *common,
            *("--cache", tmp_path / "cache"),
            LITREVIEW_ARXIV_URL=server.url,
        )
        assert read.returncode == 0, read.stderr
    (run_folder / "prisma.json").rename(run_folder / "prisma-search.json")

    corpus = tmp_path / "corpus"
    frozen = run("freeze_corpus.py", "--literature", run_folder, "--output", corpus)
    assert frozen.returncode == 0, frozen.stderr
    assert read_json(corpus / "card.json")["documents"] == 1

    chosen = ("--settings", json.dumps({"corpus_folder": str(corpus)}))
    again = tmp_path / "again"
    assert search(again, *chosen).returncode == 0
    read = run(
        "read_papers.py",
        *("--papers", again / "records.jsonl", "--output", again / "documents.jsonl"),
        *chosen,
    )
    assert read.returncode == 0, read.stderr
    for name in ("records.jsonl", "searches.json", "documents.jsonl"):
        assert (again / name).read_bytes() == (run_folder / name).read_bytes()


def test_the_flow_is_drawn_and_counts_that_do_not_add_up_are_refused(tmp_path):
    flow = PrismaFlow(
        database_results=2,
        database_specific_results={"arxiv": 2},
        records_screened=2,
        dbr_sought_reports=2,
    ).model_dump()
    (tmp_path / "prisma.json").write_text(json.dumps(flow))
    drawn = run("draw_prisma.py", "--prisma", tmp_path / "prisma.json", "--stem", tmp_path / "flow")
    assert drawn.returncode == 0, drawn.stderr
    assert {"flow.svg", "flow.png", "flow.csv"} <= {path.name for path in tmp_path.iterdir()}
    (tmp_path / "prisma.json").write_text(json.dumps(flow | {"records_screened": 9}))
    failed = run("draw_prisma.py", "--prisma", tmp_path / "prisma.json", "--stem", tmp_path / "x")
    assert failed.returncode == 1
    assert "do not add up" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_criteria_that_leave_nothing_are_named_as_the_reason(tmp_path):
    settings = {"query": "all:x", "delay_seconds": 0, "screening": {"must_not": ["title"]}}
    with serve() as server:
        server.script("/api/query", Reply(feed(entry("2005.13013v2"))))
        failed = search(
            tmp_path / "out",
            *("--mode", "live", "--settings", json.dumps(settings), "--cache", tmp_path / "cache"),
            LITREVIEW_ARXIV_URL=server.url,
        )
    assert failed.returncode == 1
    assert "the criteria exclude all 1 records found" in failed.stderr


def test_a_search_that_everybody_answered_with_nothing_is_not_a_failure_of_theirs(tmp_path):
    settings = {"query": "all:x", "delay_seconds": 0}
    with serve() as server:
        server.script("/api/query", Reply(feed(total=0)))
        failed = search(
            tmp_path / "out",
            *("--mode", "live", "--settings", json.dumps(settings), "--cache", tmp_path / "cache"),
            LITREVIEW_ARXIV_URL=server.url,
        )
    assert failed.returncode == 1
    assert "every source answered, and none has a paper" in failed.stderr
