"""Golden rows of the SQuAD-style reader, and the mending of answer offsets."""

import json
from collections import Counter

import pytest

from crosslift.data.readers import READERS
from crosslift.data.spans import locate, span_row
from crosslift.errors import DataError
from tests.data_requests import request_of, write

CONTEXT = "The ferry left at nine. The crew of nine slept."
#          0         1         2         3         4
#          01234567890123456789012345678901234567890123456


def squad(*questions: dict, context: str = CONTEXT) -> str:
    return json.dumps({"data": [{"paragraphs": [{"context": context, "qas": list(questions)}]}]})


def question(answers: list[tuple[str, int]], id_: str | int = "q") -> dict:
    return {
        "id": id_,
        "question": "When?",
        "answers": [{"text": text, "answer_start": start} for text, start in answers],
    }


def test_a_question_keeps_all_its_answers(tmp_path):
    path = write(tmp_path / "a.json", squad(question([("nine", 18), ("at nine", 15)], 5)))
    assert READERS["squad"]([path], request_of("span")).rows == [
        {
            "example_id": "5",
            "language": "en",
            "context": CONTEXT,
            "question": "When?",
            "answers": ["nine", "at nine"],
            "starts": [18, 15],
        }
    ]


def test_a_wrong_offset_is_mended_to_the_nearest_occurrence_and_counted(tmp_path):
    # "nine" is at 18 and 36; given 34, the second is nearer.
    path = write(tmp_path / "a.json", squad(question([("nine", 34)])))
    read = READERS["squad"]([path], request_of("span"))
    assert read.rows[0]["starts"] == [36]
    assert read.faults["offsets_mended"] == 1


def test_an_answer_that_is_not_in_the_context_is_dropped_and_so_is_its_question(tmp_path):
    path = write(tmp_path / "a.json", squad(question([("noon", 18)]), question([("nine", 18)])))
    read = READERS["squad"]([path], request_of("span"))
    assert len(read.rows) == 1
    assert (read.faults["answers_dropped"], read.faults["questions_dropped"]) == (1, 1)


def test_a_far_answer_is_taken_only_where_it_occurs_once():
    context = "x" * 200 + "nine" + "x" * 200
    assert locate(context, "nine", 0) == 200
    assert locate(context + "nine", "nine", 0) is None
    assert locate(context + "nine", "nine", 200 + 32) == 200


def test_a_negative_offset_is_not_read_from_the_end():
    assert locate("nine at nine", "nine", -4) == 0


def test_blank_answers_are_unlabelled_not_mended():
    faults = Counter()
    assert span_row("q", "en", CONTEXT, "When?", [("", 0)], faults) is None
    assert span_row("q", "en", CONTEXT, "When?", [], faults) is None
    assert faults == {"unlabelled": 2}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"data": [{"paragraphs": [', "damaged or truncated JSON at line 1, column 27"),
        ('["data"]', "it has no list under the key 'data'"),
        ('{"data": [{"paragraphs": [{"qas": []}]}]}', "paragraph 0.*key 'context' is missing"),
        ('{"data": [{"title": "x"}]}', "article 0.*key 'paragraphs' is missing"),
        (squad({"id": 1, "answers": []}), "key 'question' is missing"),
        (squad({"id": 1, "question": "?", "answers": [{"text": "a"}]}), "key 'answer_start'"),
    ],
)
def test_what_is_not_squad_is_refused_with_its_place(tmp_path, text, message):
    path = write(tmp_path / "a.json", text)
    with pytest.raises(DataError, match=message):
        READERS["squad"]([path], request_of("span"))


def test_a_question_without_an_answer_is_an_example_only_where_the_task_says_so(tmp_path):
    content = squad(question([], "none"), question([("noon", 3)], "lost"), question([("nine", 18)]))
    path = write(tmp_path / "a.json", content)
    read = READERS["squad"]([path], request_of("span", labels=("",)))
    assert [(row["example_id"], row["answers"], row["starts"]) for row in read.rows] == [
        ("none", [], []),
        ("q", ["nine"], [18]),
    ]
    # An answer that was given but is nowhere in the context does not make a question unanswerable.
    assert (read.faults["questions_dropped"], read.faults["unlabelled"]) == (1, 0)
    without = READERS["squad"]([path], request_of("span"))
    assert [row["example_id"] for row in without.rows] == ["q"]
    assert without.faults["unlabelled"] == 1
