"""Calibrated confidences of verdicts: the map, what it leaves alone, and how it is fitted."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from benchmarks.fit_verdict_calibration import DATA, FORMS, THRESHOLD, brier, fit, quality
from litreview.files import InputError
from litreview.schema import Verdict
from litreview.verification.calibration import reliability_of, wilson_interval
from litreview.verification.verdict_calibration import ABSTAINS, ASSERTING, Curve, load
from litreview.verification.verdicts import UNCALIBRATED

LABELS = ("supported", "refuted", "overstated", "insufficient")


def verdict(label, confidence):
    return Verdict(
        claim_id="C1",
        label=label,
        confidence=confidence,
        level="V2",
        evidence_ids=[1],
        reasons=["Because."],
    )


@pytest.mark.parametrize("label", LABELS)
@given(st.floats(0, 1), st.floats(0, 1))
def test_a_calibrated_confidence_is_a_share_and_keeps_the_order(label, one, other):
    calibration = load()
    low, high = (calibration(label, value) for value in sorted((one, other)))
    assert 0.0 <= low <= high <= 1.0


def test_a_label_that_no_data_label_keeps_its_confidence_and_says_so():
    calibration = load()
    assert "overstated" in calibration.left
    assert calibration("overstated", 0.7) == 0.7
    told = calibration.qualified(verdict("overstated", 0.7))
    assert told.reasons == ["Because.", UNCALIBRATED]
    assert told.label == "overstated"


def test_a_claim_without_evidence_is_insufficient_for_certain():
    assert load()("insufficient", 1.0) == 1.0
    assert load()("insufficient", 0.9) < 0.9


def test_only_an_asserting_verdict_abstains_and_keeps_its_label():
    calibration = load()
    for label in set(ASSERTING) & set(calibration.curves):
        assert calibration.qualified(verdict(label, 0.6)).reasons[-1] == ABSTAINS
        assert calibration.qualified(verdict(label, 0.6)).label == label
        assert calibration.qualified(verdict(label, 0.7)) == verdict(label, 0.7)
    assert calibration.qualified(verdict("insufficient", 0.1)) == verdict("insufficient", 0.1)


def test_the_card_of_the_shipped_calibration_adds_up():
    calibration = load()
    for label, card in calibration.labels.items():
        for found in (card.raw, card.unseen):
            assert sum(one.count for one in found.bins) == card.verdicts
            right = sum(one.accuracy * one.count for one in found.bins)
            assert right == pytest.approx(card.right, abs=0.01)
        assert card.unseen.brier < card.raw.brier, label
        assert card.unseen.calibration_error < card.raw.calibration_error, label
    asserted = [calibration.labels[one] for one in ASSERTING if one in calibration.labels]
    assert calibration.abstention.verdicts == sum(card.verdicts for card in asserted)
    assert calibration.abstention.right == sum(card.right for card in asserted)


def test_the_page_has_the_figures_of_the_card():
    page = (Path(__file__).parents[2] / "docs" / "report.md").read_text(encoding="utf-8")
    calibration = load()
    for label, card in calibration.labels.items():
        figures = [
            f"{value:.3f}".removeprefix("0")
            for name in ("calibration_error", "brier")
            for value in (getattr(card.raw, name), getattr(card.unseen, name))
        ]
        error, brier_scores = ", ".join(figures[:2]), ", ".join(figures[2:])
        row = f"| {label} | {card.right:,} of {card.verdicts:,} | {error} | {brier_scores} |"
        assert row in page
    all_of = calibration.abstention
    told = " ".join(page.split())
    assert f"{all_of.kept} of {all_of.verdicts} verdicts, of which {all_of.kept_right} are" in told
    assert f"({all_of.right} of all)" in told


@pytest.mark.parametrize(
    ("raw", "calibrated", "fault"),
    [
        ((0.2, 0.1), (0.3, 0.4), "do not rise"),
        ((0.1, 0.2), (0.4, 0.3), "fall"),
        ((0.1, 1.2), (0.3, 0.4), "outside"),
        ((0.1, 0.2), (0.3,), "2 raw and 1"),
    ],
)
def test_a_curve_that_is_no_monotone_map_is_refused(raw, calibrated, fault):
    with pytest.raises(ValueError, match=fault):
        Curve(raw=raw, calibrated=calibrated)


def test_a_calibration_that_cannot_be_read_is_named(tmp_path):
    path = tmp_path / "calibration.json"
    path.write_text(json.dumps({"curves": {}}))
    with pytest.raises(InputError, match=str(path)):
        load(path)


def test_calibration_error_and_brier_score_by_hand():
    # Confidences .9, .8, .6 and whether right: yes, no, yes; one a bin.
    found = quality(np.array([0.9, 0.8, 0.6]), np.array([True, False, True]))
    assert found.calibration_error == pytest.approx((0.1 + 0.8 + 0.4) / 3, abs=1e-4)
    assert found.brier == pytest.approx((0.01 + 0.64 + 0.16) / 3, abs=1e-4)
    assert [(one.low, one.count, one.accuracy) for one in found.bins] == [
        (0.5, 1, 1.0),
        (0.7, 1, 0.0),
        (0.8, 1, 1.0),
    ]


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_the_one_of_scipy(counts):
    expected = binomtest(*counts).proportion_ci(method="wilson")
    assert wilson_interval(*counts) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_an_empty_bin_has_no_interval():
    table = reliability_of([0.95], [True])
    assert np.isnan(table.loc[0, "accuracy_low"])
    assert table.loc[9, "accuracy_high"] == pytest.approx(1.0)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=40))
def test_every_form_gives_a_monotone_map_of_any_data(form, rows):
    confidence, right = (np.array(column) for column in zip(*rows, strict=True))
    curve = FORMS[form](confidence, right)
    assert list(curve.calibrated) == sorted(curve.calibrated)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_finds_the_share_that_is_right(form):
    random = np.random.default_rng(0)
    confidence = random.uniform(0.3, 0.9, 4000)
    # Right as often as the square of the confidence says.
    right = random.random(4000) < confidence**2
    curve = FORMS[form](confidence, right)
    assert curve(0.8) == pytest.approx(0.64, abs=0.05)
    assert curve(0.5) == pytest.approx(0.25, abs=0.05)


def labelled(label, confidence, right, data="healthver"):
    return {
        "claim": [f"{label} {n}" for n in range(len(right))],
        "label": label,
        "confidence": confidence,
        "right": right,
        "data": data,
    }


def test_labels_with_few_verdicts_or_no_gold_are_left_uncalibrated():
    right = np.arange(60) % 3 > 0
    verdicts = pd.concat(
        pd.DataFrame(one)
        for one in (
            labelled("supported", np.linspace(0.4, 0.9, 60), right),
            labelled("refuted", np.linspace(0.4, 0.9, 20), right[:20]),
            labelled("overstated", np.linspace(0.4, 0.9, 60), np.zeros(60, bool)),
            labelled("insufficient", np.linspace(0.4, 0.9, 60), np.zeros(60, bool), "scifact"),
        )
    )
    found = fit(verdicts, DATA)
    assert list(found.curves) == ["supported"]
    # Right where the data tell it (13 of 20), else unknown.
    assert {label: (one.verdicts, one.right) for label, one in found.left.items()} == {
        "refuted": (20, 13),
        "overstated": (60, None),
        "insufficient": (60, None),
    }
    assert found.labels["supported"].right == 40
    assert found.abstention.threshold == pytest.approx(THRESHOLD, abs=1e-4)


def test_the_brier_score_of_certainty_that_is_right_is_nothing():
    assert brier(np.array([1.0, 0.0]), np.array([True, False])) == 0.0
