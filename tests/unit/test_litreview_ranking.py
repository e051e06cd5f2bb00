"""Ranking by words and vectors."""

import numpy as np

from litreview.verification.evidence import find_evidence
from litreview.verification.ranking import FEW, fused, vector_scores, word_scores
from tests.litreview_papers import claim, document, table

SUBJECTS = ["masks", "vitamins", "bats", "schools"]


def encode(texts, prefix=""):
    """Vectors of length 1 with a large part in common, a smaller one of each text's subject."""
    vectors = np.zeros((len(texts), 16))
    for row, text in zip(vectors, texts, strict=True):
        row[0] = 5.0  # what all texts share
        row[1:3] = 2.0 * np.sin([7.0 * len(text), 2.3 * len(text)])  # directions that mean nothing
        for place, subject in enumerate(SUBJECTS):
            row[4 + place] = float(subject[:-1] in text.lower())
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


POOL = [f"{subject} {'x' * number}" for number in range(8) for subject in SUBJECTS]


def test_what_all_passages_share_does_not_decide_their_order():
    scores = vector_scores([f"about {subject}" for subject in SUBJECTS], POOL, encode)
    for row, subject in zip(scores, SUBJECTS, strict=True):
        best = {POOL[place].split()[0] for place in np.argsort(-row)[:8]}
        assert best == {subject}
    assert np.abs(scores).max() <= 1 + 1e-9


def test_in_a_small_pool_only_the_mean_is_taken_out():
    few = POOL[: FEW - 1]
    centred = encode(few).astype(float)
    centred -= centred.mean(0)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    asked = encode(["about bats"]).astype(float) - encode(few).astype(float).mean(0)
    asked /= np.linalg.norm(asked)
    np.testing.assert_allclose(
        vector_scores(["about bats"], few, encode), asked @ centred.T, rtol=1e-4
    )


def test_the_fused_score_is_the_weighted_sum_of_standard_scores():
    words, vectors = np.array([[0.0, 2.0]]), np.array([[0.9, 0.7]])
    # Standardised, the words are (-1, 1) and the vectors (1, -1).
    np.testing.assert_allclose(fused(words, vectors, 0.25), [[0.75, -0.75]])
    np.testing.assert_allclose(fused(np.zeros((1, 2)), vectors, 0.25), [[1.0, -1.0]])


def test_word_scores_are_those_of_bm25():
    # Lucene's BM25, k1 = 1.5, b = 0.75: idf = ln(1 + (2 - 1 + 0.5) / (1 + 0.5)) = ln 2, and the
    # word's part 1 / (1 + 1.5 * (0.25 + 0.75 * 2 / 1.5)) = 1 / 2.875.
    scores = word_scores([["gain", "gain"], ["none"], []], [["gain", "loss"], ["loss"]])
    np.testing.assert_allclose(scores, [[np.log(2) / 2.875, 0], [0, 0], [0, 0]], rtol=1e-6)
    assert word_scores([["a"]], [[], []]).tolist() == [[0.0, 0.0]]


def test_evidence_without_a_common_word_is_found_by_vectors():
    paper = document([f"Bats fly {number}." for number in range(9)] + ["Schools close early."])
    asked = [claim("Preschools during lockdown")]
    assert find_evidence(asked, [paper], {}) == []
    found = find_evidence(asked, [paper], {}, encode=encode, limit=3)
    assert found[0].text == "Schools close early."
    assert [item.rank for item in found] == [1, 2, 3]
    assert find_evidence([], [paper], {}, encode=encode) == []
    assert find_evidence(asked, [], {}, encode=encode) == []


def test_rows_of_tables_are_ranked_by_words_and_never_encoded():
    encoded = []

    def recording(texts, prefix=""):
        encoded.extend(texts)
        return encode(texts, prefix)

    scores = table("T1", "XNLI accuracy", ["de"], mBERT=[71.0], XLM_R=[79.2])
    paper = document([f"Bats fly {number}." for number in range(4)], tables=[scores])
    found = find_evidence([claim("mBERT accuracy of bats")], [paper], {}, encode=recording)
    row = next(item for item in found if item.table_id)
    assert row.text.startswith("XNLI accuracy | mBERT")
    assert not any("mBERT |" in text for text in encoded)
    found = find_evidence([claim("Preschools during lockdown")], [paper], {}, encode=recording)
    assert [item.table_id for item in found] == [None] * 4
