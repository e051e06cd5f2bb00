"""`python -m litreview`: each command on plain files, and one message for bad input."""

import json

import pytest

from litreview.cli import main
from litreview.files import read_jsonl
from litreview.schema import Check, Claim, Document, Paper, Verdict
from tests import litreview_examples as examples

TEXT = "We study transfer. We find that BERT outperforms ELMo by 2.1 points on SQuAD.\n"


@pytest.fixture
def notes(tmp_path):
    """A file of running text."""
    path = tmp_path / "notes.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(*arguments):
    """The exit status of a command."""
    return main([str(argument) for argument in arguments])


def test_a_search_of_the_corpus_is_read(tmp_path):
    records, documents = tmp_path / "records.jsonl", tmp_path / "documents.jsonl"
    assert run("search", "--output", records, "--outcomes", tmp_path / "outcomes.json") == 0
    papers = read_jsonl(records, Paper)
    assert papers
    (outcome,) = json.loads((tmp_path / "outcomes.json").read_text(encoding="utf-8"))
    assert outcome["retrieved"] == len(papers)
    assert run("read", "--papers", records, "--output", documents) == 0
    assert [one.paper_id for one in read_jsonl(documents, Document)] == [
        one.paper_id for one in papers
    ]


def test_claims_of_a_text_are_found_and_judged_by_it(tmp_path, notes):
    documents, claims = tmp_path / "documents.jsonl", tmp_path / "claims.jsonl"
    verdicts = tmp_path / "verdicts.jsonl"
    assert run("read", "--text", notes, "--output", documents) == 0
    assert run("claims", "--documents", documents, "--output", claims) == 0
    found = read_jsonl(claims, Claim)
    assert any("outperforms ELMo" in one.text for one in found)
    status = run(
        "judge", "--claims", claims, "--documents", documents, "--output", verdicts
    )  # fmt: skip
    assert status == 0
    assert [one.claim_id for one in read_jsonl(verdicts, Verdict)] == [
        one.claim_id for one in found
    ]


@pytest.mark.parametrize(
    ("claim", "label"),
    [
        ("BERT outperforms ELMo by 2.1 points on SQuAD.", "supported"),
        ("BERT outperforms ELMo by 4.0 points on SQuAD.", "refuted"),
    ],
)
def test_a_claim_in_words_is_judged_by_passages_and_by_texts(tmp_path, notes, claim, label):
    verdicts = tmp_path / "verdicts.jsonl"
    assert run("judge", "--claim", claim, "--passage", TEXT, "--output", verdicts) == 0
    assert read_jsonl(verdicts, Verdict)[0].label == label
    assert run("judge", "--claim", claim, "--text", notes, "--output", verdicts) == 0
    assert read_jsonl(verdicts, Verdict)[0].label == label


def test_a_claim_is_judged_by_a_csv_table(tmp_path):
    table, verdicts = tmp_path / "results.csv", tmp_path / "verdicts.jsonl"
    table.write_text("Model,SQuAD\nELMo,79.0\nBERT,81.1\n", encoding="utf-8")
    claims = ("BERT outperforms ELMo on SQuAD.", "ELMo outperforms BERT on SQuAD.")
    assert run("judge", "--claim", *claims, "--table", table, "--output", verdicts) == 0
    assert [one.label for one in read_jsonl(verdicts, Verdict)] == ["supported", "refuted"]


def test_claims_of_a_file_are_checked_against_a_study(tmp_path):
    for name, table in examples.tables().items():
        table.to_parquet(tmp_path / f"{name}.parquet")
    (tmp_path / "study.json").write_text(json.dumps(examples.study()), encoding="utf-8")
    claims, checks = tmp_path / "claims.yaml", tmp_path / "checks.jsonl"
    claims.write_text(
        "claims:\n- id: K1\n  text: Legal inference helps retrieval.\n  kind: existence\n"
        '  paper: "2005.13013"\n  predicates:\n'
        "  - {p: GT, arm: legal-nli, on: retrieval}\n",
        encoding="utf-8",
    )
    assert run("check", "--claims", claims, "--results", tmp_path, "--output", checks) == 0
    (found,) = read_jsonl(checks, Check)
    assert (found.claim_id, found.verdict) == ("K1", "supported")


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["judge", "--claim", "Tuning helps."], "nothing to judge by"),
        (["judge", "--passage", "Tuning helps."], "no claim"),
        (["judge", "--claim", "Tuning helps.", "--table", "{}/none.csv"], "no such table"),
        (["judge", "--claim", "Tuning helps.", "--text", "{}/none.txt"], "no such file"),
        (["read"], "nothing to read"),
        (["claims"], "nothing to take claims from"),
        (["claims", "--documents", "{}/none.jsonl"], "no such file"),
        (["check", "--claim", "Tuning helps.", "--results", "{}"], "no such table"),
        (["search", "--settings", "[]"], "JSON object"),
        (["search", "--settings", '{"idz": []}'], "idz"),
    ],
)
def test_bad_input_ends_with_one_message_and_status_2(tmp_path, capsys, arguments, fault):
    given = [argument.replace("{}", str(tmp_path)) for argument in arguments]
    assert run(*given, "--output", tmp_path / "output") == 2
    written = capsys.readouterr().err
    assert fault in written
    assert "Traceback" not in written
    assert not (tmp_path / "output").exists()


def test_a_language_model_needs_its_settings_and_its_store(tmp_path, notes, capsys):
    documents = tmp_path / "documents.jsonl"
    run("read", "--text", notes, "--output", documents)
    common = [
        "claims",
        "--documents",
        documents,
        "--output",
        tmp_path / "claims",
        "--llm",
        "replay",
    ]
    assert run(*common) == 2
    assert "--llm-model and --llm-store" in capsys.readouterr().err
    assert run(*common, "--llm-model", "tiny", "--llm-store", tmp_path) == 2
    assert "run once in mode live" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", ["search", "read", "claims", "judge", "check", "report", "train"]
)
def test_every_command_explains_itself_with_examples(capsys, command):
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    assert f"python -m litreview {command} " in capsys.readouterr().out
