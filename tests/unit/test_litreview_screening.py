"""Screening by stated criteria, the order of reading, and what both say of themselves."""

import numpy as np
import pytest
from pydantic import ValidationError

from litreview.files import InputError
from litreview.schema import Paper
from litreview.search.priority import rank, recall_after, simulate_screening, work_saved
from litreview.search.records import NOTICE, make_paper
from litreview.search.screening import Criteria, screen


def paper(number: int = 1, title: str = "Legal transfer", **fields) -> Paper:
    values = {"year": 2020, "abstract": "We tune encoders.", "language": "en"} | fields
    return make_paper(
        title=title, source="arxiv", retrieved="2026-07-08", arxiv_id=f"2005.{number:05}", **values
    )


@pytest.mark.parametrize(
    ("criteria", "record", "stage", "reason", "detail"),
    [
        ({"first_year": 2021}, {}, "automatic", "year", "2020"),
        ({"last_year": 2019}, {}, "automatic", "year", "2020"),
        ({"languages": ["en"]}, {"language": "spa"}, "automatic", "language", "es"),
        (
            {"types": ["article"]},
            {"publication_type": "book"},
            "automatic",
            "type",
            "book",
        ),
        (
            {"not_types": ["editorial"]},
            {"publication_type": "Editorial, Letter"},
            "automatic",
            "type",
            "editorial",
        ),
        ({}, {"publication_type": NOTICE}, "automatic", "type", NOTICE),
        (
            {"exclude_withdrawn": True},
            {"status": "withdrawn", "status_evidence": ["arXiv comment"]},
            "automatic",
            "withdrawn",
            "arXiv comment",
        ),
        (
            {"must": [["encoder", "decoder"], ["medic*", "law"]]},
            {},
            "screening",
            "lacks a required word",
            "encoder or decoder",
        ),
        ({"must_not": ["tune"]}, {}, "screening", "has an excluded word", "tune"),
    ],
)
def test_each_exclusion_has_its_stage_and_reason(criteria, record, stage, reason, detail):
    (one,) = screen([paper(**record)], Criteria(**criteria))
    assert (one.included, one.stage, one.reason, one.detail) == (False, stage, reason, detail)


def test_a_word_of_each_group_is_enough_and_stars_stand_for_endings():
    (one,) = screen([paper()], Criteria(must=[["encoder*"], ["law", "legal"]]))
    assert (one.included, one.reason) == (True, "meets the criteria")


def test_what_a_record_does_not_say_excludes_nothing():
    record = paper(language=None, abstract=None)
    (one,) = screen([record], Criteria(languages=["en"], types=["article"], must=[["absent"]]))
    assert (one.included, one.detail) == (True, "not known: language, type, abstract")


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ({"first_year": 2021, "last_year": 2020}, "2021 is after last_year 2020"),
        ({"must": [[]]}, "no record could meet it"),
        ({"must_not": ["--"]}, "no word to look for"),
    ],
)
def test_criteria_that_cannot_be_met_are_refused(criteria, message):
    with pytest.raises(ValidationError, match=message):
        Criteria(**criteria)


RELEVANT = ["legal", "contracts", "court", "statute", "intermediate", "training", "transfer"]
OTHER = ["image", "pixels", "camera", "segmentation", "convolution", "colour", "depth"]
COMMON = ["we", "measure", "a", "model", "and", "report", "results", "of", "data", "methods"]


def made_up(n: int = 400, share: float = 0.1, seed: int = 5) -> tuple[list[str], list[bool]]:
    """Abstracts of ten words each, of which a relevant one has three of its subject's words."""
    rng = np.random.default_rng(seed)
    labels = [bool(value) for value in rng.random(n) < share]
    texts = []
    for label in labels:
        own = rng.choice(RELEVANT if label else OTHER, 3)
        stray = rng.choice(OTHER if label else RELEVANT, 1)
        texts.append(" ".join([*own, *stray, *rng.choice(COMMON, 6)]))
    return texts, labels


def test_the_order_of_reading_saves_most_of_the_work_and_is_the_same_each_time():
    texts, labels = made_up()
    start = [labels.index(True), labels.index(False)]
    order = simulate_screening(texts, labels, start)
    assert sorted(order) == list(range(len(texts)))
    assert order == simulate_screening(texts, labels, start)
    # A tenth is relevant: at random, 95 % of them would be found after 95 % of the reading.
    assert recall_after(order, labels, len(texts) // 5) == 1.0
    assert work_saved(order, labels) > 0.75


def test_work_saved_by_hand():
    # Four of ten are relevant; 95 % of four is 3.8, so all four are needed. They are at the places
    # 1, 2, 3 and 5: (10 - 5) / 10 - 0.05 = 0.45.
    labels = [True, True, True, False, True] + [False] * 5
    assert work_saved(list(range(10)), labels) == pytest.approx(0.45)
    assert recall_after(list(range(10)), labels, 3) == pytest.approx(0.75)


def test_papers_like_the_relevant_example_come_first():
    papers = [
        paper(1, "Legal contracts and statutes"),
        paper(2, "Statutes before the court"),
        paper(3, "Pixels of images", abstract="Cameras."),
    ]
    scores = rank(papers, ["arxiv:2005.00001"], [])
    assert scores["arxiv:2005.00002"] > scores["arxiv:2005.00003"]
    with pytest.raises(InputError, match="a relevant example among the papers"):
        rank(papers, ["arxiv:2005.00009"], [])
