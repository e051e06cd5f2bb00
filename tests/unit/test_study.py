import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from crosslift.catalogue import load_tasks
from crosslift.catalogue.listing import list_files, source_row
from crosslift.errors import ConfigError
from crosslift.study import NONE, Cell, Recipe, RecipeChanges, load_study

ROOT = Path(__file__).parents[2]


@pytest.fixture
def config():
    return YAML(typ="safe").load(ROOT / "config.yaml")


@pytest.mark.parametrize(
    "path", ["config.yaml", *sorted(p.name for p in (ROOT / "studies").glob("*.yaml"))]
)
def test_every_study_of_the_project_is_valid(path):
    folder = ROOT if path == "config.yaml" else ROOT / "studies"
    study = load_study(YAML(typ="safe").load(folder / path), path)
    assert study.arms()[0].intermediate == NONE


def test_a_misspelt_key_names_the_nearest_valid_one(config):
    config["recipes"]["target"]["learning_rte"] = 1
    with pytest.raises(
        ConfigError, match=r"recipes.target.learning_rte: unknown key; did you mean"
    ):
        load_study(config)


def test_a_misspelt_key_inside_a_task_names_the_nearest_valid_one(config):
    config["targets"]["mini-nli"] = {"langages": ["de"]}
    with pytest.raises(ConfigError, match=r"targets.mini-nli.langages: unknown key.*languages"):
        load_study(config)


def test_a_task_that_the_catalogue_lacks_names_the_nearest(config):
    config["targets"]["mini-nlo"] = None
    with pytest.raises(ConfigError, match=r"targets: 'mini-nlo' is not in the catalogue.*mini-nli"):
        load_study(config)


def test_an_encoder_that_the_catalogue_lacks_is_a_fault(config):
    config["encoders"] = ["e5-smal-3"]
    with pytest.raises(ConfigError, match=r"encoders: .*e5-smal"):
        load_study(config)


def test_a_language_that_a_target_lacks_is_a_fault_that_lists_those_it_has(config):
    config["targets"]["mini-nli"] = {"languages": ["xx"]}
    with pytest.raises(ConfigError, match=r"'xx' is not a language of mini-nli; it has en"):
        load_study(config)


@pytest.mark.parametrize(
    ("train_on", "message"),
    [("mini-span", "'mini-span' has format 'span'"), ("sib200", "'sib200' has other labels")],
)
def test_a_target_cannot_be_tuned_on_data_that_do_not_fit_it(config, train_on, message):
    config["targets"]["mini-nli"] = {"train_on": train_on}
    with pytest.raises(ConfigError, match=f"targets.mini-nli.train_on: {message}"):
        load_study(config)


def test_all_faults_come_in_one_message(config):
    config["encoders"] = ["nothing"]
    config["mixtures"] = {"all": ["mini-general-nli", "mini-x"]}
    with pytest.raises(ConfigError) as raised:
        load_study(config)
    assert "encoders: " in str(raised.value)
    assert "mixtures.all: 'mini-x'" in str(raised.value)


def test_a_bare_no_in_yaml_is_explained(config):
    config["targets"]["mini-nli"] = {"languages": [False]}
    with pytest.raises(ConfigError, match="put it in quotes"):
        load_study(config)


@pytest.mark.parametrize("phase", ["intermediates", "targets"])
@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("learning_rate", -1, "greater than 0"),
        ("learning_rate", 1, "less than 1"),
        ("epochs", 0, "greater than 0"),
        ("batch_size", 0, "greater than or equal to 1"),
        ("windows", 0, "greater than or equal to 1"),
        ("pooling", "last", "'first' or 'mean'"),
    ],
)
def test_a_tasks_own_recipe_has_the_bounds_of_the_studys(config, phase, key, value, message):
    name = next(iter(config[phase]))
    config[phase][name] = {"recipe": {key: value}}
    with pytest.raises(ConfigError) as raised:
        load_study(config)
    assert f"{phase}.{name}.recipe.{key}: found {value!r}" in str(raised.value)
    assert message in str(raised.value)


def test_a_tasks_own_recipe_can_change_every_key_and_no_other():
    assert list(RecipeChanges.model_fields) == list(Recipe.model_fields)
    assert RecipeChanges().model_dump(exclude_none=True) == {}


