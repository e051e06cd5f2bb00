import logging

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from crosslift.contrasts import CONTRAST_COLUMNS, estimate_contrasts, matched_pairs
from crosslift.effects import (
    EFFECT_COLUMNS,
    chance_levels,
    collapsed_runs,
    estimate_effects,
    lopsided_runs,
)
from crosslift.errors import DataError
from crosslift.pairing import pair_cells
from tests.effect_predictions import STUDY, prediction_rows, random_predictions

DRAW = {"resamples": 200, "confidence": 0.9, "seed": 0}


def effects_of(predictions: pd.DataFrame, **changes) -> pd.DataFrame:
    return estimate_effects(list(pair_cells(predictions)), **{**DRAW, **changes}).effects


def row(effects: pd.DataFrame, **key: str) -> pd.Series:
    return effects.loc[np.logical_and.reduce([effects[k] == v for k, v in key.items()])].squeeze()


def test_a_gain_is_the_mean_over_seeds_and_non_english_languages():
    effects = effects_of(
        prediction_rows(
            {
                ("e", "none", "t", 0, 1, "en"): [1, 1, 1, 1],
                ("e", "none", "t", 0, 1, "de"): [1, 0, 0, 0],
                ("e", "none", "t", 0, 1, "th"): [0, 0, 0, 0],
                ("e", "legal", "t", 3, 1, "en"): [1, 1, 1, 0],
                ("e", "legal", "t", 3, 1, "de"): [1, 1, 0, 0],
                ("e", "legal", "t", 3, 1, "th"): [1, 0, 0, 0],
                ("e", "legal", "t", 4, 1, "en"): [1, 1, 1, 0],
                ("e", "legal", "t", 4, 1, "de"): [1, 1, 1, 1],
                ("e", "legal", "t", 4, 1, "th"): [1, 1, 0, 0],
            }
        )
    )
    assert list(effects.columns) == EFFECT_COLUMNS
    # The mean over seeds less the baseline: in de (50 + 100) / 2 less 25, in th (25 + 50) / 2.
    assert row(effects, target="t", language="de")["gain"] == 50
    assert row(effects, target="t", language="th")["gain"] == 37.5
    assert row(effects, target="t", language="en")["gain"] == -25
    headline = row(effects, target="t", language="non-english")
    assert headline[["score", "baseline_score", "gain"]].tolist() == [56.25, 12.5, 43.75]
    counts = ["intermediate_seeds", "target_seeds", "languages", "examples"]
    assert headline[counts].tolist() == [2, 1, 2, 4]
    settings = ["confidence", "resamples", "bootstrap_seed"]
    assert headline[settings].tolist() == [0.9, 200, 0]


def answers(arm, seed, predictions, gold):
    """A row for each pair of answers of one run."""
    names = {"encoder": "e", "intermediate": arm, "target": "t", "intermediate_seed": 0}
    pairs = zip(predictions, gold, strict=True)
    return [{**names, "target_seed": seed, "prediction": p, "gold": g} for p, g in pairs]


def test_runs_that_give_one_answer_to_everything_are_counted():
    table = pd.DataFrame(
        [
            *answers("none", 0, "abab", "abba"),
            *answers("legal", 0, "aaaa", "abba"),
            *answers("legal", 1, "bbbb", "abba"),
            *answers("medical", 0, "aaab", "abba"),
            *answers("same", 0, "aaaa", "aaaa"),  # one answer is the right one
        ]
    )
    assert collapsed_runs(table) == {("e", "legal", "t"): 2}


def test_runs_that_hardly_ever_give_one_of_the_answers_are_counted():
    gold = "a" * 20 + "b" * 20 + "c" * 20
    table = pd.DataFrame(
        [
            *answers("none", 0, gold, gold),
            *answers("legal", 0, "a" * 39 + "b" * 20 + "c", gold),  # c is given once, not 20 times
            *answers("legal", 1, "a" * 38 + "b" * 20 + "c" * 2, gold),  # a tenth is not hardly ever
            *answers("medical", 0, "ab" * 30, gold),
            *answers("medical", 1, "a" * 60, gold),  # that one collapsed
        ]
    )
    assert lopsided_runs(table, {"t"}) == {("e", "legal", "t"): 1, ("e", "medical", "t"): 1}
    assert lopsided_runs(table, {"u"}) == {}


