"""An arm's folder: what is there, what is said of what is lacking, and what is refused."""

import json

import pytest

from crosslift.errors import DataError
from crosslift.submission.plan import Submission
from crosslift.submission.writing import write_submission
from tests.submission_rows import TARGET_SEED, made_up_study

ARM = Submission("small", "none", 0, TARGET_SEED)


def written(folder, tasks, languages=None, **changes):
    study, predictions, tests = made_up_study(1, tasks, languages)
    study |= changes
    return write_submission(folder, ARM, study, predictions, tests.__getitem__)


def test_folders_and_files_are_named_as_the_scorer_reads_them(tmp_path):
    written(tmp_path, ["xnli", "xcopa", "mlqa"], languages=1)
    names = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert names == {
        "README.md",
        "scores.json",
        *(
            f"{folder}/{file}"
            for folder in ("predictions", "labels")
            for file in ("xnli/test-ar.tsv", "xcopa/test-et.jsonl", "mlqa/test-en.json")
        ),
    }


def test_labels_that_the_scorer_cannot_use_lie_apart(tmp_path):
    scores = written(tmp_path, ["lareqa"])
    assert (tmp_path / "predictions/lareqa/test-de.json").exists()
    assert not (tmp_path / "labels").exists()
    assert (tmp_path / "labels-unscored/lareqa/test-de.json").exists()
    summary = scores["benchmarks"]["xtreme-r"]
    assert summary["averages"] == {}
    assert "lists no language" in summary["refused"]["lareqa"][0]
    assert 0 < scores["pooled"]["lareqa"]["map@20"] < 100


def test_scores_json_is_what_was_returned(tmp_path):
    scores = written(tmp_path, ["xnli"])
    assert json.loads((tmp_path / "scores.json").read_text()) == scores
    assert scores["arm"] == {
        "study": "made-up",
        "encoder": "small",
        "intermediate": "none",
        "intermediate_seed": 0,
        "target_seed": 1,
    }
    assert len(scores["xnli"]) == 15


def test_what_lacks_languages_is_refused_and_has_no_group(tmp_path):
    scores = written(tmp_path, ["xnli", "pawsx"], languages=6)
    xtreme = scores["benchmarks"]["xtreme"]
    assert xtreme["refused"]["pawsx"][0] == (
        "1 of 7 languages are not in the study (zh): evaluate.py ends at the first, with "
        "FileNotFoundError"
    )
    assert xtreme["groups"] == {}
    readme = (tmp_path / "README.md").read_text()
    assert "- `xtreme`, pawsx: 1 of 7 languages are not in the study (zh)" in readme
    assert "- xnli: A note on xnli." in readme


def test_groups_need_all_their_tasks_and_not_all_their_examples(tmp_path):
    scores = written(tmp_path, ["xnli", "pawsx", "xcopa"])
    means = {
        task: scores["benchmarks"]["xtreme-r"]["averages"].get(task, {}).get("avg_metric")
        for task in ("xnli", "pawsx", "xcopa")
    }
    assert means["pawsx"] is None
    assert scores["benchmarks"]["xtreme-r"]["groups"] == {
        "classification": (means["xnli"] + means["xcopa"]) / 2,
        "multi_choice": means["xcopa"],
    }
    assert list(scores["benchmarks"]["xtreme"]["groups"]) == ["classification"]
    (reason,) = scores["benchmarks"]["xtreme"]["refused"]["xnli"]
    assert "differ in number from the official test in 15 of 15 languages" in reason
    assert "'Number of examples ... not matched'" in reason


def test_a_study_without_such_targets_writes_nothing(tmp_path, caplog):
    caplog.set_level("INFO")
    folder = tmp_path / "arm"
    study, predictions, _ = made_up_study(1, ["xnli"])
    study["targets"] = {"mini-nli": study["targets"]["xnli"]}
    assert write_submission(folder, ARM, study, predictions, dict().__getitem__) == {}
    assert not folder.exists()
    assert "no target of this study is in XTREME or XTREME-R" in caplog.text


def test_what_an_earlier_run_left_is_replaced(tmp_path):
    written(tmp_path, ["xnli"])
    (tmp_path / "mine.txt").write_text("kept")
    written(tmp_path, ["xcopa"])
    assert not (tmp_path / "predictions/xnli").exists()
    assert (tmp_path / "predictions/xcopa").exists()
    assert (tmp_path / "mine.txt").exists()


def test_a_target_without_rows_of_the_arm_is_named(tmp_path):
    study, predictions, _ = made_up_study(1, ["xnli"])
    other = Submission("small", "none", 0, 7)
    with pytest.raises(
        DataError, match="small--none-seed0-seed7 has no row of xnli, target seed 7"
    ):
        write_submission(tmp_path, other, study, predictions, dict().__getitem__)


def test_a_language_without_rows_is_named(tmp_path):
    study, predictions, _ = made_up_study(1, ["xnli"], languages=2)
    study["targets"]["xnli"]["languages"] += ["zh"]
    with pytest.raises(DataError, match="xnli has no row of zh"):
        write_submission(tmp_path, ARM, study, predictions, dict().__getitem__)
