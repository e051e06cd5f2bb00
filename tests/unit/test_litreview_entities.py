"""Entities: every name of the catalogue is known, cases and versions are told apart."""

import json
from itertools import pairwise

import pytest

from crosslift.catalogue.encoders import load_encoders
from crosslift.catalogue.tasks import load_tasks
from litreview.claims.entities import NAMES, find_entities, link, names_of, polarity_of


def found(text: str, tag: bool = False) -> list[tuple[str, str, str | None]]:
    return [(text[e.start : e.end], e.kind, e.name) for e in find_entities(text, tag)]


def test_every_name_of_the_catalogue_is_in_the_table_of_names():
    known = {(entry["kind"], entry["name"]) for entry in json.loads(NAMES.read_text("utf-8"))}
    assert {("dataset", name) for name in load_tasks()} <= known
    assert {("model", name) for name in load_encoders()} <= known


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "SQuAD v2.0 and SQuAD",
            [("SQuAD v2.0", "dataset", "squad_v2"), ("SQuAD", "dataset", "squad")],
        ),
        (
            "XLM-R Large beats mBERT, not BERT",
            [
                ("XLM-R Large", "model", "xlm-roberta-large"),
                ("mBERT", "model", "mbert"),
                ("BERT", "model", "bert"),
            ],
        ),
        ("They race for a record.", []),
        ("It raises F1 on RACE in Swahili.", [
            ("F1", "metric", "f1"), ("RACE", "dataset", "race"), ("Swahili", "language", "sw"),
        ]),
        ("Accuracies in part-of-speech tagging", [
            ("Accuracies", "metric", "accuracy"),
            ("part-of-speech tagging", "task", "part-of-speech tagging"),
        ]),
        (
            "a T5-based and an XNLI-trained one",
            [("T5", "model", "t5"), ("XNLI", "dataset", "xnli")],
        ),
    ],
)  # fmt: skip
def test_names_are_found_whole_and_linked(text, expected):
    assert found(text) == expected


def test_mentions_that_the_table_lacks_have_no_name():
    text = "We evaluate on the Blorptown Treebank for stance prediction with accuracy."
    entities = find_entities(text)
    kinds = {text[e.start : e.end]: (e.kind, e.name) for e in entities}
    assert kinds["accuracy"] == ("metric", "accuracy")
    assert any(kind == "dataset" and name is None for kind, name in kinds.values())
    places = [(e.start, e.end) for e in entities]
    assert places == sorted(places)
    assert all(left[1] <= right[0] for left, right in pairwise(places))


def test_names_polarity_and_links_of_single_mentions():
    entities = find_entities("Perplexity and BLEU on WMT14", tag=False)
    assert names_of(entities, "metric") == ["perplexity", "bleu"]
    assert polarity_of(entities) == -1
    assert polarity_of([]) is None
    assert link("dataset", "PAN-X") == "wikiann"
    assert link("metric", "something") is None
