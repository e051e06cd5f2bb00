"""Whether a passage speaks of the comparison that a claim makes; made-up claims, both ways."""

import pytest

from litreview.verification.comparisons import arguments, carried, compare
from litreview.verification.entailment import direction
from litreview.verification.verdicts import verify_claims
from tests.litreview_papers import claim, document, evidence_for

OTHER = "arxiv:1811.01088"


def verdict(text, passage, *, other):
    """The verdict from one passage of another paper, or of the claim's own."""
    papers = [document(["Unrelated words."]), document([passage], OTHER)]
    claimed, documents = claim(text), papers if other else [document([passage])]
    (found,) = verify_claims([claimed], evidence_for(claimed, documents), documents)
    return found


CONTRARY = [
    (
        "XNLI does not benefit from intermediate training.",
        "Intermediate training raises XNLI accuracy by two points.",
    ),
    (
        "Intermediate training improves question answering.",
        "Question answering gets worse after intermediate training.",
    ),
    ("Back-translation improves BLEU on WMT14.", "Back-translation lowers BLEU on WMT14."),
    ("LoRA outperforms full fine-tuning on GLUE.", "Full fine-tuning outperforms LoRA on GLUE."),
    ("LoRA outperforms full fine-tuning on GLUE.", "LoRA is worse than full tuning on GLUE."),
    ("Dropout does not help low-resource translation.", "Dropout helps low-resource translation."),
    ("MNLI is the best intermediate task.", "MNLI is the worst intermediate task."),
    (
        "More languages hurt rich languages, while poor ones gain.",
        "More languages improve rich languages.",
    ),
    (
        "Larger batches reduce the training time of transformers.",
        "Larger batches increase the training time of transformers.",
    ),
]
ANOTHER_COMPARISON = [
    (
        "XNLI does not benefit from intermediate training.",
        "Zero-shot XNLI accuracy rises with model size.",
    ),
    (
        "Intermediate training improves question answering.",
        "Question answering gets worse with longer contexts.",
    ),
    (
        "Intermediate training improves question answering.",
        "Intermediate training lowers named entity recognition.",
    ),
    ("Back-translation improves BLEU on WMT14.", "Label smoothing lowers BLEU on WMT14."),
    ("LoRA outperforms full fine-tuning on GLUE.", "LoRA is worse than prefix tuning on GLUE."),
    ("LoRA outperforms full fine-tuning on GLUE.", "Adapters are worse than full tuning on GLUE."),
    ("Dropout does not help low-resource translation.", "Subwords help low-resource translation."),
    ("MNLI is the best intermediate task.", "SQuAD is the worst intermediate task."),
    ("Vitamins reduce the risk of infection.", "Smoking raises the risk of infection."),
    (
        "Legal training of mBERT improves retrieval.",
        "Legal training of XLM-R makes retrieval worse.",
    ),
]


@pytest.mark.parametrize(("text", "passage"), CONTRARY)
@pytest.mark.parametrize("other", [True, False])
def test_the_contrary_of_the_same_comparison_refutes(text, passage, other):
    assert verdict(text, passage, other=other).label == "refuted"


@pytest.mark.parametrize(("text", "passage"), ANOTHER_COMPARISON)
@pytest.mark.parametrize("other", [True, False])
def test_the_contrary_in_another_comparison_does_not_refute(text, passage, other):
    assert verdict(text, passage, other=other).label != "refuted"


def test_another_paper_supports_only_the_same_comparison():
    text = "On XNLI, the zero-shot accuracy of mT5 in forty languages rises with {}."
    same, another = text.format("adapters"), text.format("size")
    assert verdict(same, same, other=True).label == "supported"
    assert verdict(same, another, other=True).label == "insufficient"


def test_what_a_claims_own_paper_leaves_unsaid_goes_without_saying():
    text, passage = "Tuning raises the average.", "The average falls."
    assert compare(text, passage) == "unsaid"
    assert verdict(text, passage, other=False).label == "refuted"
    assert verdict(text, passage, other=True).label != "refuted"


def test_what_a_claim_calls_they_no_other_paper_speaks_of():
    text = "They are better for tasks that need reasoning."
    passage = "They are worse for tasks that need reasoning."
    assert verdict(text, passage, other=False).label == "refuted"
    assert verdict(text, passage, other=True).label != "refuted"


def test_arguments_are_what_changes_the_setting_and_the_comparator():
    found = arguments("On XNLI, intermediate training beats sparse adapters by 2.1 points")
    assert [(sorted(one.words), sorted(one.things)) for one in found] == [
        (["adapter", "spars"], []),
        ([], [("dataset", "xnli")]),
        (["intermediat"], []),
    ]


def test_a_name_is_the_same_however_it_is_spelt():
    assert compare("Tuning improves TyDi QA", "Tuning lowers TyDiQA scores") == "same"


def test_a_clause_without_a_subject_takes_over_that_of_the_clause_before():
    spoken = ["Legal training helps TyDiQA", "hurts XNLI"]
    assert compare("Legal training improves XNLI", spoken[1]) == "unsaid"
    assert compare("Legal training improves XNLI", carried(spoken, 1)) == "same"
    own = ["Legal training helps TyDiQA", "adapters hurt XNLI"]
    assert compare("Legal training improves XNLI", carried(own, 1)) == "other"


@pytest.mark.parametrize(
    ("clause", "sign"),
    [
        ("Larger batches reduce the training time", -1),
        ("The lower rate improves accuracy", 1),
        ("Increasing the depth lowers accuracy", -1),
        ("Using larger batches does not hurt", -1),
        ("Larger encoders profit", 1),
        ("It is better and gains less than its rival loses", 1),
        ("Lower is better than higher", 1),
    ],
)
def test_the_way_things_go_is_not_that_of_an_adjective_of_the_subject(clause, sign):
    assert direction(clause).sign == sign
