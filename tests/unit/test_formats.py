"""Each format on a tokenizer whose pieces are easy to count: one piece a character."""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from crosslift.batching import IGNORED, collate
from crosslift.errors import DataError
from crosslift.formats import (
    FORMATS,
    choice,
    classification,
    multilabel,
    retrieval,
    span,
    tagging,
)

CPU = torch.device("cpu")
CHARACTERS = "abcdefghijklmnopqrstuvwxyz ?.▁"


@pytest.fixture(scope="module")
def tokenizer():
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces += [(character, -1.0) for character in CHARACTERS]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> $B:1 </s>:1",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    return tokenizer


def test_every_format_has_the_same_functions():
    for module in FORMATS.values():
        for name in ("outputs", "featurise", "loss", "collect", "decode", "gold"):
            assert callable(getattr(module, name))


def test_classification_decodes_the_highest_logit(tokenizer):
    examples = pd.DataFrame({"text": ["ab", "c"], "text_pair": [None, "d"], "label": ["y", "n"]})
    encoded = classification.featurise(examples, tokenizer, ["n", "y"], 16, 0)
    assert encoded.per_sequence["label"].tolist() == [1, 0]
    # <s> ▁ a b </s> and <s> ▁ c </s> ▁ d </s>
    assert encoded.lengths.tolist() == [5, 7]
    logits = [np.array([0.1, 0.2]), np.array([0.3, 0.2])]
    assert classification.decode(examples, encoded, logits, ["n", "y"]) == ["y", "n"]


def test_choice_loss_is_the_softmax_over_an_examples_own_alternatives(tokenizer):
    examples = pd.DataFrame(
        {
            "context": ["a", "b"],
            "question": ["", ""],
            "choices": [["c", "d"], ["e", "f", "g"]],
            "label": [1, 0],
        }
    )
    encoded = choice.featurise(examples, tokenizer, [], 16, 0)
    batch = collate(encoded, np.arange(5), encoded.pieces, CPU)
    logits = torch.tensor([1.0, 3.0, 0.5, 0.5, 0.5])
    head = torch.nn.Identity()
    # First example: 3 against 1, so -log(e3 / (e1 + e3)); second: three equal ones, log 3.
    expected = (np.log(1 + np.exp(-2)) + np.log(3)) / 2
    found = choice.loss(torch.empty(0), logits.unsqueeze(1), head, batch)
    assert found.item() == pytest.approx(expected, rel=1e-6)
    collected = [np.array([value]) for value in logits.tolist()]
    assert choice.decode(examples, encoded, collected, []) == ["1", "0"]


def test_choice_loss_survives_logits_far_apart(tokenizer):
    examples = pd.DataFrame(
        {"context": ["a"], "question": [""], "choices": [["c", "d"]], "label": [1]}
    )
    encoded = choice.featurise(examples, tokenizer, [], 16, 0)
    batch = collate(encoded, np.arange(2), encoded.pieces, CPU)
    logits = torch.tensor([[900.0], [-900.0]])
    found = choice.loss(torch.empty(0), logits, torch.nn.Identity(), batch)
    assert found.item() == pytest.approx(1800.0)


def test_the_first_piece_of_a_token_carries_its_tag(tokenizer):
    examples = pd.DataFrame({"tokens": [["ab", "c"]], "tags": [["B", "O"]]})
    encoded = tagging.featurise(examples, tokenizer, ["O", "B"], 16, 0)
    # <s> ▁ a b ▁ c </s>: the tokens begin at their word marks.
    assert encoded.per_piece["tag"].tolist() == [IGNORED, 1, IGNORED, IGNORED, 0, IGNORED, IGNORED]


def test_a_long_sentence_is_cut_between_tokens_and_put_together_again(tokenizer):
    tokens = ["abc", "de", "f", "ghij", "k"]
    tags = ["B", "I", "O", "B", "O"]
    examples = pd.DataFrame({"tokens": [tokens], "tags": [tags]})
    labels = ["O", "B", "I"]
    encoded = tagging.featurise(examples, tokenizer, labels, 9, 0)
    assert len(encoded) > 1
    assert encoded.lengths.max() <= 9
    gold = encoded.per_piece["tag"]
    oracle = [
        np.where(gold[first:last] == IGNORED, 0, gold[first:last])
        for first, last in zip(encoded.starts[:-1], encoded.starts[1:], strict=True)
    ]
    assert json.loads(tagging.decode(examples, encoded, oracle, labels)[0]) == tags


