"""Retrieval before and after intermediate training, language by language."""

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crosslift.errors import DataError
from crosslift.figures.style import (
    FAINT,
    INK,
    LEAST_WIDTH,
    MANY_LANGUAGES,
    PAGE_WIDTH,
    QUIET,
    domain_colours,
    domain_order,
    entry,
    languages_in_order,
    lightened,
    ranks,
    smallest_and_largest,
    strip,
    styled,
    targets_in_order,
    wrapped,
)

LINE_HEIGHT, PANEL_WIDTH = 0.15, 1.1  # inches


def tabulate(effects: pd.DataFrame, study: Mapping[str, Any]) -> pd.DataFrame:
    """Scores before and after, in each language of each retrieval target.

    Returns
    -------
    DataFrame
        ``encoder, target, domain, intermediate, language, before, after, after_low, after_high,
        beyond_low, beyond_high``; of the smallest and the largest encoder. The interval is that of
        the gain, added to the score before and cut to 0 and 100; `beyond_low` and `beyond_high` say
        where it was cut. Languages stand in the order of the figure of all targets by language
        (`languages_in_order`).

    Raises
    ------
    DataError
        If the study has no retrieval target.
    """
    named = [name for name, target in study["targets"].items() if target["format"] == "retrieval"]
    single = effects[effects["language"] != "non-english"]
    rows = single[single["target"].isin(named)].copy()
    if rows.empty:
        raise DataError(
            "effects hold no language of a retrieval target; add one (Tatoeba, LAReQA) to the "
            "study's targets, or do not ask for the figure retrieval"
        )
    rows["domain"] = [entry(study, "intermediates", i, "domain") for i in rows["intermediate"]]
    rows = rows.rename(columns={"baseline_score": "before", "score": "after"})
    for end in ("low", "high"):
        reached = rows["before"] + rows[end]
        rows[f"after_{end}"] = reached.clip(0, 100)
        rows[f"beyond_{end}"] = reached != rows[f"after_{end}"]
    kept = smallest_and_largest(rows["encoder"], study)
    rows = rows[rows["encoder"].isin(kept)]
    order = {
        "encoder": kept,
        "target": targets_in_order(rows["target"], study),
        "domain": domain_order(rows["domain"]),
        "intermediate": list(study["intermediates"]),
        "language": languages_in_order(single[single["encoder"].isin(kept)]),
    }
    rows = rows.loc[ranks(rows, order).sort_values(list(order), kind="stable").index]
    ends = ["after_low", "after_high", "beyond_low", "beyond_high"]
    columns = [*order, "before", "after", *ends]
    return rows[columns].reset_index(drop=True)