def test_an_analogue_is_a_task_of_the_study_or_names_the_nearest(config):
    config["analogues"] = {"mnli": "mini-generl-nli"}
    with pytest.raises(
        ConfigError,
        match=r"analogues.mnli: 'mini-generl-nli' is not a task of this study; "
        r"did you mean mini-general-nli",
    ):
        load_study(config)
    config["mixtures"] = {"both": ["mini-general-nli", "mini-legal-nli"]}
    config["analogues"] = {"mnli": "mini-general-nli", "xnli": "mini-nli", "multi": "both"}
    assert load_study(config).analogues["multi"] == "both"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"encoders": ["e5-small-3", "e5-small-3"]}, "encoders: 'e5-small-3' is there twice"),
        ({"seeds": {"intermediate": [4, 4]}}, "seeds.intermediate: 4 is there twice"),
        ({"seeds": {"target": [0, 1, 0]}}, "seeds.target: 0 is there twice"),
        (
            {"targets": {"mini-nli": {"languages": ["de", "en", "de"]}}},
            "targets.mini-nli.languages: 'de' is there twice",
        ),
        (
            {"mixtures": {"all": ["mini-legal-nli", "mini-legal-nli"]}},
            "mixtures.all.members: 'mini-legal-nli' is there twice",
        ),
    ],
)
def test_what_a_list_names_twice_is_a_fault(config, change, message):
    with pytest.raises(ConfigError, match=f"{message}; name it once"):
        load_study(config | change)


def test_one_encoder_by_two_names_is_a_fault(config):
    config["encoders"] = ["e5-small", "e5-small-12"]
    with pytest.raises(ConfigError, match="encoders: 'e5-small-12' is the same as 'e5-small'"):
        load_study(config)


@pytest.mark.parametrize("change", [{"sources": ["mini", "files"]}, {"encoder_source": "files"}])
def test_a_data_root_that_is_not_there_is_a_fault_where_files_are_read(
    config, change, tmp_path, monkeypatch
):
    monkeypatch.delenv("CROSSLIFT_DATA", raising=False)
    config["data_root"] = str(tmp_path / "nowhere")
    assert load_study(config).data_root  # the default study reads no files
    with pytest.raises(ConfigError, match=r"data_root '.*nowhere' is not a folder"):
        load_study(config | change)
    config["data_root"] = str(tmp_path)
    assert load_study(config | change).data_root == str(tmp_path)
    monkeypatch.setenv("CROSSLIFT_DATA", str(tmp_path / "elsewhere"))
    with pytest.raises(ConfigError, match=r"elsewhere' is not a folder.*variable CROSSLIFT_DATA"):
        load_study(config | change | {"data_root": None})


def test_a_task_that_the_studys_sources_do_not_hold_is_a_fault(config):
    config["targets"] |= {"xcopa": None, "mini-span": {"train_on": "tydiqa_goldp"}}
    with pytest.raises(ConfigError) as error:
        load_study(config)
    for task in ("xcopa", "copa", "tydiqa_goldp"):
        message = rf"sources: none of \[mini\] holds {task}; add .*files"
        assert re.search(message, str(error.value)), task
    assert "holds mini-" not in str(error.value)


def test_a_claims_file_that_is_not_there_is_a_fault_that_says_where_it_was_sought(config):
    config["literature"]["claims"] = "litreview/clams.yaml"
    with pytest.raises(ConfigError, match=r"literature.claims: .*/litreview/clams.yaml is no file"):
        load_study(config)


def test_the_baseline_comes_first_and_has_one_seed(config):
    config["seeds"] = {"intermediate": [0, 1], "target": [5]}
    config["intermediates"] = {"mini-legal-nli": None}
    config["analogues"] = {}
    study = load_study(config)
    assert study.cells("mini-nli") == [
        Cell(NONE, 0, 5),
        Cell("mini-legal-nli", 0, 5),
        Cell("mini-legal-nli", 1, 5),
    ]


def test_a_target_without_training_has_the_one_target_seed_zero(config):
    study = load_study(config)
    assert {cell.target_seed for cell in study.cells("mini-retrieval")} == {0}


@pytest.mark.parametrize(
    ("size", "sizes"), [(None, [14]), (1, [1] * 14), (3, [3, 3, 3, 3, 2]), (20, [14])]
)
def test_jobs_share_the_cells_of_a_target_in_order(config, size, sizes):
    config["jobs"] = {"target": size}
    study = load_study(config)
    batches = study.cell_batches("mini-nli")
    assert [len(batch) for batch in batches] == sizes
    assert [cell for batch in batches for cell in batch] == study.cells("mini-nli")


def test_jobs_of_phase_two_hold_every_arm_but_the_baseline(config):
    config["jobs"] = {"intermediate": 4}
    study = load_study(config)
    batches = study.arm_batches()
    assert [len(batch) for batch in batches] == [4, 2]
    assert [arm for batch in batches for arm in batch] == study.arms()[1:]


