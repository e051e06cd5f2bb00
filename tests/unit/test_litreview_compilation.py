"""Claims in words become predicates, with the words they were made from, or a reason why not."""

import pytest

from litreview.checks.compilation import REASONS, Compilation, compile_claim, compile_claims, counts
from litreview.checks.judging import check_claims
from litreview.checks.predicates import parse_predicate
from tests.litreview_examples import study, tables
from tests.litreview_papers import claim


def compiled(text, design=None):
    """The predicates of one claim."""
    found = compile_claim(claim(text), design or study())
    assert found.code is None, found.code
    return [one.predicate for one in found.predicates]


def band(arm, low, high, **more):
    return {"p": "DELTA", "arm": arm, "low": low, "high": high, **more}


@pytest.mark.parametrize(
    ("text", "predicates"),
    [
        (
            "MNLI raises XNLI by 3.1 and XQuAD by 2.0 points.",
            [
                band("mnli", 2.6, 3.6, on="xnli"),
                {"p": "GT", "arm": "mnli", "on": "xnli"},
                band("mnli", 1.5, 2.5, on="xquad"),
                {"p": "GT", "arm": "mnli", "on": "xquad"},
            ],
        ),
        (
            "Intermediate training on SQuAD hurts XNLI by 2 points.",
            [
                band("squad", -2.5, -1.5, on="xnli"),
                {"p": "GT", "arm": "none", "baseline": "squad", "on": "xnli"},
            ],
        ),
        (
            "Training on MNLI first improves XNLI by about 2 points over five seeds.",
            [
                band("mnli", 1.0, 3.0, on="xnli", seeds=5),
                {"p": "GT", "arm": "mnli", "on": "xnli", "seeds": 5},
            ],
        ),
        (
            "SQuAD raises XNLI by more than 5 points.",
            [
                {"p": "GT", "arm": "squad", "on": "xnli", "margin": 5.0},
                {"p": "GT", "arm": "squad", "on": "xnli"},
            ],
        ),
        (
            "SQuAD outperforms MNLI on XQuAD by 3 points.",
            [
                {"p": "GT", "arm": "squad", "baseline": "mnli", "on": "xquad"},
                band("squad", 2.5, 3.5, baseline="mnli", on="xquad"),
            ],
        ),
        (
            "Legal inference helps retrieval more than general inference does.",
            [
                {
                    "p": "GT",
                    "arm": {"domain": "legal", "format": "classification"},
                    "baseline": {"domain": "general", "format": "classification"},
                    "on": "retrieval",
                }
            ],
        ),
        (
            "Retrieval gains more than question answering from intermediate training.",
            [
                {
                    "p": "CONTRAST",
                    "arms": "all",
                    "first": "retrieval",
                    "second": {"format": "span"},
                }
            ],
        ),
        (
            "Medical intermediate tasks have no effect on XNLI.",
            [{"p": "EQUIV", "arm": {"domain": "medical"}, "on": "xnli", "margin": 1.0}],
        ),
        (
            "Medical intermediate tasks bring no benefit on XNLI.",
            [{"p": "NONSUP", "arm": {"domain": "medical"}, "on": "xnli", "margin": 1.0}],
        ),
        (
            "SQuAD does not hurt XQuAD.",
            [{"p": "NONINF", "arm": "squad", "on": "xquad", "margin": 1.0}],
        ),
        (
            "Multi-task training is as good as MNLI.",
            [{"p": "EQUIV", "arm": "multi", "baseline": "mnli", "margin": 1.0}],
        ),
        (
            "The gain of legal intermediate tasks grows with the size of the encoder.",
            [{"p": "TREND", "arms": {"domain": "legal"}, "direction": "rises"}],
        ),
        (
            "MNLI improves all target tasks.",
            [
                {
                    "p": "FRACTION",
                    "op": ">=",
                    "share": 1.0,
                    "each": "targets",
                    "over": "mnli",
                    "on": "all",
                }
            ],
        ),
        (
            "HellaSwag improves six of the nine targets.",
            [
                {
                    "p": "FRACTION",
                    "op": ">=",
                    "share": 0.6667,
                    "each": "targets",
                    "over": "hellaswag",
                    "on": "all",
                }
            ],
        ),
        (
            "MNLI, SQuAD and HellaSwag are the best intermediate tasks.",
            [{"p": "TOPK", "best": ["mnli", "squad", "hellaswag"]}],
        ),
        (
            "MNLI is the best single intermediate task.",
            [{"p": "ARGMAX", "best": "mnli", "candidates": "single"}],
        ),
        (
            "Among the targets, BUCC and Tatoeba gain most from intermediate training.",
            [
                {
                    "p": "CONTRAST",
                    "arms": "all",
                    "first": ["bucc", "tatoeba"],
                    "second": {"except_names": ["bucc", "tatoeba"]},
                }
            ],
        ),
        (
            "Intermediate training improves XNLI slightly.",
            [
                {"p": "GT", "arm": "all", "on": "xnli"},
                {"p": "NONSUP", "arm": "all", "on": "xnli", "margin": 2.0},
            ],
        ),
        (
            "Methods are compared on 42 intermediate and 11 target tasks in English.",
            [
                {"p": "CARD", "path": "intermediates", "count": 42},
                {"p": "CARD", "path": "targets", "count": 11},
            ],
        ),
    ],
)
def test_each_form_of_claim_has_its_predicate(text, predicates):
    assert compiled(text) == predicates
    for one in predicates:
        parse_predicate(one)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Knowledge graphs make the translation of poetry faster.", "other_subject"),
        ("XLM-R XL exceeds XLM-R Large by 1.8 points on XNLI.", "several_encoders"),
        ("Pretraining on legal text improves LEDGAR by 7.2 points.", "other_subject"),
        ("Up to 8.2 points are gained by intermediate training.", "maximum"),
        ("Intermediate training on MNLI improves XNLI by 12%.", "relative_change"),
        ("MNLI raises XNLI and XQuAD by 2.0 points.", "unaligned"),
        ("Intermediate training may improve XNLI.", "hedged"),
        ("Intermediate training helps where data for the target are scarce.", "conditional"),
        ("Intermediate training helps more than earlier work suggests.", "no_counterpart"),
        ("Multi-task training adds a little to the best single ones.", "no_counterpart"),
        (
            "Machine-translated intermediate data is not consistently better than intermediate "
            "training.",
            "denied_quantifier",
        ),
        ("Intermediate training hurts most of the target tasks.", "losses_counted"),
        ("MNLI improves XNLI. " * 1_000, "too_long"),
        ("CCG is the worst intermediate task.", "worst"),
        ("The head of the intermediate task is discarded.", "no_effect"),
    ],
)
def test_what_does_not_compile_says_why(text, code):
    found = compile_claim(claim(text), study())
    assert (found.code, found.predicates) == (code, ())
    assert REASONS[code]


