"""Domain intermediates against general ones of the same format.

A legal intermediate's gain mixes what law, format and amount of data give. Its general control has
the same format and (in a matched study) the same number of examples, so that their difference
leaves the domain.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from crosslift.bootstrap import percentile_interval, two_sided_p
from crosslift.differences import NON_ENGLISH, target_differences
from crosslift.effects import MEAN, averaged, corrected
from crosslift.pairing import PairedCells

GENERAL, MIXED = "general", "mixed"
KEY = ["encoder", "domain", "format", "intermediate", "control", "target"]
CONTRAST_COLUMNS = [*KEY, "difference", "low", "high", "p_value", "p_holm", "confidence"]


def matched_pairs(intermediates: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    """Each intermediate of one domain with each general one of its format.

    Parameters
    ----------
    intermediates : mapping of str to mapping
        ``domain`` and ``format`` of each intermediate.
    """
    return [
        (name, control)
        for name, task in intermediates.items()
        if task["domain"] not in (GENERAL, MIXED)
        for control, other in intermediates.items()
        if other["domain"] == GENERAL and other["format"] == task["format"]
    ]


def estimate_contrasts(
    studied: Sequence[PairedCells],
    intermediates: Mapping[str, Mapping[str, str]],
    *,
    resamples: int,
    confidence: float,
    seed: int,
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
    resamples, confidence, seed, untuned
        As for `crosslift.effects.estimate_effects`.

    Returns
    -------
    DataFrame
        Columns `CONTRAST_COLUMNS`, differences in points over non-English languages; target
        ``mean`` is the mean over the tuned targets (`crosslift.effects.averaged`). ``p_holm``
        corrects over all rows but those with target ``mean``, where it is NaN. Empty where no
        domain intermediate has a control of its format.
    """
    rows, drawn = [], []
    in_mean = averaged((cells.target for cells in studied), untuned)
    targets_of: dict[tuple[str, str, str], list[int]] = {}
    for cells in studied:
        pairs = [
            (arm, control)
            for arm, control in matched_pairs(intermediates)
            if arm in cells.arms and control in cells.arms
        ]
        for found in target_differences(cells, pairs, resamples=resamples, seed=seed):
            if found.language == NON_ENGLISH:
                key = (cells.encoder, found.arm, found.other)
                if cells.target in in_mean:
                    targets_of.setdefault(key, []).append(len(rows))
                rows.append((*key, cells.target, found.estimate))
                drawn.append(found.draws)
    if not rows:
        text, numbers = dict.fromkeys(KEY, str), dict.fromkeys(CONTRAST_COLUMNS[len(KEY) :], float)
        return pd.DataFrame(columns=CONTRAST_COLUMNS).astype({**text, **numbers})
    for key, places in targets_of.items():
        rows.append((*key, MEAN, np.mean([rows[place][-1] for place in places])))
        drawn.append(np.mean([drawn[place] for place in places], axis=0))
    names = ["encoder", "intermediate", "control", "target", "difference"]
    table = pd.DataFrame(rows, columns=names)
    for column in ("domain", "format"):
        table[column] = [intermediates[name][column] for name in table["intermediate"]]
    draws = np.stack(drawn, axis=1)
    table["low"], table["high"] = percentile_interval(draws, confidence)
    table["p_value"] = two_sided_p(draws)
    table["p_holm"] = corrected(table["p_value"].where(table["target"] != MEAN))
    table["confidence"] = confidence
    return table[CONTRAST_COLUMNS].sort_values(KEY, kind="stable", ignore_index=True)