def question(context, answer):
    return pd.DataFrame(
        {
            "context": [context],
            "question": ["where?"],
            "answers": [[answer]],
            "starts": [[context.index(answer)]],
        }
    )


@pytest.mark.parametrize("answer", ["the", "hat shop", "here."])
@pytest.mark.parametrize("max_length", [64, 30])
def test_a_perfect_span_model_returns_the_gold_answer(tokenizer, answer, max_length):
    examples = question("the man in the hat shop was seen here.", answer)
    encoded = span.featurise(examples, tokenizer, [], max_length, 8)
    if max_length == 30:
        assert len(encoded) > 1
    oracle = [
        np.array([start, end, 1.0 if end else -1.0, 9.0])
        for start, end in zip(
            encoded.per_sequence["start"], encoded.per_sequence["end"], strict=True
        )
    ]
    assert span.decode(examples, encoded, oracle, []) == [answer]


def test_a_window_without_the_answer_points_at_the_first_piece(tokenizer):
    encoded = span.featurise(question("aaaaaaaaaaaaaaaaaaaaaa b", "b"), tokenizer, [], 26, 4)
    assert encoded.per_sequence["start"][0] == 0
    assert encoded.per_sequence["start"][-1] > 0


def test_windows_to_tune_on_are_those_with_the_answer_and_some_spread_over_the_others(tokenizer):
    examples = pd.concat([question("a" * 70 + " b " + "c" * 70, "b"), question("b c", "b")])
    encoded = span.featurise(examples.reset_index(drop=True), tokenizer, [], 26, 2)
    holding = np.flatnonzero(encoded.per_sequence["start"] > 0)
    windows = int((encoded.examples == 0).sum())
    assert windows > 6
    kept = span.keep_windows(encoded, 3)
    assert kept.examples.tolist() == [0, 0, 0, 1]
    assert (kept.per_sequence["start"] > 0).sum() == len(holding)
    # The answer's window, the first and the last; the second example has one window in all.
    expected = [0, int(holding[0]), windows - 1, windows]
    for place, window in enumerate(expected):
        for name in ("left", "right"):
            np.testing.assert_array_equal(
                kept.per_piece[name][kept.starts[place] : kept.starts[place + 1]],
                encoded.per_piece[name][encoded.starts[window] : encoded.starts[window + 1]],
            )


def test_a_context_without_pieces_has_one_window(tokenizer):
    examples = question("b", "b").assign(context="", answers=[[]], starts=[[]])
    encoded = span.featurise(examples, tokenizer, [], 26, 2)
    assert len(encoded) == 1
    assert span.decode(examples, encoded, [np.array([0, 0, 0.0, 0.0])], []) == [""]


def test_a_question_longer_than_the_window_leaves_room_for_the_context(tokenizer):
    examples = question("abc def", "def").assign(question="why " * 30)
    encoded = span.featurise(examples, tokenizer, [], 24, 8)
    assert encoded.lengths.max() <= 24
    assert (encoded.per_piece["left"] >= 0).any()


def test_collect_never_returns_a_span_that_ends_before_it_starts(tokenizer):
    examples = question("abc def ghi", "def")
    encoded = span.featurise(examples, tokenizer, [], 64, 8)
    batch = collate(encoded, np.arange(1), encoded.pieces, CPU)
    logits = torch.zeros(int(encoded.lengths[0]), 2)
    logits[-2, 0], logits[-8, 1] = 9.0, 9.0  # the best start lies after the best end
    first, last, _, _ = span.collect(logits, torch.empty(0), torch.nn.Identity(), batch)[0]
    assert first <= last


