"""The scripts of the second half of the review, from claims to the report, on files."""

import json
import runpy
import sys
from pathlib import Path

import pytest

from crosslift.errors import ConfigError, DataError
from litreview.checks.published import check_published
from litreview.files import read_as, read_json, read_jsonl, write_json, write_jsonl
from litreview.schema import Check, Evidence, Panel, Verdict
from litreview.verification.verdict_calibration import load
from tests.litreview_examples import tables
from tests.litreview_papers import inputs

SCRIPTS = Path(__file__).parents[2] / "scripts"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="4"><path d="M0 0H9"/></svg>'


@pytest.fixture
def folder(tmp_path):
    """The tables and records that the first half and the experiment leave."""
    given = inputs()
    write_json(tmp_path / "study.json", given.study)
    for name in ("effects", "contrasts", "scaling", "factorial"):
        getattr(given, name).to_parquet(tmp_path / f"{name}.parquet")
    tables()["draws"].to_parquet(tmp_path / "draws.parquet")
    write_jsonl(tmp_path / "records.jsonl", given.papers)
    write_json(tmp_path / "searches.json", [one.model_dump() for one in given.searches])
    write_json(tmp_path / "prisma.json", given.prisma.model_dump())
    write_jsonl(tmp_path / "documents.jsonl", given.documents)
    write_jsonl(tmp_path / "claims.jsonl", given.claims)
    (tmp_path / "figures").mkdir()
    for name in given.figures:
        (tmp_path / "figures" / f"{name}.svg").write_text(SVG)
    return tmp_path


@pytest.fixture
def run(folder, monkeypatch):
    """Run a script's `main` with flags; a value `NAME` of a flag is a file of the folder."""

    def call(script, *words, **flags):
        arguments = [script, *words]
        for name, value in flags.items():
            arguments += [f"--{name.replace('_', '-')}", str(folder / value)]
        monkeypatch.setattr(sys, "argv", arguments)
        runpy.run_path(str(SCRIPTS / script), run_name="imported")["main"]()

    return call


INPUTS = {
    **{name: f"{name}.parquet" for name in ("effects", "contrasts", "scaling", "factorial")},
    **{name: f"{name}.json" for name in ("study", "searches", "prisma")},
    **{
        name: f"{name}.jsonl"
        for name in ("records", "documents", "claims", "evidence", "verdicts", "checks")
    },
    "published": "published.jsonl",
}

MEASURED = ("claims", "documents", "effects", "study")
CHECKED = {
    "draws": "draws.parquet",
    "output": "checks.jsonl",
    "output_published": "published.jsonl",
    "output_compilation": "compilation.json",
}


def chosen(*names):
    """Flags of some of the inputs."""
    return {name: INPUTS[name] for name in names}


def test_the_scripts_lead_from_claims_to_the_four_reports(folder, run):
    run("find_evidence.py", **chosen("claims", "documents", "records"), output="evidence.jsonl")
    run("verify_claims.py", **chosen("claims", "evidence", "documents"), output="verdicts.jsonl")
    run("check_claims.py", **chosen(*MEASURED), **CHECKED)
    run("write_synthesis.py", "content", **INPUTS, figures="figures", output="content.json")
    run("review_synthesis.py", **INPUTS, content="content.json", output="reviews.json")
    laid_out = {"content": "content.json", "reviews": "reviews.json", "figures": "figures"}
    run("write_synthesis.py", "render", **laid_out, output_folder="report")

    assert read_jsonl(folder / "evidence.jsonl", Evidence) == inputs().evidence
    assert read_jsonl(folder / "verdicts.jsonl", Verdict) == inputs().verdicts
    assert read_jsonl(folder / "checks.jsonl", Check) == inputs().checks
    published = read_jsonl(folder / "published.jsonl", Check)
    assert published == check_published(inputs().claims, inputs().documents)
    compilation = read_json(folder / "compilation.json")
    assert (compilation["claims"], compilation["written"]) == (3, 2)
    names = sorted(path.name for path in (folder / "report").iterdir())
    forms = [f"synthesis.{kind}" for kind in ("html", "md", "pdf", "txt")]
    assert names == ["corrections.json", "references.bib", *forms, "versions"]
    assert (folder / "report" / "synthesis.pdf").read_bytes().startswith(b"%PDF")
    assert len(read_json(folder / "reviews.json")["reviews"]) == 3


def test_calibrated_verdicts_are_drawn_told_and_judged_alike_by_the_reviewers(folder, run):
    write_json(folder / "calibration.json", load().model_dump(mode="json"))
    run("find_evidence.py", **chosen("claims", "documents", "records"), output="evidence.jsonl")
    judged = chosen("claims", "evidence", "documents")
    run("verify_claims.py", **judged, calibration="calibration.json", output="verdicts.jsonl")
    run("draw_reliability.py", calibration="calibration.json", stem="figures/reliability")
    first = (folder / "figures" / "reliability.svg").read_bytes()
    run("draw_reliability.py", calibration="calibration.json", stem="figures/reliability")
    assert (folder / "figures" / "reliability.svg").read_bytes() == first
    assert (folder / "figures" / "reliability.png").read_bytes().startswith(b"\x89PNG")
    drawn = (folder / "figures" / "reliability.csv").read_text().splitlines()
    assert drawn[0].startswith("label,curve,low,high,count,confidence,accuracy")

    run("check_claims.py", **chosen(*MEASURED), **CHECKED)
    run("write_synthesis.py", "content", **INPUTS, figures="figures", output="content.json")
    run("review_synthesis.py", **INPUTS, content="content.json", output="reviews.json")
    panel = read_as(folder / "reviews.json", Panel)
    assert not panel.stops
    faults = [one for review in panel.reviews for one in review.audits if one.kind == "verdicts"]
    assert faults
    assert not any(one.faults for one in faults)


def test_a_calibration_that_is_none_is_named(folder, run):
    (folder / "calibration.json").write_text("{}")
    with pytest.raises(ConfigError, match=r"calibration\.json"):
        run("draw_reliability.py", calibration="calibration.json", stem="figures/reliability")
    assert not (folder / "figures" / "reliability.svg").exists()


def test_a_second_run_gives_the_same_bytes(folder, run):
    run("find_evidence.py", **chosen("claims", "documents", "records"), output="evidence.jsonl")
    run("find_evidence.py", **chosen("claims", "documents", "records"), output="again.jsonl")
    assert (folder / "evidence.jsonl").read_bytes() == (folder / "again.jsonl").read_bytes()


def test_a_missing_file_is_named_and_nothing_is_written(folder, run):
    (folder / "claims.jsonl").unlink()
    with pytest.raises(DataError, match=r"claims\.jsonl: no such file"):
        run("find_evidence.py", **chosen("claims", "documents", "records"), output="evidence.jsonl")
    assert not (folder / "evidence.jsonl").exists()


def test_a_predicate_with_a_fault_is_named_with_its_claim(folder, run):
    lines = (folder / "claims.jsonl").read_text().splitlines()
    first = json.loads(lines[0])
    first["predicates"] = [{"p": "GTX"}]
    (folder / "claims.jsonl").write_text("\n".join([json.dumps(first), *lines[1:]]))
    with pytest.raises(DataError, match=r"claim C1, predicate 1: .*'GTX'"):
        run("check_claims.py", **chosen(*MEASURED), **CHECKED)
    assert not (folder / "checks.jsonl").exists()
