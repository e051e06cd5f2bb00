import pandas as pd

from crosslift.data.groups import example_groups
from crosslift.data.mini import build


def frame(rows, columns):
    return pd.DataFrame(rows, columns=["example_id", "language", *columns])


def test_pairs_that_share_either_text_are_one_group_in_every_language():
    rows = [
        ("a", "en", "It rained.", "It was wet."),
        ("b", "en", "it  rained.", "It was dry."),  # the premise, but for case and spaces
        ("c", "en", "It snowed.", "It was dry."),  # joined to a by way of b
        ("d", "en", "It snows.", None),
        ("a", "de", "Es regnete.", "Es war nass."),
        ("b", "de", "Es regnete.", "Es war trocken."),
        ("c", "de", "Es schneite.", "Es war trocken."),
        ("d", "de", "Es schneit.", None),
    ]
    groups = example_groups(frame(rows, ["text", "text_pair"]))
    assert groups.tolist() == ["a", "a", "a", "d"] * 2


def test_texts_of_other_languages_join_nothing_here_but_their_own_ids():
    rows = [("a", "en", "taxi", None), ("b", "de", "taxi", None), ("b", "en", "bus", None)]
    assert example_groups(frame(rows, ["text", "text_pair"])).tolist() == ["a", "b", "b"]


def test_questions_about_one_passage_are_one_group():
    rows = [("q1", "en", "A passage."), ("q2", "en", "Another."), ("q3", "en", "A passage.")]
    assert example_groups(frame(rows, ["context"])).tolist() == ["q1", "q2", "q1"]


def test_threes_of_the_embedded_nli_stay_together():
    table = build("mini-nli", "test", ["en", "de"], 36)
    groups = example_groups(table)
    threes = table["example_id"].str[-4:].astype(int) // 3
    assert groups.groupby([table["language"], threes]).nunique().eq(1).all()
    assert groups.nunique() > 6
