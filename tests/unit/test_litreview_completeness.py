"""Whole sentences: what is called cut, and what is not."""

import pytest

from litreview.review.completeness import sentence_faults

KNOWN = {"retrieval", "task", "gain", "help"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Training helps retrieval tas", "is cut"),
        ("", "nothing is said"),
        ("It helps. It was found that the.", "breaks off"),
        ("It helps (see the table.", "is open"),
        ("It helps “much.", "is open"),
        ("It gains {{ value }} points.", "left over"),
        ("It gains nan points.", "left over"),
        ("It gains, , points.", "left over"),
    ],
)
def test_what_is_cut_or_left_over_is_found(text, fault):
    found = sentence_faults(text)
    assert len(found) == 1
    assert fault in found[0]


@pytest.mark.parametrize(
    "text",
    [
        "It gains +1.2 points [0.3, 2.1] on XNLI.",
        "None of the others could be tested.",
        "Is it so? It is (in part).",
        "What it rests on:",
        "He said “no.”",
        "That is what it is made of.",
    ],
)
def test_whole_sentences_are_let_be(text):
    assert sentence_faults(text) == []


def test_a_word_cut_before_a_full_stop_is_found_by_the_words_of_others():
    # "tas" begins "task" and stands nowhere: the public failure "retrieval tas".
    assert "a word is cut" in sentence_faults("It helps the retrieval tas.", KNOWN)[0]
    assert sentence_faults("It helps the retrieval tasks.", KNOWN) == []
    assert sentence_faults("It helps the zebra.", KNOWN) == []
    assert sentence_faults("It helps the retrieval tas.") == []
