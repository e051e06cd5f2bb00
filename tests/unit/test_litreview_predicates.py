"""Predicates: what may be written, and how faults are named."""

import pytest

from litreview.checks.predicate_words import statement
from litreview.checks.predicates import Arms, Targets, parse_predicate
from litreview.files import InputError
from litreview.synthesis.claimed import claimed_words


def test_a_name_a_list_and_the_word_all_select_arms():
    assert Arms.model_validate("mnli").names == ["mnli"]
    assert Arms.model_validate(["mnli", "squad"]).names == ["mnli", "squad"]
    assert Arms.model_validate("all").names is None
    assert Targets.model_validate({"format": "retrieval"}).format == "retrieval"


def test_the_baseline_is_no_intermediate_task_unless_another_is_named():
    predicate = parse_predicate({"p": "GT", "arm": "mnli"})
    assert predicate.baseline.names == ["none"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            {"p": "DELTA", "arm": "squad", "low": 7.7, "high": 8.7},
            "On the mean of all targets, tuned or not, squad differs from no intermediate task by "
            "+7.7 to +8.7 "
            "points.",
        ),
        (
            {"p": "GT", "arm": "all", "baseline": {"auxiliary": "mlm"}},
            "On the mean of all targets, tuned or not, the mean of all single intermediates is "
            "better than the mean of all single intermediates with continued masked-language "
            "modelling.",
        ),
        (
            {"p": "NONINF", "arm": "mnli", "on": "xnli", "margin": 1},
            "On xnli, mnli is at most 1.0 points worse than no intermediate task.",
        ),
        (
            {"p": "ARGMAX", "best": "multi", "on": "all"},
            "On the mean of all targets, tuned or not, multi gains most among all arms.",
        ),
        (
            {"p": "FRACTION", "on": ["tydiqa"], "op": ">=", "share": 0.5},
            "At least 50% of all single intermediates improve tydiqa.",
        ),
        (
            {"p": "COUNT", "each": "targets", "over": "mnli", "op": "<=", "k": 2},
            "Mnli improves at most 2 of all targets.",
        ),
        (
            {"p": "NONSUP", "arm": "mnli", "on": "xnli"},
            "On xnli, mnli is at most 1.0 points better than no intermediate task.",
        ),
        (
            {"p": "EQUIV", "arm": "multi", "baseline": "mnli", "margin": 2},
            "On the mean of all targets, tuned or not, multi differs from mnli by less than 2.0 "
            "points.",
        ),
        (
            {"p": "TOPK", "best": ["mnli", "squad"], "on": {"except_names": ["xnli"]}},
            "On the mean of all targets but xnli, mnli and squad gain most among all arms.",
        ),
        (
            {"p": "GT", "arm": "best-per-target"},
            "On the mean of all targets, tuned or not, the arm that is best for each target is "
            "better than no intermediate task.",
        ),
        (
            {"p": "TREND", "arms": {"domain": "legal"}, "direction": "falls"},
            "On the mean of all targets, tuned or not, the gain of the mean of all single legal "
            "intermediates falls with the size of the encoder.",
        ),
        (
            {
                "p": "CONTRAST",
                "first": {"format": "retrieval"},
                "second": {"except_format": "retrieval"},
            },
            "The mean of all single intermediates gains more on the mean of all retrieval targets "
            "than on the mean of all targets but retrieval.",
        ),
        (
            {"p": "MAGNITUDE", "arms": {"domain": "legal"}, "on": "bucc", "at_least": "strong"},
            "On bucc, the mean of all single legal intermediates shows a gain of 5.0 points or "
            "more (strong).",
        ),
        (
            {"p": "CONFIG", "path": "encoders", "value": "xlm-r-large"},
            "The design has xlm-r-large under encoders.",
        ),
        ({"p": "CARD", "path": "intermediates", "count": 9}, "The design has nine intermediates."),
        (
            {"p": "STEPS", "steps": ["pretrained", "tuned"]},
            "The design runs in the steps pretrained and tuned.",
        ),
    ],
)
def test_each_kind_of_predicate_is_a_sentence(data, words):
    assert statement(parse_predicate(data)) == words


def test_all_faults_of_a_predicate_are_named_with_the_claim():
    with pytest.raises(InputError) as error:
        parse_predicate({"p": "DELTA", "arm": "squad", "low": "x", "hi": 9}, "claim C1")
    message = str(error.value)
    assert message.startswith("claim C1: the predicate 'DELTA' is not valid")
    for part in ("low", "'x'", "high", "hi", "docs/checks.md"):
        assert part in message


def test_an_unknown_kind_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match=r"'BETTER'.*DELTA"):
        parse_predicate({"p": "BETTER"})


def test_a_count_has_a_number_and_a_fraction_a_share():
    with pytest.raises(InputError, match=r"COUNT\.k: Field required"):
        parse_predicate({"p": "COUNT", "op": ">="})
    with pytest.raises(InputError, match=r"FRACTION\.share: Field required"):
        parse_predicate({"p": "FRACTION", "op": ">=", "k": 2})
    with pytest.raises(InputError, match=r"FRACTION\.k: Extra inputs"):
        parse_predicate({"p": "COUNT", "op": ">=", "k": 2, "share": 0.5})


def test_a_count_of_a_share_as_it_was_once_written_is_a_fraction():
    old = {"op": ">=", "share": 0.5, "on": "xnli"}
    assert parse_predicate({"p": "COUNT", **old}) == parse_predicate({"p": "FRACTION", **old})


@pytest.mark.parametrize("bad", [{"low": float("nan")}, {"high": float("inf")}, {"low": 9.5}])
def test_a_band_is_finite_and_in_order(bad):
    with pytest.raises(InputError, match="DELTA"):
        parse_predicate({"p": "DELTA", "arm": "squad", "low": 7.7, "high": 8.7, **bad})


@pytest.mark.parametrize(
    ("predicate", "words"),
    [
        ({"p": "NONSUP", "margin": 1.0}, "less than 1.0 points"),
        ({"p": "EQUIV", "margin": 0.5}, "less than 0.5 points either way"),
        ({"p": "NONINF"}, "no loss as large as the study's margin"),
        ({"p": "TOPK", "best": ["mnli", "squad"]}, "the largest gains are those of mnli and squad"),
        ({"p": "TREND", "direction": "falls"}, "a slope below zero"),
        (
            {"p": "FRACTION", "op": ">", "share": 0.5, "each": "targets"},
            "more than 50% of the targets gain more than 0.0 points",
        ),
        ({"p": "COUNT", "op": "==", "k": 2}, "just two arms gain more than 0.0 points"),
        ({"p": "COUNT", "op": "<=", "k": 0}, "at most zero arms gain more than 0.0 points"),
    ],
)
def test_the_region_that_each_kind_accepts_is_told(predicate, words):
    assert claimed_words(predicate) == words
