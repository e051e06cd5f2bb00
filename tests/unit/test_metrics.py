import json

import pytest

from crosslift.errors import ConfigError
from crosslift.measures import accuracy, average_precision_at, sequence_f1
from crosslift.metrics import METRICS, metric_named


def test_an_unknown_metric_is_refused_with_the_known_names():
    with pytest.raises(ConfigError, match=r"'macrof1' is unknown; write one of accuracy, span_f1"):
        metric_named("macrof1")


def test_unaligned_predictions_are_refused_with_both_lengths():
    with pytest.raises(ValueError, match="predicted has 1 rows but gold has 2"):
        accuracy(["a", "b"], ["a"])


def test_a_sentence_with_too_few_tags_is_refused():
    with pytest.raises(ValueError, match="2 gold tags has 1 predicted"):
        sequence_f1([["O", "O"]], [["O"]])


def test_an_empty_tag_is_refused():
    with pytest.raises(ValueError, match="the tag of token 1 is empty"):
        sequence_f1([["O", ""]], [["O", "O"]])


def test_a_question_without_gold_answer_is_refused():
    with pytest.raises(ValueError, match=r"1 questions have no gold answer \(first at row 1\)"):
        METRICS["f1_em"].measure([["a"], []], ["a", "b"], ["en", "en"])


def test_a_query_without_relevant_candidate_is_refused():
    with pytest.raises(ValueError, match="1 queries have no relevant candidate"):
        average_precision_at(20)([[]], [["a"]])


@pytest.mark.parametrize(
    ("metric", "gold", "predicted"),
    [
        ("accuracy", "yes", "yes"),
        ("span_f1", json.dumps(["B-PER", "O"]), json.dumps(["B-PER", "O"])),
        ("tag_f1", json.dumps(["NOUN"]), json.dumps(["NOUN"])),
        # An answer is not JSON: this one would be read as a number.
        ("f1_em", json.dumps(["1990"]), "1990"),
        ("mlqa_f1_em", json.dumps(["北京"]), "北京"),
        ("squad2_f1_em", json.dumps([]), ""),
        ("tag_accuracy", json.dumps(["N/N", "N"]), json.dumps(["N/N", "N"])),
        ("label_f1", json.dumps([]), json.dumps([])),
        ("bitext_f1", json.dumps(["en-1"]), json.dumps(["en-1"])),
        ("retrieval_accuracy", json.dumps(["a"]), json.dumps(["a", "b"])),
        ("map_at_20", json.dumps(["a"]), json.dumps(["a", "b"])),
    ],
)
def test_every_metric_reads_the_texts_of_prediction_tables(metric, gold, predicted):
    assert METRICS[metric].measure_texts([gold], [predicted], ["zh"]).value == 100


def test_every_metric_of_the_registry_is_tested_above():
    tested = {
        mark.args[1][place][0]
        for mark in test_every_metric_reads_the_texts_of_prediction_tables.pytestmark
        for place in range(len(mark.args[1]))
    }
    assert tested == set(METRICS)


def test_chance_of_accuracy_is_one_in_the_number_of_labels():
    assert METRICS["accuracy"].chance(4) == 25
    assert METRICS["retrieval_accuracy"].chance(200) == 0.5
