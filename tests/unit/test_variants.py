import json
from collections import Counter

import numpy as np
import pytest

from crosslift.data.tables import read_rows, write_rows
from crosslift.data.variants import (
    IN_ORDER,
    SCRAMBLED,
    prepare_variant,
    scrambled_texts,
    shuffled_labels,
    task_of,
    translated,
)
from crosslift.errors import ConfigError, DataError

LABELS = ["sports", "travel", "health"]


def topic(i, language="en"):
    return {
        "example_id": str(i),
        "language": language,
        "text": f"number {i} of the short texts about something",
        "text_pair": None,
        "label": LABELS[i % 3],
    }


@pytest.fixture
def base(tmp_path):
    folder = tmp_path / "data" / "sib200"
    write_rows(folder / "train.parquet", [topic(i) for i in range(12)], "classification")
    write_rows(folder / "dev.parquet", [topic(i) for i in range(20, 26)], "classification")
    card = {"task": "sib200", "format": "classification", "labels": LABELS, "metric": "accuracy"}
    (folder / "training.json").write_text(json.dumps(card))
    return folder


def test_shuffling_keeps_texts_and_how_often_each_label_occurs():
    rows = [topic(i) for i in range(30)]
    shuffled = shuffled_labels(rows, np.random.default_rng(0))
    assert [row["text"] for row in shuffled] == [row["text"] for row in rows]
    assert Counter(row["label"] for row in shuffled) == Counter(row["label"] for row in rows)
    same = sum(a["label"] == b["label"] for a, b in zip(rows, shuffled, strict=True))
    assert same < 20  # a third of 30 is what chance gives


def test_a_shuffled_choice_names_one_of_its_own_alternatives():
    rows = [
        {"example_id": str(i), "choices": ["a", "b", "c"][: 2 + i % 2], "label": i % (2 + i % 2)}
        for i in range(20)
    ]
    for row in shuffled_labels(rows, np.random.default_rng(0)):
        assert 0 <= row["label"] < len(row["choices"])


def test_half_of_the_texts_are_scrambled_and_short_ones_left_out():
    rows = [topic(i) for i in range(10)]
    rows.insert(3, {**topic(99), "text": "too short"})
    made = scrambled_texts(rows, "classification", np.random.default_rng(0))
    assert [row["label"] for row in made] == [IN_ORDER, SCRAMBLED] * 5
    kept = {row["example_id"]: row["text"] for row in rows}
    for row in made:
        words = kept[row["example_id"]].split()
        assert sorted(row["text"].split()) == sorted(words)
        assert (row["text"].split() == words) == (row["label"] == IN_ORDER)


def test_each_example_is_in_one_language_and_untranslated_ones_are_left_out():
    rows = [topic(i) for i in range(40)]
    german = {str(i): {**topic(i, "de"), "text": f"Nummer {i}"} for i in range(0, 40, 2)}
    made = translated(rows, {"de": german}, ["en", "de"], np.random.default_rng(0))
    assert len({row["example_id"] for row in made}) == len(made) < 40
    for row in made:
        if row["language"] == "de":
            assert row["text"] == f"Nummer {row['example_id']}"
            assert row["label"] == rows[int(row["example_id"])]["label"]
        else:
            assert row == rows[int(row["example_id"])]
    assert {row["language"] for row in made} == {"en", "de"}


def test_a_scrambled_variant_is_a_task_of_its_own_labels(base, tmp_path):
    output = tmp_path / "data" / "sib200-scrambled"
    card = prepare_variant(base, output, control="scrambled_text")
    assert card["counts"] == {"train": 12, "dev": 6}
    task = task_of(output)
    assert (task.name, task.format, list(task.labels)) == (
        "sib200",
        "classification",
        [IN_ORDER, SCRAMBLED],
    )
    assert task_of(base).labels != task.labels
    assert {row["label"] for row in read_rows(output / "dev.parquet")} == {IN_ORDER, SCRAMBLED}


def test_the_same_seed_gives_the_same_bytes(base, tmp_path):
    made = [tmp_path / "a", tmp_path / "b", tmp_path / "c"]
    for folder, seed in zip(made, (0, 0, 1), strict=True):
        prepare_variant(base, folder, control="shuffled_labels", seed=seed)
    first, second, other = ((folder / "train.parquet").read_bytes() for folder in made)
    assert first == second != other


def test_translations_come_from_files_below_the_data_root(base, tmp_path):
    folder = tmp_path / "root" / "translations" / "sib200"
    folder.mkdir(parents=True)
    ids = [*range(12), *range(20, 26)]
    lines = [json.dumps({**topic(i), "text": f"Nummer {i}"}) for i in ids]
    (folder / "de.jsonl").write_text("\n".join(lines))
    output = tmp_path / "sib200-translated"
    card = prepare_variant(base, output, languages=["de"], data_root=tmp_path / "root")
    assert card["counts"] == {"train": 12, "dev": 6}
    rows = read_rows(output / "train.parquet")
    assert {row["language"] for row in rows} == {"de"}
    assert rows[3]["text"] == "Nummer 3"


def test_missing_translations_name_the_file(base, tmp_path):
    (tmp_path / "root").mkdir()
    with pytest.raises(DataError, match=r"translations/sib200/sw.jsonl: is missing; put the"):
        prepare_variant(base, tmp_path / "v", languages=["sw"], data_root=tmp_path / "root")


def test_translations_without_a_data_root_say_what_to_set(base, tmp_path, monkeypatch):
    monkeypatch.delenv("CROSSLIFT_DATA", raising=False)
    with pytest.raises(ConfigError, match="no data_root is set"):
        prepare_variant(base, tmp_path / "v", languages=["sw"])


def test_a_variant_that_changes_no_data_is_refused(base, tmp_path):
    with pytest.raises(ConfigError, match="changes no data"):
        prepare_variant(base, tmp_path / "v")
