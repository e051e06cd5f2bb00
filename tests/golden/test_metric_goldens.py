"""Metrics against values worked by hand; the working stands beside each."""

import itertools

import numpy as np
import pytest
import torch

from crosslift.formats.mining import best_threshold, mine
from crosslift.measures import (
    accuracy,
    average_precision_at,
    label_f1,
    retrieval_accuracy,
    sequence_f1,
    token_accuracy,
)
from crosslift.metrics import METRICS, ranking_chance


def parts(metric: str, gold: list[str], predicted: str, language: str) -> tuple[float, float]:
    """F1 and exact match of one question."""
    f1, exact = (
        METRICS[metric].parts[name]([gold], [predicted], [language]).score[0]
        for name in ("f1", "exact_match")
    )
    return f1, exact


def test_accuracy_is_the_share_of_equal_labels():
    assert accuracy(["a", "b", "c", "a"], ["a", "b", "a", "a"]).value == 75


def test_squad_drops_case_punctuation_and_english_articles():
    # "eiffel tower" against "eiffel tower paris": 2 common; 2 * 2 / (2 + 3) = 0.8, not the same.
    assert parts("f1_em", ["The Eiffel Tower."], "Eiffel tower, Paris", "en") == (0.8, 0.0)
    # The primary score of a question is the mean of both: (0.8 + 0) / 2.
    measured = METRICS["f1_em"].measure([["The Eiffel Tower."]], ["Eiffel tower, Paris"], ["en"])
    assert measured.score == pytest.approx([0.4])


def test_squad_takes_the_best_gold_answer():
    assert parts("f1_em", ["in the year 1990", "1990"], "1990", "en") == (1.0, 1.0)


def test_squad_counts_a_repeated_word_as_often_as_both_have_it():
    # "x x y" against "x y y": common x once and y once; 2 * 2 / 6.
    assert parts("f1_em", ["x y y"], "x x y", "en")[0] == pytest.approx(2 / 3)


def test_squad_rules_treat_every_language_as_english():
    # The German article stays: "das haus" against "haus"; 2 * 1 / (2 + 1).
    assert parts("f1_em", ["Haus"], "das Haus", "de") == (pytest.approx(2 / 3), 0.0)
    # Chinese is one token between spaces, so that a part of it shares nothing.
    assert parts("f1_em", ["北京市"], "北京", "zh") == (0.0, 0.0)


def test_texts_that_normalise_to_nothing_match_exactly_and_share_no_token():
    assert parts("f1_em", ["the"], "a", "en") == (0.0, 1.0)


@pytest.mark.parametrize(
    ("language", "gold", "predicted"),
    [
        ("de", "Haus", "das Haus"),
        ("es", "casa", "la casa"),
        ("vi", "con mèo", "những con mèo"),
        ("ar", "قاهرة", "القاهرة"),
        ("hi", "दिल्ली", "दिल्ली।"),  # the danda is punctuation
        ("zh", "北京", "北京。"),
    ],
)
def test_mlqa_drops_each_languages_own_articles_and_punctuation(language, gold, predicted):
    assert parts("mlqa_f1_em", [gold], predicted, language) == (1.0, 1.0)


def test_mlqa_takes_each_chinese_ideograph_for_a_token():
    # 北 京 against 北 京 市: 2 * 2 / (2 + 3).
    assert parts("mlqa_f1_em", ["北京市"], "北京", "zh") == (0.8, 0.0)
    # iphone 手 机 against 手 机 壳: 2 * 2 / (3 + 3).
    assert parts("mlqa_f1_em", ["手机壳"], "iPhone手机", "zh")[0] == pytest.approx(2 / 3)


def test_mlqa_refuses_a_language_without_rules():
    with pytest.raises(ValueError, match=r"language 'th': MLQA's rules cover ar, de, en"):
        parts("mlqa_f1_em", ["ก"], "ก", "th")