def test_a_compiled_predicate_tells_its_words_and_how_sure_it_is():
    (named,) = compile_claim(claim("SQuAD does not hurt XQuAD."), study()).predicates
    assert named.words == ("SQuAD", "XQuAD", "not hurt")
    (general,) = compile_claim(
        claim("Intermediate training does not hurt the target tasks."), study()
    ).predicates
    assert general.certainty < named.certainty < 1
    assert not named.written


def test_what_the_typed_claim_leaves_open_is_heeded():
    text = "MNLI improves XNLI."
    plain = compile_claim(claim(text), study()).predicates[0]
    hedged = compile_claim(claim(text, modality="likely"), study())
    assert (hedged.code, hedged.predicates) == ("hedged", ())
    bounded = claim("MNLI improves XNLI under noise.", conditions=["under noise"])
    assert compile_claim(bounded, study()).predicates[0].certainty == pytest.approx(
        0.8 * plain.certainty
    )
    named = claim("On XNLI MNLI improves.", conditions=["On XNLI"])
    assert compile_claim(named, study()).predicates[0].certainty == plain.certainty
    reported = claim(text, "B", attribution="reported")
    start = claim("All experiments start from the XLM-R Large encoder.", "A")
    assert "encoder" not in compile_claims([start, reported], study())[1].predicates[0].predicate