def test_a_recipe_takes_a_tasks_changes_and_keeps_the_rest(config):
    config["targets"]["mini-span"] = {"recipe": {"epochs": 7}}
    study = load_study(config)
    assert study.recipe("target", "mini-span").epochs == 7
    assert study.recipe("target", "mini-choice").epochs == config["recipes"]["target"]["epochs"]
    changed = study.recipe("target", "mini-span").model_copy(
        update={"epochs": study.recipe("target", "mini-choice").epochs}
    )
    assert changed == study.recipe("target", "mini-choice")


def test_a_task_in_two_roles_has_a_limit_in_each_and_data_for_both(config):
    config["sizes"]["train"] = 300
    config["intermediates"] = {"mnli": None, "policyqa": {"train_examples": 500}}
    config["targets"] = {"xnli": {"train_examples": 4000}}
    config |= {"analogues": {}, "sources": ["hub"]}
    study = load_study(config)
    assert study.train_examples("intermediate", "mnli") == 300
    assert study.train_examples("target", "xnli") == 4000
    assert study.prepared_examples("mnli") == 4000
    assert study.prepared_examples("policyqa") == 500
    config["sizes"]["train"] = None
    assert load_study(config).prepared_examples("mnli") is None


def test_a_mixture_has_a_short_form_and_one_with_a_cap(config):
    members = ["mini-general-nli", "mini-legal-nli"]
    config["mixtures"] = {"short": members, "long": {"members": members, "cap": 50}}
    study = load_study(config)
    assert study.members("short") == study.members("long") == members
    assert [study.mixtures[name].cap for name in ("short", "long")] == [None, 50]


def test_variants_are_arms_that_train_on_data_of_their_own_or_their_tasks(config):
    config["variants"] = {
        "shuffled": {"of": "mini-general-nli", "control": "shuffled_labels"},
        "few": {"of": "mini-legal-nli", "train_examples": 30, "recipe": {"epochs": 5}},
        "translated": {"of": "mnli", "languages": ["de", "sw"]},
        "beside": {"of": "mini-general-nli", "masked_lm": {"share": 0.25}},
    }
    config["sources"] = ["mini", "files"]
    config["data_root"] = str(ROOT)
    study = load_study(config)
    assert {arm.intermediate for arm in study.arms()} >= set(config["variants"])
    limit = config["sizes"]["train"]
    assert study.tuning_data("shuffled") == {"shuffled": limit}
    assert study.tuning_data("few") == {"mini-legal-nli": 30}
    assert study.tuning_data("translated") == {"translated": limit}
    assert study.tuning_data("beside") == {"mini-general-nli": limit}
    assert study.recipe("intermediate", "few").epochs == 5
    assert study.recipe("intermediate", "shuffled") == study.recipe(
        "intermediate", "mini-general-nli"
    )
    assert "mnli" in study.training_tasks()
    assert study.text_languages("beside") == [
        "en",
        "ar",
        "de",
        "el",
        "es",
        "hi",
        "ru",
        "sw",
        "tr",
        "zh",
    ]


@pytest.mark.parametrize(
    ("variant", "message"),
    [
        ({"of": "mini-general-nly"}, r"variants.v.of: .*did you mean mini-general-nli"),
        ({"of": "mini-general-nli"}, "variants.v: changes nothing"),
        (
            {"of": "mini-general-span", "control": "shuffled_labels"},
            "of format span, whose labels belong to its texts; write scrambled_text",
        ),
        (
            {"of": "mini-general-nli", "control": "shuffled_labels", "languages": ["de"]},
            "has both control and languages",
        ),
        ({"of": "mini-general-nli", "control": "noise"}, "variants.v.control: found 'noise'"),
    ],
)
def test_a_variant_that_cannot_be_made_is_a_fault(config, variant, message):
    config["variants"] = {"v": variant}
    with pytest.raises(ConfigError, match=message):
        load_study(config)


def test_a_name_that_is_taken_is_a_fault_of_a_variant(config):
    config["variants"] = {"mini-nli": {"of": "mini-general-nli", "train_examples": 3}}
    with pytest.raises(ConfigError, match="variants: 'mini-nli' is taken"):
        load_study(config)


