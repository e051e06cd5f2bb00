"""Predicates that are judged by an interval: an acceptance region against a bootstrap."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from litreview import predicates as pr
from litreview.arms import (
    Chosen,
    Measurements,
    NotTestable,
    Sample,
    choose_arms,
    choose_encoder,
    choose_targets,
)
from litreview.schema import CheckVerdict, Scope
from litreview.wording import count_of, format_points, listing, plain, signed

LEVEL = 0.05


@dataclass(frozen=True)
class Finding:
    """What a predicate found, before seeds are counted and Holm's correction is applied.

    `p_value` is the two-sided bootstrap p-value of the verdict; None outside the Holm family.
    """

    verdict: CheckVerdict
    scope: Scope | None
    differences: tuple[str, ...]
    reason_code: str
    reason: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    seeds: int | None = None
    p_value: float | None = None


@dataclass(frozen=True)
class Region:
    """Acceptance region in points, open at infinite ends, and its words."""

    low: float
    high: float
    words: str = ""


def scope_of(study: Mapping[str, Any], *chosen: Chosen) -> tuple[Scope, tuple[str, ...]]:
    """Scope of a check, and every difference between the claim's setting and this study's."""
    differences = dict.fromkeys(text for part in chosen for text in part.differences)
    limit = training_limit(study)
    if limit is not None:
        differences[f"at most {limit:,} training examples a task"] = None
    analogue = any(part.analogue for part in chosen)
    return ("analogue" if analogue else "reduced" if differences else "exact"), tuple(differences)


def training_limit(study: Mapping[str, Any]) -> int | None:
    """The largest limit on a training set that is in force; None where a set has no limit."""
    config = study["config"]
    default = (config.get("sizes") or {}).get("train")
    tuned = {
        "intermediates": list(study["intermediates"]),
        "targets": [name for name, entry in study["targets"].items() if entry["train_on"]],
    }
    limits = [
        ((config.get(phase) or {}).get(name) or {}).get("train_examples") or default
        for phase, names in tuned.items()
        for name in names
    ]
    return None if not limits or None in limits else max(limits)


def require_metric(metric: str | None, targets: Chosen, study: Mapping[str, Any]) -> None:
    """Refuse a metric in which the gains on a target are not measured (`metric_missing`)."""
    for name in targets.names:
        own = study["targets"][name]["metric"]
        if metric not in (None, own):
            raise NotTestable(
                "metric_missing", f"Gains on {name} are measured in {own}, not in {metric}."
            )


def check_interval(predicate: pr.Interval, measured: Measurements) -> Finding:
    """Judge a difference, a contrast or a magnitude by its 95% percentile interval."""
    sample, chosen = _measure(predicate, measured)
    scope, differences = scope_of(measured.study, *chosen)
    region = _region(predicate, measured.study)
    low, high = (float(end) for end in np.quantile(sample.draws, [LEVEL / 2, 1 - LEVEL / 2]))
    outside, inside = tail_shares(sample.draws, region)
    p_value = min(1.0, 2 * min(outside, inside))
    verdict: CheckVerdict = "inconclusive"
    if p_value <= LEVEL:
        verdict = "supported" if outside < inside else "contradicted"
    code, place = {
        "supported": ("inside_region", "the whole interval lies in that range"),
        "contradicted": ("outside_region", "the whole interval lies outside that range"),
        "inconclusive": ("overlaps_region", "the interval does not settle it"),
    }[verdict]
    return Finding(
        verdict,
        scope,
        differences,
        code,
        f"Measured {format_points(sample.estimate, low, high)} points "
        f"({count_of(sample.seeds, 'seed')}); the claim needs {region.words}, and {place}.",
        sample.estimate,
        low,
        high,
        sample.seeds,
        p_value,
    )


def tail_shares(draws: np.ndarray, region: Region) -> tuple[float, float]:
    """One-sided bootstrap p-values of "lies outside" and of "lies inside" the region.

    A small first value supports the claim, a small second one contradicts it. One is added above
    and below each share (Davison and Hinkley 1997, section 4.2), so that a finite bootstrap never
    claims certainty.
    """

    def share(wrong: np.ndarray) -> float:
        return float((1 + np.count_nonzero(wrong)) / (1 + len(draws)))

    below, above = share(draws <= region.low), share(draws >= region.high)
    outside = max(
        below if np.isfinite(region.low) else 0.0, above if np.isfinite(region.high) else 0.0
    )
    return outside, min(share(draws > region.low), share(draws < region.high))


def _measure(predicate: pr.Interval, measured: Measurements) -> tuple[Sample, tuple[Chosen, ...]]:
    study = measured.study
    encoder = choose_encoder(predicate.encoder, study)

    def gain(arms: Chosen, targets: Chosen) -> Sample:
        require_metric(predicate.metric, targets, study)
        return measured.mean_gain(encoder.names[0], arms.names, targets.names)

    if isinstance(predicate, pr.Contrast):
        arms = choose_arms(predicate.arms, study)
        first, second = (choose_targets(on, study) for on in (predicate.first, predicate.second))
        return gain(arms, first) - gain(arms, second), (encoder, arms, first, second)
    if isinstance(predicate, pr.Magnitude):
        arms, targets = choose_arms(predicate.arms, study), choose_targets(predicate.on, study)
        return gain(arms, targets), (encoder, arms, targets)
    arms, baseline = (choose_arms(part, study) for part in (predicate.arm, predicate.baseline))
    targets = choose_targets(predicate.on, study)
    return gain(arms, targets) - gain(baseline, targets), (encoder, arms, baseline, targets)


def _region(predicate: pr.Interval, study: Mapping[str, Any]) -> Region:
    if isinstance(predicate, pr.Delta):
        words = f"{signed(predicate.low)} to {signed(predicate.high)} points"
        return Region(predicate.low, predicate.high, words)
    if isinstance(predicate, pr.Magnitude):
        declared = {**pr.MAGNITUDES, **study.get("magnitudes", {})}
        if predicate.at_least not in declared:
            raise NotTestable(
                "ambiguous_claim",
                f"No number of points is declared for the word {predicate.at_least}; "
                f"there are {listing(declared)}.",
            )
        points = declared[predicate.at_least]
        return Region(points, np.inf, f"{plain(points)} points or more ({predicate.at_least})")
    margin = -predicate.margin if isinstance(predicate, pr.NonInferior) else predicate.margin
    words = f"a difference above {plain(margin)} points" if margin else "a difference above zero"
    return Region(margin, np.inf, words)
