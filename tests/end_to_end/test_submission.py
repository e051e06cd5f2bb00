"""Submissions by the workflow: of real tests, and of a study that has none to submit."""

import json

import pytest

from tests.end_to_end.workflow import TINY, snakemake, write_study
from tests.submission_reader import read_scores

pytestmark = pytest.mark.slow

OFFICIAL = TINY | {
    "study": "official",
    "sources": ["mini", "files"],
    "encoders": ["random-tiny-1"],
    "intermediates": {"mini-general-nli": None},
    "mixtures": {},
    "targets": {
        "xcopa": {"languages": ["et", "zh"]},
        "udpos": {"languages": ["de"]},
        "xquad": {"languages": ["zh"], "train_on": "tydiqa_goldp"},
        "tatoeba": {"languages": ["jv"]},
        "lareqa": {"languages": ["en", "de"]},
        "mini-nli": {"languages": ["en"]},
    },
    "analogues": {},
}


def test_an_arm_of_real_tests_is_scored_from_its_files(tmp_path, data_root):
    study = write_study(tmp_path, OFFICIAL | {"data_root": str(data_root)})
    run = snakemake(tmp_path, study, "submission")
    assert run.returncode == 0, run.stdout + run.stderr
    folders = sorted((tmp_path / "results/official/submission").iterdir())
    assert [folder.name for folder in folders] == [
        f"random-tiny-1--{arm}-seed0-seed{seed}"
        for arm in ("mini-general-nli", "none")
        for seed in (0, 1)
    ]
    for folder in folders:
        scores = json.loads((folder / "scores.json").read_text())
        read = read_scores(folder)
        assert set(read) == {"xcopa", "udpos", "xquad", "tatoeba", "lareqa"}
        for task, by_language in read.items():
            assert set(by_language) == set(scores[task])
            for language, metrics in by_language.items():
                assert scores[task][language] == pytest.approx(metrics)
        assert set(scores["benchmarks"]["xtreme-r"]["refused"]) == set(read)
        assert "FileNotFoundError" in (folder / "README.md").read_text()


def test_a_study_without_such_targets_says_so_and_writes_nothing(tmp_path):
    run = snakemake(tmp_path, write_study(tmp_path, TINY), "submission")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "study tiny has no target of XTREME or XTREME-R" in run.stderr
    assert not (tmp_path / "results/tiny/submission").exists()
    assert not (tmp_path / "results/tiny/predictions").exists()