def test_a_factorial_expands_to_intermediates_of_equal_size(config):
    config["intermediates"] = {}
    config["factorial"] = {
        "train_examples": 60,
        "tasks": {
            "classification": {"general": "mini-general-nli", "legal": "mini-legal-nli"},
            "span": {"general": "mini-general-span", "legal": "mini-legal-span"},
        },
    }
    config["analogues"] = {}
    study = load_study(config)
    assert list(study.intermediates) == [
        "mini-general-nli",
        "mini-legal-nli",
        "mini-general-span",
        "mini-legal-span",
    ]
    assert {study.train_examples("intermediate", name) for name in study.intermediates} == {60}
    again = load_study(study.model_dump(exclude_none=True))
    assert again == study


@pytest.mark.parametrize(
    ("tasks", "stated", "message"),
    [
        ({"span": {"legal": "mini-legal-nli"}}, None, "is legal, of format classification"),
        ({"classification": {"medical": "mini-legal-nli"}}, None, "'mini-legal-nli' is legal"),
        (
            {"classification": {"legal": "mini-legal-nli"}},
            {"train_examples": 20},
            "intermediates.mini-legal-nli.train_examples is 20, so that sizes differ",
        ),
    ],
)
def test_a_factorial_holds_tasks_to_their_places_and_sizes(config, tasks, stated, message):
    config["intermediates"] = {"mini-general-nli": None, "mini-legal-nli": stated}
    config["factorial"] = {"train_examples": 60, "tasks": tasks}
    config["analogues"] = {}
    with pytest.raises(ConfigError, match=message):
        load_study(config)


def test_a_factorial_without_a_pair_to_compare_is_a_fault(config):
    tasks = {"span": {"legal": "mini-legal-span"}, "classification": {"legal": "mini-legal-nli"}}
    config["factorial"] = {"train_examples": 60, "tasks": tasks}
    config["intermediates"] = {"mini-general-nli": None}
    config["analogues"] = {}
    with pytest.raises(ConfigError, match="no format has a general task and one of another domain"):
        load_study(config)


def test_a_mixture_trains_on_its_members(config):
    config["mixtures"] = {"all-nli": ["mini-general-nli", "mini-legal-nli"]}
    study = load_study(config)
    assert study.members("all-nli") == ["mini-general-nli", "mini-legal-nli"]
    assert study.members("mini-legal-nli") == ["mini-legal-nli"]


def test_the_pilots_page_lists_the_files_that_the_pilot_reads_and_their_sources():
    study = load_study(YAML(typ="safe").load(ROOT / "studies/pilot.yaml"))
    trained, tested = study.training_tasks(), list(study.targets)
    tasks = [task for task in load_tasks().values() if task.name in (*trained, *tested)]
    files = []
    for task in tasks:
        wanted = {"train": ["en"], "dev": ["en"]} if task.name in trained else {}
        if task.name in tested:
            wanted["test"] = study.languages(task.name)
        files += list_files(task, wanted)
    page = (ROOT / "docs/pilot.md").read_text()
    for block in ("\n".join(files), "\n".join(source_row(task) for task in tasks)):
        assert f"\n{block}\n" in page, f"put this into docs/pilot.md:\n{block}"


def test_claims_are_read_by_an_encoder_that_a_task_of_inference_can_tune(config):
    config["literature"]["inference"] = {"task": "mini-general-nli"}
    assert load_study(config, "config.yaml").literature.inference.encoder == "e5-small"
    config["literature"]["inference"]["encoder"] = "e5-small-6"
    assert load_study(config, "config.yaml").encoder_sources() == ["e5-small"]
    for task, fault in {
        "mini-general-nly": r"literature.inference.task: 'mini-general-nly' is no task that this "
        r"study trains on; did you mean mini-general-nli or mini-general-span\?; name one that is",
        "mini-choice": r"literature.inference.task: mini-choice has the labels none; name a task "
        r"of entailment, neutral, contradiction",
    }.items():
        config["literature"]["inference"]["task"] = task
        with pytest.raises(ConfigError, match=fault):
            load_study(config, "config.yaml")


def test_the_literatures_encoder_is_one_of_the_catalogue_and_is_prepared_once(config):
    config["literature"]["encoder"] = "all-minilm-l6-v2"
    assert load_study(config, "config.yaml").encoder_sources() == ["e5-small", "all-minilm-l6-v2"]
    config["literature"]["encoder"] = "e5-small-6"
    assert load_study(config, "config.yaml").encoder_sources() == ["e5-small"]
    config["literature"]["encoder"] = "e5-smal"
    with pytest.raises(ConfigError, match=r"literature: encoder: .*e5-smal.*did you mean e5-small"):
        load_study(config, "config.yaml")
