"""Predicates over several arms: which gains most, and how many gain at all."""

import numpy as np
from statsmodels.stats.multitest import multipletests

from litreview import predicates as pr
from litreview.arms import (
    Chosen,
    Measurements,
    NotTestable,
    choose_arms,
    choose_encoder,
    choose_targets,
)
from litreview.intervals import LEVEL, Finding, Region, require_metric, scope_of, tail_shares
from litreview.schema import CheckVerdict
from litreview.wording import count_of, format_points, listing, number_word, signed


def check_count(predicate: pr.Count, measured: Measurements) -> Finding:
    """Judge how many arms gain by those that surely do and those that possibly do.

    An arm surely gains, or surely does not, when its bootstrap p-value survives Holm's correction
    over the arms counted. `estimate` counts point estimates, `low` the sure ones, `high` the
    possible ones, so that absence of significance is never read as absence of a gain.
    """
    study = measured.study
    encoder = choose_encoder(predicate.encoder, study)
    arms, targets = choose_arms(predicate.over, study), choose_targets(predicate.on, study)
    require_metric(predicate.metric, targets, study)
    samples = [measured.mean_gain(encoder.names[0], (arm,), targets.names) for arm in arms.names]
    region = Region(predicate.margin, np.inf)
    outside, inside = np.array([tail_shares(sample.draws, region) for sample in samples]).T
    p_values = np.minimum(1, 2 * np.minimum(outside, inside))
    sure = multipletests(p_values, LEVEL, method="holm")[0]
    surely = int(np.sum(sure & (outside < inside)))
    possibly = len(samples) - int(np.sum(sure & (outside >= inside)))
    number = sum(sample.estimate > predicate.margin for sample in samples)
    needed = predicate.k if predicate.k is not None else predicate.share * len(samples)
    asked = (
        number_word(predicate.k) if predicate.k is not None else f"{predicate.share:.0%} of them"
    )
    seeds = min(sample.seeds for sample in samples)
    scope, differences = scope_of(study, encoder, arms, targets)
    return Finding(
        _count_verdict(predicate.op, needed, surely, possibly),
        scope,
        differences,
        "count",
        f"Of {count_of(len(samples), 'arm')}, {number_word(number)} gain in the estimate; "
        f"the gain of {number_word(surely)} is above zero after Holm's correction over the arms, "
        f"and that of at most {number_word(possibly)} may be ({count_of(seeds, 'seed')}); "
        f"the claim needs {'at least' if predicate.op == '>=' else 'at most'} {asked}.",
        float(number),
        float(surely),
        float(possibly),
        seeds,
    )


def _count_verdict(op: str, needed: float, surely: int, possibly: int) -> CheckVerdict:
    if op == ">=":
        holds, fails = surely >= needed, possibly < needed
    else:
        holds, fails = possibly <= needed, surely > needed
    return "supported" if holds else "contradicted" if fails else "inconclusive"


def check_argmax(predicate: pr.ArgMax, measured: Measurements) -> Finding:
    """Judge a ranking by how often the arm is first over the joint resamples (.95 and .05)."""
    study = measured.study
    encoder, targets = choose_encoder(predicate.encoder, study), choose_targets(predicate.on, study)
    require_metric(predicate.metric, targets, study)
    best = choose_arms(pr.Arms(names=[predicate.best]), study)
    rivals, missing = _rivals(predicate, best, measured)
    own = measured.mean_gain(encoder.names[0], best.names, targets.names)
    names = [name for rival in rivals for name in rival.names]
    others = [measured.mean_gain(encoder.names[0], (name,), targets.names) for name in names]
    first = own.draws >= np.max([other.draws for other in others], axis=0)
    probability = float(np.mean(first))
    verdict: CheckVerdict = "inconclusive"
    if probability >= 1 - LEVEL:
        verdict = "supported"
    elif probability <= LEVEL:
        verdict = "contradicted"
    estimates = {best.names[0]: own.estimate}
    estimates |= {name: other.estimate for name, other in zip(names, others, strict=True)}
    leader = max(estimates, key=lambda name: (estimates[name], name))
    low, high = (float(end) for end in np.quantile(own.draws, [LEVEL / 2, 1 - LEVEL / 2]))
    seeds = min(sample.seeds for sample in (own, *others))
    scope, differences = scope_of(study, encoder, best, targets, *rivals)
    if missing:
        scope = "analogue" if scope == "analogue" else "reduced"
        differences = (*differences, f"the ranking is without {listing(missing)}")
    return Finding(
        verdict,
        scope,
        differences,
        "ranking",
        f"Measured {format_points(own.estimate, low, high)} points for {best.names[0]} "
        f"({count_of(seeds, 'seed')}), which is first of {len(names) + 1} arms in "
        f"{probability:.0%} of the resamples; in the estimate {leader} leads with "
        f"{signed(estimates[leader])}.",
        own.estimate,
        low,
        high,
        seeds,
    )


def _rivals(
    predicate: pr.ArgMax, best: Chosen, measured: Measurements
) -> tuple[list[Chosen], list[str]]:
    """The other candidates that the study has, and the names of those that it lacks."""
    wanted = predicate.candidates
    if wanted == "all":
        wanted = [name for name in measured.study["intermediates"] if name != pr.NONE]
    found: dict[str, Chosen] = {}
    missing = []
    for name in wanted:
        try:
            chosen = choose_arms(pr.Arms(names=[name]), measured.study)
        except NotTestable as fault:
            if fault.code != "arm_missing":
                raise
            missing.append(name)
            continue
        if chosen.names != best.names:
            found[chosen.names[0]] = chosen
    if not found:
        raise NotTestable("arm_missing", f"This study has no rival of {predicate.best}.")
    return list(found.values()), missing
