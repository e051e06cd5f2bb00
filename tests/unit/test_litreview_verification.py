"""Verdicts on claims: support, refutation, overstatement, numbers, levels."""

import pytest

from litreview.language.lexicon import clauses, names, parts, stem
from litreview.verification.entailment import Direction, Entailment, direction, lexical_scorer
from litreview.verification.lattice import axes_above
from litreview.verification.verdicts import UNCALIBRATED, verify_claims
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


@pytest.mark.parametrize(
    "text",
    [
        "No target improves on BUCC and Tatoeba.",
        "Sentence retrieval on BUCC and Tatoeba always improves.",
        "All sentence retrieval on BUCC and Tatoeba improves.",
    ],
)
def test_a_claim_of_all_cases_needs_a_passage_of_all_cases(text):
    passage = "Sentence retrieval on targets such as BUCC and Tatoeba {}."
    verb = "worsens" if text.startswith("No") else "improves"
    found = verdict(text, sources=[passage.format(verb)])
    assert found.label == "overstated"
    assert "how many cases it covers" in found.reasons[0]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("BUCC and Tatoeba gain most from legal training.", "supported"),
        ("BUCC and Tatoeba gain least from legal training.", "refuted"),
        ("BUCC and Tatoeba gain at least from legal training.", "supported"),
        ("BUCC has the highest error of the targets.", "refuted"),
        ("BUCC has the lowest error of the targets.", "supported"),
        ("MNLI is the worst single intermediate task.", "refuted"),
    ],
)
def test_the_most_is_the_contrary_of_the_least(text, label):
    sources = [
        "BUCC and Tatoeba gain most from legal training.",
        "BUCC has the lowest error of the targets.",
        "MNLI is the best single intermediate task.",
    ]
    assert verdict(text, sources=sources).label == label


def test_most_of_the_cases_is_no_contrary_of_the_least():
    sources = ["Most targets gain from legal training, and XNLI is among the targets."]
    assert verdict("XNLI gains least from legal training.", sources=sources).label != "refuted"
    sources = ["The encoder has the highest accuracy on retrieval."]
    text = "The encoder has the lowest error on retrieval."
    assert verdict(text, sources=sources).label != "refuted"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Nine English tasks serve as intermediate tasks.", "supported"),
        ("Seven English tasks serve as intermediate tasks.", "refuted"),
        ("At least seven English tasks serve as intermediate tasks.", "supported"),
        ("Seven of the targets are tuned on English.", "supported"),
        ("Seven target tasks serve as English tasks.", "supported"),
    ],
)
def test_a_count_is_held_against_counts_of_the_same_things(text, label):
    sources = [
        "Nine English language tasks serve as intermediate tasks.",
        "Seven of the nine targets serve as English tasks and are tuned on English.",
    ]
    assert verdict(text, sources=sources).label == label


def test_a_count_in_the_same_passage_is_no_mismatch_of_another_count():
    sources = ["Methods are compared on 42 intermediate and 11 target tasks in English."]
    assert verdict("Methods are compared on 42 tasks in English.", sources=sources).label == (
        "supported"
    )


@pytest.mark.parametrize("text", ["10 tasks in 50 languages", "ten tasks in fifty languages"])
def test_numbers_in_words_are_numbers_and_no_words_to_be_found(text):
    sources = ["XTREME-R has 10 tasks in 50 languages."]
    assert verdict(f"XTREME-R has {text}.", sources=sources).label == "supported"
    assert verdict("XTREME-R has twelve tasks in fifty languages.", sources=sources).label == (
        "refuted"
    )


@pytest.mark.parametrize("text", ["50 tasks in 10 languages", "fifty tasks in ten languages"])
def test_counts_of_two_things_do_not_change_places(text):
    sources = ["XTREME-R has 10 tasks in 50 languages."]
    assert verdict(f"XTREME-R has {text}.", sources=sources).label == "refuted"