def test_micro_f1_weighs_examples_by_their_entities():
    rows = prediction_rows(
        {("e", "none", "t", 0, 1, "de"): [0.5, 0], ("e", "legal", "t", 0, 1, "de"): [1, 0.5]}
    ).assign(weight=[4.0, 2.0, 4.0, 4.0])
    # Without intermediate (0.5 * 4 + 0 * 2) / 6, with it (1 * 4 + 0.5 * 4) / 8.
    headline = row(effects_of(rows), target="t", language="non-english")
    assert headline[["baseline_score", "score"]].tolist() == pytest.approx([100 / 3, 75])


THREE_TARGETS = {
    ("e", "none", "a", 0, 1, "de"): [0, 0],
    ("e", "legal", "a", 0, 1, "de"): [1, 1],
    ("e", "none", "b", 0, 1, "de"): [0] * 4,
    ("e", "legal", "b", 0, 1, "de"): [1, 0, 0, 0],
    ("e", "none", "b", 0, 1, "th"): [0] * 4,
    ("e", "legal", "b", 0, 1, "th"): [1, 0, 0, 0],
    ("e", "none", "c", 0, 0, "de"): [1] * 5,
    ("e", "legal", "c", 0, 0, "de"): [0] * 5,
}


def test_the_mean_over_targets_weighs_the_tuned_ones_equally_and_leaves_out_others():
    found = estimate_effects(
        list(pair_cells(prediction_rows(THREE_TARGETS))), **DRAW, untuned={"c"}
    )
    mean = row(found.effects, target="mean")
    # (100 + 25) / 2, without the -100 of c; the fewest languages; 2 + 4 examples.
    assert mean["gain"] == 62.5
    assert mean[["target_seeds", "languages", "examples"]].tolist() == [1, 1, 6]
    assert row(found.effects, target="c", language="non-english")["gain"] == -100
    assert row(found.effects, target="c", language="non-english")["target_seeds"] == 0
    drawn = found.draws.pivot(index="draw", columns="target", values="gain")
    # Near the mean of the targets' own draws; its tails are those of its own degrees of freedom.
    assert np.corrcoef(drawn["mean"], drawn["a"] + drawn["b"])[0, 1] > 0.9
    assert mean["low"] <= 62.5 <= mean["high"]


def test_without_a_tuned_target_the_mean_is_over_all():
    effects = effects_of(prediction_rows(THREE_TARGETS), untuned={"a", "b", "c"})
    mean = row(effects, target="mean")
    # The sum of the gains 100, 25 and -100, over three targets.
    assert mean["gain"] == pytest.approx(25 / 3)
    assert mean["target_seeds"] == 0


def test_chance_is_a_guess_among_labels_or_alternatives():
    rows = prediction_rows(THREE_TARGETS)
    rows["gold"] = [str(place % 2) for place in range(len(rows))]
    targets = {
        "a": {"format": "classification", "labels": ["x", "y", "z"]},
        "b": {"format": "choice", "labels": None},
        "c": {"format": "retrieval", "labels": None},
    }
    levels = chance_levels(rows, targets)
    assert levels == {"a": pytest.approx(100 / 3), "b": 50}
    effects = effects_of(prediction_rows(THREE_TARGETS), chance=levels)
    by_target = effects.groupby("target")["chance"].first()
    assert by_target["b"] == 50
    assert by_target[["c", "mean"]].isna().all()


def test_equal_arms_gain_nothing_with_certainty():
    rows = random_predictions(intermediates=("legal",), seeds=(0,))
    same = rows[rows["intermediate"] == "none"]
    effects = effects_of(pd.concat([same, same.assign(intermediate="legal")]))
    assert (effects[["gain", "low", "high"]] == 0).all(axis=None)
    assert (effects["p_value"] == 1).all()


