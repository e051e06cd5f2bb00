import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from crosslift.catalogue import get_task, load_tasks
from crosslift.catalogue.listing import tasks_page
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


def test_a_number_of_labels_means_the_numbers_below_it(tmp_path):
    path = catalogue(tmp_path, ENTRY.replace("labels: [no, yes]", "labels: 3"))
    assert load_tasks(path)["toy"].labels == ("0", "1", "2")


@pytest.mark.parametrize(
    ("format_", "metric", "labels", "message"),
    [
        ("classification", "accuracy", "[no]", "needs at least two labels"),
        ("multilabel", "label_f1", "null", "needs at least two labels"),
        ("choice", "accuracy", '[""]', "labels belong to classification, multilabel, tagging"),
        ("span", "f1_em", "[no, yes]", "labels belong to classification, multilabel, tagging"),
        ("span", "f1_em", '[""]', "metrics squad2_f1_em and bitext_f1 go together"),
        ("span", "squad2_f1_em", "null", "metrics squad2_f1_em and bitext_f1 go together"),
    ],
)
def test_labels_fit_the_format_and_the_metric(tmp_path, format_, metric, labels, message):
    faulty = (
        ENTRY.replace("format: classification", f"format: {format_}")
        .replace("metric: accuracy", f"metric: {metric}")
        .replace("labels: [no, yes]", f"labels: {labels}")
    )
    with pytest.raises(ConfigError, match=message):
        load_tasks(catalogue(tmp_path, faulty))


def test_a_span_task_may_have_questions_without_answers(tmp_path):
    entry = (
        ENTRY.replace("format: classification", "format: span")
        .replace("metric: accuracy", "metric: squad2_f1_em")
        .replace("labels: [no, yes]", 'labels: [""]')
    )
    tasks = load_tasks(catalogue(tmp_path, entry + ENTRY.replace("toy", "other")))
    assert tasks["toy"].may_lack_answers
    assert not tasks["other"].may_lack_answers


def test_yaml_1_1_readings_and_other_encodings_are_refused_or_kept_apart(tmp_path):
    # 12:30 is a number to the base of 60 in YAML 1.1, and 0x1F stays hexadecimal in both.
    path = catalogue(tmp_path, ENTRY.replace("licence: own", "licence: 12:30"))
    assert load_tasks(path)["toy"].licence == "12:30"
    path = tmp_path / "latin.yaml"
    path.write_bytes(ENTRY.replace("Toy", "T\xf6y").encode("latin-1"))
    with pytest.raises(ConfigError, match="is not valid YAML"):
        load_tasks(path)


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
    for one in (source, *source.also):
        assert set(one.columns) <= columns
        assert set(one.codes) <= {*load_tasks()[name].languages, "en"}
        for alternatives in one.splits.values():
            for pattern in (path for paths in alternatives for path in paths):
                assert set(re.findall(r"{(\w*)}", pattern)) <= {"language"}
    if source.candidates is not None:
        assert source.candidates.path
        assert set(source.candidates.columns) == {"example_id", "text", "language"}


@pytest.mark.parametrize("name", served_by("hub"))
def test_a_hub_entry_maps_the_columns_of_its_format(name):
    task = load_tasks()[name]
    needed = {
        "classification": {"text", "label"},
        "choice": {"choices", "label"},
        "multilabel": {"text", "labels"},
        "tagging": {"tokens", "tags"},
        "span": {"context", "question", "answers", "starts"},
        "retrieval": {"query", "candidate"},
    }[task.format]
    hub = task.sources.hub
    if hub.candidates is not None:
        needed = {"text", "relevant"}
        assert set(hub.candidates.columns) == {"example_id", "text", "language"}
    for source in (hub, *hub.also):
        assert needed <= set(source.columns)
        assert set(source.values.values()) <= {*(task.labels or ()), *range(5)}
        assert set(source.languages) <= set(task.languages)
        assert set(re.findall(r"{(\w*)}", source.config or "")) <= {"language"}


