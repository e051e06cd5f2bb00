"""Claims against measurements: verdicts, scopes and reasons on a study made for the purpose."""

import numpy as np
import pandas as pd
import pytest

from litreview.checks.intervals import Region, tail_shares
from litreview.checks.judging import check_claims
from litreview.checks.measurements import Measurements, Sample
from litreview.checks.ranked import _judge, _surest_rival
from litreview.files import InputError
from litreview.language.wording import check_words
from tests.litreview_examples import study, tables
from tests.litreview_papers import claim


def check(predicate, *, design=None, measured=None):
    """The one check of the one predicate."""
    measured = tables() if measured is None else measured
    claimed = claim(predicates=[predicate])
    (found,) = check_claims([claimed], measured["effects"], measured["draws"], design or study())
    return found


def test_an_interval_inside_the_band_supports():
    # The larger encoder gains 2.0 + 1 = 3.0 everywhere, with draws of standard deviation 0.5 / 3
    # of a mean over three targets or less.
    found = check({"p": "DELTA", "arm": "legal-nli", "low": 1.0, "high": 5.0})
    assert found.verdict == "supported"
    assert found.estimate == pytest.approx(3.0)
    assert 1.0 < found.low < 3.0 < found.high < 5.0
    assert found.seeds == 3
    assert found.reason_code == "inside_region"


def test_an_interval_outside_the_band_contradicts_only_at_its_scale():
    found = check({"p": "DELTA", "arm": "legal-nli", "low": 7.7, "high": 8.7})
    assert (found.verdict, found.scope) == ("contradicted", "reduced")
    assert check_words(found) == "contradicted at reduced scale"
    assert found.reason.endswith("this does not refute the paper's own result.")


def test_an_interval_that_crosses_the_border_is_inconclusive():
    found = check({"p": "GT", "arm": "legal-nli", "on": "nli", "margin": 3.1})
    assert (found.verdict, found.reason_code) == ("inconclusive", "overlaps_region")


def test_two_arms_are_compared_on_paired_draws():
    found = check(
        {"p": "GT", "arm": "legal-nli", "baseline": "general-nli", "on": "nli"},
        measured=tables(general_nli__nli=-1.0),
    )
    assert found.verdict == "supported"
    assert found.estimate == pytest.approx(3.0)


def test_not_worse_by_more_than_a_margin_is_supported_where_better_is_not():
    measured = tables(legal_nli__nli=-0.5)
    arguments = {"arm": "legal-nli", "on": "nli", "encoder": "small-3"}
    assert check({"p": "GT", **arguments}, measured=measured).verdict == "inconclusive"
    noninferior = check({"p": "NONINF", "margin": 2.0, **arguments}, measured=measured)
    assert noninferior.verdict == "supported"


def test_an_exact_scope_needs_the_claims_own_encoder_arm_and_targets():
    found = check({"p": "GT", "arm": "legal-nli", "on": "nli", "encoder": "small-3"})
    assert (found.scope, found.scope_differences) == ("exact", [])
    assert check_words(found) == "supported"


def test_every_difference_from_the_claims_setting_is_listed():
    limited = study(config={"sizes": {"train": 2000}})
    found = check({"p": "GT", "arm": "mnli", "encoder": "xlm-r-large"}, design=limited)
    assert found.scope == "analogue"
    assert found.scope_differences == [
        "encoder small-6 (10.6M parameters) instead of xlm-r-large",
        "general-nli stands in for mnli",
        "the targets are this study's three",
        "at most 2,000 training examples a task",
    ]
    assert check_words(found) == "supported in an analogue"