def test_span_f1_counts_chunks_and_weighs_sentences_by_them():
    gold = [["B-PER", "I-PER", "O", "B-LOC"], ["O", "O"], ["B-ORG", "O"]]
    predicted = [["B-PER", "I-PER", "O", "B-ORG"], ["O", "O"], ["O", "B-ORG"]]
    measured = sequence_f1(gold, predicted)
    # First: 2 gold, 2 predicted, 1 common, so 2 * 1 / 4. Second: none. Third: 1, 1, 0.
    assert measured.weight.tolist() == [4, 0, 2]
    assert measured.score.tolist() == [0.5, 0, 0]
    # Micro F1: 2 * 1 / (3 + 3).
    assert measured.value == pytest.approx(100 / 3)


def test_an_inside_tag_after_outside_starts_a_chunk_as_conlleval_has_it():
    # Strict IOB2 would find no chunk in the prediction.
    assert sequence_f1([["B-PER", "I-PER"]], [["I-PER", "I-PER"]]).value == 100


def test_equal_neighbouring_pos_tags_are_one_chunk_as_in_xtremes_scorer():
    gold, predicted = [["NOUN", "NOUN", "VERB"]], [["NOUN", "VERB", "VERB"]]
    # Gold NOUN[0-1] VERB[2]; predicted NOUN[0] VERB[1-2]: no chunk in common, though two tokens
    # of three are right.
    assert sequence_f1(gold, predicted).value == 0


def test_pos_tags_that_begin_with_s_stand_alone_and_keep_their_type():
    # S means single: two chunks each, where NOUN NOUN would be one; 2 * 1 / (2 + 2).
    assert sequence_f1([["SYM", "SYM"]], [["SYM", "SCONJ"]]).value == 50
    # CCONJ and SCONJ are different types.
    assert sequence_f1([["CCONJ"]], [["SCONJ"]]).value == 0
    # An X that ends a sentence is a chunk.
    assert sequence_f1([["NOUN", "X"]], [["NOUN", "X"]]).weight.tolist() == [4]


def test_no_chunk_at_all_scores_nothing():
    assert sequence_f1([["O"]], [["O"]]).value == 0


def test_average_precision_divides_by_what_can_be_found():
    measure = average_precision_at(20)
    # Relevant at ranks 1 and 3 of three relevant: (1/1 + 2/3) / 3.
    assert measure([{"a", "b", "c"}], [["a", "x", "b"]]).score == pytest.approx([5 / 9])
    # 30 relevant, the first 20 ranks full of them: nothing better can be had.
    relevant = [str(number) for number in range(30)]
    assert measure([relevant], [relevant[:20]]).score == pytest.approx([1.0])
    # One relevant candidate: the reciprocal rank, and 0 beyond the cut.
    fillers = [f"x{number}" for number in range(20)]
    assert measure([{"a"}] * 2, [["x", "y", "a"], [*fillers, "a"]]).score == pytest.approx(
        [1 / 3, 0]
    )


def test_a_candidate_ranked_twice_counts_once():
    assert average_precision_at(20)([{"a", "b"}], [["a", "a"]]).score == pytest.approx([0.5])


def test_retrieval_accuracy_looks_at_the_first_rank_only():
    assert retrieval_accuracy(
        [{"a"}, {"a"}, {"a"}], [["a", "b"], ["b", "a"], []]
    ).score.tolist() == [
        1,
        0,
        0,
    ]


def test_chance_of_a_ranking_is_the_mean_over_all_rankings():
    relevant = {"a", "b"}
    measure = average_precision_at(3)
    rankings = [list(order) for order in itertools.permutations("abcde")]
    scores = measure([relevant] * len(rankings), rankings).score
    assert ranking_chance(5, 2, cutoff=3) == pytest.approx(100 * np.mean(scores))