def test_another_paper_without_the_number_corroborates_nothing():
    text = "Seven targets are tuned on English."
    without = verdict(text, sources=[text], others=["The targets are tuned on English."])
    assert (without.label, without.level) == ("supported", "V2")
    both = "XTREME has nine tasks in forty languages."
    part = verdict(both, sources=[both], others=["XTREME has tasks in languages, nine tasks."])
    assert (part.label, part.level) == ("supported", "V2")
    same = verdict(text, sources=[text], others=["7 targets are tuned on English."])
    assert (same.label, same.level) == ("supported", "V3")


def test_the_level_of_a_refutation_is_that_of_the_passage_it_rests_on():
    text = "Sentence retrieval on BUCC and Tatoeba deteriorates."
    contrary = "Sentence retrieval on BUCC and Tatoeba improves."
    own = verdict(text, others=[contrary])
    assert (own.label, own.level) == ("refuted", "V2")
    other = verdict(text, sources=["Unrelated."], others=[contrary])
    assert (other.label, other.level) == ("refuted", "V3")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("On TyDiQA the submission gains 10.9 points over XLM-R Large.", "supported"),
        ("On TyDiQA the submission gains 11.9 points over XLM-R Large.", "insufficient"),
        ("On WikiANN the submission gains 0.7 points over XLM-R Large.", "insufficient"),
        ("On TyDiQA XLM-R Large gains 10.9 points over the submission.", "insufficient"),
    ],
)
def test_the_only_other_row_of_a_table_is_what_a_named_row_is_compared_with(text, label):
    columns = ["WikiANN NER", "TyDiQA F1"]
    rows = table("T1", "Scores", columns, XLM__R_Large=[65.4, 65.1], X__STILTs=[64.7, 76.0])
    cells = [cell.model_copy(update={"row": cell.row.replace("  ", "-")}) for cell in rows.cells]
    rows = rows.model_copy(update={"cells": cells})
    sources = [
        "The submission gains over XLM-R Large on TyDiQA.",
        "The submission gains over XLM-R Large on WikiANN.",
    ]
    claimed, documents = claim(text), [document(sources, tables=[rows])]
    (found,) = verify_claims([claimed], evidence_for(claimed, documents), documents)
    assert found.label == label
    assert (found.level == "V4") == (label == "supported")


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
        ("It helps a great deal", "It helps only a little", ["degree"]),
        ("It helps strongly", "It helps moderately", ["degree"]),
        ("It helps moderately", "It helps a lot", []),
        ("It is much better", "It is slightly better", ["degree"]),
        ("It helps strongly", "It helps where there is little data", []),
        ("It slightly beats XLM-R Large", "It slightly beats the baseline", []),
        ("It greatly beats XLM-R Large", "It slightly beats XLM-R Large", ["degree"]),
        ("It always helps", "It helps", ["quantifier"]),
        ("No target loses", "The two gain most", ["quantifier"]),
        ("It never harms any target", "It harms no target", []),
        ("It does not harm any target", "The two gain most", ["quantifier"]),
        ("Any task helps", "One task helps", ["quantifier"]),
        ("Every task helps", "Almost all tasks help", ["quantifier"]),
        ("All tasks help", "Not all tasks help", ["quantifier"]),
        ("All tasks help", "MNLI is the best of all", ["quantifier"]),
        ("All tasks help", "Each task helps", []),
        ("All tasks help", "MNLI helps on each target", ["quantifier"]),
        ("None of the nine tasks hurts", "All tasks help", []),
        ("All tasks help", "Training always helps", []),
        ("Neither the first nor the other is better", "The first is worse", []),
        ("It has no effect", "It does not help", []),
        ("No consistent gain is found", "It does not help", []),
        ("The targets have no training data", "The targets lack training data", []),
        ("It is not always better", "It is worse", []),
        ("Tasks differ from each other", "Tasks differ", []),
        ("All targets gain", "All four span targets gain", ["quantifier"]),
        ("All targets gain", "All four targets gain", []),
        ("All targets gain", "Each of the nine targets gains", []),
        ("All targets gain", "The four span targets gain", ["quantifier"]),
        ("All targets gain", "Every single evaluated target gains", []),
        ("All span targets gain", "All targets gain", []),
        ("All span targets gain", "All four span targets gain", []),
        ("All span targets gain", "All retrieval targets gain", ["quantifier"]),
        ("Targets always gain", "All span targets gain", ["quantifier"]),
        ("All targets gain", "Span targets always gain", ["quantifier"]),
        ("All targets gain", "The targets always gain", []),
        ("Every language gains", "Every low-resource language gains", ["quantifier"]),
        ("Every low-resource language gains", "Every language gains", []),
        ("All languages gain", "All Indic languages gain", ["quantifier"]),
        ("All models perform well", "All BERT models perform well", ["quantifier"]),
        ("All models perform well", "All models perform surprisingly well", []),
        ("No target loses", "No span target loses", ["quantifier"]),
        ("All targets gain", "All targets but XNLI gain", ["quantifier"]),
        ("All targets gain", "All targets gain except XNLI", ["quantifier"]),
        ("All targets gain", "All but two of the targets gain", ["quantifier"]),
        ("All targets gain except XNLI", "All targets gain except XNLI", []),
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


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("On WikiANN the submission gains 0.7 points over XLM-R Large.", "refuted"),
        ("On WikiANN the submission is 0.7 points below XLM-R Large.", "supported"),
        ("On TyDiQA the submission gains 10.9 points over XLM-R Large.", "supported"),
        ("On TyDiQA the submission loses 10.9 points to XLM-R Large.", "refuted"),
    ],
)
def test_a_number_that_goes_the_other_way_is_another_number(text, label):
    sources = [
        "On WikiANN the submission is 0.7 points below XLM-R Large.",
        "On TyDiQA the submission gains 10.9 points over XLM-R Large.",
    ]
    assert verdict(text, sources=sources).label == label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Two of the nine targets lose.", "supported"),
        ("Two out of nine targets lose.", "supported"),
        ("Three of the nine targets lose.", "refuted"),
        ("Two targets lose.", "supported"),
    ],
)
def test_a_count_out_of_a_total_is_a_count_of_the_same_things(text, label):
    assert verdict(text, sources=["Two of the nine targets lose."]).label == label


