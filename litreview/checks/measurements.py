"""What a study measured, as samples that predicates are judged by: an estimate with its draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from litreview.checks.predicates import NONE
from litreview.files import InputError
from litreview.language.wording import listing

HEADLINE = "non-english"
KEYS = ["encoder", "intermediate", "target"]
_NEEDED = {
    "effects": [*KEYS, "language", "gain", "intermediate_seeds", "target_seeds"],
    "draws": [*KEYS, "draw", "gain"],
}
_NO_SEEDS = 10**9


class NotTestable(Exception):
    """A predicate that this study cannot answer: a reason code and a sentence."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


@dataclass(frozen=True)
class Sample:
    """A measured quantity in points.

    `draws` has its bootstrap draws, `seeds` the fewest training seeds behind it. `collapsed` tells
    that a run behind it gives every example one answer.
    """

    estimate: float
    draws: np.ndarray
    seeds: int
    collapsed: bool = False

    def __sub__(self, other: "Sample") -> "Sample":
        """Paired difference: the same draw index is the same resample in both."""
        return Sample(
            self.estimate - other.estimate,
            self.draws - other.draws,
            min(self.seeds, other.seeds),
            self.collapsed or other.collapsed,
        )

    @property
    def varied(self) -> bool:
        """Whether closeness to zero shows something: draws that are all equal show nothing."""
        return not self.collapsed and float(np.ptp(self.draws)) > 0


class Measurements:
    """Gains over no intermediate task on the non-English languages, with their draws.

    Parameters
    ----------
    effects, draws : pandas.DataFrame
        As in the study's `effects.parquet` and `draws.parquet` (docs/tables.md).
    study : mapping
        The parsed `study.json`.

    Raises
    ------
    InputError
        If a table lacks a column, or cells have different numbers of draws.
    """

    def __init__(
        self, effects: pd.DataFrame, draws: pd.DataFrame, study: Mapping[str, Any]
    ) -> None:
        for name, table in (("effects", effects), ("draws", draws)):
            _require_columns(name, table)
        headline = effects[effects["language"] == HEADLINE]
        self.study = study
        self.gains = {tuple(row[key] for key in KEYS): row for row in headline.to_dict("records")}
        self.draws = {
            key: rows.sort_values("draw")["gain"].to_numpy(dtype=float)
            for key, rows in draws.groupby(KEYS, sort=True)
        }
        if len({len(one) for one in self.draws.values()}) > 1:
            raise InputError(
                "draws: cells have different numbers of draws, so that they cannot be paired; "
                "make draws.parquet again from one run of estimate_effects"
            )

    def mean_gain(
        self,
        encoder: str,
        arms: Sequence[str],
        targets: Sequence[str],
        weights: Sequence[float] | None = None,
    ) -> Sample:
        """Mean gain over arms and targets; the baseline arm gains nothing by definition.

        Parameters
        ----------
        encoder : str
        arms, targets : sequences of str
            Names of the study's own.
        weights : sequence of float, optional
            One an arm; equal ones without them.

        Raises
        ------
        NotTestable
            `target_missing` where the tables hold no such cell.
        """
        cells = [(encoder, arm, target) for arm in arms for target in targets if arm != NONE]
        missing = [key for key in cells if key not in self.gains or key not in self.draws]
        if missing:
            named = listing(f"{arm} on {target}" for _, arm, target in missing)
            raise NotTestable("target_missing", f"The tables hold no measured gain of {named}.")
        if not cells:
            return Sample(0.0, np.zeros(1), _NO_SEEDS)
        shares = None if weights is None else np.repeat(weights, len(targets))
        return Sample(
            float(np.average([self.gains[key]["gain"] for key in cells], weights=shares)),
            np.average([self.draws[key] for key in cells], axis=0, weights=shares),
            min(self._seeds(key) for key in cells),
            any(self.gains[key].get("collapsed", 0) > 0 for key in cells),
        )

    def best_gain(self, encoder: str, arms: Sequence[str], targets: Sequence[str]) -> Sample:
        """Mean over targets of the gain of the arm that is best on each.

        The arm is chosen anew in every resample. What the chosen one gains there beyond its own
        estimate is how much choosing flatters; its mean, the optimism of Efron (1983, Journal of
        the American Statistical Association 78, 316-331), is taken off:

            gain = max over arms - optimism
        """
        best = [self._best_on(encoder, arms, target) for target in targets]
        return Sample(
            float(np.mean([one.estimate for one in best])),
            np.mean([one.draws for one in best], axis=0),
            min(one.seeds for one in best),
            any(one.collapsed for one in best),
        )

    def _best_on(self, encoder: str, arms: Sequence[str], target: str) -> Sample:
        samples = [self.mean_gain(encoder, [arm], [target]) for arm in arms]
        estimates = np.array([one.estimate for one in samples])
        draws = np.stack([one.draws for one in samples])
        chosen = np.argmax(draws, axis=0)
        flattery = draws[chosen, np.arange(draws.shape[1])] - estimates[chosen]
        optimism = float(np.mean(flattery))
        estimate = float(np.max(estimates)) - optimism
        return Sample(
            estimate,
            estimate + flattery - optimism,
            min(one.seeds for one in samples),
            any(one.collapsed for one in samples),
        )

    def slope(
        self,
        sizes: Mapping[str, int],
        arms: Sequence[str],
        targets: Sequence[str],
        weights: Sequence[float] | None = None,
    ) -> Sample:
        """Least-squares slope of the mean gain, in points per doubling of the parameters."""
        samples = [self.mean_gain(encoder, arms, targets, weights) for encoder in sizes]
        scale = np.log2(list(sizes.values()))
        centred = (scale - scale.mean()) / ((scale - scale.mean()) @ (scale - scale.mean()))
        return Sample(
            float(centred @ [one.estimate for one in samples]),
            centred @ np.stack([one.draws for one in samples]),
            min(one.seeds for one in samples),
            any(one.collapsed for one in samples),
        )

    def _seeds(self, key: tuple[str, str, str]) -> int:
        """Fewest training runs behind a gain; a target that is not tuned has no seed (0)."""
        row = self.gains[key]
        phases = [int(row["intermediate_seeds"]), int(row["target_seeds"])]
        return min((number for number in phases if number > 0), default=0)


def _require_columns(name: str, table: pd.DataFrame) -> None:
    missing = [column for column in _NEEDED[name] if column not in table.columns]
    if missing:
        raise InputError(
            f"{name}: no column {listing(missing, 'or')}; docs/tables.md has the columns of the "
            "table that a study writes"
        )