@pytest.mark.parametrize(
    ("predicate", "code", "named"),
    [
        ({"p": "GT", "arm": "hellaswag"}, "arm_missing", "hellaswag"),
        ({"p": "GT", "arm": {"auxiliary": "mlm"}}, "arm_missing", "masked-language"),
        ({"p": "GT", "arm": {"names": ["mnli"], "auxiliary": "mt"}}, "arm_missing", "machine"),
        ({"p": "GT", "arm": {"domain": "finance"}}, "arm_missing", "finance"),
        ({"p": "GT", "arm": "mnli", "on": "bucc"}, "target_missing", "bucc"),
        ({"p": "GT", "arm": "mnli", "on": {"format": "tagging"}}, "target_missing", "tagging"),
        ({"p": "GT", "arm": "mnli", "on": "nli", "metric": "f1"}, "metric_missing", "accuracy"),
        ({"p": "GT", "arm": "mnli", "ambiguous": "Two SQuADs."}, "ambiguous_claim", "SQuADs"),
        ({"p": "GT", "arm": "legal"}, "ambiguous_claim", "legal-nli or legal-span"),
        ({"p": "MAGNITUDE", "at_least": "huge"}, "ambiguous_claim", "huge"),
        ({"p": "ARGMAX", "best": "multi"}, "arm_missing", "multi"),
        ({"p": "CARD", "path": "intermediates", "count": 9}, "scope_outside", "five"),
        ({"p": "CONFIG", "path": "encoders", "value": "xlm-r"}, "scope_outside", "small-3"),
        ({"p": "CONFIG", "path": "a.b", "value": 1}, "scope_outside", "a.b"),
        ({"p": "STEPS", "steps": ["pretrained"]}, "scope_outside", "zero-shot prediction"),
    ],
)
def test_what_the_study_cannot_answer_is_not_testable_with_its_reason(predicate, code, named):
    found = check(predicate)
    assert (found.verdict, found.reason_code) == ("not_testable", code)
    assert named in found.reason
    assert found.reason.endswith(".")
    assert found.estimate is None


@pytest.mark.parametrize("seeds", [1, 2])
def test_too_few_seeds_leave_no_verdict_but_the_estimate(seeds):
    found = check({"p": "GT", "arm": "legal-nli"}, measured=tables(seeds=seeds))
    assert (found.verdict, found.reason_code) == ("not_testable", "too_few_seeds")
    assert found.estimate == pytest.approx(3.0)
    assert found.low < found.estimate < found.high
    assert found.seeds == seeds
    assert "Measured +3.0 [" in found.reason
    assert "claim needs" not in found.reason


def test_a_target_that_is_not_tuned_counts_the_intermediate_seeds_alone():
    found = check({"p": "GT", "arm": "legal-nli", "on": "tatoeba"})
    assert (found.verdict, found.seeds) == ("supported", 3)


def test_a_contrast_compares_gains_on_two_groups_of_targets():
    contrast = {
        "p": "CONTRAST",
        "first": {"format": "retrieval"},
        "second": {"except_format": "retrieval"},
    }
    changes = {f"{name}__retrieval": 6.0 for name in ("general_nli", "legal_nli", "medical_nli")}
    assert check(contrast, measured=tables(**changes)).verdict == "supported"
    assert check(contrast).verdict == "inconclusive"


def test_magnitudes_are_the_studys_own_where_it_declares_them():
    predicate = {"p": "MAGNITUDE", "at_least": "strong", "on": "retrieval"}
    assert check(predicate).verdict == "contradicted"
    declared = study(magnitudes={"strong": 1.0})
    assert check(predicate, design=declared).verdict == "supported"


def test_a_count_is_decided_by_sure_and_possible_gains():
    # Three of five gain 3.0 for sure, one loses, one is near zero.
    measured = tables(legal_nli__nli=-4.0, medical_nli__nli=-1.0)
    count = {"p": "COUNT", "on": "nli"}
    at_least = [check({**count, "op": ">=", "k": k}, measured=measured).verdict for k in (3, 4, 5)]
    at_most = [check({**count, "op": "<=", "k": k}, measured=measured).verdict for k in (2, 3, 4)]
    assert at_least == ["supported", "inconclusive", "contradicted"]
    assert at_most == ["contradicted", "inconclusive", "supported"]
    found = check({"p": "FRACTION", "on": "nli", "op": ">=", "share": 0.5}, measured=measured)
    assert (found.verdict, found.low, found.high) == ("supported", 3.0, 4.0)


