"""Gain in each language: a row an intermediate, a column a target, a dot a language."""

from collections.abc import Mapping
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
    domain_colours,
    domain_order,
    encoder_key,
    entry,
    languages_in_order,
    lightened,
    mark_zero,
    ranks,
    smallest_and_largest,
    strip,
    styled,
    targets_in_order,
    wrapped,
)

LINE_HEIGHT = 0.105  # inches a language


def tabulate(effects: pd.DataFrame, study: Mapping[str, Any]) -> pd.DataFrame:
    """Gains by language, of the smallest and the largest encoder.

    Languages come in the order of `languages_in_order`, English first: easy ones above.

    Returns
    -------
    DataFrame
        ``encoder, domain, intermediate, target, language, baseline_score, gain, low, high``.
    """
    rows = effects[effects["language"] != "non-english"].copy()
    if rows.empty:
        raise DataError("effects hold no row of a single language; estimate effects first")
    kept = smallest_and_largest(rows["encoder"], study)
    rows = rows[rows["encoder"].isin(kept)]
    rows["domain"] = [entry(study, "intermediates", i, "domain") for i in rows["intermediate"]]
    order = {
        "domain": domain_order(rows["domain"]),
        "intermediate": list(study["intermediates"]),
        "target": targets_in_order(rows["target"], study),
        "encoder": kept,
        "language": languages_in_order(rows),
    }
    columns = ["encoder", "domain", "intermediate", "target", "language"]
    rows = rows.loc[ranks(rows, order).sort_values(list(order)).index]
    return rows[[*columns, "baseline_score", "gain", "low", "high"]].reset_index(drop=True)


def draw(table: pd.DataFrame) -> Figure:
    """Draw what `tabulate` returned; a column shares its scale.

    With `MANY_LANGUAGES` or fewer there is a line a language with its interval.
    """
    intermediates = list(table["intermediate"].unique())
    targets, encoders = list(table["target"].unique()), list(table["encoder"].unique())
    languages = languages_in_order(table)
    if len(languages) > MANY_LANGUAGES:
        return _draw_strips(table)
    domain_of = dict(zip(table["intermediate"], table["domain"], strict=True))
    colours = domain_colours(table["domain"])
    height = len(intermediates) * (len(languages) * LINE_HEIGHT + 0.2) + 0.75
    with styled():
        width = min(
            max(1.0 + 1.25 * len(targets), LEAST_WIDTH), max(PAGE_WIDTH, 0.75 * len(targets))
        )
        figure = Figure(figsize=(width, height), layout="constrained")
        grid = figure.subplots(
            len(intermediates), len(targets), squeeze=False, sharex="col", sharey=True
        )
        for y, name in enumerate(intermediates):
            colour = colours[domain_of[name]]
            for x, target in enumerate(targets):
                rows = table[(table["intermediate"] == name) & (table["target"] == target)]
                _panel(grid[y, x], rows, encoders, languages, colour)
            label = wrapped(name, len(languages) * LINE_HEIGHT + 0.2, 7.5)
            grid[y, 0].set_ylabel(label, fontweight="bold", color=colour, labelpad=4)
        for axes, target in zip(grid[0], targets, strict=True):
            axes.set_title(wrapped(target, (width - 0.6) / len(targets), 8))
        grid[0, 0].set_yticks(range(len(languages)), languages, fontsize=6)
        grid[0, 0].set_ylim(len(languages) - 0.4, -0.6)
        figure.supxlabel(
            "gain over no intermediate, points;  each column has its own scale", fontsize=7.5
        )
        encoder_key(figure, encoders, [lightened(INK, share) for share in _fading(encoders)])
        return figure


def _draw_strips(table: pd.DataFrame) -> Figure:
    """A line an intermediate and encoder, a dot a language."""
    intermediates, targets = (list(table[key].unique()) for key in ("intermediate", "target"))
    encoders = list(table["encoder"].unique())
    domain_of = dict(zip(table["intermediate"], table["domain"], strict=True))
    colours = domain_colours(table["domain"])
    shifts = np.linspace(-0.2, 0.2, len(encoders)) if len(encoders) > 1 else [0.0]
    lines = [
        (name, y + shift, encoder, lightened(colours[domain_of[name]], fading))
        for y, name in enumerate(intermediates)
        for encoder, shift, fading in zip(encoders, shifts, _fading(encoders), strict=True)
    ]
    with styled():
        size = (max(PAGE_WIDTH, 1.05 * len(targets)), 0.9 + 0.42 * len(intermediates))
        figure = Figure(figsize=size, layout="constrained")
        grid = figure.subplots(1, len(targets), squeeze=False, sharey=True)[0]
        for axes, target in zip(grid, targets, strict=True):
            mark_zero(axes)
            rows = table[(table["target"] == target) & (table["language"] != "en")]
            for name, y, encoder, colour in lines:
                own = rows[(rows["intermediate"] == name) & (rows["encoder"] == encoder)]
                if len(own):
                    strip(axes, y, own.set_index("language")["gain"], colour)
            axes.set_title(wrapped(target, size[0] / len(targets) - 0.2, 8))
            axes.spines["left"].set_visible(False)
            axes.locator_params(axis="x", nbins=3)
            axes.margins(x=0.18)
        grid[0].set_yticks(range(len(intermediates)), intermediates, fontweight="bold")
        for label, name in zip(grid[0].get_yticklabels(), intermediates, strict=True):
            label.set_color(colours[domain_of[name]])
        grid[0].set_ylim(len(intermediates) - 0.4, -0.6)
        figure.supxlabel(
            "gain over no intermediate, points: a dot a language, a tick the median;  each column "
            "has its own scale",
            fontsize=7.5,
        )
        encoder_key(figure, encoders, [lightened(INK, share) for share in _fading(encoders)])
        return figure


def _fading(encoders: list[str]) -> list[float]:
    """How much each encoder's colour is lightened, the largest not at all."""
    return [0.5, 0.0] if len(encoders) > 1 else [0.0]


def _panel(
    axes: Axes, rows: pd.DataFrame, encoders: list[str], languages: list[str], colour: str
) -> None:
    place = {code: y for y, code in enumerate(languages)}
    shifts = np.linspace(-0.17, 0.17, len(encoders)) if len(encoders) > 1 else [0.0]
    axes.hlines(
        range(len(languages)),
        0,
        1,
        transform=axes.get_yaxis_transform(),
        color=FAINT,
        linewidth=0.35,
        zorder=0,
    )
    mark_zero(axes)
    for encoder, shift, fading in zip(encoders, shifts, _fading(encoders), strict=True):
        drawn = rows[rows["encoder"] == encoder]
        y = np.array([place[code] for code in drawn["language"]]) + shift
        shade = lightened(colour, fading)
        axes.hlines(y, drawn["low"], drawn["high"], color=shade, linewidth=0.9, zorder=2)
        axes.scatter(drawn["gain"], y, s=7, color=shade, zorder=3, linewidths=0)
    axes.spines["left"].set_visible(False)
    axes.locator_params(axis="x", nbins=4)
    axes.margins(x=0.06)
