"""Reviewers: what they rate, how the panel combines them, and that corruption costs points."""

import dataclasses
import functools

import numpy as np
import pytest

from benchmarks.review_bases import contrasts_of
from litreview.review.answerability import Condition
from litreview.review.panel import NOTE, audit_question, audit_withdrawn, caps_of, combine, stops_of
from litreview.review.reviewers import anchors, design_points, methods, numbers, sceptic, written
from litreview.schema import Audit, Evidence, Rating, Review, SearchOutcome, Verdict
from litreview.synthesis.content import build_content
from litreview.synthesis.model import Run
from litreview.synthesis.review import review
from tests.litreview_examples import study, tables
from tests.litreview_papers import OTHER_PAPER, claim, document, inputs, paper

TEXTS = {
    "C1": "Tuning on SQuAD first raises the average over the targets by 8.2 points.",
    "C2": "Sentence retrieval on BUCC and Tatoeba improves most of all targets.",
    "C3": "Question answering on TyDiQA improves with nine intermediate tasks.",
}
NEGATED = {
    "C1": "Tuning on SQuAD first lowers the average over the targets by 8.2 points.",
    "C2": "Sentence retrieval on BUCC and Tatoeba does not improve most of all targets.",
    "C3": "Question answering on TyDiQA deteriorates with nine intermediate tasks.",
}
OTHER_NUMBERS = {
    "C1": TEXTS["C1"].replace("8.2", "2.8"),
    "C2": TEXTS["C2"],
    "C3": TEXTS["C3"].replace("nine", "six"),
}


def report(texts=TEXTS, **changes):
    """Tables of a report on claims that their source states."""
    predicates = {"C1": [{"p": "GT", "arm": "squad"}]}
    claims = [
        claim(text, name, predicates=predicates.get(name, [])) for name, text in texts.items()
    ]
    documents = [
        document(list(TEXTS.values())),
        document(["Supplementary training helps BERT on small targets."], OTHER_PAPER),
    ]
    contrasts = contrasts_of(tables()["effects"], study())
    return inputs(**{"claims": claims, "documents": documents, "contrasts": contrasts, **changes})


@functools.cache
def sound_score():
    """The score of the report that the corruptions start from."""
    return score(report())


def score(given):
    """The panel's score of a report."""
    return review(given, build_content(given)).score


def test_a_sound_report_scores_well():
    assert sound_score() > 6


@pytest.mark.parametrize(
    "corrupt",
    [
        pytest.param(lambda: report(NEGATED), id="claims negated"),
        pytest.param(lambda: report(OTHER_NUMBERS), id="numbers changed"),
        pytest.param(
            lambda: report(evidence=[], verdicts=verdicts_without(report())), id="no evidence"
        ),
        pytest.param(
            lambda: report(papers=[paper(status="withdrawn"), paper(OTHER_PAPER)]), id="withdrawn"
        ),
        pytest.param(lambda: report(papers=[paper()]), id="reference lost"),
        pytest.param(lambda: report(documents=[document(["Nothing."])]), id="source swapped"),
        pytest.param(lambda: report(effects=shuffled(tables()["effects"])), id="gains shuffled"),
        pytest.param(
            lambda: report(study=study(question="Does it hold in XYZ-Q?")), id="unanswered"
        ),
    ],
)
def test_every_corruption_of_a_report_lowers_its_score(corrupt):
    assert score(corrupt()) < sound_score() - 0.3


def verdicts_without(given):
    """Verdicts on the claims when there is no evidence at all."""
    return inputs(claims=given.claims, documents=given.documents, evidence=[]).verdicts


def shuffled(effects):
    """Gains permuted against their scores and intervals."""
    order = np.random.default_rng(0).permutation(len(effects))
    return effects.assign(gain=effects["gain"].to_numpy()[order])


def test_a_figure_that_no_table_has_caps_the_score():
    given = report()
    content = build_content(given)
    typed = content.model_copy(
        update={"abstract": [Run(text="It gains +42.0 points [41.0, 43.0].")]}
    )
    assert review(given, content).caps == []
    panel = review(given, typed)
    assert panel.score <= 3
    assert "The score is at most 3, since one printed figure stands in no table." in panel.caps


