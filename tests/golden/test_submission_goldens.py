"""The official scorer's figures, task by task, worked by hand; the working stands beside each."""

import pandas as pd
import pytest
from seqeval.metrics import f1_score, precision_score, recall_score

from crosslift.metrics import METRICS
from crosslift.scores import score_table, task_average
from crosslift.submission.benchmarks import TASKS, XTREME, XTREME_R
from crosslift.submission.scoring import group_averages, official_scores, task_averages
from tests.submission_rows import rows_of

FILLERS = [f"x{number}" for number in range(20)]


def scored(task: str, pairs: list, language: str = "de") -> dict[str, float]:
    return official_scores(TASKS[task], rows_of(pairs), language)


def own_value(metric: str, pairs: list, language: str = "de") -> float:
    """What the project's own metric makes of the same rows."""
    rows = rows_of(pairs)
    measured = METRICS[metric].measure_texts(
        list(rows["gold"]), list(rows["prediction"]), [language] * len(rows)
    )
    return measured.value


@pytest.mark.parametrize("task", ["xnli", "pawsx", "xcopa"])
def test_accuracy_is_the_share_of_equal_labels(task):
    pairs = [("0", "0"), ("1", "0"), ("1", "1")]
    # 2 of 3.
    assert scored(task, pairs) == {"accuracy": pytest.approx(200 / 3)}
    assert own_value("accuracy", pairs) == pytest.approx(200 / 3)


def test_names_are_scored_by_chunks_over_all_sentences():
    pairs = [
        (["B-PER", "I-PER", "O"], ["B-PER", "I-PER", "O"]),
        (["B-LOC", "O", "B-ORG"], ["B-LOC", "I-LOC", "B-ORG"]),
        (["O", "O"], ["I-PER", "O"]),  # an I- after O opens a chunk
    ]
    # Gold PER, LOC, ORG; predicted PER, LOC (too long), ORG, PER; common PER and ORG.
    # Precision 2/4, recall 2/3, F1 2 * 2 / (3 + 4).
    expected = {"f1": 400 / 7, "precision": 50, "recall": 200 / 3}
    assert scored("panx", pairs) == pytest.approx(expected)
    assert own_value("span_f1", pairs) == pytest.approx(400 / 7)


def test_bare_tags_are_chunks_too_and_the_two_seqevals_differ():
    pairs = [
        (["NOUN", "NOUN", "VERB"], ["NOUN", "NOUN", "VERB"]),
        (["CCONJ", "ADJ"], ["SCONJ", "ADJ"]),
        (["ADV", "X"], ["ADV", "X"]),
    ]
    # 0.0.12: gold NOUN-NOUN, VERB, CCONJ, ADJ, ADV, X; all but CCONJ are found: 5 of 6 and 6.
    # 1.x drops a tag's first letter: CCONJ and SCONJ are both "CONJ", so that chunk is right, and
    # the X that ends a sentence makes no chunk on either side: 5 of 5 and 5.
    found = scored("udpos", pairs)
    assert {name: found[name] for name in ("f1", "precision", "recall")} == pytest.approx(
        {"f1": 500 / 6, "precision": 500 / 6, "recall": 500 / 6}
    )
    assert found["f1_seqeval_1"] == found["recall_seqeval_1"] == 100
    assert own_value("tag_f1", pairs) == pytest.approx(500 / 6)


@pytest.mark.filterwarnings("ignore:.*seems not to be NE tag")
def test_bare_tags_give_what_both_seqevals_give():
    gold = [["SYM", "SYM", "INTJ", "NOUN"], ["X", "X", "SCONJ", "PROPN", "PROPN"], ["CCONJ", "X"]]
    found = [["SYM", "SYM", "NOUN", "NOUN"], ["X", "X", "SCONJ", "PROPN", "PROPN"], ["X", "X"]]
    # f1_score, precision_score and recall_score of seqeval 0.0.12 (from its own wheel). By hand:
    # gold SYM, SYM, INTJ, NOUN, XX, SCONJ, PROPN, CCONJ, X; predicted SYM, SYM, NOUN, XX, SCONJ,
    # PROPN, XX; common SYM, SYM, XX, SCONJ, PROPN: precision 5/7, recall 5/9.
    expected = {
        "f1": 62.500000000000014,
        "precision": 71.42857142857143,
        "recall": 55.55555555555556,
    }
    scores = scored("udpos", list(zip(gold, found, strict=True)))
    assert {name: scores[name] for name in expected} == expected
    assert scores["f1_seqeval_1"] == 100 * f1_score(gold, found)
    assert scores["precision_seqeval_1"] == 100 * precision_score(gold, found)
    assert scores["recall_seqeval_1"] == 100 * recall_score(gold, found)