def test_the_best_arm_is_first_in_nearly_all_resamples():
    measured = tables(legal_span__nli=6.0, legal_span__span=6.0, legal_span__retrieval=6.0)
    assert check({"p": "ARGMAX", "best": "legal-span"}, measured=measured).verdict == "supported"
    loser = check({"p": "ARGMAX", "best": "general-nli"}, measured=measured)
    assert loser.verdict == "contradicted"
    assert "legal-span leads with +7.0" in loser.reason
    assert check({"p": "ARGMAX", "best": "general-nli"}).verdict == "inconclusive"


def test_a_ranking_without_some_rivals_says_so():
    found = check({"p": "ARGMAX", "best": "mnli", "candidates": ["mnli", "squad", "hellaswag"]})
    assert found.scope == "analogue"
    assert "the ranking is without hellaswag" in found.scope_differences


def test_facts_about_design_that_agree_are_supported_without_an_interval():
    found = check({"p": "CARD", "path": "intermediates", "count": 5})
    assert (found.verdict, found.scope, found.low) == ("supported", "exact", None)
    steps = study()["steps"]
    assert check({"p": "STEPS", "steps": steps}).verdict == "supported"
    assert check({"p": "CONFIG", "path": "encoders", "value": "small-3"}).verdict == "supported"


def test_holms_correction_covers_all_interval_predicates_of_all_claims():
    # With 1999 draws and none on the wrong side, p = 2 * 1/2000 = 0.001; Holm over 60 equal
    # p-values gives 60 * 0.001 = 0.06 > 0.05, over one 0.001.
    measured = tables()
    one = claim(predicates=[{"p": "GT", "arm": "legal-nli"}])
    alone = check_claims([one], measured["effects"], measured["draws"], study())
    many = check_claims([one] * 60, measured["effects"], measured["draws"], study())
    assert alone[0].p_holm == pytest.approx(0.001)
    assert alone[0].verdict == "supported"
    assert [found.p_holm for found in many] == pytest.approx([0.06] * 60)
    assert {found.reason_code for found in many} == {"not_after_holm"}
    assert {found.verdict for found in many} == {"inconclusive"}


def test_tail_shares_add_one_above_and_below():
    # Draws 1..9 against "more than 0": none at or below 0, nine above: (1+0)/10 and (1+9)/10.
    outside, inside = tail_shares(np.arange(1.0, 10.0), Region(0.0, np.inf))
    assert (outside, inside) == (pytest.approx(0.1), pytest.approx(1.0))


def test_a_broken_predicate_names_its_claim():
    broken = claim(claim_id="C7", predicates=[{"p": "GT"}])
    measured = tables()
    with pytest.raises(ValueError, match=r"claim C7, predicate 1.*arm"):
        check_claims([broken], measured["effects"], measured["draws"], study())


def test_a_claim_without_predicates_that_gives_none_has_no_check():
    measured = tables()
    poetry = claim("Knowledge graphs make the translation of poetry faster.")
    assert check_claims([poetry], measured["effects"], measured["draws"], study()) == []


# Hand-worked: every number below follows from the draws written beside it.


def small_tables(draws, *, encoder="small-6", seeds=3, collapsed=(), estimates=None):
    """`effects` and `draws` of cells `(arm, target)` with the draws given; the estimate is their
    mean unless it is given."""
    rows, drawn = [], []
    for (arm, target), values in draws.items():
        key = {"encoder": encoder, "intermediate": arm, "target": target}
        gain = (estimates or {}).get((arm, target), float(np.mean(values)))
        counts = {"intermediate_seeds": seeds, "target_seeds": seeds}
        told = {"collapsed": int((arm, target) in collapsed), "language": "non-english"}
        rows.append({**key, **counts, **told, "gain": gain})
        drawn.append(pd.DataFrame({**key, "draw": range(len(values)), "gain": values}))
    return {"effects": pd.DataFrame(rows), "draws": pd.concat(drawn, ignore_index=True)}