def test_no_answer_is_given_where_its_lowest_score_is_above_the_best_span(tokenizer):
    examples = question("aaaaaaaaaaaaaaaaaaaaaa bc", "bc").assign(answers=[[]], starts=[[]])
    encoded = span.featurise(examples, tokenizer, [""], 26, 4)
    assert len(encoded) == 2
    assert encoded.per_sequence["start"].tolist() == encoded.per_sequence["end"].tolist() == [0, 0]
    last = int(encoded.lengths[1]) - 2  # before </s>: the piece of "c"

    def answer(labels, *nulls):
        windows = [[last, last, 1.0, nulls[0]], [last, last, 2.0, nulls[1]]]
        return span.decode(examples, encoded, [np.array(window) for window in windows], labels)[0]

    # The best span scores 2, "no answer" as its lowest score over the windows.
    assert answer([""], 2.5, 3.0) == ""
    assert answer([""], 1.5, 9.0) == "c"
    assert answer([""], 2.0, 2.0) == "c"  # not above
    assert answer([], 9.0, 9.0) == "c"  # a task in which every question has an answer


def test_collect_scores_no_answer_by_the_first_piece(tokenizer):
    examples = question("abc", "b")
    encoded = span.featurise(examples, tokenizer, [], 64, 8)
    batch = collate(encoded, np.arange(1), encoded.pieces, CPU)
    logits = torch.zeros(int(encoded.lengths[0]), 2)
    logits[0] = torch.tensor([1.5, 2.0])
    logits[-2] = torch.tensor([0.5, 0.25])
    first, last, best, none = span.collect(logits, torch.empty(0), torch.nn.Identity(), batch)[0]
    assert (first, last) == (encoded.lengths[0] - 2, encoded.lengths[0] - 2)
    assert (best, none) == (0.75, 3.5)


def test_several_labels_have_a_logit_each_and_half_a_chance_gives_one(tokenizer):
    labels = ["x", "y", "z"]
    examples = pd.DataFrame({"text": ["ab", "c"], "labels": [["x", "z"], []]})
    assert multilabel.outputs(labels) == 3
    encoded = multilabel.featurise(examples, tokenizer, labels, 16, 0)
    assert encoded.per_sequence["labels"].tolist() == [[1, 0, 1], [0, 0, 0]]
    assert encoded.take(np.array([1])).per_sequence["labels"].tolist() == [[0, 0, 0]]
    batch = collate(encoded, np.arange(2), encoded.pieces, CPU)
    logits = torch.tensor([[2.0, -1.0, 0.0], [-3.0, 1.0, -2.0]])
    # -log sigmoid(z) where the label is given, -log(1 - sigmoid(z)) = -log sigmoid(-z) elsewhere.
    signed = np.array([2.0, 1.0, 0.0, 3.0, -1.0, 2.0])
    found = multilabel.loss(torch.empty(0), logits, torch.nn.Identity(), batch)
    assert found.item() == pytest.approx(np.log1p(np.exp(-signed)).mean(), rel=1e-6)
    collected = multilabel.collect(torch.empty(0), logits, torch.nn.Identity(), batch)
    assert multilabel.decode(examples, encoded, collected, labels) == ['["x"]', '["y"]']
    assert multilabel.gold(examples) == ['["x", "z"]', "[]"]


def pool():
    return pd.DataFrame(
        {
            "example_id": ["q1", "q2", "c1", "c2", "c3"],
            "role": ["query", "query", "candidate", "candidate", "candidate"],
            "pool": ["de"] * 5,
            "text": ["a", "b", "c", "d", "e"],
            "context": [None] * 5,
            "relevant": [["c1"], ["c3"], [], [], []],
        }
    )


def test_retrieval_ranks_candidates_by_cosine_and_leaves_queries_out():
    vectors = [[1, 0], [0, 1], [0.8, 0.6], [0.6, 0.8], [0, 1]]
    ranked = retrieval.decode(pool(), None, [np.array(v, float) for v in vectors], [])
    assert [json.loads(text) for text in ranked] == [
        ["c1", "c2", "c3"],
        ["c3", "c2", "c1"],
        [],
        [],
        [],
    ]


def test_equal_texts_are_read_once_and_ranked_in_every_pool(tokenizer):
    german, spanish = pool(), pool().assign(pool="es", text=["f", "g", "e", "d", "c"])
    examples = pd.concat([german, spanish], ignore_index=True)
    encoded = retrieval.featurise(examples, tokenizer, [], 16, 0)
    assert encoded.examples.tolist() == [0, 1, 2, 3, 4, 5, 6]  # c, d and e are there already
    vectors = {"a": [1, 0], "b": [0, 1], "c": [0.8, 0.6], "d": [0.6, 0.8], "e": [0, 1]}
    vectors |= {"f": [1, 0], "g": [0, 1]}
    collected = [np.array(vectors[examples["text"][row]], float) for row in encoded.examples]
    ranked = [json.loads(text) for text in retrieval.decode(examples, encoded, collected, [])]
    assert ranked[:2] == [["c1", "c2", "c3"], ["c3", "c2", "c1"]]
    assert ranked[5:7] == [["c3", "c2", "c1"], ["c1", "c2", "c3"]]


