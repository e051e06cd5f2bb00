"""What the report says of its confidences, where they were calibrated and where they were not."""

from dataclasses import replace

import pytest

from litreview.synthesis.content import build_content, text_of
from litreview.synthesis.model import Bullets, Figure, Paragraph
from litreview.synthesis.review import audits_of_tables
from litreview.verification.verdict_calibration import ABSTAINS, is_calibrated, load
from litreview.verification.verdicts import UNCALIBRATED
from tests.litreview_papers import inputs

FIGURES = ("gain_heatmap", "reliability")


def calibrated(**changes):
    """Inputs whose verdicts were calibrated."""
    given = inputs(figures=FIGURES)
    verdicts = load().verify_claims(given.claims, given.evidence, given.documents)
    return inputs(figures=FIGURES, **{"verdicts": verdicts, **changes})


def told(content, identifier):
    """Text of one section."""
    (found,) = [one for one in content.sections if one.identifier == identifier]
    texts = [text_of(block.runs) for block in found.blocks if isinstance(block, Paragraph)]
    texts += [text_of(i) for b in found.blocks if isinstance(b, Bullets) for i in b.items]
    return " ".join(texts)


def figures(content):
    return [b.name for one in content.sections for b in one.blocks if isinstance(b, Figure)]


def test_the_report_tells_what_the_calibration_rests_on():
    content, card = build_content(calibrated()), load()
    reading = told(content, "reading")
    for label, one in card.labels.items():
        assert f"Of {one.verdicts:,} verdicts “{label}” there, {one.right:,} were right" in reading
        assert f"{one.unseen.calibration_error:.2f}" in reading
    assert "are an extrapolation" in reading
    assert "not calibrated, so it orders" not in reading
    assert content.confidence_label == "Confidence"
    assert "reliability" in figures(content)
    for place in ("limitations", "disclosure"):
        assert card.field in told(content, place)
        assert "overstated" in told(content, place)


def test_without_a_calibration_the_report_says_so_and_shows_no_diagram():
    content = build_content(inputs(figures=FIGURES))
    assert "It is not calibrated, so it orders claims" in told(content, "reading")
    assert "were not calibrated against labelled data" in told(content, "disclosure")
    assert "are not calibrated against labelled verdicts" in told(content, "limitations")
    assert content.confidence_label == "Confidence (uncalibrated)"
    assert "reliability" not in figures(content)
    assert not any("calibrated" in reason for one in content.claims for reason in one.reasons)


def test_a_claim_whose_label_has_no_curve_says_so_in_a_calibrated_report():
    given = calibrated()
    content = build_content(given)
    left = [one for one in content.claims if one.label in load().left]
    assert left
    assert all(UNCALIBRATED in one.reasons for one in left)
    others = [one for one in content.claims if one.label not in load().left]
    assert others
    assert not any(UNCALIBRATED in one.reasons for one in others)


def test_verdicts_too_unsure_to_act_on_are_counted():
    given = calibrated()
    unsure = given.verdicts[0].model_copy(update={"reasons": ["Because.", ABSTAINS]})
    content = build_content(calibrated(verdicts=[unsure, *given.verdicts[1:]]))
    assert "is to be treated as open; one of this report is." in told(content, "reading")
    assert ABSTAINS in content.claims[0].reasons


@pytest.mark.parametrize("made", [calibrated, lambda: inputs(figures=FIGURES)])
def test_the_reviewers_judge_anew_as_the_verdicts_were_made(made):
    (found,) = [one for one in audits_of_tables(made()) if one.kind == "verdicts"]
    assert found.checked
    assert found.faults == []


def test_whether_verdicts_are_calibrated():
    assert not is_calibrated([])
    assert not is_calibrated(inputs().verdicts)
    assert is_calibrated(calibrated().verdicts)


def test_the_report_says_what_else_read_the_claims():
    given = inputs(figures=FIGURES)
    given.study["config"].setdefault("literature", {})["inference"] = {
        "encoder": "xlm-roberta-large",
        "task": "mnli",
    }
    first, *rest = given.verdicts
    read = [first.model_copy(update={"read_by": "model"}), *rest]
    reading = told(build_content(replace(given, verdicts=read)), "reading")
    assert "Where that decided nothing, xlm-roberta-large, tuned on mnli, read the claim" in reading
    assert "one verdict rests on it" in reading
    assert "Where that decided nothing" not in told(
        build_content(inputs(figures=FIGURES)), "reading"
    )