GRID = np.linspace(-1.0, 1.0, 201)
"""Deviations of 201 draws: -1.00, -0.99, ..., 1.00. A draw of g + GRID is above 0 for sure where
g > 1. The ends of its 95% interval are the 5.05th draws (202 * 0.025) from either end, g -+ 0.9595.
"""


def test_no_effect_needs_the_whole_interval_within_the_margin():
    # [-0.96, 0.96] lies within the study's margin of 1 point, [-0.46, 1.46] does not; but of
    # neither is it known that there is an effect.
    equal = {"p": "EQUIV", "arm": "legal-nli", "on": "nli"}
    found = check(equal, measured=small_tables({("legal-nli", "nli"): GRID}))
    assert (found.verdict, found.level) == ("supported", "V5")
    assert (found.low, found.high) == (pytest.approx(-0.9595), pytest.approx(0.9595))
    unsure = small_tables({("legal-nli", "nli"): 0.5 + GRID})
    assert check(equal, measured=unsure).verdict == "inconclusive"
    assert check({**equal, "p": "GT"}, measured=unsure).verdict == "inconclusive"
    assert check({**equal, "margin": 2}, measured=unsure).verdict == "supported"
    declared = study(analysis={"margin": 2.0})
    assert check(equal, measured=unsure, design=declared).verdict == "supported"


def test_no_benefit_is_shown_by_an_interval_below_the_margin_and_denied_by_one_above_it():
    no_benefit = {"p": "NONSUP", "arm": "legal-nli", "on": "nli"}
    verdicts = [
        check(no_benefit, measured=small_tables({("legal-nli", "nli"): gain + GRID})).verdict
        for gain in (-3.0, 0.0, 1.0, 2.5)
    ]
    assert verdicts == ["supported", "supported", "inconclusive", "contradicted"]


@pytest.mark.parametrize("kind", ["EQUIV", "NONSUP", "NONINF"])
def test_runs_that_do_not_vary_or_collapse_show_no_absence(kind):
    cell = ("legal-nli", "nli")
    still = small_tables({cell: np.zeros(201)})
    fallen = small_tables({cell: GRID}, collapsed=[cell])
    for measured in (still, fallen):
        found = check({"p": kind, "arm": "legal-nli", "on": "nli"}, measured=measured)
        assert (found.verdict, found.reason_code) == ("inconclusive", "no_variation")


def test_the_best_arm_of_each_target_is_chosen_anew_in_every_resample():
    # Two arms of one target with estimates 2 and 1, four draws (3, 1) (1, 2) (2, 0) (2, 1):
    #   chosen         first  second  first  first
    #   its draw       3      2       2      2
    #   its estimate   2      1       2      2
    #   flattery       1      1       0      0      mean 0.5
    # gain = max(2, 1) - 0.5 = 1.5; draws = 1.5 + flattery - 0.5 = 2, 2, 1, 1.
    measured = small_tables(
        {("legal-nli", "nli"): [3, 1, 2, 2], ("legal-span", "nli"): [1, 2, 0, 1]}
    )
    sample = Measurements(measured["effects"], measured["draws"], study()).best_gain(
        "small-6", ["legal-nli", "legal-span"], ["nli"]
    )
    assert sample.estimate == pytest.approx(1.5)
    assert sample.draws.tolist() == pytest.approx([2, 2, 1, 1])


