"""Answerability: what a question asks for, and what counts as speaking to it."""

import pytest

from litreview.review.answerability import answerability, question_terms
from tests.litreview_examples import study


def basis(question, *evidence, **changes):
    """The basis of each part of a question."""
    return {one.term: one.basis for one in answerability(question, study(**changes), evidence)}


def test_a_benchmark_is_not_answered_by_a_passage_on_its_namesake():
    # The letters of XTREME-R stand apart in the passage, which is on XTREME and XLM-R.
    passage = "XLM-R Large gains 5.4 points on XTREME."
    assert basis("Does it hold on XTREME-R?", passage) == {"XTREME-R": "missing"}
    assert basis("Does it hold on XTREME-R?", "We test on XTREME-R.") == {"XTREME-R": "literature"}


def test_a_compound_is_answered_by_its_words_in_a_row_only():
    question = "Does in-context learning help?"
    assert basis(question, "Learning needs a context.") == {"in-context": "missing"}
    assert basis(question, "In-context learning is hard.") == {"in-context": "literature"}
    assert basis("Is few-shot transfer better?", "The shot was one of few.") == {
        "few-shot": "missing"
    }
    assert basis("Is few-shot transfer better?", "Few-shot results.") == {"few-shot": "literature"}


@pytest.mark.parametrize(
    ("question", "passage", "expected"),
    [
        ("Do 20 intermediate tasks help?", "We use nine intermediate tasks.", "missing"),
        ("Do 20 intermediate tasks help?", "We use 20 intermediate tasks.", "literature"),
        ("Do five intermediate tasks help?", "", "measured"),
        ("What of encoders with more than 3B parameters?", "It has 550M parameters.", "missing"),
        ("What of encoders with more than 3B parameters?", "It has 11B parameters.", "literature"),
        ("What of encoders with less than 3B parameters?", "", "measured"),
        ("Does it hold in 40 languages?", "Tested in 40 languages.", "literature"),
        ("Does it hold in 40 languages?", "Tested on 40 tasks.", "missing"),
        ("Does it hold in three languages?", "", "measured"),
    ],
)
def test_numbers_of_things_and_sizes_are_conditions(question, passage, expected):
    assert list(basis(question, passage).values()) == [expected]


def test_languages_domains_and_tasks_in_plain_words_are_conditions():
    question = "Do legal tasks help question answering in Swahili and Quechua by distillation?"
    assert basis(question) == {
        "Swahili": "measured",
        "Quechua": "missing",
        "legal": "measured",
        "question answering": "measured",
        "distillation": "missing",
    }


def test_a_question_without_parts_asks_for_nothing():
    assert question_terms("Does it help?") == []
    assert answerability("Does it help?", study(), []) == []
