"""The plan of a study: its configuration, counts, order, what is done, and how it is printed."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snakemake.cli import parse_config
from snakemake.common.configfile import load_configfile
from snakemake.utils import update_config

from crosslift.__main__ import main
from crosslift.errors import ConfigError
from crosslift.planning.configuration import read_configuration
from crosslift.planning.costs import DEVICES, Memory
from crosslift.planning.job_counts import jobs_by_rule
from crosslift.planning.plan import make_plan, wall_seconds
from crosslift.planning.plan_text import as_text, hours, table
from crosslift.planning.workload import Job, Workload
from crosslift.study import PROJECT, load_study
from tests.end_to_end.workflow import TINY, write_study


def tiny(**changes):
    return load_study(TINY | changes)


def plan_of(study, results, device="cpu", gpus=2):
    return make_plan(study, DEVICES[device], gpus, results)


# ---------------------------------------------------------------------------------- configuration


@pytest.mark.parametrize(
    "settings",
    [
        [],
        ["data_root=/some/folder", "title=Something else"],
        ["seeds={intermediate: [0, 1], target: [3]}"],
        ["sizes={train: 7}", "date=2026-01-02"],
        ["data_root=", "literature={mode: live, ids: ['2005.13013v2']}"],
        ["encoders=[random-tiny-1]", "jobs={intermediate: 2}"],
    ],
)
def test_a_configuration_is_read_as_snakemake_reads_it(tmp_path, settings):
    path = write_study(tmp_path, TINY)
    theirs = load_configfile(path)
    update_config(theirs, parse_config(settings))
    assert read_configuration([path], settings)[0] == theirs
    assert load_study(read_configuration([path], settings)[0]) == load_study(theirs)


def test_every_study_is_read_as_snakemake_reads_it():
    paths = [PROJECT / "config.yaml", *sorted((PROJECT / "studies").glob("*.yaml"))]
    assert len(paths) >= 4
    for path in paths:
        assert read_configuration([path])[0] == load_configfile(path)


def test_a_later_file_lies_over_an_earlier_one(tmp_path):
    first = write_study(tmp_path, TINY)
    second = write_study(tmp_path, {"seeds": {"target": [5]}, "title": "Other"}, "second.yaml")
    config, _ = read_configuration([first, second])
    assert config["seeds"] == {"intermediate": [0], "target": [5]}
    assert config["title"] == "Other"


@pytest.mark.parametrize(
    ("content", "message"),
    [("a: [", "is not valid YAML"), ("- a\n", "must be a mapping"), (None, "cannot be read")],
)
def test_a_file_that_is_no_configuration_is_named(tmp_path, content, message):
    path = tmp_path / "study.yaml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError, match=message) as raised:
        read_configuration([path])
    assert str(path) in str(raised.value)


def test_settings_need_a_key_and_a_study_its_file():
    with pytest.raises(ConfigError, match="write KEY=VALUE"):
        read_configuration(None, ["gpus"])
    with pytest.raises(ConfigError, match="no file gives the rest"):
        read_configuration(None, ["study=mine"])


# ----------------------------------------------------------------------------------------- counts


def test_the_tiny_study_has_the_arms_and_cells_counted_by_hand(tmp_path):
    plan = plan_of(tiny(), tmp_path)
    # 2 encoders x (none, two tasks, one mixture); 4 arms x 2 target seeds x 2 tuned targets, and 4
    # arms of retrieval.
    assert plan.counts["arms"] == 2 * 4
    assert plan.counts["cells"] == 2 * (4 * 2 * 2 + 4)
    assert plan.counts["phase-2 trainings"] == 2 * 3
    assert plan.counts["phase-3 trainings"] == 2 * 4 * 2 * 2
    assert plan.counts["languages"] == 3


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=3, unique=True),
    st.lists(st.integers(0, 9), min_size=1, max_size=3, unique=True),
    st.integers(1, 5),
    st.integers(1, 5),
)
def test_counts_are_those_of_the_jobs(intermediate, target, shared, cells):
    study = tiny(
        seeds={"intermediate": intermediate, "target": target},
        jobs={"intermediate": shared, "target": cells},
    )
    jobs = Workload(study, DEVICES["cpu"]).jobs
    counted = jobs_by_rule(study, jobs)
    training = sum(counted[rule] for rule in ("train_intermediate", "train_target"))
    assert training + counted["predict_untuned"] == len(jobs)
    assert counted["train_intermediate"] == 2 * -(-3 * len(intermediate) // shared)
    assert len({output for job in jobs for output in job.outputs}) == sum(
        len(job.outputs) for job in jobs
    )
    weights = [folder for job in jobs for folder in job.weights]
    assert len(set(weights)) == len(weights) == sum(job.trainings for job in jobs)


def test_a_control_has_splits_of_its_own_to_prepare():
    variants = {"shuffled": {"of": "mini-legal-nli", "control": "shuffled_labels"}}
    plain, changed = tiny(), tiny(variants=variants)
    before = jobs_by_rule(plain, Workload(plain, DEVICES["cpu"]).jobs)
    after = jobs_by_rule(changed, Workload(changed, DEVICES["cpu"]).jobs)
    assert "prepare_variant" not in before
    assert after["prepare_variant"] == 1
    # Four trainings in jobs of 2, for each of two encoders, are as many jobs as three.
    assert after["train_intermediate"] == before["train_intermediate"] == 4


# ---------------------------------------------------------------------------------- time and order


def job(seconds: float, rule: str = "train_target", devices: int = 1) -> Job:
    return Job(rule, "e", "t", (), 1, (), devices, seconds, Memory(0, 0, 0, 0), 0, 0)


def test_longest_jobs_go_first_and_phase_three_waits():
    # On two devices 4 | 3 + 2 end after 5; of phase 2, 6 | 1 after 6.
    phase_two = [job(seconds, "train_intermediate") for seconds in (1, 6)]
    phase_three = [job(seconds) for seconds in (2, 3, 4)]
    assert wall_seconds([*phase_three, *phase_two], 2) == 5 + 6
    assert wall_seconds([*phase_three, *phase_two], 1) == 16


@given(st.lists(st.floats(0, 1e6), min_size=1), st.integers(1, 50))
def test_no_order_is_better_than_full_devices_or_the_longest_job(seconds, gpus):
    taken = wall_seconds([job(one) for one in seconds], gpus)
    least = max(sum(seconds) / gpus, max(seconds))
    assert least * (1 - 1e-9) <= taken <= (4 / 3) * 2 * least + 1e-6


def test_jobs_of_several_processes_take_as_many_devices():
    jobs = [job(seconds, devices=2) for seconds in (2, 3, 4)]
    assert wall_seconds(jobs, 4) == 5  # two at a time: 4 | 3 + 2
    assert wall_seconds(jobs, 2) == wall_seconds(jobs, 1) == 9


def test_processes_share_the_pieces_and_hold_less_each():
    one, two = (
        Workload(tiny(jobs={"intermediate": 2, "target": 3, "processes": n}), DEVICES["cpu"]).jobs
        for n in (1, 2)
    )
    assert two[0].devices == 2
    assert two[0].seconds < one[0].seconds < two[0].device_seconds
    assert two[0].memory.activations < one[0].memory.activations
    assert two[0].memory.states == one[0].memory.states


def test_more_examples_and_deeper_encoders_take_longer():
    few, many = (
        Workload(tiny(sizes={"train": n, "test": 6}), DEVICES["cpu"]).jobs for n in (24, 240)
    )
    assert sum(one.seconds for one in many) > sum(one.seconds for one in few)
    by_encoder = {one.encoder: one.seconds for one in few if one.rule == "train_target"}
    assert by_encoder["random-tiny-2"] > by_encoder["random-tiny-1"]


def test_masked_language_modelling_adds_its_share_of_steps():
    # Half of the steps are texts: twice the pieces, twice the updates.
    variants = {"with-texts": {"of": "mini-legal-nli", "masked_lm": {"share": 0.5}}}
    workload = Workload(tiny(variants=variants), DEVICES["cpu"])
    plain, more = (workload._tuned_intermediate(name) for name in ("mini-legal-nli", "with-texts"))
    assert more.pieces == 2 * plain.pieces
    assert more.steps == 2 * plain.steps


def test_a_cap_limits_what_a_mixture_sees():
    mixtures = {"both": {"members": ["mini-general-nli", "mini-legal-nli"], "cap": 10}}
    capped = Workload(tiny(mixtures=mixtures), DEVICES["cpu"])._tuned_intermediate("both")
    whole = Workload(tiny(), DEVICES["cpu"])._tuned_intermediate("both")
    # 10 of 24 examples of each: two batches of 8 in place of three.
    assert capped.steps == 4
    assert whole.steps == 6


# ------------------------------------------------------------------------------- what is there


def test_finished_weights_and_tables_count_as_done(tmp_path):
    study = tiny()
    assert plan_of(study, tmp_path).done == {
        "prepared encoders": (0, 1),
        "prepared splits": (0, 4 + 3),
        "weights": (0, 6 + 32),
        "prediction tables": (0, 12 + 4),
        "jobs that train or predict": (0, 4 + 12 + 4),
    }
    first = Workload(study, DEVICES["cpu"]).jobs[0]
    for path in [*first.outputs, *(f"{folder}/manifest.json" for folder in first.weights)]:
        file = tmp_path / "tiny" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}")
    plan = plan_of(study, tmp_path)
    assert plan.done["jobs that train or predict"] == (1, 20)
    assert plan.done["weights"] == (2, 38)
    assert plan.hours_left == pytest.approx(plan.device_hours - first.seconds / 3600)


def test_prepared_splits_tell_their_sizes(tmp_path):
    card = tmp_path / "tiny" / "data" / "mini-legal-nli" / "training.json"
    card.parent.mkdir(parents=True)
    card.write_text(json.dumps({"counts": {"train": 3, "dev": 0}}))
    before = plan_of(tiny(), tmp_path / "elsewhere").device_hours
    assert plan_of(tiny(), tmp_path).device_hours < before


def test_what_does_not_fit_the_device_is_said():
    study = tiny(encoders=["xlm-roberta-xxl", "xlm-roberta-base"], encoder_source="hub")
    plan = make_plan(study, DEVICES["h100"], 4, PROJECT / "no results")
    largest, base = plan.encoders
    assert not largest.fits
    # 16 bytes for each of 9.7 billion parameters alone are two of 80 GB.
    assert 3 <= largest.devices <= 5
    assert base.fits
    assert base.devices == 1
    assert f"no: spread over {largest.devices}" in as_text(plan)


def test_downloads_name_source_terms_and_what_is_not_free():
    study = tiny(encoders=["xlm-roberta-xl"], encoder_source="hub", sources=["mini", "hub"])
    plan = make_plan(study, DEVICES["h100"], 1, PROJECT / "no results")
    encoder, *data = plan.downloads
    assert encoder.source.startswith("hub: facebook/xlm-roberta-xl at ")
    assert encoder.size == "13.9 GB in float32"  # 3.476 billion parameters of four bytes
    assert "pickled" in encoder.warning
    assert {one.source for one in data} == {"mini: made here"}


def test_files_that_are_not_there_are_asked_for_and_those_there_are_not(tmp_path, monkeypatch):
    monkeypatch.delenv("CROSSLIFT_DATA", raising=False)
    study = tiny(targets={"lareqa": None}, sources=["mini", "files"], analogues={})
    [asked] = [one for one in plan_of(study, tmp_path).downloads if one.name == "lareqa"]
    assert asked.source == "files: DATA_ROOT/lareqa_xquad_r"
    assert "put its files there" in asked.warning
    (tmp_path / "data" / "lareqa_xquad_r").mkdir(parents=True)
    monkeypatch.setenv("CROSSLIFT_DATA", str(tmp_path))
    [held] = [one for one in plan_of(study, tmp_path).downloads if one.name == "lareqa"]
    assert held.warning == ""


def test_translations_and_texts_are_asked_for():
    variants = {
        "german": {"of": "mnli", "languages": ["de", "en"]},
        "texts": {"of": "mnli", "masked_lm": {"languages": ["de", "sw"]}},
    }
    for sources, place in (
        (["hub"], "hub: wikimedia/wikipedia"),
        (["files"], "files: DATA_ROOT/unlabelled"),
    ):
        study = tiny(
            intermediates={"mnli": None},
            mixtures={},
            variants=variants,
            targets={"xnli": None},
            sources=sources,
            data_root=str(PROJECT),
            analogues={},
        )
        german, texts = make_plan(study, DEVICES["h100"], 1, PROJECT / "no results").downloads[-2:]
        assert (german.source, german.size) == (
            "files: DATA_ROOT/translations/mnli",
            "languages: 1",
        )
        assert (texts.source, texts.size) == (place, "languages: 2")


# ---------------------------------------------------------------------------------------- command


def test_the_command_prints_text_and_json(tmp_path, capsys):
    path = write_study(tmp_path, TINY)
    arguments = ["plan", "--configfile", str(path), "--results", str(tmp_path), "--gpus", "2"]
    assert main(arguments) == 0
    text = capsys.readouterr().out
    assert main([*arguments, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["counts"]["cells"] == 40
    assert record["jobs"]["train_target"] == 12
    assert record["total_jobs"] == sum(record["jobs"].values())
    for rule, count in record["jobs"].items():
        assert f"  {rule.ljust(18)}  {count:>2}\n" in text
    assert "hours on 2 devices" in text


def test_a_setting_changes_the_plan(tmp_path, capsys):
    path = write_study(tmp_path, TINY)
    seeds = "seeds={intermediate: [0, 1], target: [0]}"
    arguments = ["plan", "--configfile", str(path), "--results", str(tmp_path), "--json"]
    assert main([*arguments, "--config", seeds]) == 0
    # None once and three intermediates twice, for one target seed and three targets.
    assert json.loads(capsys.readouterr().out)["counts"]["cells"] == 2 * 7 * 3


def test_a_wrong_study_is_refused_with_its_faults(tmp_path, capsys):
    path = write_study(tmp_path, TINY | {"encodrs": []})
    assert main(["plan", "--configfile", str(path)]) == 1
    captured = capsys.readouterr()
    assert "encodrs: unknown key; did you mean encoders" in captured.err
    assert captured.out == ""


@pytest.mark.parametrize("gpus", ["0", "-1", "two"])
def test_gpus_are_counted_from_one(gpus, capsys):
    with pytest.raises(SystemExit):
        main(["plan", "--gpus", gpus])
    assert "--gpus" in capsys.readouterr().err


def test_a_plan_needs_no_heavy_library():
    code = (
        "import sys; from crosslift.__main__ import main; status = main(['plan', '--json']);"
        "heavy = {'torch', 'transformers', 'pandas', 'numpy', 'snakemake'} & sys.modules.keys();"
        "sys.exit(f'imported {heavy}' if heavy else status)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["study"] == "mini"


def test_columns_are_aligned_and_hours_short():
    assert list(table([["a", "1"], ["long", "20"]])) == ["  a      1", "  long  20"]
    assert [hours(value) for value in (0.0123, 1.234, 12.34, 12345.6)] == [
        "0.012",
        "1.2",
        "12",
        "12,346",
    ]