def test_the_order_of_rows_changes_nothing():
    rows = random_predictions()
    shuffled = rows.sample(frac=1, random_state=1)
    first, second = (
        estimate_effects(list(pair_cells(table)), **DRAW) for table in (rows, shuffled)
    )
    pd.testing.assert_frame_equal(first.effects, second.effects)
    pd.testing.assert_frame_equal(first.draws, second.draws)


def test_swapping_arm_and_baseline_mirrors_the_interval():
    rows = random_predictions(intermediates=("legal",), seeds=(0,))
    swapped = rows.assign(intermediate=rows["intermediate"].map({"none": "legal", "legal": "none"}))
    forward, backward = effects_of(rows), effects_of(swapped)
    assert (forward["gain"] != 0).any()
    assert forward["gain"].to_numpy() == pytest.approx(-backward["gain"].to_numpy())
    assert forward["low"].to_numpy() == pytest.approx(-backward["high"].to_numpy())
    assert forward["p_value"].to_numpy() == pytest.approx(backward["p_value"].to_numpy())


def test_arms_share_draws_so_that_equal_arms_have_equal_ones():
    rows = random_predictions(encoders=("small",), intermediates=("legal",))
    twin = rows[rows["intermediate"] == "legal"].assign(intermediate="plain")
    draws = estimate_effects(list(pair_cells(pd.concat([rows, twin]))), **DRAW).draws
    legal, plain = (draws.loc[draws["intermediate"] == n, "gain"] for n in ("legal", "plain"))
    assert legal.nunique() > 10
    assert legal.tolist() == plain.tolist()


def test_draws_cover_every_headline_row_once_a_draw():
    found = estimate_effects(list(pair_cells(random_predictions())), **DRAW)
    assert list(found.draws.columns) == ["encoder", "intermediate", "target", "draw", "gain"]
    # 2 encoders, 2 intermediates, 2 targets and their mean, 200 draws.
    assert len(found.draws) == 2 * 2 * 3 * 200
    sizes = found.draws.groupby(["encoder", "intermediate", "target"])["draw"].nunique()
    assert (sizes == 200).all()
    headline = found.effects[found.effects["language"] == "non-english"]
    means = found.draws.groupby(["encoder", "intermediate", "target"])["gain"].mean()
    for (encoder, arm, target), mean in means.items():
        place = row(headline, encoder=encoder, intermediate=arm, target=target)
        assert place["low"] < mean < place["high"]


def test_p_values_are_corrected_over_headline_rows_of_targets():
    effects = effects_of(random_predictions())
    family = (effects["language"] == "non-english") & (effects["target"] != "mean")
    assert family.sum() == 2 * 2 * 2
    for column, method in (("p_holm", "holm"), ("p_bh", "fdr_bh")):
        expected = multipletests(effects.loc[family, "p_value"], method=method)[1]
        assert effects.loc[family, column].tolist() == pytest.approx(list(expected))
        assert effects.loc[~family, column].isna().all()


def test_too_few_draws_for_the_correction_are_warned_of(caplog):
    with caplog.at_level(logging.WARNING):
        effects_of(random_predictions(), resamples=100, confidence=0.95)
    # Among 8 gains 2 * 8 / (100 + 1) is 0.16; 2 * 8 / (320 + 1) is the first below 0.05.
    assert "100 resamples cannot show any of 8 gains" in caplog.text
    assert "use at least 320" in caplog.text


def test_a_single_seed_is_allowed_and_counted():
    effects = effects_of(random_predictions(seeds=(0,), target_seeds=(0,)))
    assert set(effects["intermediate_seeds"]) == {1}
    assert set(effects["target_seeds"]) == {1}


