"""What each file of a submission holds, letter by letter."""

import json

import pandas as pd
import pytest

from crosslift.errors import DataError
from crosslift.submission.benchmarks import TASKS
from crosslift.submission.files import Files, official_files
from tests.submission_rows import rows_of


def files(task: str, pairs: list, examples: list[dict] | None = None) -> Files:
    table = None if examples is None else pd.DataFrame(examples)
    return official_files(TASKS[task], rows_of(pairs), table)


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("xnli", "test-de.tsv"),
        ("udpos", "test-de.tsv"),
        ("bucc2018", "test-de.tsv"),
        ("tatoeba", "test-de.tsv"),
        ("xquad", "test-de.json"),
        ("mewslix", "test-de.json"),
        ("lareqa", "test-de.json"),
        ("xcopa", "test-de.jsonl"),
    ],
)
def test_a_file_is_named_by_its_language_and_kind(task, name):
    assert TASKS[task].file("de") == name


def test_labels_stand_one_a_line():
    pairs = [("neutral", "entailment"), ("neutral", "neutral")]
    assert files("xnli", pairs) == ("entailment\nneutral\n", "neutral\nneutral\n")


def test_tags_stand_one_a_line_with_an_empty_line_between_sentences():
    pairs = [(["O", "B-PER"], ["O", "O"]), (["O"], ["B-LOC"])]
    assert files("panx", pairs) == ("O\nO\n\nB-LOC\n", "O\nB-PER\n\nO\n")


def test_choices_are_json_lines_with_a_number():
    assert files("xcopa", [("1", "0")]) == ('{"label": 0}\n', '{"label": 1}\n')


def test_pairs_are_ids_with_a_tab_between():
    found = files("bucc2018", [(["en-1"], []), ([], ["en-2"]), (["en-3"], ["en-3"])])
    assert found == ("q1\ten-2\nq2\ten-3\n", "q0\ten-1\nq2\ten-3\n")


def test_retrieved_sentences_are_places_among_the_candidates():
    examples = [
        {"example_id": "q0", "role": "query"},
        {"example_id": "c0", "role": "candidate"},
        {"example_id": "q1", "role": "query"},
        {"example_id": "c1", "role": "candidate"},
    ]
    found = files("tatoeba", [(["c0"], ["c1", "c0"]), (["c1"], [])], examples)
    assert found == ("1\n-1\n", "0\n1\n")


def test_a_candidate_of_another_test_is_refused_by_name():
    with pytest.raises(DataError, match="candidate 'c9' is not in the prepared test"):
        files("tatoeba", [(["c0"], ["c9"])], [{"example_id": "c0", "role": "candidate"}])


def test_rankings_are_lists_by_query():
    predictions, labels = files("mewslix", [(["Q1"], ["Q2", "Q1"])])
    assert json.loads(predictions) == {"q0": ["Q2", "Q1"]}
    assert json.loads(labels) == {"q0": ["Q1"]}


def question(number: int, context: str, answers: list[str]) -> dict:
    return {
        "example_id": f"q{number}",
        "context": context,
        "question": f"Who {number}?",
        "answers": answers,
        "starts": [0] * len(answers),
    }


def test_answers_are_a_text_by_question_and_labels_are_squads_articles():
    examples = [
        question(0, "Ada and Bo", ["Ada"]),
        question(1, "Ada and Bo", ["Bo", "and Bo"]),
        question(2, "Čapek", ["Čapek"]),
    ]
    pairs = [(["Ada"], "Bo"), (["Bo", "and Bo"], "Bo\n"), (["Čapek"], "Čapek")]
    predictions, labels = files("xquad", pairs, examples)
    assert json.loads(predictions) == {"q0": "Bo", "q1": "Bo\n", "q2": "Čapek"}
    (article,) = json.loads(labels)["data"]
    # The scorer reads a title of every article.
    assert article["title"] == ""
    assert [len(paragraph["qas"]) for paragraph in article["paragraphs"]] == [2, 1]
    assert article["paragraphs"][0]["qas"][1] == {
        "id": "q1",
        "question": "Who 1?",
        "answers": [{"text": "Bo", "answer_start": 0}, {"text": "and Bo", "answer_start": 0}],
    }
    # The scorer opens files in the machine's encoding, which need not be UTF-8.
    assert predictions.isascii()
    assert labels.isascii()


def test_a_question_of_another_test_is_refused_by_name():
    with pytest.raises(DataError, match="1 examples are not in the prepared test, the first is"):
        files("xquad", [(["a"], "b"), (["a"], "b")], [question(0, "a", ["a"])])
