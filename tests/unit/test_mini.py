"""`build`: tasks, splits that share nothing, and refusals that say what to ask for."""

import re
from itertools import combinations

import pytest

from crosslift.data.leaks import shared_text
from crosslift.data.mini import TASKS, build, events
from crosslift.data.mini.tasks import frames_of, places_of
from crosslift.data.tables import check_rows
from crosslift.errors import DataError
from crosslift.metrics import METRICS

TARGETS = tuple(name for name, task in TASKS.items() if task.is_target)
INTERMEDIATES = tuple(name for name, task in TASKS.items() if not task.is_target)
ENGLISH_DATE = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")


def english(task, split, size=120):
    """English rows of a split; of the retrieval test those are the candidates of a pool."""
    languages = ["en"] if split != "test" or "en" in TASKS[task].languages else ["de"]
    rows = build(task, split, languages, size).to_dict("records")
    return [row for row in rows if row["language"] == "en"]


def text_of(row):
    return " ".join(row["tokens"]) if "tokens" in row else row.get("text") or row["context"]


def dates(rows):
    return {date for row in rows for date in ENGLISH_DATE.findall(text_of(row))}


def test_there_are_five_targets_and_two_formats_of_intermediates_for_each_domain():
    assert len(TARGETS) == 5
    assert sorted(INTERMEDIATES) == sorted(
        f"mini-{domain}-{kind}"
        for domain in ("general", "legal", "medical")
        for kind in ("nli", "span")
    )
    assert {TASKS[name].format for name in TARGETS} == {
        "classification", "choice", "tagging", "span", "retrieval",
    }  # fmt: skip
    assert all(TASKS[name].languages == ("en",) for name in INTERMEDIATES)
    assert all(task.metric in METRICS for task in TASKS.values())


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("split", ["train", "dev", "test"])
def test_every_split_has_the_columns_of_its_format_and_passes_its_checks(name, split):
    task = TASKS[name]
    languages = list(task.languages) if split == "test" else ["en"]
    rows = build(name, split, languages, 30).to_dict("records")
    check_rows(rows, task.format, task.labels or None, name=name)
    assert {row["language"] for row in rows if row.get("role") != "candidate"} == set(languages)


@pytest.mark.parametrize("test", TARGETS)
def test_no_date_and_no_text_of_a_test_occurs_in_any_training_split(test):
    rows = english(test, "test")
    texts = {shared_text(row) for row in rows}
    assert dates(rows)
    for name in TASKS:
        training = english(name, "train")
        assert dates(training)
        assert not dates(rows) & dates(training), name
        assert not texts & {shared_text(row) for row in training}, name


def test_target_intermediate_development_and_training_events_are_disjoint():
    splits = {
        (kind, split): {
            date for name in names for date in dates(english(name, split))
        }
        for kind, names in (("target", TARGETS), ("intermediate", INTERMEDIATES))
        for split in ("train", "dev", "test")
    }  # fmt: skip
    for (one, first), (other, second) in combinations(splits.items(), 2):
        assert not first & second, (one, other)


@pytest.mark.parametrize("name", TASKS)
def test_some_frames_and_places_are_tested_without_having_been_trained_on(name):
    task = TASKS[name]
    training, test = frames_of(task, "train"), frames_of(task, "test")
    assert set(training) < set(test)
    assert set(places_of("train")) < set(places_of("test"))
    assert frames_of(task, "dev") == test
    rows = [row for row in english(name, "train") if row.get("role") != "candidate"]
    assert {row["example_id"].split("-")[-2] for row in rows} == {frame.name for frame in training}


def test_places_that_are_held_out_occur_in_tests_and_not_in_training():
    held_out = re.compile("Lisbon|Nairobi|Prague|Tokyo")
    for name in TASKS:
        assert not any(held_out.search(text_of(row)) for row in english(name, "train")), name
        assert any(held_out.search(text_of(row)) for row in english(name, "test")), name


def test_intermediates_of_all_domains_have_the_same_numbers_of_frames():
    for split in ("train", "test"):
        sizes = {len(frames_of(TASKS[name], split)) for name in INTERMEDIATES}
        assert len(sizes) == 1


def test_examples_of_a_target_come_from_all_domains_in_equal_parts():
    ids = [row["example_id"] for row in english("mini-tagging", "test", 96)]
    for domain in ("general", "legal", "medical"):
        assert sum(name.startswith(domain) for name in ids) == 32


def test_examples_of_an_intermediate_are_of_its_domain():
    assert {row["example_id"].split("-")[0] for row in english("mini-legal-span", "train")} == {
        "legal"
    }


def test_another_seed_draws_other_events():
    first = build("mini-tagging", "test", ["en"], 20, seed=0)
    second = build("mini-tagging", "test", ["en"], 20, seed=1)
    assert not set(map(tuple, first["tokens"])) & set(map(tuple, second["tokens"]))


def test_every_fault_of_a_request_is_named_at_once():
    with pytest.raises(DataError) as caught:
        build("mini-nil", "valid", [], 0, seed=-1)
    message = str(caught.value)
    assert "faults found: 5" in message
    assert "task: 'mini-nil' is unknown; write one of mini-nli" in message
    assert "split: 'valid' is unknown; write train, dev or test" in message
    assert "size: 0; ask for at least 1 example" in message


@pytest.mark.parametrize(
    ("task", "split", "language"),
    [
        ("mini-nli", "train", "de"),
        ("mini-legal-nli", "test", "ru"),
        ("mini-retrieval", "test", "en"),
    ],
)
def test_a_language_that_a_split_lacks_is_refused(task, split, language):
    with pytest.raises(DataError, match=rf"languages: \['{language}'\]; {split} has "):
        build(task, split, [language], 10)


def test_more_examples_than_there_are_events_are_refused(monkeypatch):
    monkeypatch.setattr(events, "DAYS", 60)
    monkeypatch.setattr(events, "MOST_DRAWS", 100)
    with pytest.raises(DataError, match="ask for fewer examples"):
        build("mini-tagging", "train", ["en"], 5_000)


@pytest.mark.parametrize("task", [name for name, task in TASKS.items() if task.is_target])
@pytest.mark.parametrize("units", [3, 9, 24, 30])
def test_every_test_takes_a_third_of_its_examples_from_each_domain(task, units):
    size = 3 * units if task == "mini-nli" else units  # pairs come in threes
    rows = build(task, "test", [TASKS[task].languages[0]], size)
    if "role" in rows:
        rows = rows[rows["role"] == "query"]
    domains = rows["example_id"].str.extract(r"(general|legal|medical)")[0]
    assert domains.value_counts().to_dict() == dict.fromkeys(
        ["general", "legal", "medical"], size // 3
    )
