"""Which arms gain most: rankings judged over joint resamples."""

from collections.abc import Sequence

import numpy as np

from litreview.checks import predicates as pr
from litreview.checks.arms import Chosen, choose_arms, choose_encoder, choose_targets
from litreview.checks.findings import LEVEL, Finding, holm
from litreview.checks.intervals import Region, percentile_interval, require_metric, tail_shares
from litreview.checks.measurements import Measurements, NotTestable, Sample
from litreview.checks.scope import scope_of
from litreview.language.wording import count_of, format_points, listing, number_word, signed
from litreview.schema import CheckVerdict


def check_ranking(predicate: pr.Ranking, measured: Measurements) -> Finding:
    """Judge whether the named arms are the best of all, by resamples that draw all arms together.

    They are, where they alone are ahead in at least 95% of the resamples. They are not, where that
    is so in at most 5% and another arm is ahead of one of them after Holm's correction over such
    pairs: of many arms that are equally good, each is seldom first.
    """
    study = measured.study
    encoder, targets = choose_encoder(predicate.encoder, study), choose_targets(predicate.on, study)
    require_metric(predicate.metric, targets, study)
    named = [predicate.best] if isinstance(predicate.best, str) else predicate.best
    best = [_arm(name, measured) for name in named]
    rivals, missing = _rivals(predicate, best, measured)

    def gains(arms: Sequence[Chosen]) -> list[Sample]:
        return [_gain(measured, encoder.names[0], arm, targets.names) for arm in arms]

    own, others = gains(best), gains(rivals)
    ahead = np.min([one.draws for one in own], axis=0) > np.max(
        [one.draws for one in others], axis=0
    )
    verdict, p_value = _judge(ahead, _surest_rival(own, others))
    seeds = min(sample.seeds for sample in (*own, *others))
    scope, differences = scope_of(
        predicate, study, (encoder, *best, targets, *rivals), targets.names, seeds
    )
    if missing:
        scope = "analogue" if scope == "analogue" else "reduced"
        differences = (*differences, f"the ranking is without {listing(missing)}")
    estimates = {_name(arm): one.estimate for arm, one in zip(best, own, strict=True)}
    estimates |= {_name(arm): one.estimate for arm, one in zip(rivals, others, strict=True)}
    leader = max(estimates, key=lambda name: (estimates[name], name))
    mean = _mean(own)
    low, high = percentile_interval(mean.draws)
    who = listing(map(_name, best))
    said = f"Measured {format_points(mean.estimate, low, high)} points for {who} " + (
        f"({count_of(seeds, 'seed')})"
    )
    place = "which is first" if len(best) == 1 else f"which are the first {number_word(len(best))}"
    return Finding(
        verdict,
        scope,
        differences,
        "ranking",
        f"{said}, {place} of {len(best) + len(rivals)} arms in {np.mean(ahead):.0%} of the "
        f"resamples; in the estimate {leader} leads with {signed(estimates[leader])}.",
        said,
        mean.estimate,
        low,
        high,
        seeds,
        p_value,
    )


def _judge(ahead: np.ndarray, rival: float) -> tuple[CheckVerdict, float]:
    """The verdict, and its p-value: one-sided, as the share of resamples is."""
    behind = float((1 + np.count_nonzero(~ahead)) / (1 + len(ahead)))
    if behind <= LEVEL:
        return "supported", behind
    against = max(float((1 + np.count_nonzero(ahead)) / (1 + len(ahead))), rival)
    return ("contradicted" if against <= LEVEL else "inconclusive"), min(behind, against)


def _surest_rival(own: Sequence[Sample], others: Sequence[Sample]) -> float:
    """The smallest p-value, after Holm's correction, that an arm outside is ahead of one inside."""
    above = Region(0.0, np.inf)
    p_values = [
        min(1.0, 2 * tail_shares((other - one).draws, above)[0]) for one in own for other in others
    ]
    return float(np.min(holm(p_values)))


def _mean(samples: Sequence[Sample]) -> Sample:
    return Sample(
        float(np.mean([one.estimate for one in samples])),
        np.mean([one.draws for one in samples], axis=0),
        min(one.seeds for one in samples),
    )


def _gain(measured: Measurements, encoder: str, arm: Chosen, targets: tuple[str, ...]) -> Sample:
    if arm.best:
        return measured.best_gain(encoder, arm.names, targets)
    return measured.mean_gain(encoder, arm.names, targets)


def _arm(name: str, measured: Measurements) -> Chosen:
    return choose_arms(pr.Arms.model_validate(name), measured.study)


def _name(arm: Chosen) -> str:
    return pr.BEST_PER_TARGET if arm.best else arm.names[0]


def _rivals(
    predicate: pr.Ranking, best: Sequence[Chosen], measured: Measurements
) -> tuple[list[Chosen], list[str]]:
    """The other candidates that the study has, and the names of those that it lacks."""
    wanted = predicate.candidates
    if wanted == "all":
        wanted = [name for name in measured.study["intermediates"] if name != pr.NONE]
    elif wanted == "single":
        wanted = list(choose_arms(pr.Arms(), measured.study).names)
    own = {arm.names for arm in best}
    found: dict[str, Chosen] = {}
    missing = []
    for name in wanted:
        try:
            chosen = _arm(name, measured)
        except NotTestable as fault:
            if fault.code != "arm_missing":
                raise
            missing.append(name)
            continue
        if chosen.names not in own:
            found[_name(chosen)] = chosen
    if not found:
        named = listing(map(_name, best))
        raise NotTestable("arm_missing", f"This study has no rival of {named}.")
    return list(found.values()), missing
