"""What a run would do, by dry runs: nothing is trained here."""

import pytest
from ruamel.yaml import YAML

from tests.end_to_end.workflow import ROOT, TINY, planned, snakemake, write_study


def test_each_intermediate_is_tuned_once_for_all_targets(tmp_path):
    jobs = planned(tmp_path, write_study(tmp_path, TINY))
    # 2 encoders x (2 intermediates + 1 mixture) x 1 seed; targets do not count.
    assert jobs["train_intermediate"] == 2 * 3
    # 2 encoders x 2 tuned targets; retrieval is tested without phase 3.
    assert jobs["train_target"] == 2 * 2
    assert jobs["predict_untuned"] == 2


def test_the_default_study_plans_its_whole_grid(tmp_path):
    jobs = planned(tmp_path, None)
    config = YAML(typ="safe").load(ROOT / "config.yaml")
    encoders, seeds = len(config["encoders"]), len(config["seeds"]["intermediate"])
    assert jobs["train_intermediate"] == encoders * len(config["intermediates"]) * seeds
    assert jobs["train_target"] + jobs["predict_untuned"] == encoders * len(config["targets"])


def test_no_key_of_the_default_study_leaks_into_another(tmp_path):
    run = snakemake(tmp_path, write_study(tmp_path, TINY), "--dry-run")
    assert "mini-medical" not in run.stdout
    assert "results/mini/" not in run.stdout


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"encodrs": ["e5-small-3"]}, "encodrs: unknown key; did you mean encoders"),
        ({"encoders": ["e5-smal-3"]}, "e5-smal"),
        ({"targets": {"xnly": None}}, "'xnly' is not in the catalogue; did you mean xnli"),
        ({"sources": ["cloud"]}, "sources.0"),
    ],
)
def test_a_wrong_configuration_stops_the_run_before_it_starts(tmp_path, change, message):
    run = snakemake(tmp_path, write_study(tmp_path, TINY | change), "--dry-run")
    assert run.returncode == 1
    assert message in run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr
    assert not (tmp_path / "results").exists()
