"""Corruptions of the tables below a report; the report is then written from them, as they are.

What a table was made from, or what was made from it, stays as it was: a flipped verdict still
stands beside its evidence, and a permuted gain beside its scores.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from litreview.review.corruptions.claims import turned
from litreview.review.corruptions.places import Item, chosen, moved_round
from litreview.schema import Check, Verdict
from litreview.synthesis.inputs import Inputs

TableChange = Callable[[Inputs, np.random.Generator, float], Inputs | None]
"""``change(inputs, rng, part)``; None where there is nothing to change."""


def _some(
    items: Sequence[Item], part: float, rng: np.random.Generator, change: Callable[[Item], Item]
) -> list[Item]:
    changed = list(items)
    for place in chosen(len(changed), part, rng):
        changed[place] = change(changed[place])
    return changed


def sources_withdrawn(inputs: Inputs, rng: np.random.Generator, part: float) -> Inputs | None:
    """Cited papers turn out to be withdrawn or retracted."""
    cited = set(inputs.cited)
    places = [n for n, one in enumerate(inputs.papers) if one.paper_id in cited]
    papers = list(inputs.papers)
    for one in chosen(len(places), part, rng):
        status = str(rng.choice(["withdrawn", "retracted"]))
        papers[places[one]] = papers[places[one]].model_copy(update={"status": status})
    return replace(inputs, papers=papers) if places else None


def records_lost(inputs: Inputs, rng: np.random.Generator, part: float) -> Inputs | None:
    """Cited papers have no record."""
    gone = set(chosen(len(inputs.papers), part, rng))
    kept = [one for place, one in enumerate(inputs.papers) if place not in gone]
    return replace(inputs, papers=kept) if gone else None


def table_verdicts_flipped(inputs: Inputs, rng: np.random.Generator, part: float) -> Inputs | None:
    """Verdicts are others than the evidence gives."""

    def flip(one: Verdict) -> Verdict:
        label = "refuted" if one.label == "supported" else "supported"
        return one.model_copy(update={"label": label})

    return _with_verdicts(inputs, rng, part, flip)


def table_confidences_inflated(
    inputs: Inputs, rng: np.random.Generator, part: float
) -> Inputs | None:
    """Verdicts have more confidence than the evidence gives."""
    return _with_verdicts(
        inputs, rng, part, lambda one: one.model_copy(update={"confidence": 0.98})
    )


def levels_raised(inputs: Inputs, rng: np.random.Generator, part: float) -> Inputs | None:
    """Verdicts claim that numbers were derived again."""
    return _with_verdicts(inputs, rng, part, lambda one: one.model_copy(update={"level": "V4"}))


def _with_verdicts(
    inputs: Inputs, rng: np.random.Generator, part: float, change: Callable[[Verdict], Verdict]
) -> Inputs | None:
    restated = {claim.claim_id for claim in inputs.claims if claim.origin == "claims_file"}
    own = [one for one in inputs.verdicts if one.claim_id in restated]
    others = [one for one in inputs.verdicts if one.claim_id not in restated]
    changed = _some(own, part, rng, change)
    return replace(inputs, verdicts=[*changed, *others]) if changed != own else None


def table_evidence_swapped(inputs: Inputs, rng: np.random.Generator, part: float) -> Inputs | None:
    """Claims have the passages of one another; the verdicts stay."""
    restated = [claim.claim_id for claim in inputs.claims if claim.origin == "claims_file"]
    places = chosen(len(restated), max(part, 2 / max(1, len(restated))), rng)
    given = dict(zip(restated, moved_round(restated, places), strict=True))
    evidence = [
        one.model_copy(update={"claim_id": given.get(one.claim_id, one.claim_id)})
        for one in inputs.evidence
    ]
    return replace(inputs, evidence=evidence) if evidence != inputs.evidence else None


def table_claims_negated(inputs: Inputs, rng: np.random.Generator, part: float) -> Inputs | None:
    """Claims say the opposite; the verdicts stay."""
    restated = [n for n, claim in enumerate(inputs.claims) if claim.origin == "claims_file"]
    claims = list(inputs.claims)
    for place in (restated[one] for one in chosen(len(restated), part, rng)):
        text = turned(claims[place].text)
        claims[place] = claims[place].model_copy(update={"text": text, "quantities": []})
    return replace(inputs, claims=claims) if restated else None


def table_gains_permuted(inputs: Inputs, rng: np.random.Generator, part: float) -> Inputs | None:
    """Gains change places with their intervals; the scores stay."""
    columns = ["gain", "low", "high"]
    effects = _rows_moved(inputs.effects, columns, rng, part)
    return replace(inputs, effects=effects) if len(effects) else None


def intervals_narrowed(inputs: Inputs, rng: np.random.Generator, part: float) -> Inputs | None:
    """Corrected p-values are made surer than the uncorrected ones."""
    effects = inputs.effects.copy()
    places = np.flatnonzero(effects["p_holm"].notna() & (effects["p_value"] > 1e-4))
    picked = places[chosen(len(places), part, rng)]
    effects.loc[effects.index[picked], "p_holm"] = effects["p_value"].to_numpy()[picked] / 10
    return replace(inputs, effects=effects) if len(picked) else None


def contrasts_turned(inputs: Inputs, rng: np.random.Generator, part: float) -> Inputs | None:
    """Contrasts have the other sign, interval and all."""
    table = inputs.contrasts.reset_index(drop=True)
    places = [n for n, value in enumerate(table.get("difference", [])) if abs(value) > 0.01]
    picked = [places[one] for one in chosen(len(places), part, rng)]
    old = table.loc[picked, ["difference", "low", "high"]].to_numpy() if picked else None
    if old is None:
        return None
    table.loc[picked, ["difference", "low", "high"]] = -old[:, [0, 2, 1]]
    return replace(inputs, contrasts=table)


def _rows_moved(
    table: pd.DataFrame, columns: list[str], rng: np.random.Generator, part: float
) -> pd.DataFrame:
    """The table with some columns of some rows moved round among these rows."""
    places = chosen(len(table), max(part, 2 / max(1, len(table))), rng)
    moved = table.copy()
    old = table[columns].to_numpy()
    moved.iloc[places, [table.columns.get_loc(name) for name in columns]] = old[
        [*places[1:], *places[:1]]
    ]
    return moved


def table_checks_flipped(inputs: Inputs, rng: np.random.Generator, part: float) -> Inputs | None:
    """Checks that an interval leaves open, or contradicts, are called support."""

    def flip(one: Check) -> Check:
        return one.model_copy(update={"verdict": "supported"})

    open_to = ("GT", "DELTA", "NONINF", "CONTRAST")
    places = [
        n
        for n, one in enumerate(inputs.checks)
        if one.verdict in ("inconclusive", "contradicted") and one.predicate.get("p") in open_to
    ]
    checks = list(inputs.checks)
    for place in (places[one] for one in chosen(len(places), part, rng)):
        checks[place] = flip(checks[place])
    return replace(inputs, checks=checks) if places else None


def documents_swapped(inputs: Inputs, rng: np.random.Generator, part: float) -> Inputs | None:
    """Documents have the text of one another; the evidence stays."""
    quoted = {one.document_id for one in inputs.evidence}
    places = [n for n, one in enumerate(inputs.documents) if one.document_id in quoted]
    if len(places) < 2:
        return None
    picked = [places[one] for one in chosen(len(places), max(part, 2 / len(places)), rng)]
    moved = moved_round(inputs.documents, picked)
    documents = [
        other.model_copy(update={"document_id": own.document_id, "paper_id": own.paper_id})
        for own, other in zip(inputs.documents, moved, strict=True)
    ]
    return replace(inputs, documents=documents)


def question_widened(inputs: Inputs, rng: np.random.Generator, part: float) -> Inputs | None:
    """The question asks for what neither the evidence nor the study has."""
    more = (
        "with more than 900B parameters",
        "in 120 tasks",
        "on the benchmark ZETA-Q7",
        "by reinforcement learning",
        "in Quechua and Sanskrit",
    )
    asked = " and ".join(more[place] for place in chosen(len(more), part, rng))
    question = inputs.study["question"].rstrip("?")
    return replace(inputs, study={**inputs.study, "question": f"{question} {asked}?"})


TABLE_CORRUPTIONS: dict[str, TableChange] = {
    change.__name__: change
    for change in (
        *(sources_withdrawn, records_lost, documents_swapped, question_widened),
        *(table_verdicts_flipped, table_confidences_inflated, levels_raised),
        *(table_evidence_swapped, table_claims_negated),
        *(table_gains_permuted, intervals_narrowed, contrasts_turned, table_checks_flipped),
    )
}
"""Corruptions of the tables below a report, by name."""