def test_a_table_of_the_claims_own_paper_decides_where_no_sentence_speaks():
    rows = table("T1", "Accuracy", ["XNLI", "PAWS"], Baseline=[79.2, 59.9], CCG=[79.9, 62.3])
    for text, label in [
        ("CCG is better than the baseline on XNLI.", "supported"),
        ("CCG is worse than the baseline on PAWS.", "refuted"),
    ]:
        claimed, documents = claim(text), [document(["Unrelated."], tables=[rows])]
        (found,) = verify_claims([claimed], evidence_for(claimed, documents), documents)
        assert (found.label, found.level) == (label, "V4")
        assert found.reasons[0].startswith("Table T1 decides it")
    claimed = claim("CCG is better than the baseline on XNLI because it is larger.")
    (found,) = verify_claims([claimed], evidence_for(claimed, documents), documents)
    assert found.label == "insufficient"


def test_a_count_that_no_passage_prints_is_less_surely_missing_where_its_things_are_named():
    text = "Training runs in three phases: pretraining, intermediate tuning, and target tuning."
    named = verdict(
        text, sources=["Training runs in phases of pretraining, intermediate and target tuning."]
    )
    other = verdict(text, sources=["Training runs in phases, as tuning and pretraining mostly do."])
    assert named.label == other.label == "insufficient"
    assert "Passage 1 names 3 of the 3 things that the claim lists." in named.reasons
    assert named.confidence < 0.7


def test_irregular_verbs_of_change_are_those_verbs():
    assert stem("rose") == stem("risen") == stem("rises") == stem("rise")
    assert stem("fell") == stem("falls")
    assert direction("The average rose by 2.4 points").sign == 1
    assert direction("The average fell by 2.4 points").sign == -1
