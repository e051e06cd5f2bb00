"""A study through profiles/slurm on a real Slurm of one node, with all that goes wrong on clusters.

One job fails, one is preempted and one runs out of time while it trains; the tables are those of an
undisturbed run on this machine.
"""

import copy
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest
from ruamel.yaml import YAML

from tests.cluster.slurm import Slurm, missing, one_node
from tests.end_to_end.workflow import ROOT, TINY, snakemake, write_study

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing()), reason=missing()),
    pytest.mark.skipif(
        not find_spec("snakemake_executor_plugin_slurm"),
        reason="the Slurm plugin is not installed: pip install -r requirements-cluster.txt",
    ),
]

RESULTS = Path("results/tiny")
FAILING = ("train_intermediate", "random-tiny-2", "0")
PREEMPTED = ("train_target", "random-tiny-2", "mini-nli", "0")
LATE = ("train_target", "random-tiny-2", "mini-choice", "0")

# Sourced by every bash, so by the shell that Snakemake runs a rule's command in.
FAIL_ONCE = """
case "$BASH_EXECUTION_STRING" in
*train_intermediate.py*) mkdir {mark} 2>/dev/null && exit 3 ;;
esac
:
"""


@pytest.fixture(scope="module")
def config() -> dict:
    config = copy.deepcopy(TINY)
    config["encoders"] = ["random-tiny-2"]
    config["jobs"] = {"intermediate": 10, "target": 10}  # a job costs a cluster seconds
    config["targets"]["mini-choice"]["recipe"] = {"epochs": 30}  # time to be caught in training
    return config


@pytest.fixture(scope="module")
def local(tmp_path_factory, config) -> Path:
    folder = tmp_path_factory.mktemp("local")
    run = snakemake(folder, write_study(folder, config), "effects")
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


def site_profile(folder: Path) -> Path:
    """The project's profile with the lines changed that docs/cluster.md says a site changes."""
    yaml = YAML(typ="safe")
    profile = yaml.load(ROOT / "profiles/slurm/profile.v9+.yaml")
    profile["slurm-status-command"] = "squeue"
    profile["default-resources"]["slurm_partition"] = "short"
    for rule in ("train_intermediate", "train_target", "predict_untuned"):
        own = profile["set-resources"][rule]
        own |= {"slurm_partition": "accelerated", "gpu_model": "h100", "runtime": "10 * attempt"}
    # A test's haste: a cluster's daemons are asked for states less often.
    profile |= {"slurm-init-seconds-before-status-checks": 2, "latency-wait": 10}
    folder.mkdir()
    yaml.dump(profile, folder / "profile.v9+.yaml")
    return folder


def comment(job: tuple[str, ...]) -> str:
    """How the plugin labels a job."""
    rule, *wildcards = job
    return f"rule_{rule}_wildcards_{'_'.join(wildcards)}"


def attempts(slurm: Slurm, job: tuple[str, ...]) -> list[dict[str, str]]:
    return [found for found in slurm.jobs() if found["comment"] == comment(job)]


def stop_in_training(folder: Path, job: tuple[str, ...]) -> bool:
    """Stop a job's process, which then does not end before Slurm ends it; True if it trains now."""
    rule, encoder, target, _ = job
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode().split("\0")
            its = words[1].endswith(f"scripts/{rule}.py") and {encoder, target} <= set(words)
            if not its or (process / "cwd").readlink() != folder or not listens(process):
                continue
            os.kill(int(process.name), signal.SIGSTOP)
            if listens(process):
                return True
            os.kill(int(process.name), signal.SIGCONT)
        except (OSError, IndexError):
            continue  # it ended meanwhile, or has no words
    return False


def listens(process: Path) -> bool:
    """True if the process has a handler of SIGTERM, as in the training loop alone."""
    caught = int((process / "status").read_text().split("SigCgt:")[1].split()[0], 16)
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def test_a_study_through_slurm_survives_and_gives_the_tables_of_a_local_run(
    local, config, tmp_path
):
    folder = tmp_path / "study"
    folder.mkdir()
    hook = tmp_path / "fail_once.sh"
    hook.write_text(FAIL_ONCE.format(mark=tmp_path / "failed"))
    with one_node(tmp_path / "slurm") as slurm, (tmp_path / "log").open("w+") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "snakemake", "effects"),
                *("--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder)),
                *("--profile", str(site_profile(tmp_path / "profile"))),
                *("--configfile", str(write_study(folder, config))),
            ],
            env=slurm.environment | {"BASH_ENV": str(hook)},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        preempted, late = None, False
        deadline = time.monotonic() + 450
        while process.poll() is None and time.monotonic() < deadline:
            running = [job["id"] for job in attempts(slurm, PREEMPTED) if job["state"] == "RUNNING"]
            if running and not preempted:
                preempted = running[0]
                slurm.run("scontrol", "requeue", preempted)
            if not late and stop_in_training(folder, LATE):
                late = True
                job = attempts(slurm, LATE)[0]["id"]
                slurm.run("scontrol", "update", f"JobId={job}", "EndTime=now")
            time.sleep(0.05)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        log.seek(0)
        output = log.read()
        jobs = slurm.jobs()
        assert process.returncode == 0, f"{output}\n{jobs}"

        assert [job["state"] for job in attempts(slurm, FAILING)] == ["FAILED", "COMPLETED"]
        assert "Restarts=1" in slurm.run("scontrol", "show", "job", preempted)
        assert [job["state"] for job in attempts(slurm, PREEMPTED)] == ["COMPLETED"]
        first, second = attempts(slurm, LATE)
        assert (first["state"], second["state"]) == ("TIMEOUT", "COMPLETED")
        assert second["limit"] == "20:00"  # as much again for the second attempt
        partitions = {job["comment"].split("_wildcards")[0]: job["partition"] for job in jobs}
        assert partitions == {
            "rule_train_intermediate": "accelerated",
            "rule_train_target": "accelerated",
            "rule_predict_untuned": "accelerated",
            "rule_score_predictions": "short",
            "rule_estimate_effects": "short",
        }  # and no short job

    said = (folder / RESULTS / "logs" / "/".join(LATE[:3]) / f"batch{LATE[3]}.log").read_text()
    assert "resuming after step" in said
    for name in ("scores", "effects", "draws"):
        pd.testing.assert_frame_equal(
            pd.read_parquet(folder / RESULTS / f"{name}.parquet"),
            pd.read_parquet(local / RESULTS / f"{name}.parquet"),
        )
