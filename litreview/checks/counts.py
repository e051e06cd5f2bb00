"""How many arms, or targets, gain: counts judged by what is sure of each, drawn together."""

from collections.abc import Sequence
from math import ceil, floor

import numpy as np

from litreview.checks import predicates as pr
from litreview.checks.arms import choose_arms, choose_encoder, choose_targets
from litreview.checks.findings import LEVEL, Finding, holm
from litreview.checks.intervals import Region, require_metric, tail_shares
from litreview.checks.measurements import Measurements, NotTestable, Sample
from litreview.checks.scope import scope_of
from litreview.language.wording import count_of, interval, number_word, plain
from litreview.schema import CheckVerdict

_SLACK = 1e-9
"""So that a share such as 5/9, written as 0.5556, asks for five of nine, not six."""
_OPERATORS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}


def check_count(predicate: pr.Counting, measured: Measurements) -> Finding:
    """Judge how many gain by those that surely do and those that surely do not.

    One surely gains, or surely does not, when its bootstrap p-value survives Holm's correction over
    all that are counted. `estimate` counts point estimates, `low` the sure ones, `high` those that
    may, so that absence of significance is never read as absence of a gain. How often a joint
    resample holds so many is told in the reason and decides nothing: among many that gain nothing,
    some gain in most resamples.
    """
    study = measured.study
    encoder = choose_encoder(predicate.encoder, study)
    arms, targets = choose_arms(predicate.over, study), choose_targets(predicate.on, study)
    require_metric(predicate.metric, targets, study)
    if arms.best:
        raise NotTestable("scope_outside", "Counts of the best arm for each target mean nothing.")
    by_arm = predicate.each == "arms"
    cells = (
        [((arm,), targets.names) for arm in arms.names]
        if by_arm
        else [(arms.names, (target,)) for target in targets.names]
    )
    samples = [measured.mean_gain(encoder.names[0], *cell) for cell in cells]
    gained, lost = _sure_p_values(samples, predicate.margin)
    least, most = _bounds(predicate, len(samples))
    verdict, p_value = _judge(gained, lost, least, most, len(samples))
    surely = int(np.sum(gained <= LEVEL))
    possibly = len(samples) - int(np.sum(lost <= LEVEL))
    number = sum(sample.estimate > predicate.margin for sample in samples)
    seeds = min(sample.seeds for sample in samples)
    scope, differences = scope_of(predicate, study, (encoder, arms, targets), targets.names, seeds)
    what = f"above {plain(predicate.margin)} points" if predicate.margin else "above zero"
    counted = count_of(len(samples), "arm" if by_arm else "target")
    said = (
        f"Of {counted}, {number_word(number)} gain in the estimate and "
        f"{_drawn(samples, predicate.margin)} in 95% of the resamples; the gain of "
        f"{number_word(surely)} is {what} after Holm's correction over them, and that of at most "
        f"{number_word(possibly)} may be ({count_of(seeds, 'seed')})"
    )
    return Finding(
        verdict,
        scope,
        differences,
        "count",
        f"{said}; the claim needs {_asked(predicate)}.",
        said,
        float(number),
        float(surely),
        float(possibly),
        seeds,
        p_value,
    )


def _sure_p_values(samples: Sequence[Sample], margin: float) -> tuple[np.ndarray, np.ndarray]:
    """Holm-corrected p-values that each gains, and that each does not; 1 for the other way."""
    tails = [tail_shares(sample.draws, Region(margin, np.inf)) for sample in samples]
    outside, inside = np.array(tails).T
    # What did not vary at all, or collapsed, is not shown to gain nothing.
    inside = np.where([sample.varied for sample in samples], inside, 1.0)
    p_values = np.minimum(1, 2 * np.minimum(outside, inside))
    adjusted = holm(p_values)
    up = outside < inside
    return np.where(up, adjusted, 1.0), np.where(up, 1.0, adjusted)


def _bounds(predicate: pr.Counting, number: int) -> tuple[int, int]:
    """The least and the most that the claim allows to gain."""
    if isinstance(predicate, pr.Count):
        least = predicate.k if predicate.op in (">=", "==") else 0
        return least, predicate.k if predicate.op in ("<=", "==") else number
    wanted = predicate.share * number
    return {
        ">=": (ceil(wanted - 0.001 * number), number),
        ">": (floor(wanted + _SLACK) + 1, number),
        "<=": (0, floor(wanted + 0.001 * number)),
        "<": (0, ceil(wanted - _SLACK) - 1),
    }[predicate.op]


def _judge(
    gained: np.ndarray, lost: np.ndarray, least: int, most: int, number: int
) -> tuple[CheckVerdict, float]:
    """The verdict, and the corrected p-value of the item on which it turns."""
    enough, few = _kth(gained, least), _kth(lost, number - most)
    too_few, too_many = _kth(lost, number - least + 1), _kth(gained, most + 1)
    holds, fails = max(enough, few), min(too_few, too_many)
    if holds <= LEVEL:
        return "supported", holds
    return ("contradicted" if fails <= LEVEL else "inconclusive"), min(holds, fails)


def _kth(p_values: np.ndarray, k: int) -> float:
    """The k-th smallest: what it takes for k of them; none take nothing, too many cannot be."""
    if k <= 0:
        return 0.0
    return float(np.sort(p_values)[k - 1]) if k <= len(p_values) else 1.0


def _drawn(samples: Sequence[Sample], margin: float) -> str:
    counts = np.sum([sample.draws > margin for sample in samples], axis=0)
    low, high = np.quantile(counts, [LEVEL / 2, 1 - LEVEL / 2], method="nearest")
    return interval(float(low), float(high), 0)


def _asked(predicate: pr.Counting) -> str:
    if isinstance(predicate, pr.Count):
        words = "exactly" if predicate.op == "==" else _OPERATORS[predicate.op]
        return f"{words} {number_word(predicate.k)}"
    return f"{_OPERATORS[predicate.op]} {predicate.share:.0%} of them"
