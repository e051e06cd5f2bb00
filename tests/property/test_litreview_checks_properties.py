"""Properties of the checks that hold whatever was measured."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from litreview.checks.compilation import REASONS, compile_claim
from litreview.checks.counts import _judge
from litreview.checks.findings import holm
from litreview.checks.intervals import Region, tail_shares
from litreview.checks.judging import check_claims
from litreview.checks.predicates import parse_predicate
from litreview.language.known_names import names_of
from tests.litreview_examples import study, tables
from tests.litreview_papers import claim

draws = st.lists(st.floats(-20, 20), min_size=20, max_size=60).map(np.array)
points = st.floats(-10, 10)
NAMES = names_of(study())


@settings(deadline=None)
@given(draws=draws, low=points, width=st.floats(0.1, 10))
def test_a_region_is_never_both_left_and_kept(draws, low, width):
    outside, inside = tail_shares(draws, Region(low, low + width))
    assert outside > 0.05 or inside > 0.05


@settings(deadline=None)
@given(draws=draws, margin=points)
def test_mirroring_the_draws_mirrors_the_verdict(draws, margin):
    above = tail_shares(draws, Region(margin, np.inf))
    below = tail_shares(-draws, Region(-np.inf, -margin))
    assert above == below


@settings(deadline=None)
@given(
    draws=draws,
    low=points,
    width=st.floats(0.1, 10),
    factor=st.floats(1, 5),
    ends=st.sampled_from(["both", "below", "above"]),
)
def test_a_wider_interval_never_settles_what_a_narrow_one_left_open(
    draws, low, width, factor, ends
):
    region = Region(-np.inf if ends == "above" else low, np.inf if ends == "below" else low + width)
    centre = float(np.median(draws))
    wider = centre + factor * (draws - centre)

    def settled(values):
        return min(tail_shares(values, region)) <= 0.025

    assert settled(draws) or not settled(wider)


@settings(max_examples=8, deadline=None)
@given(gain=st.floats(-6, 6), shift=st.floats(2.5, 9.9), sign=st.sampled_from([1, -1]))
def test_a_changed_digit_lowers_the_verdict(gain, shift, sign):
    # The draws of nli have a standard deviation of 0.5: a band of 2 around the gain holds them, one
    # that is moved by more than that does not.
    measured = tables(legal_nli__nli=gain)

    def verdict(centre):
        band = {"p": "DELTA", "arm": "legal-nli", "on": "nli", "encoder": "small-3"}
        claimed = claim(predicates=[{**band, "low": centre - 2, "high": centre + 2}])
        found = check_claims([claimed], measured["effects"], measured["draws"], study())
        return found[0].verdict

    assert verdict(gain) == "supported"
    assert verdict(gain + sign * shift) in ("contradicted", "inconclusive")


KINDS = [
    {"p": "GT", "arm": "legal-nli", "on": "nli"},
    {"p": "EQUIV", "arm": "legal-nli", "baseline": "general-nli"},
    {"p": "GT", "arm": "best-per-target"},
    {"p": "ARGMAX", "best": "legal-nli"},
    {"p": "TOPK", "best": ["legal-nli", "legal-span"], "candidates": "single"},
    {"p": "FRACTION", "op": ">", "share": 0.5, "on": "nli"},
    {"p": "COUNT", "op": "==", "k": 2, "each": "targets", "over": "legal-nli"},
    {"p": "CONTRAST", "first": "nli", "second": {"except_names": ["nli"]}},
    {"p": "TREND", "arms": {"domain": "legal"}, "direction": "rises"},
]


@settings(max_examples=5, deadline=None)
@given(gain=st.floats(-6, 6), seed=st.integers(0, 5))
def test_the_order_of_the_rows_does_not_matter(gain, seed):
    measured = tables(legal_nli__nli=gain)
    claims = [claim(predicates=KINDS)]
    shuffled = [
        table.sample(frac=1, random_state=seed)
        for table in (measured["effects"], measured["draws"])
    ]
    first = check_claims(claims, measured["effects"], measured["draws"], study())
    assert [one.model_dump_json() for one in check_claims(claims, *shuffled, study())] == [
        one.model_dump_json() for one in first
    ]


p_values = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@settings(max_examples=10, deadline=None)
@given(p_values=p_values)
def test_holms_correction_is_that_of_statsmodels(p_values):
    expected = multipletests(p_values, method="holm")[1]
    assert holm(p_values) == pytest.approx(expected)


@settings(deadline=None)
@given(p_values=p_values, asked=st.integers(0, 30), up=st.randoms(use_true_random=False))
def test_who_claims_less_is_contradicted_less(p_values, asked, up):
    # Each item is sure to gain, or sure not to, or neither; "at least k" gets harder with k.
    sides = np.array([up.random() < 0.5 for _ in p_values])
    gained = np.where(sides, p_values, 1.0)
    lost = np.where(sides, 1.0, p_values)
    number = len(p_values)
    order = {"contradicted": 0, "inconclusive": 1, "supported": 2}
    asked = min(asked, number - 1)
    less, more = (_judge(gained, lost, k, number, number)[0] for k in (asked, asked + 1))
    assert order[less] >= order[more]


words = st.sampled_from(
    """MNLI SQuAD HellaSwag XNLI XQuAD BUCC legal medical general inference tasks task targets
    intermediate training improves hurts raises lowers does not no effect gain gains most best by
    2.5 points 3 of the nine all many more than as good as on with from and whereas , multi-task
    XTREME average XLM-R Large strongly slightly neither consistently""".split()  # noqa: SIM905
)


@settings(max_examples=60, deadline=None)
@given(text=st.lists(words, min_size=3, max_size=16).map(" ".join))
def test_any_words_compile_to_valid_predicates_or_to_a_reason(text):
    found = compile_claim(claim(text + "."), study(), NAMES)
    assert (found.code in REASONS) != bool(found.predicates)
    for one in found.predicates:
        parse_predicate(one.predicate)
        assert 0 < one.certainty <= 1
        assert all(part in text for part in one.words)
