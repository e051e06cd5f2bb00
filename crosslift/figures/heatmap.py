"""Gain of every intermediate on every target, one panel an encoder."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from crosslift.errors import DataError
from crosslift.figures.style import (
    GAINS,
    INK,
    LEAST_WIDTH,
    PAGE_WIDTH,
    QUIET,
    encoders_by_size,
    entry,
    ranks,
    signed,
    styled,
    targets_in_order,
)

MARK = "\N{BLACK CIRCLE}"
CELL_WIDTH, CELL_HEIGHT = 0.46, 0.21  # inches


def tabulate(effects: pd.DataFrame, study: Mapping[str, Any]) -> pd.DataFrame:
    """Non-English gains, in the order of the panels.

    Returns
    -------
    DataFrame
        ``encoder, domain, intermediate, target, gain, low, high, p_holm, clear, in_scale``; `clear`
        says that the Holm-corrected p-value is below 1 - confidence, `in_scale` that the gain may
        set the scale of colours, as those of tuned targets do.
    """
    rows = effects[effects["language"] == "non-english"].copy()
    if rows.empty:
        raise DataError("effects hold no non-english row; estimate effects first")
    rows["domain"] = [entry(study, "intermediates", i, "domain") for i in rows["intermediate"]]
    rows["clear"] = rows["p_holm"] < 1 - rows["confidence"]
    # Targets that are not tuned may change by far more; they do not set the scale of colours.
    tuned = {name for name, target in study["targets"].items() if target.get("train_on")}
    rows["in_scale"] = rows["target"].isin(tuned) | (not tuned)
    order = {
        "encoder": encoders_by_size(rows["encoder"], study),
        "intermediate": list(study["intermediates"]),
        "target": targets_in_order(rows["target"], study),
    }
    rows = rows.loc[ranks(rows, order).sort_values(list(order)).index]
    columns = [
        "encoder",
        "domain",
        "intermediate",
        "target",
        "gain",
        "low",
        "high",
        "p_holm",
        "clear",
        "in_scale",
    ]
    return rows[columns].reset_index(drop=True)


def draw(table: pd.DataFrame) -> Figure:
    """Draw what `tabulate` returned; colours saturate at the largest gain of `_limit`."""
    encoders = list(table["encoder"].unique())
    intermediates = table[["domain", "intermediate"]].drop_duplicates()
    targets = list(table["target"].unique())
    label_width = 0.075 * max(len(name) for name in intermediates["intermediate"])
    panel = len(targets) * CELL_WIDTH
    across = max(1, min(len(encoders), int((PAGE_WIDTH - label_width) // panel)))
    down = -(-len(encoders) // across)
    limit = _limit(table)
    norm = Normalize(-limit, limit)
    height = down * (len(intermediates) * CELL_HEIGHT + 0.75) + 0.55
    with styled():
        width = max(
            min(label_width + across * panel + 0.3, PAGE_WIDTH), panel + label_width, LEAST_WIDTH
        )
        figure = Figure(figsize=(width, height), layout="constrained")
        grid = figure.subplots(down, across, squeeze=False)
        for place, axes in enumerate(grid.flat):
            if place >= len(encoders):
                axes.set_axis_off()
                continue
            rows = table[table["encoder"] == encoders[place]]
            _panel(axes, rows, intermediates, targets, norm, named=place % across == 0)
            axes.set_title(encoders[place], pad=4)
        scale = figure.colorbar(
            ScalarMappable(norm, GAINS),
            ax=grid,
            location="bottom",
            shrink=min(1, 2.6 / width),
            aspect=26,
            pad=0.02,
            extend="both",
        )
        scale.outline.set_visible(False)
        scale.ax.tick_params(size=0, labelsize=6.5)
        parts = [
            f"gain over no intermediate, points (non-English mean; beyond ±{limit:.0f} alike)",
            f"{MARK} differs from 0 after Holm's correction",
        ]
        scale.ax.set_xlabel(
            (";  " if width > 5.5 else "\n").join(parts),
            fontsize=6.5,
            color=QUIET,
        )
        return figure


def _limit(table: pd.DataFrame) -> float:
    """Where colours saturate, in points: the largest absolute gain of the targets in the mean.

    An untuned target may change by far more than the tuned ones; it would take the colour from
    them, so where `tabulate` says that it is not in the mean it saturates.
    """
    return max(float(table.loc[table["in_scale"], "gain"].abs().max()), 0.1)


def _panel(
    axes: Axes,
    rows: pd.DataFrame,
    intermediates: pd.DataFrame,
    targets: list[str],
    norm: Normalize,
    *,
    named: bool,
) -> None:
    names = list(intermediates["intermediate"])
    gain = rows.pivot(index="intermediate", columns="target", values="gain")
    gain = gain.reindex(index=names, columns=targets)
    clear = set(
        rows.loc[rows["clear"], ["intermediate", "target"]].itertuples(index=False, name=None)
    )
    # A gap sets the mean over targets apart.
    edges = [x + (0.12 if targets[x] == "mean" else 0) for x in range(len(targets))]
    for x, target in enumerate(targets):
        for y, name in enumerate(names):
            _cell(axes, edges[x], y, gain.loc[name, target], (name, target) in clear, norm)
    axes.set_xlim(0, edges[-1] + 1)
    axes.set_ylim(len(names), 0)
    axes.set_xticks(
        [edge + 0.5 for edge in edges], targets, rotation=30, ha="left", rotation_mode="anchor"
    )
    axes.xaxis.tick_top()
    axes.tick_params(length=0, pad=2, axis="x", labelcolor=INK)
    axes.set_yticks(np.arange(len(names)) + 0.5, names if named else [])
    # Labels are in ink: the domains' own blue and orange would read as gain and loss here.
    for y, (above, below) in enumerate(
        zip(intermediates["domain"], intermediates["domain"][1:], strict=False), start=1
    ):
        if above != below:
            axes.axhline(y, color="white", linewidth=3)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _cell(axes: Axes, x: float, y: int, gain: float, clear: bool, norm: Normalize) -> None:
    if np.isnan(gain):
        return
    colour = GAINS(norm(gain))
    axes.fill(
        [x + 0.02, x + 0.98, x + 0.98, x + 0.02],
        [y + 0.04, y + 0.04, y + 0.96, y + 0.96],
        color=colour,
        linewidth=0,
    )
    dark = np.dot(colour[:3], (0.299, 0.587, 0.114)) < 0.55
    ink = "white" if dark else INK
    axes.text(
        x + 0.5,
        y + 0.52,
        signed(gain),
        ha="center",
        va="center",
        fontsize=6.8,
        color=ink,
        fontweight="bold" if clear else "normal",
    )
    if clear:
        axes.text(x + 0.91, y + 0.22, MARK, ha="center", va="center", fontsize=3.4, color=ink)