def test_retrieval_training_pairs_each_query_with_its_candidate(tokenizer):
    encoded = retrieval.featurise_pairs(pool(), tokenizer, [], 16, 0)
    letters = [CHARACTERS[encoded.pieces[first + 2] - 4] for first in encoded.starts[:-1]]
    assert letters == ["a", "c", "b", "e"]
    assert encoded.examples.tolist() == [0, 0, 1, 1]


def test_retrieval_loss_is_lower_when_partners_are_alike():
    alike = torch.eye(4).repeat_interleave(2, 0)
    swapped = alike[[0, 3, 2, 1, 4, 7, 6, 5]]
    losses = [retrieval.loss(None, pooled, None, None).item() for pooled in (alike, swapped)]
    assert losses[0] < 0.01 < losses[1]


def mining_pool():
    """Two German sentences, one of them with its translation, and a development pair."""
    rows = [
        ("de-1", "query", "de", "a", ["en-1"]),
        ("de-2", "query", "de", "b", []),
        ("de-3", "query", "de", "b", []),
        ("en-1", "candidate", "de", "c", []),
        ("en-2", "candidate", "de", "d", []),
        ("dev/de-1", "dev_query", "de/dev", "e", ["dev/en-1"]),
        ("dev/de-2", "dev_query", "de/dev", "f", []),
        ("dev/en-1", "dev_candidate", "de/dev", "g", []),
        ("dev/en-2", "dev_candidate", "de/dev", "h", []),
    ]
    columns = ["example_id", "role", "pool", "text", "relevant"]
    return pd.DataFrame(rows, columns=columns).assign(context=None)


VECTORS = {
    **{"a": [1, 0.1], "b": [0.1, 1], "c": [1, 0.2], "d": [0.9, 0.9]},
    **{"e": [1, 0.1], "f": [0.1, 1], "g": [1, 0.2], "h": [0.9, 0.9]},
}


def mined(examples):
    distinct = dict.fromkeys(examples["text"])
    vectors = [np.array(VECTORS[text]) / np.linalg.norm(VECTORS[text]) for text in distinct]
    ranked = retrieval.decode(examples, None, vectors, [""])
    return dict(zip(examples["example_id"], map(json.loads, ranked), strict=True))


def without_gold(examples, role):
    nothing = examples["text"].map(lambda _: [])
    relevant = examples["relevant"].where(examples["role"] != role, nothing)
    return examples.assign(relevant=relevant)


def test_mined_pairs_are_those_above_the_threshold_of_the_development_pool():
    # In both pools the right pair has the higher margin; the threshold lies between the two pairs.
    found = mined(mining_pool())
    assert found["de-1"] == ["en-1"]
    assert found["de-2"] == found["de-3"] == []
    assert not any(answer for name, answer in found.items() if name.startswith(("en", "dev")))


def test_the_threshold_is_not_chosen_on_the_test():
    examples = mining_pool()
    assert mined(without_gold(examples, "query")) == mined(examples)


def test_a_sentence_that_occurs_twice_is_never_paired():
    examples = mining_pool()
    # Where the development pair is wrong, every pair counts; "b" still occurs twice.
    everything = examples.assign(
        relevant=[
            [] if role == "dev_query" else r for role, r in examples[["role", "relevant"]].values
        ]
    )
    found = mined(everything)
    assert found["de-1"] == ["en-1"]
    assert found["de-2"] == found["de-3"] == []
    once = everything[everything["example_id"] != "de-3"].reset_index(drop=True)
    assert mined(once)["de-2"] == ["en-2"]


def test_mining_without_a_development_pool_is_refused():
    examples = mining_pool()
    test = examples[examples["pool"] == "de"].reset_index(drop=True)
    with pytest.raises(DataError, match="pool 'de': the test has no rows of role dev_query"):
        mined(test)
