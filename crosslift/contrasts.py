"""Domain intermediates against general ones of the same format.

A legal intermediate's gain mixes what law, format and amount of data give. Its general control has
the same format and (in a matched study) the same number of examples, so that their difference
leaves the domain.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from crosslift.differences import Difference, against, target_differences
from crosslift.effects import MEAN, averaged, mean_of_draws
from crosslift.inference import MARGIN_COLUMNS, corrected, inferred, with_margin_tests
from crosslift.pairing import PairedCells

GENERAL, MIXED = "general", "mixed"
KEY = ["encoder", "domain", "format", "intermediate", "control", "target"]
CONTRAST_COLUMNS = [
    *KEY,
    *["difference", "low", "high", "p_value", "p_holm"],
    *MARGIN_COLUMNS,
    "confidence",
]


def matched_pairs(intermediates: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    """Each intermediate of one domain with each general one of its format.

    Parameters
    ----------
    intermediates : mapping of str to mapping
        ``domain`` and ``format`` of each intermediate. Variants of a task (``variant_of``) are
        passed over: they differ from a control in more than the domain.
    """
    plain = {name: task for name, task in intermediates.items() if "variant_of" not in task}
    return [
        (name, control)
        for name, task in plain.items()
        if task["domain"] not in (GENERAL, MIXED)
        for control, other in plain.items()
        if other["domain"] == GENERAL and other["format"] == task["format"]
    ]


def estimate_contrasts(
    studied: Sequence[PairedCells],
    intermediates: Mapping[str, Mapping[str, str]],
    *,
    resamples: int,
    confidence: float,
    seed: int,
    margin: float = 1.0,
    untuned: Collection[str] = (),
) -> pd.DataFrame:
    """Score of each domain intermediate less that of its control, target by target.

    It equals the difference of their gains, since the baseline is the same; its draws pair the two
    arms directly, by intermediate seed as well.

    Parameters
    ----------
    studied : sequence of PairedCells
        All encoders and targets of a study (`crosslift.pairing.pair_cells`).
    intermediates : mapping
        See `matched_pairs`; those that an encoder has no arm of are passed over.
    resamples, confidence, seed, margin, untuned
        As for `crosslift.effects.estimate_effects`.

    Returns
    -------
    DataFrame
        Columns `CONTRAST_COLUMNS`, differences in points over non-English languages; target
        ``mean`` is the mean over the tuned targets (`crosslift.effects.averaged`). ``p_holm``
        corrects over all rows but those with target ``mean``, where it is NaN; the same rows are
        the family of each margin test (`crosslift.inference`). Empty where no domain intermediate
        has a control of its format.
    """
    found: dict[tuple[str, str, str], list[Difference]] = {}
    for cells in studied:
        contrasts = {
            (arm, control): against(arm, control)
            for arm, control in matched_pairs(intermediates)
            if arm in cells.arms and control in cells.arms
        }
        drawn = target_differences(
            cells, contrasts, resamples=resamples, seed=seed, each_language=False
        )
        for difference in drawn:
            found.setdefault((cells.encoder, *difference.name), []).append(difference)
    if not found:
        text, numbers = dict.fromkeys(KEY, str), dict.fromkeys(CONTRAST_COLUMNS[len(KEY) :], float)
        return pd.DataFrame(columns=CONTRAST_COLUMNS).astype({**text, **numbers})
    in_mean = averaged((cells.target for cells in studied), untuned)
    rows = [
        {"encoder": encoder, "intermediate": arm, "control": control, "target": target}
        | {"difference": estimate}
        | inferred(draws, confidence=confidence, margin=margin)
        for (encoder, arm, control), own in found.items()
        for target, estimate, draws in with_mean(own, in_mean)
    ]
    table = pd.DataFrame(rows)
    for column in ("domain", "format"):
        table[column] = [intermediates[name][column] for name in table["intermediate"]]
    family = table["target"] != MEAN
    table["p_holm"] = corrected(table["p_value"].where(family))
    table = with_margin_tests(table, family, margin).assign(confidence=confidence)
    return table[CONTRAST_COLUMNS].sort_values(KEY, kind="stable", ignore_index=True)


def with_mean(
    differences: Sequence[Difference], in_mean: Collection[str]
) -> Iterator[tuple[str, float, np.ndarray]]:
    """Target, estimate and draws of each difference, then of their mean over `in_mean`."""
    for one in differences:
        yield one.cells.target, one.estimate, one.draws
    own = [one for one in differences if one.cells.target in in_mean]
    yield MEAN, float(np.mean([one.estimate for one in own])), mean_of_draws(own)