def test_the_margin_of_an_absence_is_the_studys():
    found = compiled("SQuAD does not hurt XQuAD.", study(analysis={"margin": 2.5}))
    assert found[0]["margin"] == 2.5


def test_a_name_of_two_tasks_of_the_study_is_ambiguous_and_of_one_is_not():
    entry = study()["intermediates"]["general-span"]
    both = study(intermediates={"squad": entry, "squad_v2": entry}, analogues={})
    (found,) = compiled("SQuAD improves XNLI.", both)
    assert found["ambiguous"] == "The name could mean squad or squad_v2 of this study."
    (version,) = compiled("SQuAD v2.0 improves XNLI.", both)
    assert (version["arm"], "ambiguous" in version) == ("squad_v2", False)
    (alone,) = compiled("SQuAD improves XNLI.")
    assert (alone["arm"], "ambiguous" in alone) == ("squad", False)


@pytest.mark.parametrize(
    ("text", "arm", "on"),
    [
        ("RTE gains from MNLI.", "mnli", "rte"),
        ("MNLI improves XNLI.", "mnli", "xnli"),
        ("Tuning on RTE first improves XNLI.", "rte", "xnli"),
        ("With MNLI as the intermediate task, XNLI improves.", "mnli", "xnli"),
    ],
)
def test_the_role_of_a_task_is_read_from_the_words_around_it(text, arm, on):
    (found,) = compiled(text)
    assert (found["p"], found["arm"], found["on"]) == ("GT", arm, on)


def test_a_paper_lends_its_encoder_to_its_claims():
    start = claim("All experiments start from the XLM-R Large encoder.", "A")
    gain = claim("MNLI improves XNLI.", "B")
    other = claim("MNLI improves XNLI.", "C", paper_id="arxiv:1811.01088")
    _, mine, others = compile_claims([start, gain, other], study())
    assert mine.predicates[0].predicate["encoder"] == "xlm-roberta-large"
    assert "the encoder that the paper starts from" in mine.predicates[0].words
    assert mine.predicates[0].certainty < others.predicates[0].certainty
    assert "encoder" not in others.predicates[0].predicate


def test_written_predicates_win():
    written = {"p": "GT", "arm": "legal-nli", "on": "nli"}
    both = claim("MNLI improves XNLI.", predicates=[written])
    (found,) = compile_claims([both], study())
    assert [one.predicate for one in found.predicates] == [written]
    measured = tables()
    (check,) = check_claims([both], measured["effects"], measured["draws"], study())
    assert (check.origin, check.words, check.certainty) == ("written", [], None)


def test_compiled_claims_are_checked_like_written_ones_and_say_that_they_were_compiled():
    measured = tables()
    found = claim("MNLI improves retrieval.", "F", origin="extracted")
    (check,) = check_claims([found], measured["effects"], measured["draws"], study())
    assert (check.verdict, check.scope, check.origin) == ("supported", "analogue", "compiled")
    assert check.words == ["MNLI", "retrieval"]
    assert 0 < check.certainty < 1


def test_all_claims_are_counted_those_that_give_nothing_by_reason():
    texts = ["MNLI improves XNLI.", "Poetry is hard.", "Prose is hard.", "CCG is worst of all."]
    found = counts(compile_claims([claim(text, f"C{i}") for i, text in enumerate(texts)], study()))
    assert (found["claims"], found["written"], found["compiled"]) == (4, 0, 1)
    assert [(one["code"], one["claims"]) for one in found["not_compiled"]] == [
        ("other_subject", 2),
        ("worst", 1),
    ]
    assert counts([Compilation("X", code="hedged")])["compiled"] == 0
