"""What a predicate found, before seeds are counted and the family of claims is corrected."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from litreview.schema import CheckVerdict, Scope

LEVEL = 0.05


@dataclass(frozen=True)
class Finding:
    """A verdict with its reason; `measured` is the part of the reason that no verdict is in.

    `p_value` is that of the verdict; None outside the family of Holm's correction.
    """

    verdict: CheckVerdict
    scope: Scope | None
    differences: tuple[str, ...]
    reason_code: str
    reason: str
    measured: str = ""
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    seeds: int | None = None
    p_value: float | None = None


def holm(p_values: Sequence[float]) -> np.ndarray:
    """P-values corrected by Holm's step-down method, in their own order.

    The i-th smallest of m is multiplied by m - i + 1, and none is below one before it (Holm 1979,
    Scandinavian Journal of Statistics 6(2), 65-70).
    """
    raw = np.asarray(p_values, dtype=float)
    order = np.argsort(raw, kind="stable")
    stepped = np.maximum.accumulate(raw[order] * np.arange(len(raw), 0, -1))
    adjusted = np.empty_like(raw)
    adjusted[order] = np.minimum(1.0, stepped)
    return adjusted