@pytest.mark.parametrize("task", ["xquad", "tydiqa"])
def test_squads_rules_hold_in_every_language(task):
    pairs = [
        (["das Haus"], "Haus"),  # a German article stays: 2 * 1 / (2 + 1), not exact
        (["北京市", "北京"], "北京。"),  # 。 is no ASCII punctuation, so nothing is shared: 0, 0
        (["Eiffel"], "the Eiffel!"),  # the English article and the mark go: 1, exact
    ]
    expected = {"exact_match": 100 / 3, "f1": 100 * (2 / 3 + 0 + 1) / 3}
    assert scored(task, pairs, "zh") == pytest.approx(expected)
    # The project's primary score is the mean of the two.
    assert own_value("f1_em", pairs, "zh") == pytest.approx(sum(expected.values()) / 2)


@pytest.mark.parametrize(
    ("language", "pairs", "exact", "f1"),
    [
        # 北 京 市 against 北 京: 2 * 2 / (3 + 2). 。 is punctuation: exact.
        ("zh", [(["北京市"], "北京"), (["手机"], "手机。")], 50, 90),
        # iphone 手 机 against 手 机 壳: 2 * 2 / 6.
        ("zh", [(["手机壳"], "iPhone手机")], 0, 200 / 3),
        ("de", [(["Haus"], "das Haus"), (["dem Hund"], "Hund „Rex“")], 50, 100 * (1 + 2 / 3) / 2),
        ("es", [(["casa"], "La casa"), (["el gato"], "un gato")], 100, 100),
        ("ar", [(["قاهرة"], "القاهرة")], 100, 100),
        ("vi", [(["con mèo"], "những con mèo")], 100, 100),
        ("hi", [(["दिल्ली"], "दिल्ली।")], 100, 100),
        ("en", [(["a house"], "The house – big")], 0, 200 / 3),
    ],
)
def test_mlqa_has_rules_for_each_language(language, pairs, exact, f1):
    expected = {"exact_match": exact, "f1": f1}
    assert scored("mlqa", pairs, language) == pytest.approx(expected)
    assert own_value("mlqa_f1_em", pairs, language) == pytest.approx((exact + f1) / 2)


def test_mined_pairs_are_scored_as_a_set():
    # Gold pairs q0-a, q1-b, q2-c; predicted q0-a, q1-c, q3-d, q4-e. One in common:
    # precision 1/4, recall 1/3, F1 2 * 1 / (3 + 4).
    pairs = [(["a"], ["a"]), (["b"], ["c"]), (["c"], []), ([], ["d"]), ([], ["e"])]
    expected = {"f1": 200 / 7, "precision": 25, "recall": 100 / 3}
    assert scored("bucc2018", pairs) == pytest.approx(expected)
    assert own_value("bitext_f1", pairs) == pytest.approx(200 / 7)
    assert scored("bucc2018", [(["a"], [])]) == {"f1": 0, "precision": 0, "recall": 0}


def test_tatoeba_looks_at_the_nearest_sentence_alone():
    pairs = [(["a"], ["a", "b"]), (["a"], ["b", "a"]), (["c"], ["c"])]
    assert scored("tatoeba", pairs) == {"accuracy": pytest.approx(200 / 3)}
    assert own_value("retrieval_accuracy", pairs) == pytest.approx(200 / 3)


def test_mewslix_is_the_reciprocal_rank_cut_at_20():
    # Found at rank 1, at rank 4, at rank 21 (which counts for nothing): (1 + 1/4 + 0) / 3.
    pairs = [(["a"], ["a"]), (["a"], ["x", "y", "z", "a"]), (["a"], [*FILLERS, "a"])]
    assert scored("mewslix", pairs) == {"map@20": pytest.approx(125 / 3)}
    assert own_value("map_at_20", pairs) == pytest.approx(125 / 3)


def test_lareqa_is_average_precision_cut_at_20():
    # Three relevant at ranks 1, 3 and 21: (1/1 + 2/3) / 3. 25 relevant, the first 20 all right: 1.
    relevant = [f"r{number}" for number in range(25)]
    pairs = [
        (["a", "b", "c"], ["a", "x", "b", *FILLERS[:17], "c"]),
        (relevant, relevant[:20]),
    ]
    assert scored("lareqa", pairs) == {"map@20": pytest.approx(100 * (5 / 9 + 1) / 2)}
    assert own_value("map_at_20", pairs) == pytest.approx(100 * (5 / 9 + 1) / 2)