def test_each_reviewer_sees_tables_of_its_own_and_rates_every_claim():
    panel = review(report(), build_content(report()))
    assert [one.role for one in panel.reviews] == ["sceptic", "methods", "numbers"]
    assert len({tuple(one.inputs) for one in panel.reviews}) == 3
    for one in panel.reviews:
        rated = [rating.dimension for rating in one.ratings]
        assert [name for name in rated if name.startswith("claim ")] == [
            "claim C1",
            "claim C2",
            "claim C3",
        ]
        assert all(rating.score is None or 0 <= rating.score <= 10 for rating in one.ratings)
    assert panel.note == NOTE
    assert "overlap" in panel.note


def test_every_dimension_has_a_question_and_anchors_from_zero():
    for dimensions in anchors().values():
        for entry in dimensions.values():
            assert entry["asks"].endswith("?")
            assert min(entry["anchors"]) == 0
            assert list(entry["anchors"]) == sorted(entry["anchors"])


@pytest.mark.parametrize(
    ("label", "level", "confidence", "expected"),
    [
        ("supported", "V4", 0.9, 10.0),
        ("supported", "V1", 0.9, 5.0),
        ("supported", "V2", 0.25, 6.0),
        ("insufficient", "V0", 0.9, 3.0),
        ("overstated", "V2", 0.9, 2.0),
        ("refuted", "V3", 0.9, 0.0),
    ],
)
def test_the_sceptic_rates_a_claim_by_label_level_and_confidence(
    label, level, confidence, expected
):
    verdict = Verdict(
        claim_id="C1", label=label, confidence=confidence, level=level, evidence_ids=[], reasons=[]
    )
    found = sceptic([claim()], [], [verdict])
    assert rating(found, "claim C1").score == pytest.approx(expected)


def rating(found, dimension):
    """One rating of a review."""
    (one,) = [rating for rating in found.ratings if rating.dimension == dimension]
    return one


def test_the_sceptic_counts_passages_of_the_claims_own_paper():
    own = Evidence(
        claim_id="C1",
        document_id="d",
        paper_id="p",
        sentence_id="s",
        table_id=None,
        text="t",
        start=0,
        end=1,
        rank=1,
        score=1.0,
        independent=False,
    )
    found = sceptic([claim(), claim(claim_id="C2")], [own], [])
    assert rating(found, "grounding").score == 5.0
    assert rating(found, "grounding").anchor == "For half of the claims or more."


def test_methods_rates_a_failed_search_below_an_unknown_total_below_a_full_one():
    def found(outcome, expected, retrieved):
        search = SearchOutcome(
            source="s", query="q", outcome=outcome, expected=expected, retrieved=retrieved, date="d"
        )
        return rating(methods([], [paper()], [search], [], study()), "search").score

    assert found("unavailable", None, 0) == 0.0
    assert found("ok", None, 7) == 5.0
    assert found("partial", 100, 40) == 4.0
    assert found("ok", 7, 7) == 10.0


def test_methods_rates_full_text_over_a_digest_and_nothing_for_a_withdrawn_paper():
    def found(kind, status="ok", quality=1.0):
        papers = [paper(status=status)]
        documents = [document(["Text."], kind=kind, quality=quality)]
        return rating(methods([claim()], papers, [], documents, study()), "claim C1").score

    assert found("latex") > found("pdf") > found("abstract") > found("digest") > 0
    assert found("latex", quality=0.5) == found("latex") / 2
    assert found("latex", status="withdrawn") == 0


def test_the_points_of_design_follow_from_the_study():
    assert all(design_points(study()).values())
    lacking = design_points(study(seeds={"intermediate": [0], "target": [0]}))
    assert [name for name, met in lacking.items() if not met] == [
        "three seeds of intermediate training",
        "three seeds of target training",
    ]


