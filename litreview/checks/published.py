"""A claim's numbers and rankings, derived again from the result tables of its own paper.

Rows and columns that the claim names pick the cells (`litreview.tables`). A number is a cell, a
difference of two rows in one column, or that difference relative to the second. It agrees where it
equals the derived one within its own rounding. Only cells that are the only ones meant can speak
against a claim; tables that were read second-hand never do.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from litreview.checks.compilation import MAX_TEXT
from litreview.checks.rederivation import Derived, derive
from litreview.language.wording import count_of
from litreview.schema import Check, CheckVerdict, Claim, Document, Quantity, Table
from litreview.tables.grid import Grid, grid_of
from litreview.tables.statements import statements_of

SCORES = frozenset(("points", "percent", "f1", "accuracy", "none"))
MAX_CELLS = 20_000
"""Tables with more cells than this are passed over."""
SURE = 0.8
"""How surely the words of a ranking must be linked to a table before it can be judged."""
_SLACK = 1e-9


@dataclass(frozen=True)
class Finding:
    """What one table says of one number, or of a ranking."""

    verdict: CheckVerdict
    code: str
    reason: str
    derived: Derived | None = None


def check_published(claims: Iterable[Claim], documents: Iterable[Document]) -> list[Check]:
    """Derive every claim's numbers and rankings again from its own paper's tables.

    Parameters
    ----------
    claims, documents : iterables of records
        Only tables of documents with the claim's `paper_id` are used.

    Returns
    -------
    list of Check
        With `source` "published_table", in the order of the claims: one a number that measures a
        score, and one where a claim ranks or compares without any; none for claims whose paper has
        no tables.
    """
    claims = list(claims)
    wanted = {claim.paper_id for claim in claims}
    tables: dict[str, list[tuple[Table, Grid]]] = defaultdict(list)
    for document in documents:
        if document.paper_id in wanted:
            usable = [one for one in document.tables if 0 < len(one.cells) <= MAX_CELLS]
            grids = [(one, grid_of(one)) for one in usable]
            tables[document.paper_id] += [(one, grid) for one, grid in grids if grid.values.size]
    return [
        check
        for claim in claims
        if tables.get(claim.paper_id)
        if len(claim.text) <= MAX_TEXT
        for check in _of_claim(claim, tables[claim.paper_id])
    ]


def _of_claim(claim: Claim, tables: Sequence[tuple[Table, Grid]]) -> Iterator[Check]:
    numbers = [one for one in claim.quantities if _is_score(one)]
    for quantity in numbers:
        findings = [(table, _number(quantity, claim, grid)) for table, grid in tables]
        table, finding = min(findings, key=lambda pair: _ORDER[pair[1].verdict, pair[1].code])
        speaking = sum(one.code != "cells_missing" for _, one in findings)
        if finding.verdict == "contradicted" and speaking > 1:
            reason = f"{finding.reason} Another of {speaking} tables may be meant."
            finding = Finding("not_testable", "cells_unclear", reason)
        words = f"{claim.text[quantity.start : quantity.end]} in the paper's own tables"
        yield _record(claim, table, finding, {"p": "NUMBER", "value": quantity.value}, words)
    if numbers:
        return
    for table, grid in tables:
        for kind, finding in _statements(claim.text, grid):
            yield _record(claim, table, finding, {"p": kind.upper()}, finding.reason)


_ORDER = {
    ("supported", "cells_agree"): 0,
    ("inconclusive", "cells_rounding"): 1,
    ("contradicted", "cells_differ"): 2,
    ("not_testable", "cells_unclear"): 3,
    ("not_testable", "cells_missing"): 4,
}


def _is_score(quantity: Quantity) -> bool:
    bare = 0 < quantity.decimals <= 4 and abs(quantity.value) <= 100
    return quantity.unit in SCORES and (quantity.unit != "none" or bare)


def _number(quantity: Quantity, claim: Claim, grid: Grid) -> Finding:
    """Judge a number by the cells that the claim names nearest to it."""
    candidates = list(derive(quantity, claim, grid))
    printed = claim.text[quantity.start : quantity.end]
    if not candidates:
        return Finding(
            "not_testable", "cells_missing", "No cells of the tables are those of the claim."
        )
    nearest = min(one.distance for one in candidates)
    step = 0.5 * 10.0**-quantity.decimals
    agreeing = [one for one in candidates if _agrees(quantity, one.value, step)]
    for one in agreeing:
        if one.distance == nearest:
            return Finding("supported", "cells_agree", f"{one.expression}, as {printed} says.", one)
    if len(candidates) > 1 or not candidates[0].named:
        other = f", and {agreeing[0].expression}" if agreeing else ""
        meant = count_of(len(candidates), "cell or difference", "cells or differences")
        reason = f"The claim may mean {meant}{other}; which, it does not tell."
        return Finding("not_testable", "cells_unclear", reason)
    (one,) = candidates
    # A cell that is printed as finely as the claim was copied, not rounded again.
    copied = one.kind == "cell" and one.rounding <= step
    if not copied and _agrees(quantity, one.value, step + one.rounding):
        reason = f"{one.expression}, from which {printed} differs by no more than rounding."
        return Finding("inconclusive", "cells_rounding", reason, one)
    return Finding("contradicted", "cells_differ", f"{one.expression}, not {printed}.", one)


def _agrees(quantity: Quantity, value: float, step: float) -> bool:
    wanted = abs(quantity.value)
    low, high = wanted, wanted
    if quantity.qualifier == "range" and quantity.low is not None and quantity.high is not None:
        low, high = sorted((abs(quantity.low), abs(quantity.high)))
    if quantity.qualifier == "at_least":
        high = np.inf
    if quantity.qualifier == "at_most":
        low = 0.0
    if quantity.qualifier == "approximate":
        step *= 2
    return low - step - _SLACK <= value <= high + step + _SLACK


def _statements(text: str, grid: Grid) -> Iterator[tuple[str, Finding]]:
    """Rankings and comparisons without numbers, as the table evaluates them."""
    for one in statements_of(text, grid):
        if one.kind not in ("superlative", "comparison") or one.certainty < SURE:
            continue
        if abs(one.truth) < 1:
            code, verdict = "cells_unclear", "inconclusive"
        else:
            code = "cells_agree" if one.truth > 0 else "cells_differ"
            verdict = "supported" if one.truth > 0 else "contradicted"
        yield one.kind, Finding(verdict, code, one.words)


def _record(
    claim: Claim, table: Table, finding: Finding, predicate: dict[str, object], words: str
) -> Check:
    verdict, code, reason = finding.verdict, finding.code, finding.reason
    differences = []
    if table.confirmed == "second_hand":
        differences = ["the table was read second-hand"]
        if verdict == "contradicted":
            verdict, code = "inconclusive", "second_hand"
            reason = f"{reason} A table read second-hand does not speak against a paper."
    derived = finding.derived
    tested = verdict in ("supported", "contradicted")
    return Check(
        claim_id=claim.claim_id,
        predicate={**predicate, "table": table.table_id} if derived or tested else predicate,
        statement=words,
        verdict=verdict,
        scope=None if verdict == "not_testable" else "exact",
        scope_differences=differences,
        reason_code=code,
        reason=reason,
        estimate=derived.value if derived else None,
        low=derived.value - derived.rounding if derived else None,
        high=derived.value + derived.rounding if derived else None,
        seeds=None,
        source="published_table",
        cells=list(derived.cells) if derived else [],
        expression=derived.expression if derived else None,
        level="V4" if tested else None,
    )
