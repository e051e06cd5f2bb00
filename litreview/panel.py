"""The panel of reviewers: a score with its interval, agreement, and hard caps."""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from litreview.agreement import alpha_interval, constant_raters, krippendorff_alpha
from litreview.answerability import Condition
from litreview.reviewers import CLAIMS, overall_of
from litreview.schema import Panel, Paper, Review
from litreview.wording import count_of, listing

OUTVOTED = 1.0
"""Points by which the score may exceed the lowest reviewer, so that two cannot outvote a fault."""
CAP_WITHDRAWN, CAP_UNRESOLVED, CAP_WRONG_NUMBER = 4.0, 3.0, 3.0
NOTE = (
    "The reviewers are rules written by the same hands, so their agreement measures how far the "
    "rules overlap, not how reliable the score is. It is not peer review."
)
RESAMPLES, SEED = 1000, 0


def combine(reviews: Sequence[Review], caps: Mapping[str, float]) -> Panel:
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
    """
    ratings = _claim_ratings(reviews)
    ceiling = min(caps.values(), default=10.0)
    draws = [_drawn_score(reviews, ratings, rng_draw) for rng_draw in _draws(ratings.shape[1])]
    score = _score([review.overall for review in reviews])
    low, high = np.quantile(draws, [0.025, 0.975]) if draws else (score, score)
    alpha, ends = None, (None, None)
    if not constant_raters(ratings):
        alpha = krippendorff_alpha(ratings)
        ends = alpha_interval(ratings, resamples=RESAMPLES, seed=SEED)
    return Panel(
        reviews=list(reviews),
        score=min(score, ceiling),
        low=min(float(low), ceiling),
        high=min(float(high), ceiling),
        alpha=alpha,
        alpha_low=ends[0],
        alpha_high=ends[1],
        caps=list(caps),
        note=NOTE,
    )


def uniform_raters(reviews: Sequence[Review]) -> list[str]:
    """Roles that gave every claim they share with another the same score: alpha means nothing."""
    return [reviews[place].role for place in constant_raters(_claim_ratings(reviews))]


def caps_of(
    cited: Iterable[Paper],
    unresolved: Sequence[str],
    conditions: Iterable[Condition],
    unprinted: Sequence[str] = (),
    unsound_gains: int = 0,
) -> dict[str, float]:
    """Hard limits of the score, each by the sentence that gives its reason.

    Parameters
    ----------
    cited : iterable of Paper
        Records of the papers cited; one withdrawn or retracted caps the score at 4.
    unresolved : sequence of str
        Cited papers without a usable record; one caps the score at 3.
    conditions : iterable of Condition
        Parts of the research question; with one that nothing speaks to there is no score, which
        stands as 0.
    unprinted : sequence of str
        Figures printed in the report that no table has; one caps the score at 3.
    unsound_gains : int
        Gains that do not follow from their scores; one caps the score at 3.
    """
    caps = {}
    withdrawn = [paper for paper in cited if paper.status in ("withdrawn", "retracted")]
    if withdrawn:
        number = count_of(len(withdrawn), "cited paper is", "cited papers are")
        caps[f"The score is at most 4, since {number} withdrawn or retracted."] = CAP_WITHDRAWN
    if unresolved:
        number = count_of(len(unresolved), "reference does", "references do")
        caps[f"The score is at most 3, since {number} not resolve."] = CAP_UNRESOLVED
    if unprinted:
        number = count_of(len(unprinted), "printed figure stands", "printed figures stand")
        caps[f"The score is at most 3, since {number} in no table."] = CAP_WRONG_NUMBER
    if unsound_gains:
        number = count_of(unsound_gains, "gain does", "gains do")
        caps[f"The score is at most 3, since {number} not follow from the scores."] = (
            CAP_WRONG_NUMBER
        )
    missing = [condition.term for condition in conditions if condition.basis == "missing"]
    if missing:
        terms = listing(missing, "or")
        caps[f"There is no score, since nothing speaks to {terms} in the question."] = 0.0
    return caps


def _score(overall: Sequence[float]) -> float:
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


def _draws(claims: int) -> list[np.ndarray]:
    rng = np.random.default_rng(SEED)
    return [rng.integers(claims, size=claims) for _ in range(RESAMPLES)] if claims else []


def _drawn_score(reviews: Sequence[Review], ratings: np.ndarray, drawn: np.ndarray) -> float:
    """The score with the claims of one draw."""
    overall = []
    for row, review in enumerate(reviews):
        rated = ratings[row, drawn]
        rated = rated[~np.isnan(rated)]
        fixed = [
            rating.score
            for rating in review.ratings
            if rating.dimension != CLAIMS and not rating.dimension.startswith("claim ")
        ]
        overall.append(overall_of([float(rated.mean()) if len(rated) else None, *fixed]))
    return _score(overall)
