"""The functions that others call: claims of a text, verdicts by texts and tables, checks."""

import json

import pytest

import litreview
from litreview.entry_points import MAX_TEXT, claim_of
from litreview.files import InputError
from litreview.tables import table_of_rows
from tests import litreview_examples as examples
from tests.litreview_papers import claim, document, evidence_for

RESULTS = table_of_rows(["Model", "SQuAD"], [["BERT", "81.2"], ["ELMo", "79.0"]], caption="F1")


def test_the_package_has_three_entry_points_and_no_others():
    assert set(litreview.__all__) == {"extract_claims", "judge", "check"}
    with pytest.raises(AttributeError, match="no attribute 'judges'"):
        litreview.judges  # noqa: B018


def test_claims_of_a_text_stand_where_they_say():
    text = "We study transfer. We find that BERT outperforms ELMo by 2.1 points on SQuAD."
    found = litreview.extract_claims(text)
    assert [text[one.start : one.end] for one in found] == [one.quote for one in found]
    assert any(one.kind == "delta" and one.quantities[0].value == 2.1 for one in found)


@pytest.mark.parametrize(
    ("evidence", "label"),
    [
        ("Tuning on SQuAD raises the average by 8.2 points.", "supported"),
        (["Unrelated.", "Tuning on SQuAD lowers the average."], "refuted"),
        ("Tuning on SQuAD raises the average by 3.1 points.", "refuted"),
        ("Tuning on SQuAD raises the average by up to 8.2 points.", "overstated"),
        ("Knowledge graphs help.", "insufficient"),
        ([], "insufficient"),
    ],
)
def test_a_claim_is_judged_by_texts(evidence, label):
    found = litreview.judge("Tuning on SQuAD raises the average by 8.2 points.", evidence)
    assert found.label == label
    assert 0 <= found.confidence <= 1
    assert found.reasons


@pytest.mark.parametrize("as_list", [False, True])
def test_a_claim_is_judged_by_tables(as_list):
    evidence = [RESULTS] if as_list else RESULTS
    assert litreview.judge("BERT outperforms ELMo on SQuAD.", evidence).label == "supported"
    found = litreview.judge("ELMo outperforms BERT on SQuAD.", evidence)
    assert (found.label, found.level, found.evidence_ids) == ("refuted", "V4", [1])


def test_a_claim_is_judged_by_evidence_that_was_found():
    claimed = claim("Retrieval improves.")
    evidence = evidence_for(claimed, [document(["Retrieval improves."])])
    assert litreview.judge(claimed, evidence).label == "supported"


@pytest.mark.parametrize(
    ("claimed", "evidence", "fault"),
    [
        (" ", "text", "the claim is empty"),
        (3, "text", "the claim is int"),
        ("x" * 6_000, "text", "the claim has 6000 characters, at most 5000"),
        ("Tuning helps.", 3, "evidence is int"),
        ("Tuning helps.", ["text", RESULTS], "mixes kinds"),
        ("Tuning helps.", "x" * (MAX_TEXT + 1), "more than 1000000 characters"),
    ],
)
def test_what_is_no_claim_or_no_evidence_is_named(claimed, evidence, fault):
    with pytest.raises(InputError, match=fault):
        litreview.judge(claimed, evidence)


def test_a_claim_is_checked_against_the_folder_of_a_study(tmp_path):
    for name, table in examples.tables().items():
        table.to_parquet(tmp_path / f"{name}.parquet")
    (tmp_path / "study.json").write_text(json.dumps(examples.study()), encoding="utf-8")
    claimed = claim_of("Legal inference helps retrieval.").model_copy(
        update={"predicates": [{"p": "GT", "arm": "legal-nli", "on": "retrieval"}]}
    )
    (found,) = litreview.check(claimed, tmp_path)
    assert found.verdict == "supported"
    with pytest.raises(InputError, match="no such table"):
        litreview.check(claimed, tmp_path / "none")
    with pytest.raises(InputError, match="without draws or study"):
        litreview.check(claimed, examples.tables()["effects"])
