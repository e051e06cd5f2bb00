"""Gain against encoder size: a column a domain, a row a target, a line an intermediate."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from crosslift.errors import DataError
from crosslift.figures.style import (
    LEAST_WIDTH,
    PAGE_WIDTH,
    QUIET,
    domain_colours,
    domain_order,
    entry,
    lightened,
    mark_zero,
    ranks,
    signed,
    spread,
    styled,
    targets_in_order,
    wrapped,
)

PANEL_HEIGHT = 1.25  # inches
MOST_BANDS = 4  # intervals of more lines than these would hide one another
LABEL_HEIGHT = 0.14  # inches a direct label
DASHES = ["-", (0, (4, 1.5)), (0, (1, 1.2)), (0, (5, 1.5, 1, 1.5))]


def tabulate(scaling: pd.DataFrame, study: Mapping[str, Any]) -> pd.DataFrame:
    """Scaling rows with domain and format, in the order of the panels, the mean over targets first.

    Raises
    ------
    DataError
        If the study has fewer than two encoder sizes.
    """
    if scaling.empty:
        raise DataError(
            "scaling is empty: a gain against size needs encoders of at least two sizes; "
            "add one to the study, or do not ask for gain_by_size"
        )
    rows = scaling.copy()
    for column in ("domain", "format"):
        rows[column] = [entry(study, "intermediates", i, column) for i in rows["intermediate"]]
    targets = targets_in_order(rows["target"], study)
    order = {
        "target": sorted(targets, key=lambda target: target != "mean"),
        "domain": domain_order(rows["domain"]),
        "intermediate": list(study["intermediates"]),
    }
    key = ranks(rows, order).assign(parameters=rows["parameters"])
    rows = rows.loc[key.sort_values([*order, "parameters"], kind="stable").index]
    first = ["target", "domain", "format"]
    return rows[[*first, *[c for c in rows if c not in first]]].reset_index(drop=True)


def draw(table: pd.DataFrame) -> Figure:
    """Draw what `tabulate` returned; a row shares its scale of gains."""
    targets, domains = list(table["target"].unique()), list(table["domain"].unique())
    colours = domain_colours(domains)
    lines = table.groupby(["target", "domain"])["intermediate"].nunique().max()
    step = doublings(table)
    height = max(PANEL_HEIGHT, lines * LABEL_HEIGHT + 0.3)
    with styled():
        figure = Figure(
            figsize=(
                max(min(PAGE_WIDTH, 1.2 + 2.2 * len(domains)), LEAST_WIDTH),
                len(targets) * height + 0.8,
            ),
            layout="constrained",
        )
        grid = figure.subplots(len(targets), len(domains), squeeze=False, sharex=True, sharey="row")
        for y, target in enumerate(targets):
            ends = {}
            for x, domain in enumerate(domains):
                rows = table[(table["target"] == target) & (table["domain"] == domain)]
                ends[x] = _panel(grid[y, x], rows, colours[domain], step)
            for x, found in ends.items():  # when the row's scale is that of all its panels
                _label_ends(grid[y, x], found, height)
            label = "mean over targets" if target == "mean" else target
            grid[y, 0].set_ylabel(wrapped(label, height, 7.5), fontweight="bold")
        for axes, domain in zip(grid[0], domains, strict=True):
            axes.set_title(domain, color=colours[domain])
        _sizes(grid[-1], table)
        figure.supylabel("gain, points", fontsize=7.5)
        figure.supxlabel(
            f"non-embedding parameters (log scale);  {change_words(table)}", fontsize=7.5
        )
        return figure


End = tuple[float, float, str, str]


def doublings(table: pd.DataFrame) -> float:
    """What a slope is multiplied by: the doublings between two sizes, 1 where there are more.

    With two sizes the product is the difference between them, in the estimate and in every draw.
    """
    sizes = table["parameters"].unique()
    return float(np.log2(sizes.max() / sizes.min())) if len(sizes) == 2 else 1.0


def change_words(table: pd.DataFrame) -> str:
    """What the number beside a line's name is."""
    sizes = table["parameters"].unique()
    if len(sizes) != 2:
        return "beside a name its slope per doubling"
    ratio = f"{sizes.max() / sizes.min():.1f}".removesuffix(".0")
    return f"beside a name the difference between the sizes, a factor of {ratio} apart"


def _panel(axes: Axes, rows: pd.DataFrame, colour: str, step: float) -> list[End]:
    """Draw the lines; size, gain, words and colour of each line's end."""
    axes.set_xscale("log", base=2)
    mark_zero(axes, "horizontal")
    ends = []
    for number, (name, line) in enumerate(rows.groupby("intermediate", sort=False)):
        shade = lightened(colour, 0.35 * (number % 2))
        if rows["intermediate"].nunique() <= MOST_BANDS:
            axes.fill_between(
                line["parameters"], line["low"], line["high"], color=shade, alpha=0.13, linewidth=0
            )
        axes.plot(
            line["parameters"],
            line["gain"],
            color=shade,
            linewidth=1.3,
            marker="o",
            markersize=3,
            linestyle=DASHES[number % len(DASHES)],
        )
        last = line.iloc[-1]
        ends.append(
            (last["parameters"], last["gain"], f"{name} {change_figure(last, step)}", colour)
        )
    axes.margins(x=0.08)
    return ends


def change_figure(row: pd.Series, step: float) -> str:
    """A slope times `step`, with its interval: ``-6.1 [-11.2, -1.1]``, with true signs; points."""
    ends = (signed(row[key] * step).lstrip("+") for key in ("slope_low", "slope_high"))
    return f"{signed(row['slope'] * step)} [{', '.join(ends)}]"


def _label_ends(axes: Axes, ends: list[End], height: float) -> None:
    """Name each line at its right end, names moved apart where lines meet."""
    if not ends:
        return
    low, high = axes.get_ylim()
    gap = (high - low) * LABEL_HEIGHT / (height - 0.25)
    heights = spread([gain for _, gain, _, _ in ends], gap)
    heights += max(0, low - heights.min() + gap / 2) + min(0, high - heights.max() - gap / 2)
    for (size, _, label, colour), y in zip(ends, heights, strict=True):
        axes.annotate(
            label,
            (size, y),
            (5, 0),
            textcoords="offset points",
            va="center",
            fontsize=5.8,
            color=colour,
            annotation_clip=False,
        )


def _sizes(bottom: np.ndarray, table: pd.DataFrame) -> None:
    sizes = table[["parameters", "encoder"]].drop_duplicates().sort_values("parameters")
    for axes in bottom:
        axes.set_xticks(sizes["parameters"], [_short(size) for size in sizes["parameters"]])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.tick_params(axis="x", colors=QUIET)


def _short(number: float) -> str:
    """``5.3M``, ``86M``, ``3.5B``."""
    for unit, scale in (("B", 1e9), ("M", 1e6), ("k", 1e3)):
        if number >= scale:
            return f"{number / scale:.3g}{unit}"
    return f"{number:.0f}"
