"""Verdicts on claims: support, refutation, overstatement, numbers, levels."""

import pytest

from litreview.entailment import Direction, Entailment, direction, lexical_scorer
from litreview.lattice import axes_above
from litreview.lexicon import clauses, names, parts
from litreview.verification import UNCALIBRATED, verify_claims
from tests.litreview_papers import claim, document, evidence_for, table

OTHER = "arxiv:1811.01088"
SOURCE = [
    "We tune XLM-R Large on nine intermediate tasks in English.",
    "Tuning on SQuAD, MNLI and HellaSwag first raises the average by 8.2, 7.5 and 7.0 points.",
    "Sentence retrieval on BUCC and Tatoeba improves most of all targets.",
    "XNLI does not benefit from intermediate training.",
    "Neither continued language modelling nor machine translation consistently outperforms English "
    "intermediate training.",
    "Some intermediate tasks slightly improve named entity recognition.",
    "Larger encoders may profit less from intermediate tasks.",
]
RESULTS = table(
    "T2", "Scores by intermediate task", ["XNLI", "average"], none=[79.2, 59.9], CCG=[79.0, 62.3]
)


def verdict(text, *, sources=SOURCE, others=(), **fields):
    """The verdict on a claim, from its own paper and other papers."""
    claimed = claim(text, **fields)
    documents = [document(sources, tables=[RESULTS])]
    documents += [document([other], f"{OTHER}{n}") for n, other in enumerate(others)]
    (found,) = verify_claims([claimed], evidence_for(claimed, documents), documents)
    return found


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Retrieval of sentences on BUCC and Tatoeba improves.", "supported"),
        ("Sentence retrieval on BUCC and Tatoeba gets worse.", "refuted"),
        ("Sentence retrieval on BUCC and Tatoeba does not improve.", "refuted"),
        ("XNLI does not benefit from intermediate training.", "supported"),
        ("XNLI benefits from intermediate training.", "refuted"),
        ("SQuAD raises the average by 8.2 points.", "supported"),
        ("HellaSwag raises the average by 7.0 points.", "supported"),
        ("English intermediate training outperforms continued language modelling.", "overstated"),
        ("All intermediate tasks improve named entity recognition.", "overstated"),
        ("Intermediate tasks greatly improve named entity recognition.", "overstated"),
        ("Larger encoders profit less from intermediate tasks.", "overstated"),
        ("Knowledge graphs make translation of poetry faster.", "insufficient"),
    ],
)
def test_a_claim_is_judged_by_what_its_paper_says(text, label):
    found = verdict(text)
    assert found.label == label
    assert 0 < found.confidence <= 1
    assert found.reasons[0].endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "SQuAD raises the average by 8.3 points.",
        "SQuAD raises the average by 9.2 points.",
        "SQuAD raises the average by 7.5 points.",
        "Tuning on SQuAD first raises the average by 82 points.",
    ],
)
def test_another_digit_never_keeps_its_support(text):
    assert verdict("SQuAD raises the average by 8.2 points.").label == "supported"
    assert verdict(text).label in ("refuted", "insufficient")


def test_a_number_of_a_list_belongs_to_its_own_name():
    refuted = verdict("Tuning on MNLI first raises the average by 8.2 points.")
    assert refuted.label == "refuted"
    assert "8.2 points where passage" in refuted.reasons[0]
    assert "7.5 points" in refuted.reasons[0]


def test_a_number_in_words_equals_the_number_in_digits():
    assert verdict("XLM-R Large is tuned on 9 intermediate tasks.").label == "supported"
    assert verdict("XLM-R Large is tuned on 7 intermediate tasks.").label != "supported"


@pytest.mark.parametrize(
    "passage",
    [
        "Fine-tuning all of XLM-R on legal text in one language makes the model forget, and "
        "zero-shot transfer to the other languages becomes poor.",
        "Fine-tuning all of XLM-R on legal text in one language changes zero-shot transfer to the "
        "other languages.",
    ],
)
def test_a_denied_effect_is_not_supported_by_a_passage_that_denies_nothing(passage):
    claimed = (
        "Fine-tuning all of XLM-R on legal text in one language does not hurt zero-shot transfer "
        "to other languages."
    )
    assert verdict(claimed, sources=[passage]).label in ("refuted", "insufficient")
    denied = "Tuning XLM-R on legal text in one language never hurts zero-shot transfer to others."
    assert verdict(claimed, sources=[denied]).label == "supported"


def test_a_model_of_another_size_is_another_model():
    sources = ["All experiments start from the pretrained XLM-R Large encoder."]
    both = ["All experiments start from the pretrained encoders XLM-R-base and XLM-R Large."]
    claimed = "All experiments start from the pretrained {} encoder."
    assert verdict(claimed.format("XLM-R Large"), sources=sources).label == "supported"
    assert verdict(claimed.format("XLM-R Base"), sources=sources).label == "insufficient"
    assert verdict(claimed.format("XLM-R"), sources=sources).label == "supported"
    assert verdict(claimed.format("XLM-R Base"), sources=both).label == "supported"


def test_what_a_digest_looked_for_in_vain_is_named_where_it_bears_on_the_claim():
    digest = document(["Retrieval improves."], kind="digest").model_copy(
        update={
            "warnings": ["not found: The figure 8.2 by task.", "not found: The seeds.", "note: v1."]
        }
    )
    claimed = claim("Tuning on SQuAD raises the average by 8.2 points.")
    (found,) = verify_claims([claimed], evidence_for(claimed, [digest]), [digest])
    assert found.label == "insufficient"
    assert [reason for reason in found.reasons if "could not be had" in reason] == [
        "The text could not be had: The figure 8.2 by task."
    ]


