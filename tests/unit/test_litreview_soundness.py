"""Tables that follow from one another, and what is said where they do not."""

import numpy as np
import pytest

from benchmarks.review_bases import contrasts_of, scaling_of
from litreview.review.soundness import (
    audit_checks,
    audit_gains,
    audit_passages,
    audit_tables,
    audit_verdicts,
)
from litreview.schema import Check, Claim, Evidence, Verdict
from tests.litreview_examples import study, tables
from tests.litreview_papers import claim, document, table

TABLE = table("T1", "Scores", ["XNLI"], mBERT=[65.4])
DOCUMENT = document(["It helps.", "It harms."], tables=[TABLE])


def passage(**changes):
    """The first sentence of the document as evidence."""
    return Evidence.model_validate(
        {
            "claim_id": "C1",
            "document_id": DOCUMENT.document_id,
            "paper_id": DOCUMENT.paper_id,
            "sentence_id": "s1",
            "table_id": None,
            "text": "It helps.",
            "start": 0,
            "end": 9,
            "rank": 1,
            "score": 1.0,
            "independent": False,
            **changes,
        }
    )


ROW = {"table_id": "T1", "sentence_id": None, "start": None, "end": None}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, ""),
        ({"text": "Scores | mBERT | XNLI: 65.4", **ROW}, ""),
        ({"text": "It hurts."}, "is not what"),
        ({"start": 10, "end": 19}, "is not what"),
        ({"document_id": "other"}, "there is no document"),
        ({"paper_id": "arxiv:1"}, "is not of arxiv:1"),
        ({"text": "Scores | mBERT | XNLI: 75.4", **ROW}, "is no row of table T1"),
    ],
)
def test_a_passage_stands_where_it_is_said_to(changes, fault):
    found = audit_passages([passage(**changes)], [DOCUMENT])
    assert found.checked == 1
    assert [fault in one for one in found.faults] == ([True] if fault else [])


VERDICT = Verdict(
    claim_id="C1", label="supported", confidence=0.6, level="V2", evidence_ids=[1], reasons=[]
)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, ""),
        ({"confidence": 0.604}, ""),
        ({"level": "V5"}, "V5, but judged anew V2"),
        ({"read_by": "model"}, "read by a model, but words decide it"),
        ({"label": "refuted"}, "refuted, but judged anew supported"),
        ({"confidence": 0.98}, "confidence is 0.98, but judged anew 0.60"),
        ({"level": "V4"}, "V4, but judged anew V2"),
        ({"evidence_ids": [1, 7]}, "rests on passages that are not there"),
        ({"claim_id": "C9"}, "has no verdict"),
    ],
)
def test_a_verdict_comes_out_again(changes, fault):
    def judge(claims: list[Claim], evidence, documents):
        return [VERDICT for _ in claims]

    given = VERDICT.model_copy(update=changes)
    found = audit_verdicts([claim()], [passage()], [DOCUMENT], [given], judge)
    assert [fault in one for one in found.faults] == ([True] if fault else [])


def test_a_verdict_of_a_model_is_right_where_words_leave_the_claim_open():
    nothing = VERDICT.model_copy(update={"label": "insufficient", "evidence_ids": []})
    given = VERDICT.model_copy(update={"read_by": "model"})
    found = audit_verdicts(
        [claim()], [passage()], [DOCUMENT], [given], lambda claims, *_: [nothing for _ in claims]
    )
    assert (found.checked, found.faults) == (1, [])


def test_gains_are_differences_of_scores_within_their_intervals_and_no_surer_corrected():
    effects = tables()["effects"]
    assert audit_gains(effects).faults == []
    first = effects.index[0]
    for column, value in (("score", 1.0), ("low", 99.0), ("high", np.nan), ("p_holm", -0.1)):
        wrong = effects.copy()
        wrong.loc[first, column] = value
        wrong.loc[first, "p_value"] = 0.5
        assert len(audit_gains(wrong).faults) == 1, column


def test_contrasts_and_gains_by_size_follow_from_the_gains():
    given = study()
    effects = tables(legal_nli__nli=5.5)["effects"]
    contrasts, scaling = contrasts_of(effects, given), scaling_of(effects, given)
    assert audit_tables(effects, contrasts, scaling, given).faults == []
    turned = contrasts.assign(difference=-contrasts["difference"])
    found = audit_tables(effects, turned, scaling, given).faults
    # The legal task gains 3.5 more than the general one on nli with either encoder, and half of
    # that on the mean over two tuned targets.
    assert len(found) == 4
    assert any("-3.50, but the gains give 3.50" in one for one in found)
    other = scaling.assign(parameters=1)
    assert len(audit_tables(effects, contrasts, other, given).faults) == len(scaling)


def check(verdict, ends, **predicate):
    """A check with an interval."""
    low, high = ends
    return Check(
        claim_id="C1",
        predicate=predicate,
        statement="s",
        verdict=verdict,
        scope="exact",
        scope_differences=[],
        reason_code="",
        reason="",
        estimate=(low + high) / 2,
        low=low,
        high=high,
        seeds=3,
    )


@pytest.mark.parametrize(
    ("given", "sound"),
    [
        (check("supported", (0.5, 2.0), p="GT"), True),
        (check("supported", (-0.5, 2.0), p="GT"), False),
        (check("inconclusive", (0.5, 2.0), p="GT"), True),
        (check("contradicted", (-2.0, -0.5), p="GT"), True),
        (check("contradicted", (-2.0, 0.5), p="GT"), False),
        (check("supported", (1.0, 2.0), p="GT", margin=1.5), False),
        (check("supported", (-0.5, 2.0), p="NONINF", margin=1), True),
        (check("supported", (1.0, 2.0), p="DELTA", low=0.5, high=2.5), True),
        (check("supported", (1.0, 3.0), p="DELTA", low=0.5, high=2.5), False),
        (check("contradicted", (3.0, 4.0), p="DELTA", low=0.5, high=2.5), True),
        (check("supported", (3.0, 4.0), p="COUNT"), True),
        (check("supported", (-9.0, 1.0), p="NONINF", margin=None), True),
    ],
)
def test_a_check_has_the_verdict_that_its_interval_gives(given, sound):
    assert (audit_checks([given]).faults == []) == sound


def test_a_published_table_has_no_interval_to_hold_a_verdict_against():
    given = check("supported", (-9.0, 1.0), p="GT").model_copy(update={"source": "published_table"})
    assert audit_checks([given]).checked == 0


def test_an_estimate_outside_its_interval_is_a_fault():
    given = check("not_testable", (1.0, 2.0), p="GT").model_copy(update={"estimate": 5.0})
    assert len(audit_checks([given]).faults) == 1
