import inspect
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from crosslift.catalogue import get_task, load_tasks
from crosslift.data import mini
from crosslift.data.readers import READERS
from crosslift.data.tables import SCHEMAS
from crosslift.errors import ConfigError
from tests.data_requests import task_of

try:
    TASKS, FAULTS = load_tasks(), ""
except ConfigError as error:
    TASKS, FAULTS = {}, str(error)

needs_valid_catalogue = pytest.mark.skipif(bool(FAULTS), reason="the catalogue is not valid")

ENTRY = """
toy:
  title: Toy
  format: classification
  domain: general
  metric: accuracy
  labels: [no, yes]
  languages: [en, no]
  train_on: toy
  roles: [target]
  sources:
    files: {folder: toy, reader: json_lines, splits: {test: "{language}.jsonl"}}
  licence: own
  reference: none
"""


def served_by(kind: str) -> list[str]:
    return [name for name, task in TASKS.items() if getattr(task.sources, kind)]


def test_the_catalogue_is_valid():
    if FAULTS:
        pytest.fail(FAULTS, pytrace=False)


def catalogue(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "tasks.yaml"
    path.write_text(text)
    return path


def test_norwegian_and_the_label_no_stay_words(tmp_path):
    task = load_tasks(catalogue(tmp_path, ENTRY))["toy"]
    assert task.languages == ("en", "no")
    assert task.labels == ("no", "yes")


def test_every_fault_of_the_file_is_in_one_message(tmp_path):
    faulty = ENTRY.replace("domain: general", "domain: sports").replace(
        "licence: own", "license: own"
    ).replace("train_on: toy", "train_on: tyo") + ENTRY.replace("toy:", "second:").replace(
        "metric: accuracy", "metric: f1_em"
    )
    with pytest.raises(ConfigError) as caught:
        load_tasks(catalogue(tmp_path, faulty))
    message = str(caught.value)
    assert "toy.domain: found 'sports'" in message
    assert "toy.license: unknown key" in message
    assert "toy.licence: missing" in message
    assert "metric 'f1_em' does not fit format 'classification'" in message
    assert "faults found: 4" in message


def test_a_task_cannot_train_on_one_that_does_not_exist(tmp_path):
    path = catalogue(tmp_path, ENTRY.replace("train_on: toy", "train_on: tyo"))
    with pytest.raises(ConfigError, match=r"toy\.train_on: 'tyo': no such task"):
        load_tasks(path)


def test_a_task_cannot_train_on_another_format_or_other_labels(tmp_path):
    other = ENTRY.replace("toy:", "other:", 1).replace("[no, yes]", "[yes, no]")
    path = catalogue(tmp_path, ENTRY.replace("train_on: toy", "train_on: other") + other)
    with pytest.raises(ConfigError, match="'other' has other labels"):
        load_tasks(path)


def test_a_repeated_name_and_broken_yaml_are_config_errors(tmp_path):
    with pytest.raises(ConfigError, match="is not valid YAML"):
        load_tasks(catalogue(tmp_path, ENTRY + ENTRY))
    with pytest.raises(ConfigError, match="cannot be read"):
        load_tasks(tmp_path / "absent.yaml")


@needs_valid_catalogue
def test_an_unknown_task_is_answered_with_the_nearest_names():
    with pytest.raises(ConfigError, match=r"'sib20' is not in the catalogue.*did you mean sib200"):
        get_task("sib20")


@needs_valid_catalogue
def test_a_task_cannot_be_changed():
    with pytest.raises(ValidationError):
        get_task("sib200").metric = "macro_f1"


def test_short_forms_of_paths_mean_alternatives():
    short = {"reader": "squad", "splits": {"train": "a", "dev": ["a", "b"], "test": [["a", "b"]]}}
    splits = task_of("span", short).sources.files.splits
    assert splits == {"train": (("a",),), "dev": (("a",), ("b",)), "test": (("a", "b"),)}


def test_an_entry_that_is_no_mapping_and_a_split_that_is_no_path_are_faults(tmp_path):
    faulty = ENTRY.replace('{test: "{language}.jsonl"}', "{train: 5, dev: , test: [7]}")
    with pytest.raises(ConfigError) as caught:
        load_tasks(catalogue(tmp_path, f"{faulty}bare: text\nempty:\n"))
    message = str(caught.value)
    assert "toy.sources.files.splits.train: found 5" in message
    assert "toy.sources.files.splits.dev: found None" in message
    assert "toy.sources.files.splits.test.0: found 7" in message
    assert "bare.entry: found 'text': write a mapping" in message
    assert "empty.entry: found None" in message


@pytest.mark.parametrize("name", served_by("files"))
def test_an_entry_fits_its_reader_and_its_format(name):
    source = load_tasks()[name].sources.files
    inspect.signature(READERS[source.reader]).bind([], None, **source.options)
    columns = set(SCHEMAS[load_tasks()[name].format].names)
    assert set(source.columns) <= columns
    assert set(source.codes) <= {*load_tasks()[name].languages, "en"}
    for alternatives in source.splits.values():
        for pattern in (path for paths in alternatives for path in paths):
            assert set(re.findall(r"{(\w*)}", pattern)) <= {"language"}


@pytest.mark.parametrize("name", served_by("hub"))
def test_a_hub_entry_maps_the_columns_of_its_format(name):
    task = load_tasks()[name]
    needed = {
        "classification": {"text", "label"},
        "choice": {"choices", "label"},
        "tagging": {"tokens", "tags"},
        "span": {"context", "question", "answers", "starts"},
        "retrieval": {"query", "candidate"},
    }[task.format]
    assert needed <= set(task.sources.hub.columns)


@needs_valid_catalogue
@pytest.mark.parametrize("name", mini.TASKS)
def test_the_catalogue_says_of_mini_what_mini_says_of_itself(name):
    task, made = load_tasks()[name], mini.TASKS[name]
    assert (task.format, task.domain, task.metric) == (made.format, made.domain, made.metric)
    assert (task.labels or ()) == made.labels
    assert task.languages == made.languages
    assert task.roles == (("target",) if made.is_target else ("intermediate",))


@needs_valid_catalogue
def test_the_languages_are_those_of_the_official_scorer():
    # TASK2LANGS in evaluate.py of google-research/xtreme, at b5d31e7d.
    official = {
        "pawsx": "de,en,es,fr,ja,ko,zh",
        "xnli": "ar,bg,de,el,en,es,fr,hi,ru,sw,th,tr,ur,vi,zh",
        "wikiann": "ar,he,vi,id,jv,ms,tl,eu,ml,ta,te,af,nl,en,de,el,bn,hi,mr,ur,fa,fr,it,pt,es,bg,"
        "ru,ja,ka,ko,th,sw,yo,my,zh,kk,tr,et,fi,hu",
        "udpos": "af,ar,bg,de,el,en,es,et,eu,fa,fi,fr,he,hi,hu,id,it,ja,kk,ko,mr,nl,pt,ru,ta,te,"
        "th,tl,tr,ur,vi,yo,zh",
        "tatoeba": "ar,he,vi,id,jv,tl,eu,ml,ta,te,af,nl,de,el,bn,hi,mr,ur,fa,fr,it,pt,es,bg,ru,ja,"
        "ka,ko,th,sw,zh,kk,tr,et,fi,hu",
        "xquad": "en,es,de,el,ru,tr,ar,vi,th,zh,hi",
        "tydiqa_goldp": "en,ar,bn,fi,id,ko,ru,sw,te",
    }
    for name, languages in official.items():
        expected = tuple(languages.split(","))
        assert load_tasks()[name].languages[: len(expected)] == expected
    counts = {"udpos": 38, "wikiann": 48, "tatoeba": 41, "xcopa": 11, "lareqa": 11, "sib200": 205}
    assert {name: len(load_tasks()[name].languages) for name in counts} == counts
