"""What is read from draws: intervals and tests of a difference, of none, and of too small a one.

A large p-value does not show that there is no effect. That is shown by an equivalence test: two
one-sided tests (TOST) reject both a loss and a benefit as large as a margin (Schuirmann 1987,
Journal of Pharmacokinetics and Biopharmaceutics 15(6), 657-680). At level a it succeeds where the
1 - 2a interval lies inside the margin. Either half is a question of its own: that an arm is not
worse by the margin (non-inferiority), or not better by it (non-superiority: no benefit worth the
name).
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from crosslift.bootstrap import one_sided_p, percentile_interval, two_sided_p

MARGIN_TESTS = ("p_noninferior", "p_nonsuperior", "p_equivalent")
INFERENCE_COLUMNS = ["low", "high", "p_value", *MARGIN_TESTS]
MARGIN_COLUMNS = [
    "margin",
    *(column for test in MARGIN_TESTS for column in (test, f"{test}_holm")),
]

benjamini_hochberg = false_discovery_control
"""P-values corrected for the share of false ones among those found (Benjamini and Hochberg 1995,
Journal of the Royal Statistical Society B 57(1), 289-300)."""


def inferred(draws: np.ndarray, *, confidence: float, margin: float) -> dict[str, float]:
    """Interval and p-values of one quantity: columns `INFERENCE_COLUMNS`.

    Parameters
    ----------
    draws : array of float, shape (resamples,)
        Points.
    confidence : float
        Coverage of the percentile interval, in (0, 1).
    margin : float
        Points, at least 0; effects as large as this matter.

    Returns
    -------
    dict of str to float
        The margin tests are NaN where all draws are equal: that nothing varied in too few examples
        shows nothing of others.
    """
    low, high = percentile_interval(draws, confidence)
    if np.ptp(draws) == 0:
        values = {"low": low, "high": high, "p_value": two_sided_p(draws)}
        return {
            **{name: float(v) for name, v in values.items()},
            **dict.fromkeys(MARGIN_TESTS, np.nan),
        }
    noninferior = one_sided_p(draws, -margin, "below")
    nonsuperior = one_sided_p(draws, margin, "above")
    values = {
        "low": low,
        "high": high,
        "p_value": two_sided_p(draws),
        "p_noninferior": noninferior,
        "p_nonsuperior": nonsuperior,
        "p_equivalent": max(noninferior, nonsuperior),
    }
    return {name: float(value) for name, value in values.items()}


def holm(p_values: np.ndarray) -> np.ndarray:
    """P-values corrected by Holm's step-down method, for the chance of any false one in a family.

    The i-th smallest of m is multiplied by m - i + 1, and none is below one before it (Holm 1979,
    Scandinavian Journal of Statistics 6(2), 65-70).
    """
    order = np.argsort(p_values)
    factors = np.arange(len(p_values), 0, -1)
    stepped = np.minimum(1, np.maximum.accumulate(p_values[order] * factors))
    found = np.empty_like(stepped)
    found[order] = stepped
    return found


def corrected(p_values: pd.Series, method: Callable = holm) -> np.ndarray:
    """P-values corrected for their number by `holm` or `benjamini_hochberg`; NaN are outside."""
    found = p_values.to_numpy(dtype=float, copy=True)
    family = ~np.isnan(found)
    if family.any():
        found[family] = method(found[family])
    return found


def with_margin_tests(table: pd.DataFrame, family: pd.Series, margin: float) -> pd.DataFrame:
    """A table of `inferred` rows with `margin` and the margin tests corrected by Holm's method.

    Each test is a family of its own: all rows of `family` answer one question together.
    """
    return table.assign(
        margin=margin,
        **{f"{test}_holm": corrected(table[test].where(family)) for test in MARGIN_TESTS},
    )
