"""Metrics against the field's own implementations."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics import f1_score
from seqeval.metrics.sequence_labeling import get_entities
from sklearn.metrics import f1_score as label_f1_score
from sklearn.metrics import label_ranking_average_precision_score
from sklearn.preprocessing import MultiLabelBinarizer

from crosslift.entities import extract_entities
from crosslift.measures import average_precision_at, label_f1, sequence_f1
from crosslift.metrics import METRICS

CHUNK_TAGS = ["O", *(f"{p}-{t}" for p in "BIES" for t in ("PER", "LOC", "ART-WORK"))]
# seqeval 1.2.2 cuts the first letter off a plain tag, which confuses SCONJ with CCONJ and loses X.
POS_TAGS = ["ADJ", "ADP", "AUX", "CCONJ", "INTJ", "NOUN", "PUNCT", "SYM", "VERB"]


def sentences(tags):
    sentence = st.integers(0, 6).flatmap(
        lambda n: st.tuples(*[st.lists(st.sampled_from(tags), min_size=n, max_size=n)] * 2)
    )
    return st.lists(sentence, min_size=1, max_size=6)


def official_f1(gold, predicted):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no chunks; tags without a prefix
        return 100 * f1_score(gold, predicted)


@pytest.mark.parametrize("tags", [CHUNK_TAGS, POS_TAGS], ids=["chunks", "pos"])
@given(data=st.data())
def test_sequence_f1_equals_seqevals(tags, data):
    pairs = data.draw(sentences(tags))
    gold, predicted = [list(g) for g, _ in pairs], [list(p) for _, p in pairs]
    measured = sequence_f1(gold, predicted)
    assert measured.value == pytest.approx(official_f1(gold, predicted))
    assert ((measured.score >= 0) & (measured.score <= 1)).all()


@given(tags=st.lists(st.sampled_from(CHUNK_TAGS), max_size=12))
def test_chunks_equal_seqevals(tags):
    assert {tuple(entity) for entity in extract_entities(tags)} == set(get_entities(tags))


@given(
    relevance=st.lists(st.booleans(), min_size=1, max_size=12).filter(any),
    seed=st.integers(0, 1000),
)
def test_average_precision_over_all_ranks_equals_sklearns(relevance, seed):
    scores = np.random.default_rng(seed).permutation(len(relevance)).astype(float)
    ranked = [str(place) for place in np.argsort(-scores)]
    relevant = {str(place) for place, found in enumerate(relevance) if found}
    expected = label_ranking_average_precision_score([relevance], [scores])
    assert average_precision_at(20)([relevant], [ranked]).score[0] == pytest.approx(expected)


@given(
    text=st.text(max_size=20),
    gold=st.lists(st.text(max_size=20), min_size=1, max_size=3),
    metric=st.sampled_from(["f1_em", "mlqa_f1_em"]),
    language=st.sampled_from(["ar", "de", "en", "es", "hi", "vi", "zh"]),
)
def test_answer_scores_lie_in_range_and_an_exact_answer_matches(text, gold, metric, language):
    exact = METRICS[metric].parts["exact_match"]
    measured = METRICS[metric].measure([gold], [text], [language]).score[0]
    assert 0 <= measured <= 1
    assert exact([[*gold, text]], [text], [language]).score[0] == 1


label_sets = st.lists(st.tuples(*[st.sets(st.sampled_from("abcd"))] * 2), min_size=1, max_size=8)


@given(pairs=label_sets)
def test_label_f1_equals_sklearns_with_a_label_for_having_none(pairs):
    gold, predicted = [list(g) for g, _ in pairs], [list(p) for _, p in pairs]
    rows = MultiLabelBinarizer(classes=[*"abcd", "none"])
    expected = label_f1_score(
        rows.fit_transform([g or ["none"] for g in gold]),
        rows.transform([p or ["none"] for p in predicted]),
        average="micro",
    )
    assert label_f1(gold, predicted).value == pytest.approx(100 * expected)


@given(pairs=label_sets)
def test_bitext_f1_is_that_of_the_two_sets_of_pairs(pairs):
    # As bucc_f1 of XTREME's evaluate.py, from the sets themselves.
    gold = {(row, target) for row, (g, _) in enumerate(pairs) for target in g}
    predicted = {(row, target) for row, (_, p) in enumerate(pairs) for target in p}
    right = len(gold & predicted)
    precision, recall = right / max(1, len(predicted)), right / max(1, len(gold))
    expected = 2 * precision * recall / (precision + recall) if right else 0
    measured = METRICS["bitext_f1"].measure(*zip(*pairs, strict=True), ["de"] * len(pairs))
    assert measured.value == pytest.approx(100 * expected)
    assert ((measured.score >= 0) & (measured.score <= 1)).all()


answers = st.sampled_from(["", "a", "the", "x y", "y", "The X."])


@given(
    rows=st.lists(st.tuples(st.lists(answers, max_size=3), answers), min_size=1, max_size=6),
)
def test_squad2_without_unanswerable_questions_scores_as_squad1(rows):
    kept = [(gold, text) for gold, text in rows if gold and "" not in gold]
    kept = [(gold, text) for gold, text in kept if not {"a", "the"} & set(gold)]
    gold, predicted = [g for g, _ in kept], [p for _, p in kept]
    languages = ["en"] * len(kept)
    for part in ("f1", "exact_match"):
        first = METRICS["f1_em"].parts[part](gold, predicted, languages)
        second = METRICS["squad2_f1_em"].parts[part](gold, predicted, languages)
        assert first.score.tolist() == second.score.tolist()