def draw(table: pd.DataFrame) -> Figure:
    """Draw what `tabulate` returned: open dot before, filled dot after, with its interval.

    With more than `MANY_LANGUAGES` a line holds the dots of all languages instead.
    """
    if table["language"].nunique() > MANY_LANGUAGES:
        return _draw_strips(table)
    rows_of = list(table.groupby(["encoder", "target"], sort=False))
    intermediates = list(table["intermediate"].unique())
    across = max(1, min(len(intermediates), int((PAGE_WIDTH - 0.6) // PANEL_WIDTH)))
    bands = -(-len(intermediates) // across)
    colours = domain_colours(table["domain"])
    heights = [len(rows["language"].unique()) * LINE_HEIGHT + 0.4 for _, rows in rows_of] * bands
    with styled():
        figure = Figure(
            figsize=(max(0.6 + across * PANEL_WIDTH, LEAST_WIDTH), sum(heights) + 0.75),
            layout="constrained",
        )
        grid = figure.subplots(
            len(heights), across, squeeze=False, sharex=True, sharey="row", height_ratios=heights
        )
        named = _row_to_name(rows_of[0][1])
        for number, axes_row in enumerate(grid):
            (encoder, target), rows = rows_of[number % len(rows_of)]
            band = intermediates[number // len(rows_of) * across :][:across]
            languages = list(dict.fromkeys(rows["language"]))
            for x, axes in enumerate(axes_row):
                if x >= len(band):
                    axes.set_axis_off()
                    continue
                drawn = rows[rows["intermediate"] == band[x]]
                _panel(axes, drawn, languages, colours)
                if named.name in drawn.index:
                    _name_dots(axes, named, languages.index(named["language"]))
            axes_row[0].set_yticks(range(len(languages)), languages)
            axes_row[0].set_ylim(len(languages) - 0.4, -0.6)
            axes_row[0].set_ylabel(f"{encoder}\n{target}", fontweight="bold")
        figure.supxlabel("score in each language, 0 to 100", fontsize=7.5)
        return figure


def _draw_strips(table: pd.DataFrame) -> Figure:
    """A panel an encoder and target; a line before, then a line after each intermediate."""
    encoders, targets = (list(table[key].unique()) for key in ("encoder", "target"))
    domain_of = dict(zip(table["intermediate"], table["domain"], strict=True))
    colours = domain_colours(table["domain"])
    with styled():
        size = (PAGE_WIDTH, (0.24 * (len(domain_of) + 1) + 0.45) * len(encoders) + 0.3)
        figure = Figure(figsize=size, layout="constrained")
        grid = figure.subplots(len(encoders), len(targets), squeeze=False, sharex=True, sharey=True)
        for (row, encoder), (column, target) in product(enumerate(encoders), enumerate(targets)):
            axes = grid[row, column]
            rows = table[(table["encoder"] == encoder) & (table["target"] == target)]
            before = rows.drop_duplicates("language").set_index("language")["before"]
            strip(axes, 0, before, QUIET)
            for y, (name, domain) in enumerate(domain_of.items(), 1):
                own = rows[rows["intermediate"] == name].set_index("language")["after"]
                strip(axes, y, own, colours[domain])
            axes.axvline(before.median(), color=QUIET, linewidth=0.6, linestyle=":", zorder=1)
            axes.set_title(f"{target}, {encoder}")
            axes.spines["left"].set_visible(False)
            axes.set_xlim(-6, 106)
        names = ["before", *(f"after {name}" for name in domain_of)]
        for axes in grid[:, 0]:
            axes.set_yticks(range(len(names)), names)
            axes.set_ylim(len(names) - 0.5, -0.6)
        figure.supxlabel("score, 0 to 100: a dot a language, a tick their median", fontsize=7.5)
        return figure


def _panel(
    axes: Axes, rows: pd.DataFrame, languages: list[str], colours: Mapping[str, str]
) -> None:
    place = {code: y for y, code in enumerate(languages)}
    if rows.empty:
        axes.set_axis_off()
        return
    colour = colours[rows["domain"].iloc[0]]
    y = [place[code] for code in rows["language"]]
    axes.hlines(y, 0, 100, color=FAINT, linewidth=0.35, zorder=0)
    axes.hlines(
        y,
        rows["after_low"],
        rows["after_high"],
        color=lightened(colour, 0.7),
        linewidth=3,
        zorder=1,
    )
    # Where an interval reaches beyond the scale an arrow says so: no score lies there.
    for end, edge, marker in (("after_low", 0, "<"), ("after_high", 100, ">")):
        beyond = (rows["beyond_" + end.removeprefix("after_")]).to_numpy(dtype=bool)
        arrows = axes.plot(
            np.full(beyond.sum(), edge),
            np.array(y)[beyond],
            marker,
            color=lightened(colour, 0.35),
            markersize=3.2,
            markeredgewidth=0,
            clip_on=False,
            zorder=2,
        )
        arrows[0].set_in_layout(False)
    axes.hlines(y, rows["before"], rows["after"], color=colour, linewidth=0.9, zorder=2)
    axes.scatter(
        rows["before"], y, s=11, facecolor="white", edgecolor=QUIET, linewidth=0.9, zorder=3
    )
    axes.scatter(rows["after"], y, s=13, color=colour, linewidths=0, zorder=4)
    axes.set_xlim(-3, 103)
    axes.set_xticks([0, 50, 100])
    axes.spines["left"].set_visible(False)
    axes.set_title(
        wrapped(rows["intermediate"].iloc[0], 0.8 * PANEL_WIDTH, 7), color=colour, fontsize=7
    )


def _row_to_name(rows: pd.DataFrame) -> pd.Series:
    """The row whose dots lie far apart and away from the edges, so that words fit beside them."""
    change = (rows["after"] - rows["before"]).abs()
    inside = rows[["before", "after"]].min(axis=1).gt(25) & rows[["before", "after"]].max(
        axis=1
    ).lt(75)
    return rows.loc[(change + 100 * inside).idxmax()]


def _name_dots(axes: Axes, row: pd.Series, y: int) -> None:
    """Say once which dot is which, above the line, where no interval lies."""
    rises = row["after"] >= row["before"]
    for column, colour, left in (("before", QUIET, rises), ("after", INK, not rises)):
        axes.annotate(
            column,
            (row[column], y),
            (3 if left else -3, 1.5),
            textcoords="offset points",
            ha="right" if left else "left",
            va="bottom",
            fontsize=5.4,
            color=colour,
        )
