"""Checks beside the experiment's own tables: what both say of one quantity is one number."""

import pytest

from crosslift.contrasts import estimate_contrasts
from crosslift.effects import estimate_effects
from crosslift.factorial import estimate_factorial, layout
from crosslift.pairing import pair_cells
from crosslift.scaling import estimate_scaling
from litreview.checks.judging import check_claims
from tests.effect_predictions import random_predictions
from tests.litreview_papers import claim

TASKS = {
    "mnli": {"domain": "general", "format": "classification"},
    "squad": {"domain": "general", "format": "span"},
    "contracts": {"domain": "legal", "format": "classification"},
    "policies": {"domain": "legal", "format": "span"},
}
PARAMETERS = {"small": 5_000_000, "large": 20_000_000}
DRAWN = {"resamples": 199, "seed": 0}


@pytest.fixture(scope="module")
def measured():
    """Tables of a study of random answers, with its description."""
    cells = list(pair_cells(random_predictions(intermediates=tuple(TASKS), seeds=(0, 1, 2))))
    effects, draws = estimate_effects(cells, confidence=0.95, **DRAWN)
    study = {
        "study": "random",
        "encoders": {name: {"parameters": number} for name, number in PARAMETERS.items()},
        "intermediates": {name: {**entry, "tasks": [name]} for name, entry in TASKS.items()},
        "targets": {
            name: {
                "format": "classification",
                "metric": "accuracy",
                "languages": ["en", "de", "th"],
                "train_on": name,
            }
            for name in ("topics", "answers")
        },
        "config": {"sizes": {}},
    }
    return {
        "effects": effects,
        "draws": draws,
        "study": study,
        "contrasts": estimate_contrasts(cells, TASKS, confidence=0.95, **DRAWN),
        "factorial": estimate_factorial(
            cells, layout(TASKS), confidence=0.95, in_mean={"topics", "answers"}, **DRAWN
        ),
        "scaling": estimate_scaling(effects, draws, PARAMETERS, confidence=0.95),
    }


def checked(measured, predicate):
    """The one check of a predicate on the target `topics`."""
    asked = claim(predicates=[{**predicate, "on": "topics"}])
    (found,) = check_claims([asked], *(measured[key] for key in ("effects", "draws", "study")))
    return found


def row(table, **values):
    """The one row of the target `topics` with the values given."""
    for name, value in {"target": "topics", **values}.items():
        table = table[table[name] == value]
    (found,) = table.to_dict("records")
    return found


def test_a_gain_has_the_estimate_and_the_interval_of_effects(measured):
    found = checked(measured, {"p": "GT", "arm": "contracts", "encoder": "small"})
    own = row(
        measured["effects"], encoder="small", intermediate="contracts", language="non-english"
    )
    assert (found.estimate, found.low, found.high) == pytest.approx(
        (own["gain"], own["low"], own["high"])
    )


def test_an_arm_less_its_control_is_a_contrast(measured):
    found = checked(measured, {"p": "GT", "arm": "policies", "baseline": "squad"})
    own = row(measured["contrasts"], encoder="large", intermediate="policies")
    assert own["control"] == "squad"
    assert found.estimate == pytest.approx(own["difference"])


def test_two_domains_compared_are_the_effect_of_domain_of_the_factorial(measured):
    domains = {"arm": {"domain": "legal"}, "baseline": {"domain": "general"}}
    found = checked(measured, {"p": "GT", **domains, "encoder": "large"})
    own = row(measured["factorial"], encoder="large", domain="legal", effect="domain")
    assert found.estimate == pytest.approx(own["estimate"])


def test_a_trend_is_the_slope_of_scaling(measured):
    found = checked(measured, {"p": "TREND", "arms": "policies", "direction": "rises"})
    own = row(measured["scaling"], intermediate="policies", encoder="large")
    assert (found.estimate, found.low, found.high) == pytest.approx(
        (own["slope"], own["slope_low"], own["slope_high"])
    )
