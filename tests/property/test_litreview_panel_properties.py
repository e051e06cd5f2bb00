"""The panel: tiers part the scores, caps bound them, audits only ever lower them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litreview.review.panel import caps_of, combine, tier_of
from litreview.review.reviewers import sound_part, written
from litreview.schema import Audit, Rating, Review

scores = st.floats(0, 10)
kinds = st.sampled_from(sorted(written()["audits"]))
audits = st.builds(
    lambda kind, checked, faults: Audit(
        kind=kind, checked=checked, faults=[f"fault {n}" for n in range(faults)]
    ),
    kinds,
    st.integers(0, 20),
    st.integers(0, 25),
)


def review_of(overall, claims):
    """A review with one dimension and some claims."""
    ratings = [Rating(dimension="search", score=overall, anchor="", basis="")]
    ratings += [
        Rating(dimension=f"claim {n}", score=score, anchor="", basis="")
        for n, score in enumerate(claims)
    ]
    return Review(reviewer="a", role="a", inputs=[], ratings=ratings, overall=overall)


@given(scores)
def test_every_score_has_one_tier_and_a_higher_one_none_below_it(score):
    tiers = written()["tiers"]
    order = list(tiers.values())
    holding = [
        name
        for (least, name), upper in zip(
            tiers.items(), [*list(tiers)[1:], float("inf")], strict=True
        )
        if least <= score < upper
    ]
    assert holding == [tier_of(score)]
    assert order.index(tier_of(10.0)) >= order.index(tier_of(score)) >= order.index(tier_of(0.0))


def test_tiers_begin_at_nothing_and_rise():
    tiers = list(written()["tiers"])
    assert tiers[0] == 0
    assert tiers == sorted(set(tiers))
    assert len(set(written()["tiers"].values())) == len(tiers)
    for outside in (-0.1, 10.1):
        with pytest.raises(ValueError, match="between 0 and 10"):
            tier_of(outside)


# Each agreement is drawn a thousand times.
@settings(max_examples=25, deadline=None)
@given(st.lists(scores, min_size=1, max_size=4), st.lists(audits, max_size=6))
def test_no_score_passes_a_cap_and_its_interval_neither(overall, found):
    caps = caps_of(found)
    panel = combine([review_of(one, [3.0, one]) for one in overall], caps)
    ceiling = min(caps.values(), default=10.0)
    assert panel.low <= panel.high <= ceiling
    assert panel.score <= ceiling
    assert len(caps) <= len([one for one in found if one.faults])


@given(st.lists(audits, max_size=6), audits)
def test_one_more_audit_never_leaves_more_sound(found, another):
    assert 0 <= sound_part([*found, another]) <= sound_part(found) <= 1
