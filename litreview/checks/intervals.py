"""Predicates that are judged by an interval: an acceptance region against a bootstrap."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from litreview.checks import predicates as pr
from litreview.checks.arms import (
    Chosen,
    choose_arms,
    choose_encoder,
    choose_pair,
    choose_sizes,
    choose_targets,
)
from litreview.checks.findings import LEVEL, Finding
from litreview.checks.measurements import Measurements, NotTestable, Sample
from litreview.checks.scope import scope_of
from litreview.language.wording import count_of, format_points, listing, plain, signed
from litreview.schema import CheckVerdict

MARGIN = 1.0
"""Points; the margin of a study that declares none, as in the experiment's own analysis."""
PER_DOUBLING = "points per doubling of the encoder"


@dataclass(frozen=True)
class Region:
    """Acceptance region in points, open at infinite ends, and its words."""

    low: float
    high: float
    words: str = ""


@dataclass(frozen=True)
class Measured:
    """A sample with what it is of: what the predicate's parts became here, and the targets."""

    sample: Sample
    chosen: tuple[Chosen, ...]
    targets: tuple[str, ...]


def margin_of(study: Mapping[str, Any]) -> float:
    """Points below which the study takes an effect for none (`analysis: margin`)."""
    return float((study.get("analysis") or {}).get("margin", MARGIN))


def require_metric(metric: str | None, targets: Chosen, study: Mapping[str, Any]) -> None:
    """Refuse a metric in which the gains on a target are not measured (`metric_missing`)."""
    for name in targets.names:
        own = study["targets"][name]["metric"]
        if metric not in (None, own):
            raise NotTestable(
                "metric_missing", f"Gains on {name} are measured in {own}, not in {metric}."
            )


def check_interval(predicate: pr.Interval, measured: Measurements) -> Finding:
    """Judge a difference, a contrast, a magnitude or a trend by its 95% percentile interval."""
    found = _measure(predicate, measured)
    sample = found.sample
    scope, differences = scope_of(
        predicate, measured.study, found.chosen, found.targets, sample.seeds
    )
    region = _region(predicate, measured.study)
    low, high = percentile_interval(sample.draws)
    verdict, p_value = _judge(sample, region)
    code, place = _CODES[verdict]
    if verdict == "supported" and isinstance(predicate, pr.Margin) and not sample.varied:
        verdict, p_value = "inconclusive", 1.0
        code, place = (
            "no_variation",
            "runs or examples that all come out alike do not show how small a difference is",
        )
    unit = PER_DOUBLING if isinstance(predicate, pr.Trend) else "points"
    said = (
        f"Measured {format_points(sample.estimate, low, high)} {unit} "
        f"({count_of(sample.seeds, 'seed')})"
    )
    return Finding(
        verdict,
        scope,
        differences,
        code,
        f"{said}; the claim needs {region.words}, and {place}.",
        said,
        sample.estimate,
        low,
        high,
        sample.seeds,
        p_value,
    )


_CODES: dict[CheckVerdict, tuple[str, str]] = {
    "supported": ("inside_region", "the whole interval lies in that range"),
    "contradicted": ("outside_region", "the whole interval lies outside that range"),
    "inconclusive": ("overlaps_region", "the interval does not settle it"),
}


def _judge(sample: Sample, region: Region) -> tuple[CheckVerdict, float]:
    """The verdict and its two-sided bootstrap p-value."""
    outside, inside = tail_shares(sample.draws, region)
    p_value = min(1.0, 2 * min(outside, inside))
    if p_value > LEVEL:
        return "inconclusive", p_value
    return ("supported" if outside < inside else "contradicted"), p_value


def percentile_interval(draws: np.ndarray) -> tuple[float, float]:
    """The 95% percentile interval, as `effects.parquet` has it.

    Its ends are the order statistics (B + 1) p of B draws (Davison and Hinkley 1997, section 5.3),
    so that a border lies beyond an end just where `tail_shares` has a share of 2.5% or less.
    """
    ends = np.quantile(draws, [LEVEL / 2, 1 - LEVEL / 2], method="weibull")
    return float(ends[0]), float(ends[1])


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


