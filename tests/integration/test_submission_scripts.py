"""The script over whole studies, and its folders against a scorer that reads the files alone."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from crosslift.submission.benchmarks import TASKS
from tests.submission_reader import read_scores
from tests.submission_rows import TARGET_SEED, made_up_study

SCRIPT = Path(__file__).parents[2] / "scripts" / "write_submission.py"
KEYS = {"encoder": "small", "intermediate": "none", "intermediate_seed": 0}


def write(folder: Path, *flags: str) -> subprocess.CompletedProcess:
    command = [sys.executable, str(SCRIPT), "--study", str(folder / "study.json")]
    command += ["--data", str(folder / "data"), "--encoder", "small", "--intermediate", "none"]
    command += ["--intermediate-seed", "0", "--target-seed", str(TARGET_SEED), *flags]
    command += ["--output", str(folder / "arm")]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(SCRIPT.parents[1])},
    )


def store(folder: Path, seed: int) -> list[str]:
    """A made-up study on disk; the names of its prediction tables."""
    study, predictions, tests = made_up_study(seed)
    (folder / "study.json").write_text(json.dumps(study))
    for target, table in tests.items():
        (folder / "data" / target).mkdir(parents=True)
        table.to_parquet(folder / "data" / target / "test.parquet")
    # Rows of other arms are in the same tables, and must not count.
    others = predictions.assign(prediction=predictions["gold"], **(KEYS | {"encoder": "large"}))
    paths = []
    for target, rows in predictions.groupby("target", sort=False):
        path = folder / f"{target}.parquet"
        own = rows.assign(**KEYS)
        pd.concat([others[others["target"] == target], own]).to_parquet(path)
        paths.append(str(path))
    return paths


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_files_and_scores_agree_for_every_task(tmp_path, seed):
    paths = store(tmp_path, seed)
    run = write(tmp_path, "--predictions", *paths)
    assert run.returncode == 0, run.stderr
    scores = json.loads((tmp_path / "arm" / "scores.json").read_text())
    read = read_scores(tmp_path / "arm")
    assert set(read) == set(TASKS)
    for task, by_language in read.items():
        assert set(by_language) == set(scores[task])
        for language, metrics in by_language.items():
            assert scores[task][language] == pytest.approx(metrics), (task, language)


def test_a_study_without_such_targets_says_so(tmp_path):
    (tmp_path / "study.json").write_text(json.dumps({"study": "x", "targets": {"mini-nli": {}}}))
    run = write(tmp_path)
    assert run.returncode == 0, run.stderr
    assert "no target of this study is in XTREME or XTREME-R" in run.stderr
    assert not (tmp_path / "arm").exists()
