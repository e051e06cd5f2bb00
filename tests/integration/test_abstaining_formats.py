"""Tasks whose right answer may be none, from training to scores, on a random two-layer encoder."""

import json

import pytest

from crosslift.data.tables import write_rows
from crosslift.encoders.load import load_tokenizer
from crosslift.evaluation import Evaluator
from crosslift.formats import span
from crosslift.phases import Job, TrainingData, tune_cells
from crosslift.study import NONE, Cell, Recipe

RECIPE = Recipe(
    learning_rate=1e-3, epochs=100, batch_size=4, max_length=64, stride=8, precision="fp32"
)
CELL = Cell(NONE, 0, 0)


pytestmark = pytest.mark.usefixtures("one_thread")


def tuned_and_tested(encoder, folder, task, format_, rows):
    """Prediction rows of a model tuned on the rows and tested on them: what it can learn at all."""
    for split in ("train", "dev", "test"):
        write_rows(folder / task / f"{split}.parquet", rows, format_)
    (folder / task / "training.json").write_text(json.dumps({"task": task}))
    tokenizer = load_tokenizer(encoder.folder)
    data = TrainingData(folder / task)
    jobs = [Job(CELL, None)]
    [(_, _, weights)] = tune_cells(
        encoder, task, data, tokenizer, RECIPE, jobs, folder / "t", folder / "w"
    )
    tested = Evaluator(
        encoder, "random-tiny", task, folder / task / "test.parquet", tokenizer, RECIPE
    )
    return tested.predictions(CELL, weights)


def value(table):
    return 100 * (table["score"] * table["weight"]).sum() / table["weight"].sum()


def test_several_labels_and_none_are_learned(encoder, tmp_path):
    clauses = {"no refunds": [], "the court of Oslo": ["jurisdiction"]}
    clauses |= {"we may change this": ["unilateral change"]}
    clauses |= {"we may change the court": ["unilateral change", "jurisdiction"]}
    rows = [
        {"example_id": f"{i}", "language": "en", "text": f"{text} {i % 3}", "labels": labels}
        for i, (text, labels) in enumerate(list(clauses.items()) * 6)
    ]
    table = tuned_and_tested(encoder, tmp_path, "unfair_tos", "multilabel", rows)
    assert value(table) == 100
    assert table["weight"].tolist() == [2, 2, 2, 4] * 6
    assert set(table["prediction"]) == {
        "[]",
        '["jurisdiction"]',
        '["unilateral change"]',
        '["unilateral change", "jurisdiction"]',
    }


def test_a_question_without_an_answer_gets_none_and_the_others_their_spans(encoder, tmp_path):
    rows = []
    for i in range(24):
        known = i % 2 == 0
        context = f"{'Oslo' if known else 'Ada'} is number {i}"
        answers = [("Oslo", 0)] if known else []
        rows.append(
            {
                "example_id": f"{i}",
                "language": "en",
                "context": context,
                "question": "Where?",
                "answers": [text for text, _ in answers],
                "starts": [start for _, start in answers],
            }
        )
    table = tuned_and_tested(encoder, tmp_path, "squad_v2", "span", rows)
    assert value(table) == 100
    assert set(table["prediction"]) == {"Oslo", ""}
    assert set(table["gold"]) == {'["Oslo"]', "[]"}
    assert table["group"].nunique() == 24
    assert span.outputs([""]) == 2


def test_bucc_is_mined_by_an_untuned_encoder(encoder, tmp_path):
    def side(name, role, pool, texts, relevant=()):
        return [
            {
                "example_id": f"{name}-{i}",
                "language": name.removeprefix("dev/"),
                "role": role,
                "pool": pool,
                "text": text,
                "context": None,
                "relevant": list(relevant[i]) if relevant else [],
            }
            for i, text in enumerate(texts)
        ]

    # Equal texts are each other's translation: their cosine is 1.
    gold = [["en-0"], ["en-1"], [], []]
    shared, alone, strange = ["a b c d", "red cars"], ["old x", "y y y"], ["so far", "ten 10", "q"]
    rows = [
        *side("de", "query", "de", shared + alone, gold),
        *side("en", "candidate", "de", shared + strange),
        *side(
            "dev/de", "dev_query", "de/dev", shared + alone, [["dev/en-0"], ["dev/en-1"], [], []]
        ),
        *side("dev/en", "dev_candidate", "de/dev", shared + strange),
    ]
    write_rows(tmp_path / "test.parquet", rows, "retrieval")
    tokenizer = load_tokenizer(encoder.folder)
    tested = Evaluator(
        encoder, "random-tiny", "bucc2018", tmp_path / "test.parquet", tokenizer, RECIPE
    )
    table = tested.predictions(CELL, None)
    assert table["example_id"].tolist() == ["de-0", "de-1", "de-2", "de-3"]
    assert table["prediction"].tolist() == ['["en-0"]', '["en-1"]', "[]", "[]"]
    assert value(table) == 100
    assert table["weight"].tolist() == [2, 2, 0, 0]