def test_the_best_of_arms_that_are_alike_gains_no_more_than_they():
    # Five arms of true gain 2 with noise of 1 each: the best estimate is near 2 + 1.16 (the mean
    # of the largest of five normal draws), which the optimism takes back to about 2.
    rng = np.random.default_rng(0)
    found = []
    for _ in range(60):
        estimates = 2 + rng.standard_normal(5)
        draws = {
            (name, "nli"): estimate + rng.standard_normal(200)
            for name, estimate in zip(study()["intermediates"], estimates, strict=True)
        }
        chosen = {key: float(e) for key, e in zip(draws, estimates, strict=True)}
        measured = small_tables(draws, estimates=chosen)
        best = Measurements(measured["effects"], measured["draws"], study())
        found.append(best.best_gain("small-6", list(study()["intermediates"]), ["nli"]).estimate)
    assert abs(np.mean(found) - 2) < 0.5 * 1.16


def test_best_per_target_is_a_predicate_with_its_differences_listed():
    found = check({"p": "GT", "arm": "best-per-target", "encoder": "small-6"})
    assert found.verdict == "supported"
    assert "the best arm is chosen from this study's five" in found.scope_differences
    assert any("flattery" in text for text in found.scope_differences)


def test_the_best_k_are_first_together():
    changes = {f"legal_{form}__{on}": 6.0 for form in ("nli", "span") for on in ("nli", "span")}
    measured = tables(**changes, legal_nli__retrieval=6.0, legal_span__retrieval=6.0)
    top = {"p": "TOPK", "best": ["legal-span", "legal-nli"]}
    assert check(top, measured=measured).verdict == "supported"
    wrong = check({"p": "TOPK", "best": ["legal-span", "medical-nli"]}, measured=measured)
    assert wrong.verdict == "contradicted"
    assert check(top).verdict == "inconclusive"


def test_only_single_tasks_compete_where_the_claim_says_so():
    # The mixture is ahead of both single tasks, of which legal-nli is the better one.
    entry = study()["intermediates"]["legal-nli"]
    mixture = {**entry, "regime": "multi", "tasks": ["a", "b"]}
    design = study(intermediates={"legal-nli": entry, "legal-span": entry, "mixed": mixture})
    gains = {"legal-nli": 5.0, "legal-span": 1.0, "mixed": 9.0}
    measured = small_tables({(name, "nli"): gain + GRID for name, gain in gains.items()})
    best = {"p": "ARGMAX", "best": "legal-nli", "on": "nli"}
    among_all = check(best, design=design, measured=measured)
    single = check({**best, "candidates": "single"}, design=design, measured=measured)
    assert (among_all.verdict, single.verdict) == ("contradicted", "supported")


def test_of_arms_that_are_equally_good_none_is_contradicted_as_the_best():
    # Each of twenty equal arms is first in about 5% of the resamples, and none is surely behind.
    names = [f"arm-{number:02d}" for number in range(20)]
    rng = np.random.default_rng(1)
    entry = study()["intermediates"]["legal-nli"]
    design = study(intermediates={name: {**entry, "tasks": [name]} for name in names})
    drawn = {(name, "nli"): 2 + rng.standard_normal(199) for name in names}
    measured = small_tables(drawn, estimates=dict.fromkeys(drawn, 2.0))
    verdicts = {
        check({"p": "ARGMAX", "best": name, "on": "nli"}, design=design, measured=measured).verdict
        for name in names[::5]
    }
    assert verdicts == {"inconclusive"}


def test_the_share_of_resamples_alone_would_contradict_half_of_the_claims_among_equals():
    rng = np.random.default_rng(0)
    alone = both = 0
    for _ in range(60):
        estimates = rng.standard_normal(10)
        draws = estimates[:, None] + rng.standard_normal((10, 199))
        first, *others = (Sample(e, d, 3) for e, d in zip(estimates, draws, strict=True))
        ahead = draws[0] > draws[1:].max(axis=0)
        alone += (1 + np.count_nonzero(ahead)) / 200 <= 0.05
        both += _judge(ahead, _surest_rival([first], others))[0] == "contradicted"
    assert alone > 20
    assert both <= 3


