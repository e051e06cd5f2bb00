"""Which targets and arms are submitted, and the folders they go to."""

import pytest

from crosslift.catalogue import load_tasks
from crosslift.errors import DataError
from crosslift.study import load_study
from crosslift.submission import plan
from crosslift.submission.benchmarks import BENCHMARKS, TASKS, official_task
from crosslift.submission.plan import (
    OWN_NAMES,
    Submission,
    submissions,
    submitted_batches,
    submitted_targets,
)
from tests.end_to_end.workflow import TINY

TARGETS = {"xcopa": None, "wikiann": {"languages": ["en"]}, "tatoeba": None, "mini-nli": None}
STUDY = TINY | {"sources": ["mini", "hub"], "targets": TARGETS, "analogues": {}}


def test_every_target_of_a_benchmark_has_its_folder_and_its_languages():
    for name, task in load_tasks().items():
        named = [b for b in BENCHMARKS if b.name.replace("-", "_") in task.benchmarks]
        assert bool(named) == bool(OWN_NAMES.intersection(task.benchmarks))
        for benchmark in named:
            official = official_task(name)
            listed = set(benchmark.languages[official.name])
            lacking = listed - set(task.languages)
            # Romanian XQuAD is listed by XTREME-R, and its own download script does not fetch it.
            assert lacking <= ({"ro"} if name == "xquad" else set()), name


def test_every_task_of_the_scorer_has_files_and_sizes_for_its_own_languages():
    assert {task for benchmark in BENCHMARKS for task in benchmark.languages} == set(TASKS)
    for benchmark in BENCHMARKS:
        for tasks in benchmark.groups.values():
            assert set(tasks) <= set(benchmark.languages)
    assert [len(BENCHMARKS[1].languages[task]) for task in ("udpos", "panx", "tatoeba")] == [
        38,
        48,
        41,
    ]
    assert TASKS["tatoeba"].official_examples("ka") == 746
    assert TASKS["panx"].official_examples("de") == 10000
    assert TASKS["udpos"].official_examples("de") is None


def test_targets_of_other_sources_are_left_out():
    found = submitted_targets(["xcopa", "mini-nli", "wikiann", "sib200"])
    assert {name: task.name for name, task in found.items()} == {
        "xcopa": "xcopa",
        "wikiann": "panx",
    }


def test_a_target_that_the_scorer_does_not_know_is_refused(monkeypatch):
    unknown = load_tasks()["sib200"].model_copy(update={"benchmarks": ("xtreme",)})
    monkeypatch.setattr(plan, "load_tasks", lambda: {"sib200": unknown})
    with pytest.raises(DataError, match="task 'sib200': the catalogue's `benchmarks` name XTREME"):
        submitted_targets(["sib200"])


def test_an_arm_has_a_folder_for_each_target_seed():
    arms = submissions(load_study(STUDY))
    # Two encoders, the baseline and three intermediates, two target seeds.
    assert len({arm.name for arm in arms}) == len(arms) == 2 * 4 * 2
    assert arms[0].name == "random-tiny-1--none-seed0-seed0"


def test_untuned_targets_alone_make_one_folder_an_arm():
    arms = submissions(load_study(STUDY | {"targets": {"tatoeba": None}}))
    assert {arm.target_seed for arm in arms} == {0}
    assert len(arms) == 2 * 4


def test_a_study_without_such_targets_submits_nothing():
    assert submissions(load_study(TINY)) == []


def test_an_arm_needs_the_batches_that_hold_its_cells():
    study = load_study(STUDY | {"jobs": {"intermediate": 1, "target": 3}})
    # Cells of a tuned target: none 0, none 1, general 0 | general 1, legal 0, legal 1 | both ...;
    # of the untuned one: none, general, legal | both.
    arm = Submission("random-tiny-1", "mini-general-nli", 0, 1)
    assert submitted_batches(study, arm) == [("xcopa", 1), ("wikiann", 1), ("tatoeba", 0)]