@pytest.mark.parametrize(
    ("drop", "message"),
    [
        (
            "intermediate == 'legal' and example_id == 'x3' and language == 'de' "
            "and intermediate_seed == 1 and target_seed == 2",
            r"encoder 'large', target 'answers'.* intermediate 'legal' seed 1 target seed 2 "
            r"language 'de' lacks 1 of 8 examples \(first 'x3'\)",
        ),
        (
            "intermediate == 'legal' and intermediate_seed == 1 and target_seed == 2",
            "intermediate 'legal' seed 1 has no run with target seed 2",
        ),
        ("intermediate == 'none'", "the baseline intermediate 'none' is absent"),
        (
            "intermediate == 'legal' and target == 'answers'",
            "intermediate 'legal' is absent, though other targets have it",
        ),
        ("target == 'answers' and encoder == 'small'", "encoder 'small' lacks answers"),
    ],
)
def test_cells_without_partner_are_named(drop, message):
    rows = random_predictions()
    kept = rows.drop(rows.query(drop).index)
    with pytest.raises(DataError, match=message):
        list(pair_cells(kept))


def test_runs_that_disagree_about_gold_are_refused():
    rows = random_predictions()
    changed = (rows["intermediate"] == "legal") & (rows["example_id"] == "x0")
    rows.loc[changed, "gold"] = "no"
    with pytest.raises(DataError, match=r"has another gold for 1 examples \('x0'\)"):
        list(pair_cells(rows))


def test_a_target_in_english_alone_is_refused():
    with pytest.raises(DataError, match="English is its only language"):
        effects_of(random_predictions(languages=("en",)))


def test_a_study_without_intermediate_is_refused():
    with pytest.raises(DataError, match="the baseline alone"):
        effects_of(random_predictions(intermediates=()))


def test_contrasts_match_formats_and_leave_out_mixtures():
    tasks = {
        "mnli": {"domain": "general", "format": "classification"},
        "squad": {"domain": "general", "format": "span"},
        "policyqa": {"domain": "legal", "format": "span"},
        "pubmedqa": {"domain": "medical", "format": "classification"},
        "all": {"domain": "mixed", "format": "span"},
        "copa": {"domain": "legal", "format": "choice"},
    }
    assert matched_pairs(tasks) == [("policyqa", "squad"), ("pubmedqa", "mnli")]


def test_a_contrast_is_the_difference_of_gains():
    cells = list(pair_cells(random_predictions()))
    effects = estimate_effects(cells, **DRAW).effects
    contrasts = estimate_contrasts(cells, STUDY["intermediates"], **DRAW)
    assert list(contrasts.columns) == CONTRAST_COLUMNS
    assert len(contrasts) == 2 * 3  # encoders, targets with their mean
    for found in contrasts.itertuples():
        gains = [
            row(
                effects,
                encoder=found.encoder,
                intermediate=name,
                target=found.target,
                language="non-english",
            )["gain"]
            for name in ("legal", "plain")
        ]
        assert found.difference == pytest.approx(gains[0] - gains[1])
        assert found.low <= found.difference <= found.high
        assert (found.domain, found.format) == ("legal", "classification")
    assert (contrasts["p_holm"].isna() == (contrasts["target"] == "mean")).all()


def test_a_contrast_of_means_leaves_out_untuned_targets():
    cells = list(pair_cells(random_predictions()))
    contrasts = estimate_contrasts(cells, STUDY["intermediates"], **DRAW, untuned={"answers"})
    found = contrasts.pivot(index="encoder", columns="target", values="difference")
    assert found["mean"].tolist() == found["topics"].tolist()
    assert found["answers"].tolist() != found["topics"].tolist()


def test_a_study_without_matched_control_has_an_empty_table_of_contrasts():
    cells = list(pair_cells(random_predictions(intermediates=("legal",))))
    contrasts = estimate_contrasts(cells, STUDY["intermediates"], **DRAW)
    assert contrasts.empty
    assert list(contrasts.columns) == CONTRAST_COLUMNS


def test_arms_with_other_seeds_cannot_be_contrasted():
    rows = random_predictions()
    lone = (rows["intermediate"] == "plain") & (rows["intermediate_seed"] == 1)
    cells = list(pair_cells(rows[~lone]))
    with pytest.raises(DataError, match=r"'legal' has the intermediate seeds \(0, 1\)"):
        estimate_contrasts(cells, STUDY["intermediates"], **DRAW)
