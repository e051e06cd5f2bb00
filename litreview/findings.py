"""What a predicate found, before seeds are counted and the family of claims is corrected."""

from dataclasses import dataclass

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
