"""What the words of a claim say: way, comparator, aggregate, scope, hedge, conditions, whose."""

import pytest

from litreview.claims.attribution import attribution, cited_papers
from litreview.claims.direction import way
from litreview.claims.extraction import typed_fields
from litreview.claims.qualification import aggregate, comparator, conditions, modality, quantifier
from litreview.schema import Citation


@pytest.mark.parametrize(
    ("text", "change", "direction"),
    [
        ("MNLI improves the average by 5.4 points.", "up", "better"),
        ("Accuracy falls by 3 points.", "down", "worse"),
        ("Perplexity falls by 3 points.", "down", "better"),
        ("The error rate is higher than that of BERT.", "up", "worse"),
        ("The error rate improves.", "down", "better"),
        ("XNLI does not benefit from intermediate training.", "same", "same"),
        ("There was no significant difference between the arms.", "same", "same"),
        ("It is on par with BERT.", "same", "same"),
        ("No target benefits.", "same", "same"),
        ("Patients had a greater reduction in weight.", "down", "worse"),
        ("The groups show a smaller decrease in accuracy.", "up", "better"),
        ("More than 500 languages suffer a loss of 3 points.", "down", "worse"),
        ("The encoder is fine-tuned on MNLI.", None, None),
        ("It did not matter for A, but B improved significantly.", "up", "better"),
    ],
)
def test_the_way_of_a_change_and_its_worth_are_told_apart(text, change, direction):
    found = way(text)
    assert (found.change, found.direction) == (change, direction)


def test_the_polarity_of_the_metric_decides_over_the_words():
    assert way("It is higher.", polarity=-1).direction == "worse"
    assert typed_fields("The perplexity of BERT is higher.")["direction"] == "worse"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MNLI improves over XLM-R by up to 5.4 points.", "XLM-R"),
        ("XLM-R XXL outperforms mT5 on XNLI.", "mT5"),
        ("English training is better than translated training for QA.", "translated training"),
        ("The error rate is lower than that of BERT on SQuAD 2.0.", "BERT"),
        ("Perplexity falls by 3 points compared to the baseline.", "the baseline"),
        ("More than 500 tasks are used.", None),
        ("The model has 12 layers.", None),
    ],
)
def test_the_comparator_is_what_follows_the_comparison(text, expected):
    assert comparator(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("up to 8.2 points", "maximum"),
        ("8.2 points on average", "mean"),
        ("at least 8.2 points", "minimum"),
        ("8.2 and 7.5, respectively", "each"),
        ("8.2 points", None),
    ],
)
def test_up_to_is_a_maximum_and_no_mean(text, expected):
    assert aggregate(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Most target tasks benefit.", "most"),
        ("SQuAD is the most useful intermediate task.", None),
        ("SQuAD gains most on XNLI.", None),
        ("All languages gain.", "all"),
        ("Almost all languages gain.", "most"),
        ("Not all languages gain.", "some"),
        ("No target benefits.", "none"),
        ("None of the targets benefits.", "none"),
        ("Several tasks help.", "many"),
        ("The model has 12 layers.", None),
    ],
)
def test_quantifiers_are_levels_and_superlatives_are_none(text, expected):
    assert quantifier(text) == expected


def test_the_weakest_hedge_decides_the_modality():
    assert modality("It may help.") == "possible"
    assert modality("It probably helps and tends to scale.") == "likely"
    assert modality("It helps.") == "asserted"


def test_conditions_are_phrases_and_plain_places_need_a_name():
    text = "MNLI helps on XNLI when data are scarce, and with care on the whole."
    assert conditions(text) == ["on XNLI", "when data are scarce"]
    assert conditions("Gains shrink as models grow larger.") == ["as models grow larger"]


@pytest.mark.parametrize(
    ("text", "section", "expected"),
    [
        ("Phang et al. (2020) show that MNLI helps.", "Introduction", "reported"),
        ("Unlike Phang et al. (2020), we find that MNLI hurts.", "Results", "own"),
        ("XLM-R improves over mBERT [cite] by 3 points.", "Results", "own"),
        ("XLM-R improves over mBERT [cite] by 3 points.", "Introduction", "reported"),
        ("Prior work shows gains of 3 points.", "Results", "reported"),
        ("It has been shown that size helps.", "Abstract", "reported"),
        ("Intermediate training helps.", "Related Work", "reported"),
        ("Intermediate training helps.", "Abstract", "own"),
    ],
)
def test_own_results_are_told_from_reported_ones(text, section, expected):
    assert attribution(text, section) == expected


def test_cited_papers_are_those_whose_marks_stand_in_the_sentence():
    cited = [
        Citation(key="b", start=12, end=18, resolved=True, paper_id="arxiv:1901.07291"),
        Citation(key="a", start=14, end=18, resolved=False),
        Citation(key="c", start=40, end=46, resolved=True, paper_id="arxiv:2005.13013"),
    ]
    assert cited_papers(cited, 10, 30) == ["a", "arxiv:1901.07291"]