def test_numbers_finds_gains_that_do_not_follow_from_their_scores():
    effects = tables()["effects"]
    wrong = effects.assign(gain=effects["gain"] + 0.01)
    good, bad = (numbers([claim()], table, [], [], []) for table in (effects, wrong))
    assert rating(good, "arithmetic").score == 10.0
    assert rating(bad, "arithmetic").score == 0.0
    assert rating(good, "printed").score is None
    assert rating(good, "claim C1").score is None


def make_review(role, overall, claims=()):
    """A review with one fixed dimension and ratings of claims."""
    ratings = [Rating(dimension="search", score=overall, anchor="", basis="")]
    ratings += [
        Rating(dimension=f"claim {n}", score=score, anchor="", basis="")
        for n, score in enumerate(claims)
    ]
    return Review(reviewer=role, role=role, inputs=[], ratings=ratings, overall=overall)


def test_the_score_is_the_median_but_no_fault_is_outvoted_by_more_than_a_point():
    reviews = [make_review("a", 7.0), make_review("b", 8.0), make_review("c", 7.5)]
    assert combine(reviews, {}).score == 7.5
    reviews[0] = make_review("a", 2.0)
    assert combine(reviews, {}).score == 3.0
    assert combine(reviews, {"A cap.": 1.0}).score == 1.0


def test_agreement_is_absent_where_no_claim_has_two_ratings():
    panel = combine([make_review("a", 7.0, [5.0, 3.0]), make_review("b", 7.0)], {})
    assert (panel.alpha, panel.alpha_low, panel.alpha_high) == (None, None, None)


def test_agreement_is_perfect_where_all_rate_alike():
    panel = combine([make_review(role, 7.0, [1.0, 5.0, 9.0]) for role in "abc"], {})
    assert panel.alpha == pytest.approx(1.0)
    assert panel.low <= panel.score <= panel.high


def test_caps_name_their_reason():
    missing = Condition(term="XTREME-R", basis="missing")
    caps = caps_of(
        [
            audit_withdrawn([paper(status="retracted"), paper()]),
            Audit(kind="references", checked=3, faults=["arxiv:1", "arxiv:2"]),
            Audit(kind="figures", checked=3, faults=["+1.0 [0.0, 2.0]"]),
            Audit(kind="sentences", checked=3, faults=["a sentence is cut"]),
            audit_question([missing]),
        ]
    )
    assert caps == {
        "The score is at most 4, since one cited paper is withdrawn or retracted.": 4.0,
        "The score is at most 3, since two references do not resolve.": 3.0,
        "The score is at most 3, since one printed figure stands in no table.": 3.0,
        "The score is at most 2, since one sentence is cut.": 2.0,
        "There is no score, since nothing speaks to XTREME-R in the question.": 0.0,
    }
    sound = [audit_withdrawn([paper()]), audit_question([Condition(term="x", basis="measured")])]
    assert caps_of(sound) == {}
    assert combine([make_review("a", 9.0)], caps_of([audit_question([missing])])).tier == "no score"


def test_what_an_audit_finds_takes_its_part_off_the_score_of_its_reviewer_alone():
    # One passage of four is at fault: three quarters of the sceptic's mean remain.
    found = Audit(kind="passages", checked=4, faults=["claim C1, passage 2: is not there"])
    clean, faulty = sceptic([claim()], [], []), sceptic([claim()], [], [], [found])
    assert faulty.overall == pytest.approx(0.75 * clean.overall)
    assert faulty.audits == [found]
    assert methods([claim()], [paper()], [], [], study(), [found]).audits == []


def test_only_faults_that_stop_a_report_are_stops():
    cut = Audit(kind="sentences", checked=9, faults=["results: a sentence is cut"])
    wrong = Audit(kind="figures", checked=9, faults=["+1.0 [0.0, 2.0]"])
    assert stops_of([cut, wrong]) == ["sentences: results: a sentence is cut"]


def test_every_audit_has_a_reviewer_a_limit_and_words():
    for kind, entry in written()["audits"].items():
        assert entry["reviewer"] in anchors(), kind
        assert 0 <= entry["at_most"] < 10
        assert entry["one"] != entry["several"]


def test_the_review_is_the_same_each_time():
    given = report()
    content = build_content(given)
    assert review(given, content) == review(dataclasses.replace(given), content)