def _measure(predicate: pr.Interval, measured: Measurements) -> Measured:
    study = measured.study
    if isinstance(predicate, pr.Trend):
        return _trend(predicate, measured)
    encoder = choose_encoder(predicate.encoder, study)

    def gain(arms: Chosen, targets: Chosen) -> Sample:
        require_metric(predicate.metric, targets, study)
        if arms.best:
            return measured.best_gain(encoder.names[0], arms.names, targets.names)
        return measured.mean_gain(encoder.names[0], arms.names, targets.names, arms.weights)

    if isinstance(predicate, pr.Contrast):
        arms = choose_arms(predicate.arms, study)
        first, second = (choose_targets(on, study) for on in (predicate.first, predicate.second))
        sample = gain(arms, first) - gain(arms, second)
        return Measured(sample, (encoder, arms, first, second), first.names + second.names)
    targets = choose_targets(predicate.on, study)
    if isinstance(predicate, pr.Magnitude):
        arms = choose_arms(predicate.arms, study)
        return Measured(gain(arms, targets), (encoder, arms, targets), targets.names)
    arms, baseline = choose_pair(predicate.arm, predicate.baseline, study)
    sample = gain(arms, targets) - gain(baseline, targets)
    return Measured(sample, (encoder, arms, baseline, targets), targets.names)


def _trend(predicate: pr.Trend, measured: Measurements) -> Measured:
    study = measured.study
    encoders, arms = choose_sizes(study), choose_arms(predicate.arms, study)
    targets = choose_targets(predicate.on, study)
    require_metric(predicate.metric, targets, study)
    if arms.best:
        raise NotTestable("scope_outside", "No trend of the best arm for each target is measured.")
    sizes = {name: study["encoders"][name]["parameters"] for name in encoders.names}
    sample = measured.slope(sizes, arms.names, targets.names, arms.weights)
    return Measured(sample, (encoders, arms, targets), targets.names)


def _region(predicate: pr.Interval, study: Mapping[str, Any]) -> Region:
    if isinstance(predicate, pr.Delta):
        words = f"{signed(predicate.low)} to {signed(predicate.high)} points"
        return Region(predicate.low, predicate.high, words)
    if isinstance(predicate, pr.Magnitude):
        return _declared(predicate.at_least, study)
    if isinstance(predicate, pr.Trend):
        rises = predicate.direction == "rises"
        words = f"a slope {'above' if rises else 'below'} zero"
        return Region(0.0, np.inf, words) if rises else Region(-np.inf, 0.0, words)
    if isinstance(predicate, pr.Margin):
        return _around(predicate, study)
    margin = predicate.margin
    words = f"a difference above {plain(margin)} points" if margin else "a difference above zero"
    return Region(margin, np.inf, words)


def _around(predicate: pr.Margin, study: Mapping[str, Any]) -> Region:
    margin = margin_of(study) if predicate.margin is None else predicate.margin
    if isinstance(predicate, pr.NonInferior):
        return Region(-margin, np.inf, f"a difference above {plain(-margin)} points")
    if isinstance(predicate, pr.NonSuperior):
        return Region(-np.inf, margin, f"a difference below {plain(margin)} points")
    return Region(-margin, margin, f"a difference of less than {plain(margin)} points either way")


def _declared(word: str, study: Mapping[str, Any]) -> Region:
    declared = {**pr.MAGNITUDES, **(study.get("magnitudes") or {})}
    if word not in declared:
        raise NotTestable(
            "ambiguous_claim",
            f"No number of points is declared for the word {word}; there are {listing(declared)}.",
        )
    return Region(declared[word], np.inf, f"{plain(declared[word])} points or more ({word})")