def test_squad2_gives_the_empty_text_its_due():
    # No gold answer: "" is the gold. compute_f1: both empty, so 1; else one is empty, so 0.
    assert parts("squad2_f1_em", [], "", "en") == (1.0, 1.0)
    assert parts("squad2_f1_em", [], "nine", "en") == (0.0, 0.0)
    assert parts("squad2_f1_em", ["nine"], "", "en") == (0.0, 0.0)
    # A gold that normalises to nothing is left out, and "the" normalises to nothing too.
    assert parts("squad2_f1_em", ["the"], "a", "en") == (1.0, 1.0)
    # With answers the rules are those of 1.1: "at nine" against "nine", 2 * 1 / (2 + 1).
    assert parts("squad2_f1_em", ["nine", "the"], "at nine", "en")[0] == pytest.approx(2 / 3)


def test_token_accuracy_weighs_sentences_by_their_words():
    measured = token_accuracy([["N", "V"], ["N"], []], [["N", "N"], ["N"], []])
    assert measured.weight.tolist() == [2, 1, 0]
    assert measured.score.tolist() == [0.5, 1, 0]
    assert measured.value == pytest.approx(200 / 3)
    with pytest.raises(ValueError, match="row 1: 1 gold tags has 2 predicted"):
        token_accuracy([["N"], ["N"]], [["N"], ["N", "V"]])


def test_having_no_label_is_a_label():
    # 1: right twice of 2 and 3; 2: rightly none; 3: one label where there is none.
    measured = label_f1([["a", "b"], [], []], [["a", "b", "c"], [], ["a"]])
    assert measured.weight.tolist() == [5, 2, 2]
    assert measured.score.tolist() == [0.8, 1, 0]
    # Micro F1 over a, b, c and none: 2 * (2 + 1) / (4 gold + 5 predicted).
    assert measured.value == pytest.approx(100 * 6 / 9)


def test_mined_pairs_are_scored_as_one_set():
    gold, predicted = [["e1"], ["e2"], [], []], [["e1"], [], ["e3"], []]
    measured = METRICS["bitext_f1"].measure(gold, predicted, ["de"] * 4)
    # bucc_f1: one pair of two gold and two predicted: precision 1/2, recall 1/2.
    assert measured.value == 50
    assert measured.weight.tolist() == [2, 1, 1, 0]


def test_mining_and_its_threshold_worked_by_hand():
    # Cosines of two queries (rows) with two candidates; with fewer than four neighbours the means
    # are over both. Row means 0.6, 0.5; column means 0.7, 0.4.
    #   q0: 0.8 / ((0.6 + 0.7) / 2) = 1.2308   0.4 / ((0.6 + 0.4) / 2) = 0.8
    #   q1: 0.6 / ((0.5 + 0.7) / 2) = 1.0      0.4 / ((0.5 + 0.4) / 2) = 0.8889
    # q0 and q1 propose c0, c0 proposes q0, c1 proposes q1: (q0, c0) is taken, q1's c0 is gone, and
    # (q1, c1) is the next with both sides free.
    # Vectors whose products are these: queries are unit vectors of the plane, candidates columns.
    queries = torch.eye(2, dtype=torch.float64)
    candidates = torch.tensor([[0.8, 0.6], [0.4, 0.4]], dtype=torch.float64)
    sources, targets, scores = mine(queries, candidates)
    assert list(zip(sources.tolist(), targets.tolist(), strict=True)) == [(0, 0), (1, 1)]
    assert scores == pytest.approx([0.8 / 0.65, 0.4 / 0.45])

    # Scores 5, 4, 3, 2 of which the first and third are right, of two gold pairs: F1 is 2/3, 2/4,
    # 4/5, 4/6; the threshold lies between the third and the fourth.
    scores, right = np.array([4.0, 5, 2, 3]), np.array([False, True, False, True])
    assert best_threshold(scores, right, gold=2) == 2.5
    assert best_threshold(scores, right & (scores == 2), gold=1) == 0
    # Without a next score the last itself: the reference script would look past its end.
    assert best_threshold(np.array([5.0, 4]), np.array([True, True]), gold=2) == 4
