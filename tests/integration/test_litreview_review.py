"""The reviewers against corrupted reports: every corruption costs points, what harms nothing none.

A small version of `benchmarks/review.py`, which has the area under the ROC curve.
"""

import functools
import json

import numpy as np
import pytest

from benchmarks import review as benchmark
from benchmarks.comparison import RECORDS
from benchmarks.review_bases import small_base
from litreview.review.corruptions import (
    HARMLESS,
    HARMLESS_TO_TABLES,
    REPORT_CORRUPTIONS,
    TABLE_CORRUPTIONS,
)
from litreview.synthesis.model import Content, Paragraph, Run
from litreview.synthesis.review import review

MARGIN = 0.5
"""Points by which a corrupted report must score lower than the report that it came from."""


@functools.cache
def report():
    """A sound report."""
    return benchmark.Report.of(small_base())


def faults(content: Content):
    """Audits with faults of a report on the same tables, by kind."""
    panel = review(report().inputs, content)
    return {one.kind: one.faults for r in panel.reviews for one in r.audits if one.faults}


def test_the_sound_report_has_no_fault():
    panel = review(report().inputs, report().content)
    assert panel.caps == panel.stops == []
    assert {one.kind: one.faults for r in panel.reviews for one in r.audits if one.faults} == {}
    assert panel.score > 5
    assert panel.fingerprint is not None


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*REPORT_CORRUPTIONS, *TABLE_CORRUPTIONS])
def test_every_corruption_costs_points(kind):
    sound = report().score(report().content)
    score = benchmark._corrupted(report(), kind, np.random.default_rng(3), 0.01)
    if score is None:
        pytest.skip("the small report has nothing of this kind to corrupt")
    assert score < sound - MARGIN


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*HARMLESS, *HARMLESS_TO_TABLES])
def test_what_harms_nothing_costs_nothing(kind):
    sound = report().score(report().content)
    changed = benchmark._changed(report(), kind, np.random.default_rng(3), 1.0)
    assert changed == pytest.approx(sound)


def test_a_source_pasted_as_the_abstract_stops_the_report():
    source = max((one.text for one in report().inputs.documents), key=len)
    pasted = " ".join([*source.split()[:60], "retrieval tas"])
    content = report().content.model_copy(update={"abstract": [Run(text=pasted)]})
    panel = review(report().inputs, content)
    assert panel.score <= 2
    assert any(one.startswith("copies: abstract") for one in panel.stops)
    assert any(one.startswith("sentences: abstract") for one in panel.stops)


def test_a_claim_that_is_left_out_stops_the_report():
    content = report().content.model_copy(update={"claims": report().content.claims[1:]})
    left_out = report().content.claims[0].claim_id
    assert review(report().inputs, content).stops == [f"claims: claim {left_out}: is missing"]


def test_what_is_made_up_is_found_where_it_stands():
    section = report().content.sections[0]
    made_up = Paragraph(runs=[Run(text="Larger encoders gained 12.3 points in Quechua.")])
    sections = [
        section.model_copy(update={"blocks": [*section.blocks, made_up]}),
        *report().content.sections[1:],
    ]
    found = faults(report().content.model_copy(update={"sections": sections}))
    assert list(found) == ["statements"]
    assert "Quechua" in found["statements"][0]


def test_a_dangling_citation_is_an_unresolved_reference():
    content = report().content.model_copy(update={"references": report().content.references[1:]})
    found = faults(content)
    assert any("is cited without a reference" in one for one in found["references"])


def test_the_recorded_separation_holds():
    path = RECORDS / "review.json"
    if not path.exists():
        pytest.skip(f"{path.name} is not recorded; run python -m benchmarks.review")
    record = json.loads(path.read_text(encoding="utf-8"))
    for name in ("all", "held out"):
        assert record["separation"][name]["area"] >= 0.95, name
    assert record["separation"]["all"]["corrupted"] >= 200
    assert record["separation"]["all"]["sound"] >= 200
    assert len(record["kinds"]) >= 8
    assert all(kind["fell"] == 1.0 for kind in record["kinds"])


def test_an_area_is_the_share_of_pairs_in_order():
    # Of the six pairs (5, 1) (5, 5) (5, 6) (7, 1) (7, 5) (7, 6) four are in order, one is a tie.
    assert benchmark.area([5.0, 7.0], [1.0, 5.0, 6.0]) == pytest.approx(4.5 / 6)
