"""The plan of every study beside Snakemake's own, by dry runs without a network."""

import re
import subprocess

import pytest

from benchmarks import studies
from crosslift.planning.configuration import read_configuration
from crosslift.planning.costs import DEVICES
from crosslift.planning.job_counts import jobs_by_rule
from crosslift.planning.workload import Workload
from crosslift.study import NONE, load_study
from tests.end_to_end.workflow import ROOT, TINY, command, planned, write_study

NOWHERE = "http://127.0.0.1:9"  # the port of discarded packets: nothing answers
STUDIES = ["xtreme", "xtreme_r"]


def study_file(name):
    return ROOT / "studies" / f"{name}.yaml"


def counted(*files):
    study = load_study(read_configuration(files or None)[0])
    return jobs_by_rule(study, Workload(study, DEVICES["cpu"]).jobs)


@pytest.fixture
def without_network(monkeypatch):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "HF_ENDPOINT"):
        monkeypatch.setenv(name, NOWHERE)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"encoders": ["random-tiny-1"], "jobs": {"intermediate": 1, "target": None}},
        {
            "variants": {
                "shuffled": {"of": "mini-legal-nli", "control": "shuffled_labels"},
                "texts": {"of": "mini-legal-nli", "masked_lm": {"share": 0.2, "texts": 50}},
            }
        },
    ],
)
def test_the_tiny_study_has_the_jobs_of_a_dry_run(tmp_path, changes):
    study = write_study(tmp_path, TINY | changes)
    assert counted(study) == planned(tmp_path, study)


def test_the_default_study_has_the_jobs_of_a_dry_run(tmp_path):
    assert counted() == planned(tmp_path, None)


@pytest.mark.parametrize("name", ["pilot", *STUDIES])
def test_a_study_has_the_jobs_of_a_dry_run(tmp_path, name, without_network):
    assert counted(study_file(name)) == planned(tmp_path, study_file(name))


@pytest.mark.parametrize("name", STUDIES)
def test_a_dry_run_lists_the_cells_of_the_study_and_no_others(tmp_path, name, without_network):
    run = subprocess.run(
        command(tmp_path, study_file(name), "predictions", "--dry-run"),
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    folder = rf"results/{name}/predictions/"
    listed = re.findall(rf"^    output: .*({folder}\S+\.parquet)", run.stdout, flags=re.MULTILINE)
    study = load_study(read_configuration([study_file(name)])[0])
    cells = [
        f"results/{name}/predictions/{encoder}/{target}/batch{batch}.parquet"
        for encoder in study.encoders
        for target in study.targets
        for batch in range(len(study.cell_batches(target)))
    ]
    assert sorted(listed) == sorted(cells)


def test_the_page_says_what_the_command_says():
    page = studies.PAGE.read_text(encoding="utf-8")
    assert studies.filled(page) == page, "run: python -m benchmarks.studies"
    plan = studies.plan("xtreme_r")
    assert f"| cells | {' | '.join(_cells())} |" in page
    assert _cells()[-1] == f"{plan.counts['cells']:,}"
    # Counted by hand: 8 encoders, 43 arms, 3 target seeds, 7 tuned targets and 3 that are not.
    assert plan.counts["cells"] == 8 * 43 * (3 * 7 + 3)
    assert studies.plan("xtreme").counts["cells"] == (15 * 3 + 1) * (3 * 7 + 2)


def _cells():
    return [f"{studies.plan(name).counts['cells']:,}" for name in studies.FILES]


def test_xtreme_is_the_nine_intermediates_their_mix_and_the_nine_targets():
    study = load_study(read_configuration([study_file("xtreme")])[0])
    nine = ["anli_mnli_snli", "mnli", "qqp", "squad", "squad_v2", "hellaswag", "ccg"]
    nine += ["cosmosqa", "commonsenseqa"]
    assert study.encoders == ["xlm-roberta-large"]
    assert list(study.intermediates) == nine
    assert study.members("multi-task") == nine
    languages = {target: len(study.languages(target)) for target in study.targets}
    # XTREME (arXiv 2003.11080, table 1): 40 languages, of which UD-POS has 33 and Tatoeba 36.
    assert languages == {
        "xnli": 15,
        "pawsx": 7,
        "udpos": 33,
        "wikiann": 40,
        "xquad": 11,
        "mlqa": 7,
        "tydiqa_goldp": 9,
        "bucc2018": 4,
        "tatoeba": 36,
    }
    epochs = {name: study.recipe("target", name).epochs for name in study.targets}
    tuned = [name for name in study.targets if study.train_on(name)]
    assert [epochs[name] for name in tuned] == [2, 5, 10, 10, 2, 2, 2]
    for name in tuned:
        recipe = study.recipe("target", name)
        reads = name in ("xquad", "mlqa", "tydiqa_goldp")
        assert (recipe.batch_size, recipe.max_length) == ((16, 384) if reads else (32, 256))
        assert (recipe.learning_rate, recipe.warmup) == (1e-5, 0.1)
    assert study.retrieval.layer == 14


def test_xtreme_r_is_the_factorial_its_controls_and_the_ten_targets():
    study = load_study(read_configuration([study_file("xtreme_r")])[0])
    sizes = [study.train_examples("intermediate", name) for name in study.factorial.names()]
    assert len(sizes) == 9
    assert len(set(sizes)) == 1
    assert {variant.control for variant in study.variants.values()} >= {
        "shuffled_labels",
        "scrambled_text",
    }
    languages = {target: len(study.languages(target)) for target in study.targets}
    # google-research/xtreme, evaluate.py; XQuAD's Romanian is in the scorer, not in its download.
    assert languages.pop("xquad") in (11, 12)
    assert languages == {
        "xnli": 15,
        "xcopa": 11,
        "udpos": 38,
        "wikiann": 48,
        "mlqa": 7,
        "tydiqa_goldp": 9,
        "tatoeba": 41,
        "mewslix": 11,
        "lareqa": 11,
    }
    assert len(study.encoders) == 8
    assert len(study.seeds.intermediate) == len(study.seeds.target) == 3
    assert len(study.arms()) == 1 + 3 * len(study.trained_intermediates())
    assert study.arms()[0].intermediate == NONE
    assert "gain_by_size" in study.figures()