def test_targets_are_counted_as_arms_are():
    # legal-nli gains 3 +- 0.96 on two targets for sure, and loses 3 on the third.
    cells = zip(("nli", "span", "retrieval"), (3.0, 3.0, -3.0), strict=True)
    measured = small_tables({("legal-nli", target): gain + GRID for target, gain in cells})
    two = {"p": "COUNT", "each": "targets", "over": "legal-nli", "op": "==", "k": 2}
    found = check(two, measured=measured)
    assert (found.verdict, found.estimate, found.low, found.high) == ("supported", 2, 2, 2)
    assert "2 [2, 2]" not in found.statement
    assert found.statement == "Legal-nli improves 2 of all targets."
    assert check({**two, "k": 3}, measured=measured).verdict == "contradicted"
    most = {"p": "FRACTION", "each": "targets", "over": "legal-nli", "op": ">", "share": 0.5}
    assert check(most, measured=measured).verdict == "supported"
    # More than two of three is all three.
    more = check({**most, "share": 2 / 3}, measured=measured)
    assert more.verdict == "contradicted"


def test_a_count_is_as_sure_as_the_item_that_decides_it():
    # 201 draws: a sure gain has p = 2 * 1/202; Holm over three items 3, 2, 1 times that and never
    # below the one before: 6/202 each. "At least two" turns on the second smallest, 6/202.
    cells = zip(("nli", "span", "retrieval"), (3.0, 3.0, 3.0), strict=True)
    measured = small_tables({("legal-nli", target): gain + GRID for target, gain in cells})
    two = {"p": "COUNT", "each": "targets", "over": "legal-nli", "op": ">=", "k": 2}
    assert check(two, measured=measured).p_holm == pytest.approx(6 / 202)


def test_a_trend_is_the_slope_per_doubling_over_the_studys_encoders():
    # small-6 has twice the parameters of small-3; gains of 1 and 4 are 3 points a doubling.
    small = small_tables({("legal-nli", "nli"): 1 + 0.1 * GRID}, encoder="small-3")
    large = small_tables({("legal-nli", "nli"): 4 + 0.1 * GRID}, encoder="small-6")
    measured = {name: pd.concat([small[name], large[name]]) for name in small}
    trend = {"p": "TREND", "arms": "legal-nli", "on": "nli", "direction": "rises"}
    found = check(trend, measured=measured)
    assert (found.verdict, found.estimate) == ("supported", pytest.approx(3.0))
    assert check({**trend, "direction": "falls"}, measured=measured).verdict == "contradicted"
    assert "the encoders are this study's two (5.30M to 10.6M parameters)" in (
        found.scope_differences
    )
    one = {"small-6": study()["encoders"]["small-6"]}
    alone = check(trend, measured=large, design=study(encoders=one))
    assert (alone.verdict, alone.reason_code) == ("not_testable", "scope_outside")


def test_domains_are_compared_in_the_formats_that_both_have():
    # medical has no span task here, so that medical against general is of classification alone:
    # 3 - 1 = 2, not 3 less the mean of 1 and 9.
    cells = {"general-nli": 1.0, "general-span": 9.0, "medical-nli": 3.0}
    measured = small_tables({(name, "nli"): gain + GRID / 9 for name, gain in cells.items()})
    compared = {"p": "GT", "arm": {"domain": "medical"}, "baseline": {"domain": "general"}}
    found = check({**compared, "on": "nli"}, measured=measured)
    assert found.estimate == pytest.approx(2.0)
    assert any("classification, the formats" in text for text in found.scope_differences)


