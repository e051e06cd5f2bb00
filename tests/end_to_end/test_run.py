"""Whole runs of a small study: what they leave, what reruns, and what a kill does."""

import copy
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pandas as pd
import pytest

from tests.end_to_end.workflow import TINY, command, planned, snakemake, write_study

pytestmark = pytest.mark.slow

RESULTS = Path("results/tiny")
FIGURES = ["gain_heatmap", "gain_by_language", "gain_by_domain", "gain_by_size", "retrieval"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("finished")
    run = snakemake(folder, write_study(folder, TINY))
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


@pytest.fixture
def study(finished) -> Path:
    return write_study(finished, TINY)


def test_a_run_leaves_tables_figures_and_the_report(finished):
    results = finished / RESULTS
    for name in ("scores", "effects", "draws", "contrasts", "scaling"):
        assert len(pd.read_parquet(results / f"{name}.parquet")) > 0
    for figure in FIGURES:
        for kind in ("svg", "png", "csv"):
            assert (results / "figures" / f"{figure}.{kind}").stat().st_size > 0
    for kind in ("md", "html", "pdf", "txt"):
        assert (results / "report" / f"synthesis.{kind}").stat().st_size > 1000
    assert not (results / "work").exists() or not any((results / "work").rglob("*.safetensors"))


def test_every_cell_is_predicted_on_every_language(finished):
    table = pd.read_parquet(finished / RESULTS / "scores.parquet")
    cells = table[table["primary"]].groupby(["encoder", "target"]).size()
    # 1 baseline + 2 intermediates + 1 mixture, 2 target seeds, 3 languages.
    assert (cells.xs("mini-nli", level="target") == 4 * 2 * 3).all()
    # Retrieval: no target seeds, 2 languages.
    assert (cells.xs("mini-retrieval", level="target") == 4 * 2).all()


def test_a_second_run_does_nothing(finished, study):
    assert planned(finished, study) == {}


def test_a_deleted_figure_alone_is_drawn_again(finished, study):
    (finished / RESULTS / "figures" / "retrieval.png").unlink()
    jobs = planned(finished, study)
    assert jobs.pop("draw_figure") == 1
    # The report holds the figure, so it is laid out and packed again; nothing is computed again.
    report = {"compose_synthesis", "review_synthesis", "write_synthesis", "pack_synthesis"}
    assert set(jobs) <= report
    assert snakemake(finished, study).returncode == 0


def test_one_tasks_recipe_reruns_its_cells_alone(finished):
    config = copy.deepcopy(TINY)
    config["targets"]["mini-nli"]["recipe"] = {"epochs": 2}
    jobs = planned(finished, write_study(finished, config, "changed.yaml"))
    assert jobs["train_target"] == 2 * 3  # 8 cells in jobs of 3, for each encoder
    assert not {"train_intermediate", "prepare_encoder", "prepare_training"} & set(jobs)


def test_a_further_language_is_tested_and_nothing_is_trained(finished):
    weights = sorted((finished / RESULTS / "target").rglob("model.safetensors"))
    before = [path.stat().st_mtime_ns for path in weights]
    config = copy.deepcopy(TINY)
    config["targets"]["mini-nli"]["languages"].append("hi")
    study = write_study(finished, config, "changed.yaml")
    jobs = planned(finished, study)
    assert jobs["prepare_tests"] == 1
    assert jobs["train_target"] == 2 * 3  # tests the weights that are there
    assert not {"train_intermediate", "prepare_encoder", "prepare_training"} & set(jobs)
    assert snakemake(finished, study).returncode == 0
    assert [path.stat().st_mtime_ns for path in weights] == before
    table = pd.read_parquet(finished / RESULTS / "scores.parquet")
    assert "hi" in set(table.loc[table["target"] == "mini-nli", "language"])
    assert snakemake(finished, write_study(finished, TINY)).returncode == 0


def test_a_further_seed_trains_no_intermediate_again(finished):
    config = copy.deepcopy(TINY)
    config["seeds"]["target"].append(2)
    jobs = planned(finished, write_study(finished, config, "changed.yaml"))
    assert jobs["train_target"] == 2 * 2 * 4  # 12 cells in jobs of 3
    assert "train_intermediate" not in jobs


def test_a_second_run_at_the_same_time_is_refused(finished, study):
    import fcntl

    (finished / RESULTS / "figures" / "retrieval.png").unlink()
    with (finished / RESULTS / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        run = snakemake(finished, study)
    assert run.returncode != 0
    assert "in use by another run" in run.stdout + run.stderr
    assert snakemake(finished, study).returncode == 0


def test_a_run_killed_in_training_ends_with_the_same_tables(finished, tmp_path):
    study = write_study(tmp_path, TINY)
    process = subprocess.Popen(
        command(tmp_path, study),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    target = tmp_path / RESULTS / "target"
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline and process.poll() is None:
        if any(target.rglob("manifest.json")) and not all(
            (target / encoder / name / f"batch{batch}.json").exists()
            for encoder in TINY["encoders"]
            for name in ("mini-nli", "mini-choice")
            for batch in range(3)
        ):
            break
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (tmp_path / RESULTS / "effects.parquet").exists()
    run = snakemake(tmp_path, study)
    assert run.returncode == 0, run.stdout + run.stderr
    for name in ("scores", "effects", "draws"):
        pd.testing.assert_frame_equal(
            pd.read_parquet(tmp_path / RESULTS / f"{name}.parquet"),
            pd.read_parquet(finished / RESULTS / f"{name}.parquet"),
        )


def test_variants_are_prepared_tuned_and_told_apart(tmp_path):
    config = copy.deepcopy(TINY)
    config["encoders"] = ["random-tiny-1"]
    config["mixtures"] = {"both": {"members": list(config["intermediates"]), "cap": 12}}
    config["variants"] = {
        "shuffled": {"of": "mini-general-nli", "control": "shuffled_labels"},
        "scrambled": {"of": "mini-general-nli", "control": "scrambled_text"},
        "few": {"of": "mini-legal-nli", "train_examples": 12},
        "beside": {"of": "mini-legal-nli", "masked_lm": {"share": 0.5, "texts": 30}},
    }
    config["targets"] = {"mini-nli": {"languages": ["en", "de"]}}
    config["analogues"] = {}
    config["recipes"]["target"] |= {"evaluate_every": 1, "patience": 2}
    run = snakemake(tmp_path, write_study(tmp_path, config), "effects")
    assert run.returncode == 0, run.stdout + run.stderr
    arms = json.loads((tmp_path / RESULTS / "study.json").read_text())["intermediates"]
    assert {name: arm["examples"] for name, arm in arms.items()} == {
        **{"mini-general-nli": 24, "mini-legal-nli": 24, "both": 24},
        **{"shuffled": 24, "scrambled": 24, "few": 12, "beside": 24},
    }
    assert arms["shuffled"]["domain"] == arms["scrambled"]["domain"] == "mixed"
    assert arms["beside"]["auxiliary"] == "mlm"
    trained = json.loads(
        (tmp_path / RESULTS / "intermediate/random-tiny-1/batch0.json").read_text()
    )
    for batch in range(1, 4):
        path = tmp_path / RESULTS / f"intermediate/random-tiny-1/batch{batch}.json"
        trained |= json.loads(path.read_text())
    steps = {name.split("/")[0]: found["outcome"]["steps"] for name, found in trained.items()}
    # 24 examples in batches of 8, or 12 of each of two, or 3 more of texts.
    assert steps == {
        **{"mini-general-nli": 3, "mini-legal-nli": 3, "both": 4},
        **{"shuffled": 3, "scrambled": 3, "few": 2, "beside": 6},
    }
    contrasts = pd.read_parquet(tmp_path / RESULTS / "contrasts.parquet")
    assert set(contrasts["intermediate"]) == {"mini-legal-nli"}
    assert set(contrasts["control"]) == {"mini-general-nli"}


@pytest.mark.parametrize(
    ("encoder", "task", "phase_two"),
    [("random-tiny-1", "mini-general-nli", True), ("random-tiny-2", "mini-nli", False)],
)
def test_claims_are_read_by_the_studys_checkpoint_or_by_an_encoder_tuned_for_it(
    tmp_path, encoder, task, phase_two
):
    config = copy.deepcopy(TINY)
    config["encoders"] = ["random-tiny-1"]
    config["mixtures"], config["analogues"] = {}, {}
    config["targets"] = {"mini-nli": {"languages": ["en", "de"]}}
    config["weights"] = {"intermediate": "remove", "target": "remove"}
    config["literature"] = {"inference": {"encoder": encoder, "task": task}}
    study, wanted = write_study(tmp_path, config), f"{RESULTS}/literature/verdicts.jsonl"
    assert ("train_intermediate" in planned(tmp_path, study, wanted)) == phase_two
    run = snakemake(tmp_path, study, wanted)
    assert run.returncode == 0, run.stdout + run.stderr
    card = json.loads((tmp_path / RESULTS / "literature/pairs.json").read_text())
    assert card["task"] == (task if phase_two else "head")
    assert (tmp_path / RESULTS / "literature/pairs.safetensors").stat().st_size > 0
    verdicts = (tmp_path / wanted).read_text().splitlines()
    assert len(verdicts) > 100


def test_weights_that_nothing_reads_are_removed_and_missed_by_nobody(tmp_path):
    config = copy.deepcopy(TINY)
    config["encoders"] = ["random-tiny-1"]
    config["mixtures"], config["analogues"] = {}, {}
    config["targets"] = {"mini-nli": {"languages": ["en", "de"]}}
    config["weights"] = {"intermediate": "remove", "target": "remove"}
    study = write_study(tmp_path, config)
    run = snakemake(tmp_path, study, "effects")
    assert run.returncode == 0, run.stdout + run.stderr
    results = tmp_path / RESULTS
    assert not list(results.glob("intermediate/**/*.safetensors"))
    assert not list(results.glob("target/**/*.safetensors"))
    assert len(list(results.glob("target/**/manifest.json"))) == 3 * 2
    assert planned(tmp_path, study, "effects") == {}
    config["targets"]["mini-nli"]["languages"].append("zh")
    longer = write_study(tmp_path, config, "longer.yaml")
    run = snakemake(tmp_path, longer, "effects")
    assert run.returncode == 0, run.stdout + run.stderr
    table = pd.read_parquet(results / "scores.parquet")
    assert set(table["language"]) == {"en", "de", "zh"}
