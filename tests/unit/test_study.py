from pathlib import Path

import pytest
from ruamel.yaml import YAML

from crosslift.errors import ConfigError
from crosslift.study import NONE, Cell, load_study

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


def test_the_baseline_comes_first_and_has_one_seed(config):
    config["seeds"] = {"intermediate": [0, 1], "target": [5]}
    config["intermediates"] = {"mini-legal-nli": None}
    study = load_study(config)
    assert study.cells("mini-nli") == [
        Cell(NONE, 0, 5),
        Cell("mini-legal-nli", 0, 5),
        Cell("mini-legal-nli", 1, 5),
    ]


def test_a_target_without_training_has_the_one_target_seed_zero(config):
    study = load_study(config)
    assert {cell.target_seed for cell in study.cells("mini-retrieval")} == {0}


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
    config["analogues"] = {}
    study = load_study(config)
    assert study.train_examples("intermediate", "mnli") == 300
    assert study.train_examples("target", "xnli") == 4000
    assert study.prepared_examples("mnli") == 4000
    assert study.prepared_examples("policyqa") == 500
    config["sizes"]["train"] = None
    assert load_study(config).prepared_examples("mnli") is None


def test_a_mixture_trains_on_its_members(config):
    config["mixtures"] = {"all-nli": ["mini-general-nli", "mini-legal-nli"]}
    study = load_study(config)
    assert study.members("all-nli") == ["mini-general-nli", "mini-legal-nli"]
    assert study.members("mini-legal-nli") == ["mini-legal-nli"]