def test_a_difference_is_derived_from_two_cells_of_one_column():
    # 62.3 - 59.9 = 2.4 in the column "average"; the sentence alone has no number.
    found = verdict(
        "CCG raises the average by 2.4 points.", sources=["CCG raises the average somewhat."]
    )
    assert (found.label, found.level) == ("supported", "V4")
    assert any("62.3 less 59.9 (CCG less none, average)" in reason for reason in found.reasons)
    wrong = verdict(
        "CCG raises the average by 2.5 points.", sources=["CCG raises the average somewhat."]
    )
    assert wrong.label == "insufficient"


def test_a_bound_in_the_source_does_not_support_an_exact_number():
    sources = ["Tuning on SQuAD raises the average by up to 8.2 points."]
    found = verdict("SQuAD raises the average by 8.2 points.", sources=sources)
    assert found.label == "overstated"
    assert "only a bound" in found.reasons[0]


def test_another_paper_that_says_the_same_raises_the_level():
    text = "Sentence retrieval on BUCC and Tatoeba improves."
    assert verdict(text).level == "V2"
    corroborated = verdict(
        text, others=["Retrieval improves on BUCC and Tatoeba, sentence by one."]
    )
    assert corroborated.level == "V3"
    assert any("same in another paper" in reason for reason in corroborated.reasons)


def test_a_conflict_with_another_paper_is_told_but_does_not_refute():
    text = "Sentence retrieval on BUCC and Tatoeba improves."
    found = verdict(text, others=["Sentence retrieval on BUCC and Tatoeba deteriorates."])
    assert found.label == "supported"
    assert any("the other way, in another paper" in reason for reason in found.reasons)


def test_support_from_other_papers_alone_is_said_to_be_so():
    found = verdict(
        "Sentence retrieval improves.",
        sources=["Unrelated."],
        others=["Sentence retrieval improves."],
    )
    assert found.label == "supported"
    assert "The claim's own paper was not found to say it." in found.reasons


def extracted(text, start, end, quote):
    """A claim taken from the source at its place."""
    return {
        "text": text,
        "origin": "extracted",
        "document_id": "arxiv:2005.13013#latex",
        "start": start,
        "end": end,
        "quote": quote,
    }


def test_a_claim_that_only_its_own_sentence_supports_stays_at_the_first_level():
    quote = "Retrieval improves on every target."
    found = verdict(sources=[quote], **extracted(quote, 0, len(quote), quote))
    assert (found.label, found.level) == ("supported", "V1")
    assert "Only the sentence that the claim was taken from says so." in found.reasons


def test_a_quote_that_does_not_stand_at_its_place_verifies_nothing():
    quote = "Retrieval improves on every target."
    found = verdict(sources=[quote], **extracted(quote, 1, len(quote), quote))
    assert found.level == "V0"
    assert "The words quoted do not stand where the claim says." in found.reasons


def test_no_evidence_is_insufficient_and_certain():
    (found,) = verify_claims([claim()], [], [])
    assert (found.label, found.level, found.confidence) == ("insufficient", "V0", 1.0)
    assert found.reasons == ["There is no evidence.", UNCALIBRATED]


def test_a_calibration_replaces_the_confidence_and_its_label():
    claimed, documents = claim("Sentence retrieval improves."), [document(SOURCE)]
    (found,) = verify_claims(
        [claimed],
        evidence_for(claimed, documents),
        documents,
        calibrate=lambda label, confidence: 0.25,
    )
    assert found.confidence == 0.25
    assert UNCALIBRATED not in found.reasons


def test_another_scorer_takes_the_place_of_the_words():
    claimed, documents = claim("Anything at all about retrieval."), [document(SOURCE)]
    (found,) = verify_claims(
        [claimed],
        evidence_for(claimed, documents),
        documents,
        score=lambda claim, passage: Entailment(0.0, 0.9, 0.9, "opposite"),
    )
    assert found.label == "refuted"


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("The score improves", Direction(1, False)),
        ("It does not improve", Direction(1, True)),
        ("It reduces the error", Direction(1, False)),
        ("Retrieval drops", Direction(-1, False)),
        ("Neither the first nor the other one is ever better", Direction(1, True)),
        ("Targets without data gain", Direction(1, False)),
        ("It is measured", None),
    ],
)
def test_directions_heed_negation_and_metrics_for_which_less_is_better(clause, expected):
    assert direction(clause) == expected


def test_an_exchange_of_the_sides_of_a_comparison_is_a_contradiction():
    score = lexical_scorer(SOURCE)
    straight = score(
        "The legal encoder outperforms the general one", "the legal encoder beats the general one"
    )
    crossed = score(
        "The legal encoder outperforms the general one", "the general one beats the legal encoder"
    )
    assert straight.support > 0.9
    assert (crossed.relation, crossed.support) == ("opposite", 0.0)


@pytest.mark.parametrize(
    ("text", "passage", "axes"),
    [
        ("All tasks help", "Many tasks help", ["quantifier"]),
        ("Many tasks help", "All tasks help", []),
        ("It helps", "It may help", ["certainty"]),
        ("It may help", "It helps", []),
        ("It helps greatly", "It helps slightly", ["degree"]),
        ("It helps", "It helps slightly", []),
    ],
)
def test_a_claim_is_above_its_evidence_only_on_the_axes_where_it_says_more(text, passage, axes):
    assert axes_above(text, passage) == axes


def test_names_stems_and_clauses():
    assert names("SQuAD v1.1 and XLM-R raise F1 of TyDiQA") == {
        "squad",
        "v11",
        "xlmr",
        "f1",
        "tydiqa",
    }
    assert parts("improves the improvements of tasks") == ["improv", "improv", "task"]
    assert clauses("TyDiQA gains, whereas XNLI does not") == ["TyDiQA gains", "XNLI does not"]
