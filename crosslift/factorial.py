"""Domain x format: what of a gain is the domain's, what the format's, and what both together make.

A domain is set against the general one over all formats that have a task of both, a two-way layout
with a cell mean for each (Montgomery 2017, Design and Analysis of Experiments, chapter 5):

    domain       mean over formats of (domain, format) - (general, format)
    format       mean over the two domains of (., format) - (., other format)
    interaction  (domain, format) - (general, format), less the same of the other format

A cell with several tasks is their mean.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from crosslift.contrasts import GENERAL, MIXED, with_mean
from crosslift.differences import Difference, Weights, target_differences
from crosslift.effects import MEAN
from crosslift.inference import MARGIN_COLUMNS, corrected, inferred, with_margin_tests
from crosslift.pairing import PairedCells

DOMAIN, FORMAT, INTERACTION = "domain", "format", "interaction"
ALL_FORMATS = "all"
KEY = ["encoder", "domain", "effect", "format", "other_format", "target"]
FACTORIAL_COLUMNS = [
    *KEY,
    *["estimate", "low", "high", "p_value", "p_holm"],
    *MARGIN_COLUMNS,
    "confidence",
]

Layout = Mapping[str, Mapping[str, Sequence[str]]]
"""Intermediates by domain and format."""


class Effect(NamedTuple):
    """Name of an effect: with ``other_format`` "" it is of all the formats in ``format``."""

    domain: str
    effect: str
    format: str
    other_format: str


def layout(
    intermediates: Mapping[str, Mapping[str, str]],
    declared: Mapping[str, Mapping[str, str]] | None = None,
) -> Layout:
    """Intermediates by domain and format.

    Parameters
    ----------
    intermediates : mapping of str to mapping
        ``domain`` and ``format`` of each. Mixtures, controls and variants (``variant_of``) are left
        out: they differ in more than domain and format.
    declared : mapping of format to domain to name, optional
        The tasks of a study's ``factorial``, which are then the only ones.
    """
    found: dict[str, dict[str, list[str]]] = {}
    only = {name for row in declared.values() for name in row.values()} if declared else None
    for name, task in intermediates.items():
        plain = task["domain"] != MIXED and "variant_of" not in task
        if plain and (only is None or name in only):
            found.setdefault(task["domain"], {}).setdefault(task["format"], []).append(name)
    return found


def factorial_effects(cells: Layout) -> dict[Effect, Weights]:
    """Every effect of each domain that has at least two formats in common with the general one."""
    effects: dict[Effect, Weights] = {}
    general = cells.get(GENERAL, {})
    for domain in sorted(set(cells) - {GENERAL}):
        own = cells[domain]
        formats = sorted(set(own) & set(general))
        if len(formats) < 2:
            continue
        share = 1 / len(formats)
        effects[Effect(domain, DOMAIN, ALL_FORMATS, "")] = _weights(
            [(share, own[f]) for f in formats] + [(-share, general[f]) for f in formats]
        )
        for one, other in combinations(formats, 2):
            four = [own[one], general[one], own[other], general[other]]
            for effect, signs in (
                (FORMAT, (0.5, 0.5, -0.5, -0.5)),
                (INTERACTION, (1, -1, -1, 1)),
            ):
                effects[Effect(domain, effect, one, other)] = _weights(
                    zip(signs, four, strict=True)
                )
    return effects


def estimate_factorial(
    studied: Sequence[PairedCells],
    cells: Layout,
    *,
    resamples: int,
    confidence: float,
    seed: int,
    in_mean: Collection[str],
    margin: float = 1.0,
) -> pd.DataFrame:
    """Main effects and interactions of domain and format, by encoder and target.

    Parameters
    ----------
    studied : sequence of PairedCells
        All encoders and targets of a study (`crosslift.pairing.pair_cells`).
    cells : Layout
        See `layout`; intermediates that an encoder has no arm of are passed over.
    in_mean : collection of str
        Targets of the mean (`crosslift.effects.averaged`).
    resamples, confidence, seed, margin
        As for `crosslift.effects.estimate_effects`.

    Returns
    -------
    DataFrame
        Columns `FACTORIAL_COLUMNS`, estimates in points over non-English languages. ``p_holm`` and
        the margin tests correct over all rows of one ``effect`` (domain, format or interaction) but
        those with target ``mean``, where they are NaN. Empty where no domain has two formats in
        common with the general one.
    """
    found: dict[tuple[str, Effect], list[Difference]] = {}
    for one in studied:
        effects = factorial_effects(_present(cells, one.arms))
        drawn = target_differences(
            one, effects, resamples=resamples, seed=seed, each_language=False
        )
        for difference in drawn:
            found.setdefault((one.encoder, difference.name), []).append(difference)
    if not found:
        text = dict.fromkeys(KEY, str)
        numbers = dict.fromkeys(FACTORIAL_COLUMNS[len(KEY) :], float)
        return pd.DataFrame(columns=FACTORIAL_COLUMNS).astype({**text, **numbers})
    table = pd.DataFrame(
        [
            {"encoder": encoder, **effect._asdict(), "target": target, "estimate": estimate}
            | inferred(draws, confidence=confidence, margin=margin)
            for (encoder, effect), own in found.items()
            for target, estimate, draws in with_mean(own, in_mean)
        ]
    )
    blocks = []
    for _, rows in table.groupby("effect", sort=True):
        family = rows["target"] != MEAN
        rows = rows.assign(p_holm=corrected(rows["p_value"].where(family)), confidence=confidence)
        blocks.append(with_margin_tests(rows, family, margin))
    return pd.concat(blocks)[FACTORIAL_COLUMNS].sort_values(KEY, kind="stable", ignore_index=True)


def _present(cells: Layout, arms: Collection[str]) -> Layout:
    """Those of the intermediates that are among the arms."""
    present: dict[str, dict[str, list[str]]] = {}
    for domain, formats in cells.items():
        for format_, names in formats.items():
            if kept := [name for name in names if name in arms]:
                present.setdefault(domain, {})[format_] = kept
    return present


def _weights(terms: Iterable[tuple[float, Sequence[str]]]) -> Weights:
    return {name: weight / len(names) for weight, names in terms for name in names}
