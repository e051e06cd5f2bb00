"""When two printed quantities are one: compatible units, and equal within rounding."""

from litreview.schema import Quantity

SCORE_UNITS = frozenset({"points", "percent", "f1", "accuracy", "none"})
_ROUNDING_SLACK = 1e-9


def agrees(wanted: Quantity, found: Quantity) -> bool:
    """Whether a found number is the wanted one, rounded to the decimals that the claim prints.

    The sign is left to the words around it. A bound agrees with every number on its side, a range
    with every number in it.
    """
    if not compatible(wanted.unit, found.unit):
        return False
    value, other = abs(wanted.value), abs(found.value)
    step = 0.5 * 10.0**-wanted.decimals + _ROUNDING_SLACK
    if wanted.qualifier == "range" and wanted.low is not None and wanted.high is not None:
        ends = sorted((abs(wanted.low), abs(wanted.high)))
        return ends[0] - step <= other <= ends[1] + step
    if wanted.qualifier == "at_least" and found.qualifier == "exact":
        return other >= value - step
    if wanted.qualifier == "at_most" and found.qualifier == "exact":
        return other <= value + step
    if wanted.qualifier == "approximate":
        step = 10.0**-wanted.decimals + _ROUNDING_SLACK
    return abs(value - other) <= step


def compatible(first: str, second: str) -> bool:
    """Whether two units can mean the same: scores and their differences share one scale."""
    if first == second:
        return True
    if {first, second} <= SCORE_UNITS:
        return True
    return {first, second} == {"count", "none"}
