"""The panel of reviewers: a score with its interval, agreement, and hard caps."""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from litreview.language.wording import count_of, listing
from litreview.review.agreement import alpha_interval, constant_raters, krippendorff_alpha
from litreview.review.answerability import Condition
from litreview.review.reviewers import CLAIMS, sound_part, written
from litreview.schema import Audit, Fingerprint, Panel, Paper, Review

OUTVOTED = 1.0
"""Points by which the score may exceed the lowest reviewer, so that two cannot outvote a fault."""
NOTE = (
    "The reviewers are rules written by the same hands, so their agreement measures how far the "
    "rules overlap, not how reliable the score is. It is not peer review."
)
RESAMPLES, SEED = 1000, 0


def combine(
    reviews: Sequence[Review],
    caps: Mapping[str, float],
    *,
    stops: Sequence[str] = (),
    fingerprint: Fingerprint | None = None,
) -> Panel:
    """Combine reviews.

    The score is the median of the reviewers' overall scores, but at most `OUTVOTED` above the
    lowest and never above a cap. Its 95% interval draws the claims anew, with replacement; the
    other dimensions stay as they are. Agreement is Krippendorff's alpha (ordinal) of the ratings
    of single claims; it is absent where a reviewer is one of `uniform_raters`.

    Parameters
    ----------
    reviews : sequence of Review
    caps : mapping of str to float
        Highest score by the sentence that says why; see `caps_of`.
    stops : sequence of str
        See `stops_of`.
    fingerprint : Fingerprint, optional
    """
    ratings = _claim_ratings(reviews)
    ceiling = min(caps.values(), default=10.0)
    draws = _drawn_scores(reviews, ratings)
    score = score_of(reviews)
    low, high = np.quantile(draws, [0.025, 0.975]) if len(draws) else (score, score)
    alpha, ends = None, (None, None)
    if not constant_raters(ratings):
        alpha = krippendorff_alpha(ratings)
        ends = alpha_interval(ratings, resamples=RESAMPLES, seed=SEED)
    return Panel(
        reviews=list(reviews),
        score=min(score, ceiling),
        tier=tier_of(min(score, ceiling)) if ceiling else "no score",
        low=min(float(low), ceiling),
        high=min(float(high), ceiling),
        alpha=alpha,
        alpha_low=ends[0],
        alpha_high=ends[1],
        caps=list(caps),
        note=NOTE,
        stops=list(stops),
        fingerprint=fingerprint,
    )


def uniform_raters(reviews: Sequence[Review]) -> list[str]:
    """Roles that gave every claim they share with another the same score: alpha means nothing."""
    return [reviews[place].role for place in constant_raters(_claim_ratings(reviews))]


def caps_of(audits: Iterable[Audit]) -> dict[str, float]:
    """Hard limits of the score, each by the sentence that gives its reason.

    Parameters
    ----------
    audits : iterable of Audit
        One with a fault limits the score as `reviewers.yaml` says. With a part of the question
        that nothing speaks to there is no score, which stands as 0.
    """
    caps = {}
    for audit in audits:
        if not audit.faults:
            continue
        entry = written()["audits"][audit.kind]
        if audit.kind == "question":
            terms = listing(audit.faults, "or")
            sentence = f"There is no score, since nothing speaks to {terms} in the question."
        else:
            number = count_of(len(audit.faults), entry["one"], entry["several"])
            sentence = f"The score is at most {entry['at_most']:g}, since {number}."
        caps[sentence] = float(entry["at_most"])
    return caps


def stops_of(audits: Iterable[Audit]) -> list[str]:
    """Faults with which a report must not leave, each with its audit."""
    return [
        f"{audit.kind}: {fault}"
        for audit in audits
        if written()["audits"][audit.kind].get("stops", False)
        for fault in audit.faults
    ]


def tier_of(score: float) -> str:
    """What a score is called; the tiers part the scores from 0 to 10, each from its own least on.

    Raises
    ------
    ValueError
        If the score lies outside.
    """
    if not 0 <= score <= 10:
        raise ValueError(f"a score lies between 0 and 10, not at {score}")
    tiers = written()["tiers"]
    return tiers[max(least for least in tiers if score >= least)]


def audit_question(conditions: Iterable[Condition]) -> Audit:
    """The parts of the question that neither evidence nor measurements speak to."""
    conditions = list(conditions)
    missing = [condition.term for condition in conditions if condition.basis == "missing"]
    return Audit(kind="question", checked=len(conditions), faults=missing)


def audit_withdrawn(cited: Iterable[Paper]) -> Audit:
    """The cited papers that were withdrawn or retracted."""
    cited = list(cited)
    faults = [paper.paper_id for paper in cited if paper.status in ("withdrawn", "retracted")]
    return Audit(kind="withdrawn", checked=len(cited), faults=faults)


def score_of(reviews: Sequence[Review]) -> float:
    """The median of the overall scores, but at most `OUTVOTED` above the lowest."""
    overall = [review.overall for review in reviews]
    return float(min(np.median(overall), min(overall) + OUTVOTED))


def _claim_ratings(reviews: Sequence[Review]) -> np.ndarray:
    """Ratings of single claims, shape (n_reviews, n_claims), NaN where one was not rated."""
    names = dict.fromkeys(
        rating.dimension
        for review in reviews
        for rating in review.ratings
        if rating.dimension.startswith("claim ")
    )
    table = np.full((len(reviews), len(names)), math.nan)
    places = {name: place for place, name in enumerate(names)}
    for row, review in enumerate(reviews):
        for rating in review.ratings:
            if rating.dimension in places and rating.score is not None:
                table[row, places[rating.dimension]] = rating.score
    return table


def _drawn_scores(reviews: Sequence[Review], ratings: np.ndarray) -> np.ndarray:
    """Scores with the claims drawn anew, shape (RESAMPLES,); empty without claims."""
    claims = ratings.shape[1]
    if not claims:
        return np.empty(0)
    drawn = np.random.default_rng(SEED).integers(claims, size=(RESAMPLES, claims))
    overall = np.stack(
        [_drawn_overall(review, ratings[row][drawn]) for row, review in enumerate(reviews)]
    )
    return np.minimum(np.median(overall, axis=0), overall.min(axis=0) + OUTVOTED)


def _drawn_overall(review: Review, rated: np.ndarray) -> np.ndarray:
    """A reviewer's overall score by draw, as `overall_of` makes it."""
    fixed = [
        rating.score
        for rating in review.ratings
        if rating.score is not None
        and rating.dimension != CLAIMS
        and not rating.dimension.startswith("claim ")
    ]
    number = np.count_nonzero(~np.isnan(rated), axis=1)
    means = np.nansum(rated, axis=1) / np.maximum(number, 1)
    dimensions = len(fixed) + (number > 0)
    total = sum(fixed) + np.where(number > 0, means, 0.0)
    return total / np.maximum(dimensions, 1) * sound_part(review.audits)