def test_english_counts_in_an_average_where_it_is_listed():
    scores = {"en": {"accuracy": 90.0}, "de": {"accuracy": 60.0}, "sw": {"accuracy": 30.0}}
    averages = task_averages(XTREME, TASKS["xnli"], scores)
    assert averages == {"avg_accuracy": 60, "avg_metric": 60}
    # Tatoeba lists no English, so a score in English is not counted.
    assert task_averages(XTREME, TASKS["tatoeba"], scores)["avg_metric"] == 45


def test_an_answering_tasks_score_is_the_mean_of_both_averages():
    scores = {"en": {"exact_match": 40.0, "f1": 60.0}, "de": {"exact_match": 20.0, "f1": 50.0}}
    # Averages 30 and 55.
    expected = {"avg_exact_match": 30, "avg_f1": 55, "avg_metric": 42.5}
    assert task_averages(XTREME, TASKS["mlqa"], scores) == expected
    # TyDiQA has no German, so English alone counts there.
    assert task_averages(XTREME, TASKS["tydiqa"], scores)["avg_metric"] == 50


def test_xquad_has_one_language_more_in_xtreme_r():
    assert len(XTREME.languages["xquad"]) == 11
    assert set(XTREME_R.languages["xquad"]) - set(XTREME.languages["xquad"]) == {"ro"}
    scores = {"en": {"exact_match": 40.0, "f1": 60.0}, "ro": {"exact_match": 20.0, "f1": 40.0}}
    assert task_averages(XTREME, TASKS["xquad"], scores)["avg_metric"] == 50
    assert task_averages(XTREME_R, TASKS["xquad"], scores)["avg_metric"] == 40


def test_a_group_is_the_mean_of_its_tasks_and_only_xtreme_has_a_mean_of_all():
    scores = {name: float(number) for number, name in enumerate(XTREME.languages)}
    # pawsx 0, xnli 1, panx 2, udpos 3, bucc2018 4, tatoeba 5, xquad 6, mlqa 7, tydiqa 8.
    assert group_averages(XTREME, scores) == {
        "all_task": 4,
        "classification": 0.5,
        "tagging": 2.5,
        "qa": 7,
        "retrieval": 4.5,
    }
    # XTREME-R lists no language for LAReQA, which so has no score, and all_task needs it. XCOPA is
    # in two of its groups.
    scores = dict.fromkeys(XTREME_R.languages, 10.0) | {"xcopa": 30.0}
    del scores["lareqa"]
    assert group_averages(XTREME_R, scores) == {
        "classification": 20,
        "tagging": 10,
        "qa": 10,
        "retrieval": 10,
        "multi_choice": 30,
    }
    assert XTREME_R.languages["lareqa"] == ()
    assert task_averages(XTREME_R, TASKS["lareqa"], {"de": {"map@20": 50.0}}) == {}


def test_the_studys_own_tables_have_the_same_averages():
    pairs = {"en": [(["a house"], "a house"), (["b"], "c")], "de": [(["das Haus"], "Haus")]}
    blocks = []
    for language, own in pairs.items():
        rows = rows_of(own).assign(language=language, group="g", weight=1.0)
        scores = METRICS["f1_em"].measure_texts(
            list(rows["gold"]), list(rows["prediction"]), [language] * len(rows)
        )
        blocks.append(rows.assign(score=scores.score))
    table = pd.concat(blocks).assign(
        encoder="e", intermediate="none", target="xquad", intermediate_seed=0, target_seed=0
    )
    own = task_average(score_table(table, {"xquad": "f1_em"}), {"xquad": ["en", "de"]})
    official = task_averages(
        XTREME,
        TASKS["xquad"],
        {language: scored("xquad", rows, language) for language, rows in pairs.items()},
    )
    # English: EM 50 and F1 50; German: EM 0 and F1 66.7. Averages 25 and 58.3, their mean 41.7.
    assert official["avg_metric"] == pytest.approx((25 + 175 / 3) / 2)
    assert own.loc[own["target"] == "xquad", "official"].item() == pytest.approx(
        official["avg_metric"]
    )


def test_a_figure_between_two_printed_ones_falls_to_the_scorers_side():
    # 23 of 160 are 14.375 per cent. The scorer divides first, gets 14.374999999999998, and prints
    # 14.37, where 100 * 23 / 160 would print 14.38.
    pairs = [("1", "1")] * 23 + [("1", "0")] * 137
    assert f"{scored('xnli', pairs)['accuracy']:.2f}" == "14.37"