@needs_valid_catalogue
@pytest.mark.parametrize("name", TASKS)
def test_every_entry_says_what_a_reader_of_the_study_needs(name):
    task = load_tasks()[name]
    if "mini" in task.benchmarks:
        return
    assert task.sources.files or task.sources.hub
    assert task.licence
    assert task.reference
    assert task.train_on is not None or task.format == "retrieval"
    if "intermediate" in task.roles:
        assert task.train_on == name
        assert task.languages == ("en",) or "target" in task.roles
        assert task.sizes is not None
        assert task.sizes.train
    for source in filter(None, (task.sources.files, task.sources.hub)):
        # A converted revision has names of its own, and no page vouches for its columns.
        if getattr(source, "revision", None) == "refs/convert/parquet":
            assert task.unconfirmed
    if (files := task.sources.files) and not task.sources.hub:
        assert files.revision


@needs_valid_catalogue
def test_the_catalogue_holds_what_the_two_benchmarks_and_the_studies_need():
    targets = {name: task.benchmarks for name, task in load_tasks().items()}
    both = {"xnli", "udpos", "wikiann", "xquad", "mlqa", "tydiqa_goldp", "tatoeba"}
    nine, ten = (
        {name for name, marks in targets.items() if benchmark in marks}
        for benchmark in ("xtreme", "xtreme_r")
    )
    assert nine == both | {"pawsx", "bucc2018"}
    assert ten == both | {"xcopa", "mewslix", "lareqa"}
    wanted = {
        "general": "anli anli_mnli_snli snli mnli qqp squad squad_v2 hellaswag ccg cosmosqa "
        "commonsenseqa siqa copa scitail",
        "legal": "casehold contractnli policyqa cuad ledgar unfair_tos",
        "medical": "medmcqa medqa pubmedqa covidqa healthver mediqa_rqe pubmed_rct mednli",
    }
    for domain, names in wanted.items():
        for name in names.split():
            assert load_tasks()[name].domain == domain
            assert "intermediate" in load_tasks()[name].roles


@needs_valid_catalogue
def test_anli_with_mnli_and_snli_is_the_sum_of_its_parts():
    whole = load_tasks()["anli_mnli_snli"]
    parts = [load_tasks()[name] for name in ("anli", "mnli", "snli")]
    hub = whole.sources.hub
    assert [source.id for source in (hub, *hub.also)] == [part.sources.hub.id for part in parts]
    assert hub.splits["train"] == parts[0].sources.hub.splits["train"]
    assert whole.sizes.train == sum(part.sizes.train for part in parts)


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
        "mlqa": "en,es,de,ar,hi,vi,zh",
        "bucc2018": "de,fr,ru,zh",
        # XTREME_R_TASK2LANGS of the same file
        "xcopa": "et,ht,id,it,qu,sw,ta,th,tr,vi,zh",
        "mewslix": "ar,de,en,es,fa,ja,pl,ro,ta,tr,uk",
    }
    for name, languages in official.items():
        expected = tuple(languages.split(","))
        assert load_tasks()[name].languages[: len(expected)] == expected
    counts = {"udpos": 38, "wikiann": 48, "tatoeba": 41, "xcopa": 11, "lareqa": 11, "sib200": 205}
    assert {name: len(load_tasks()[name].languages) for name in counts} == counts


@needs_valid_catalogue
def test_the_page_of_tasks_is_what_the_command_prints():
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "crosslift.catalogue.listing"]
    printed = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout.decode()
    page = (root / "docs/tasks.md").read_text(encoding="utf-8")
    assert page == printed, "run: python -m crosslift.catalogue.listing > docs/tasks.md"


@needs_valid_catalogue
def test_the_page_of_tasks_has_a_row_and_a_section_for_every_task_but_the_embedded():
    page = tasks_page(load_tasks().values())
    for name, task in load_tasks().items():
        embedded = task.sources.mini is not None
        assert (f"\n| [`{name}`](#{name}) | {task.title} |" in page) != embedded
        assert (f"\n### `{name}`\n" in page) != embedded
    rows = [line for line in page.splitlines() if line.startswith("| [`")]
    assert {line.count("|") for line in rows} == {10}
