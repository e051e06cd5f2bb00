"""Fields of claims against labelled data that their rules and weights were not fitted to."""

from pathlib import Path

from benchmarks import change_words, fit_entity_tagger, result_tuples
from benchmarks.claimdata import read_tdmsci


def test_mentions_of_tasks_data_sets_and_metrics_are_found_on_the_test_sentences(data_root: Path):
    test = read_tdmsci(data_root / "claimdata" / "tdmsci" / "test_500_v2.conll")
    f1 = fit_entity_tagger.measure(test)
    assert f1["all"] > 0.57
    assert f1["METRIC"] > f1["TASK"] > 0.5


def test_the_way_of_a_change_is_read_from_evidence_texts(data_root: Path):
    found = change_words.measure(data_root / "claimdata" / "evidence_inference", "test")
    assert found["texts"] > 400
    # All texts called "same", the most frequent label, have a macro-F1 of .22.
    assert found["macro_f1"] > 0.70


def test_scores_of_tables_are_tied_to_their_leaderboards(data_root: Path):
    found = result_tuples.measure(data_root / "claimdata" / "nlp_tdms")
    assert found["papers"] == 338
    assert found["micro_f1"] > 12
