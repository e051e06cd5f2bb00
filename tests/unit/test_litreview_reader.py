"""A fitted model beside the words: where it decides, what stays above it, what it falls back to."""

import numpy as np
import pytest

import litreview
from litreview.files import InputError
from litreview.verification import entailment_model
from litreview.verification.entailment import lexical_scorer
from litreview.verification.reader import Reader, load_reader

CLAIM = "Remdesivir shortens recovery of patients."


def reader(shares_by_text):
    """A reader whose model gives each passage its shares: supported, refuted, insufficient."""

    def shares(pairs):
        return np.array([shares_by_text[passage] for _, passage in pairs])

    return Reader(lexical_scorer, None, shares, "A model read.")


@pytest.mark.parametrize(
    ("shares", "label", "confidence"),
    [
        ((0.7, 0.1, 0.2), "supported", 0.7),
        ((0.1, 0.6, 0.3), "refuted", 0.6),
        ((0.2, 0.3, 0.5), "insufficient", 0.5),
    ],
)
def test_the_model_decides_where_words_say_nothing(shares, label, confidence):
    passage = "The drug took four days off the median stay."
    found = litreview.judge(CLAIM, passage, reader=reader({passage: shares}))
    assert (found.label, found.confidence) == (label, confidence)
    assert found.reasons[-1] == "A model read."


def test_the_surest_passage_decides_and_a_conflict_is_told():
    shares = {"One.": (0.55, 0.05, 0.4), "Two.": (0.05, 0.85, 0.1), "Three.": (0.1, 0.1, 0.8)}
    found = litreview.judge(CLAIM, list(shares), reader=reader(shares))
    assert (found.label, found.evidence_ids) == ("refuted", [2])
    assert "Passage 1 points the other way." in found.reasons


def test_words_decide_where_a_passage_has_them():
    passage = "Remdesivir does not shorten recovery of patients."
    found = litreview.judge(CLAIM, passage, reader=reader({passage: (0.9, 0.05, 0.05)}))
    assert found.label == "refuted"


def test_a_model_supports_no_number_that_no_passage_prints():
    claim = "Remdesivir shortens recovery by 4 days."
    passage = "The drug reduced the median stay."
    found = litreview.judge(claim, passage, reader=reader({passage: (0.9, 0.05, 0.05)}))
    assert found.label == "insufficient"
    assert found.confidence == pytest.approx(0.1)
    assert any("numbers" in reason for reason in found.reasons)


def test_without_weights_words_alone_remain_and_the_reason_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(entailment_model, "SHIPPED", tmp_path / "none.json")
    load_reader.cache_clear()
    try:
        found = load_reader()
    finally:
        load_reader.cache_clear()
    assert found.shares is None
    assert "words alone, for" in found.note
    assert "none.json" in found.note


def test_a_folder_that_is_named_must_hold_a_model(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load_reader(tmp_path / "none")