def test_variants_are_compared_with_the_tasks_that_they_vary():
    # Only legal-nli has a variant: 3 - 1 = 2, whatever legal-span gains.
    entry = study()["intermediates"]["legal-nli"]
    variant = {**entry, "auxiliary": "mlm", "variant_of": "legal-nli"}
    arms = {name: study()["intermediates"][name] for name in ("legal-nli", "legal-span")}
    design = study(intermediates={**arms, "legal-nli-mlm": variant})
    cells = {"legal-nli": 3.0, "legal-span": 9.0, "legal-nli-mlm": 1.0}
    measured = small_tables({(name, "nli"): gain + GRID / 9 for name, gain in cells.items()})
    compared = {"p": "GT", "arm": "all", "baseline": {"auxiliary": "mlm"}, "on": "nli"}
    found = check(compared, design=design, measured=measured)
    assert (found.verdict, found.estimate) == ("supported", pytest.approx(2.0))


def test_all_intermediates_are_plain_ones_without_controls_and_variants():
    entry = study()["intermediates"]["legal-nli"]
    arms = {
        "legal-nli": entry,
        "half": {**entry, "variant_of": "legal-nli"},
        "shuffled": {**entry, "variant_of": "legal-nli", "control": "shuffled", "domain": "mixed"},
    }
    measured = small_tables({("legal-nli", "nli"): 3 + GRID})
    found = check(
        {"p": "GT", "arm": "all", "on": "nli"}, design=study(intermediates=arms), measured=measured
    )
    assert (found.verdict, found.estimate) == ("supported", pytest.approx(3.0))


def test_multi_is_the_one_arm_of_several_tasks():
    entry = study()["intermediates"]["legal-nli"]
    several = {"mixed": {**entry, "regime": "multi", "tasks": ["a", "b"]}}
    measured = small_tables({("mixed", "nli"): 3 + GRID, ("legal-nli", "nli"): GRID})
    design = study(intermediates={"legal-nli": entry, **several})
    best = check({"p": "ARGMAX", "best": "multi", "on": "nli"}, design=design, measured=measured)
    assert (best.verdict, best.scope) == ("supported", "exact")
    two = study(intermediates={**several, "other": several["mixed"]})
    found = check({"p": "GT", "arm": "multi"}, design=two)
    assert found.reason_code == "ambiguous_claim"


def test_two_names_of_one_task_are_no_analogue():
    target = {"bucc2018": study()["targets"]["retrieval"]}
    measured = small_tables({("legal-nli", "bucc2018"): 3 + GRID})
    found = check(
        {"p": "GT", "arm": "legal-nli", "on": "bucc", "encoder": "small-6"},
        design=study(targets=target),
        measured=measured,
    )
    assert (found.verdict, found.scope, found.scope_differences) == ("supported", "exact", [])


def test_the_settings_that_a_claim_names_are_compared_one_by_one():
    setting = {"benchmark": "xtreme", "languages": 40, "seeds": 5, "encoder": "small-6"}
    found = check({"p": "GT", "arm": "legal-nli", "on": "nli", **setting})
    assert found.scope == "reduced"
    assert found.scope_differences == [
        "targets of the study tiny instead of the benchmark xtreme",
        "four languages instead of 40",
        "three seeds instead of 5",
    ]


def test_claims_found_in_papers_do_not_weaken_those_of_the_claims_file():
    measured = tables()
    predicates = [{"p": "GT", "arm": "legal-nli"}]
    own = claim(predicates=predicates)
    found = claim(predicates=predicates, claim_id="F", origin="extracted")
    checks = check_claims([own, *[found] * 60], measured["effects"], measured["draws"], study())
    assert checks[0].p_holm == pytest.approx(0.001)
    assert checks[1].p_holm == pytest.approx(0.06)


def test_a_table_without_a_column_is_refused_by_its_name():
    measured = tables()
    effects = measured["effects"].drop(columns="target_seeds")
    with pytest.raises(InputError, match=r"effects: no column target_seeds.*docs/tables\.md"):
        check_claims([claim()], effects, measured["draws"], study())


def test_cells_with_other_numbers_of_draws_are_refused():
    measured = tables()
    with pytest.raises(InputError, match="different numbers of draws"):
        check_claims([claim()], measured["effects"], measured["draws"].iloc[1:], study())
