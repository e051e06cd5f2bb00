"""What a run would do, by dry runs: nothing is trained here."""

import re
import shutil
import subprocess
import sys

import pytest
from ruamel.yaml import YAML

from tests.end_to_end.workflow import ROOT, TINY, planned, snakemake, write_study


def test_each_intermediate_is_tuned_once_for_all_targets(tmp_path):
    jobs = planned(tmp_path, write_study(tmp_path, TINY))
    # 2 encoders; 2 intermediates and 1 mixture in jobs of 2; targets do not count.
    assert jobs["train_intermediate"] == 2 * 2
    # 2 encoders x 2 tuned targets; 4 arms x 2 seeds in jobs of 3.
    assert jobs["train_target"] == 2 * 2 * 3
    # Retrieval is tested without phase 3: 4 arms in jobs of 3.
    assert jobs["predict_untuned"] == 2 * 2


def test_a_job_waits_for_the_weights_of_its_own_cells_alone(tmp_path):
    folder = "results/tiny/predictions/random-tiny-1/mini-nli"
    study = write_study(tmp_path, TINY)
    # Cells in order: none twice and the first seed of the first intermediate; then its second
    # seed and both of the second intermediate, which share a phase-2 job; then the mixture.
    first = planned(tmp_path, study, f"{folder}/batch0.parquet")
    last = planned(tmp_path, study, f"{folder}/batch2.parquet")
    assert first["train_intermediate"] == last["train_intermediate"] == 1
    both = [f"{folder}/batch{batch}.parquet" for batch in range(3)]
    assert planned(tmp_path, study, *both)["train_intermediate"] == 2


def test_the_default_study_plans_its_whole_grid(tmp_path):
    jobs = planned(tmp_path, None)
    config = YAML(typ="safe").load(ROOT / "config.yaml")
    encoders, seeds = len(config["encoders"]), len(config["seeds"]["intermediate"])
    trained, shared = len(config["intermediates"]) * seeds, config["jobs"]["intermediate"]
    assert jobs["train_intermediate"] == encoders * -(-trained // shared)
    assert jobs["train_target"] + jobs["predict_untuned"] == encoders * len(config["targets"])


def test_no_key_of_the_default_study_leaks_into_another(tmp_path):
    run = snakemake(tmp_path, write_study(tmp_path, TINY), "--dry-run")
    assert "mini-medical" not in run.stdout
    assert "results/mini/" not in run.stdout


def test_no_job_depends_on_where_the_project_lies(tmp_path):
    run = snakemake(tmp_path, write_study(tmp_path, TINY), "--dry-run", "--printshellcmds")
    jobs = (run.stdout + run.stderr).split("Building DAG of jobs", 1)[1]
    assert "scripts/train_target.py" in jobs
    assert not re.search(rf"(?<![./]){ROOT}", jobs)  # by a relative way alone


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"encodrs": ["e5-small-3"]}, "encodrs: unknown key; did you mean encoders"),
        ({"encoders": ["e5-smal-3"]}, "e5-smal"),
        ({"targets": {"xnly": None}}, "'xnly' is not in the catalogue; did you mean xnli"),
        ({"sources": ["cloud"]}, "sources.0"),
        (
            {"targets": {"mini-nli": {"recipe": {"epochs": 0}}}},
            "targets.mini-nli.recipe.epochs: found 0",
        ),
        (
            {"sources": ["files"], "data_root": "nowhere"},
            "data_root 'nowhere' is not a folder",
        ),
    ],
)
def test_a_wrong_configuration_stops_the_run_before_it_starts(tmp_path, change, message):
    run = snakemake(tmp_path, write_study(tmp_path, TINY | change), "--dry-run")
    assert run.returncode == 1
    assert message in run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr
    assert not (tmp_path / "results").exists()


def test_a_faulty_claims_file_stops_the_run_before_it_starts(tmp_path):
    claims = tmp_path / "claims.yaml"
    claims.write_text("claims: [{id: K1, text: One thing helps., kind: rankng, paper: '1.2'}]")
    study = write_study(tmp_path, TINY | {"literature": {"claims": str(claims)}})
    run = snakemake(tmp_path, study, "--dry-run")
    assert run.returncode == 1
    assert "claim K1" in run.stdout + run.stderr
    assert "rankng" in run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr
    assert not (tmp_path / "results").exists()


def test_a_study_named_without_a_file_is_told_to_copy_the_default(tmp_path):
    run = snakemake(tmp_path, None, "--dry-run", "--config", "study=foo")
    output = run.stdout + run.stderr
    assert run.returncode == 1
    assert "--config study=foo: no file gives the rest of this study" in output
    assert "Copy config.yaml" in output
    assert "--configfile" in output
    assert "missing" not in output


def test_a_faulty_catalogue_stops_the_run_with_one_message(tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    for part in ("crosslift", "litreview", "profiles", "rules", "scripts"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("Snakefile", "config.yaml"):
        shutil.copy(ROOT / part, copy)
    with (copy / "crosslift/catalogue/tasks.yaml").open("a") as catalogue:
        catalogue.write("\ntoy: {title: Toy, format: clasification}\n")
    run = subprocess.run(
        [sys.executable, "-m", "snakemake", "--dry-run"],
        cwd=copy,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    output = run.stdout + run.stderr
    assert run.returncode == 1
    assert "tasks.yaml: faults found: 8" in output
    assert "toy.format: found 'clasification'" in output
    assert "toy.licence: missing" in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("target", "trains"), [("results/mini/literature/verdicts.jsonl", False), ("literature", True)]
)
def test_verdicts_need_no_training_and_the_whole_of_the_literature_does(tmp_path, target, trains):
    run = snakemake(tmp_path, None, target, "--dry-run", "--quiet", "rules")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "verify_claims" in run.stdout
    assert ("train_target" in run.stdout) == trains
