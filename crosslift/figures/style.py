"""Colours, type and small drawing helpers shared by the figures."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from crosslift.errors import DataError

# Okabe and Ito (2008), Color Universal Design: told apart under every common colour blindness.
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
INK, QUIET, FAINT = "#222222", "#6B6B6B", "#D9D9D9"

DOMAIN_COLOURS = {"general": QUIET, "legal": BLUE, "medical": VERMILLION}
SPARE_COLOURS = [GREEN, PURPLE, ORANGE, SKY]
# From losses through nothing to gains; blue and orange differ for every common colour blindness.
GAINS = LinearSegmentedColormap.from_list(
    "gains", ["#B34700", "#E08A4F", "#F7DCC8", "#FFFFFF", "#CFE3F1", "#5A9FCB", "#005A8F"]
)

BOLD_CHARACTER = 0.66  # mean width of a bold letter of DejaVu Sans, in ems
PAGE_WIDTH = 7.2  # inches: the text width of the report
MANY_LANGUAGES = 20  # with more, a line a language fills pages: each is a dot among others then
STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 7.5,
    "axes.titlesize": 8,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 7.5,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "axes.axisbelow": True,
    "text.color": INK,
    "xtick.color": QUIET,
    "ytick.color": INK,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.major.size": 2,
    "ytick.major.size": 0,
    "xtick.major.width": 0.6,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    # Text as outlines: the same picture wherever it is opened. A fixed salt: the same bytes.
    "svg.fonttype": "path",
    "svg.hashsalt": "crosslift",
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw or write with the project's settings, whatever the user's own are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        yield


def domain_colours(domains: Iterable[str]) -> dict[str, str]:
    """A colour for each domain, the known ones always the same."""
    others = [name for name in dict.fromkeys(domains) if name not in DOMAIN_COLOURS]
    spare = {
        name: SPARE_COLOURS[place % len(SPARE_COLOURS)] for place, name in enumerate(sorted(others))
    }
    return {**DOMAIN_COLOURS, **spare}


def domain_order(domains: Iterable[str]) -> list[str]:
    """General first, then the others by name."""
    return sorted(set(domains), key=lambda name: (name != "general", name))


def lightened(colour: str, share: float) -> str:
    """The colour mixed with `share` (0 to 1) of white."""
    mixed = np.array(to_rgb(colour)) * (1 - share) + share
    return to_hex(mixed)


def encoder_key(figure: Figure, encoders: Sequence[str], shades: Sequence[str]) -> None:
    """Name encoders, whose dots differ in shade, in one line at the top; one needs no naming."""
    handles = [
        Line2D([], [], marker="o", markersize=4, color=shade, linewidth=1.1, label=name)
        for name, shade in zip(encoders, shades, strict=True)
    ]
    figure.legend(
        handles=handles,
        loc="outside upper left",
        ncols=max(1, min(len(encoders), 5)),
        frameon=False,
        fontsize=7,
        borderaxespad=0.4,
        borderpad=0,
        handlelength=1.4,
        columnspacing=1.4,
    )


def ranks(rows: pd.DataFrame, order: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Place of each value in its column's order, for sorting; unknown values come last."""
    return pd.DataFrame(
        {
            column: rows[column].map({v: i for i, v in enumerate(values)}).fillna(len(values))
            for column, values in order.items()
        }
    )


def wrapped(name: str, width: float, size: float) -> str:
    """A name broken after dashes and underscores to fit `width` inches at `size` points."""
    most = max(1, int(width * 72 / (BOLD_CHARACTER * size)))
    lines = [""]
    for part in re.findall(r"[^-_ ]+[-_ ]*|[-_ ]+", name):
        if lines[-1] and len(lines[-1] + part.rstrip()) > most:
            lines.append("")
        lines[-1] += part
    return "\n".join(line.rstrip(" ") for line in lines)


def signed(value: float, digits: int = 1) -> str:
    """``+1.2``, ``−0.3`` (with a true minus sign) or ``0.0`` for what rounds to nothing."""
    rounded = round(value, digits)
    if rounded == 0:
        return f"{0:.{digits}f}"
    return f"{rounded:+.{digits}f}".replace("-", "\N{MINUS SIGN}")


def mark_zero(axes: Axes, orientation: str = "vertical") -> None:
    """A thin line at no gain."""
    draw = axes.axvline if orientation == "vertical" else axes.axhline
    draw(0, color=QUIET, linewidth=0.7, zorder=1)


def strip(axes: Axes, y: float, values: pd.Series, colour: str) -> None:
    """Draw a dot a language on one line, the lowest and the highest by name, and their median.

    `values` are by language.
    """
    axes.scatter(
        values, np.full(len(values), y), s=8, color=colour, alpha=0.45, linewidths=0, zorder=3
    )
    axes.plot([values.median()] * 2, [y - 0.16, y + 0.16], color=INK, linewidth=1.1, zorder=4)
    ends = ((values.idxmin(), "right", -4), (values.idxmax(), "left", 4))
    for language, side, shift in ends if len(values) > 1 else ():
        axes.annotate(
            language,
            (values[language], y),
            (shift, 0),
            textcoords="offset points",
            ha=side,
            va="center",
            fontsize=5.5,
            color=INK,
        )


def spread(positions: Iterable[float], gap: float) -> np.ndarray:
    """Positions moved as little as needed to lie at least `gap` apart, in the same order.

    Neighbours that collide are pooled and centred on their mean, as in isotonic regression.
    """
    wanted = np.asarray(list(positions), dtype=float)
    order = np.argsort(wanted, kind="stable")
    # In units less i * gap the condition "gap apart" becomes "not decreasing".
    pools: list[tuple[float, int]] = []
    for place, index in enumerate(order):
        mean, size = wanted[index] - place * gap, 1
        while pools and pools[-1][0] > mean:
            other, number = pools.pop()
            mean, size = (mean * size + other * number) / (size + number), size + number
        pools.append((mean, size))
    levels = np.concatenate([np.full(size, mean) for mean, size in pools]) if pools else wanted
    moved = np.empty_like(wanted)
    moved[order] = levels + np.arange(len(wanted)) * gap
    return moved


def entry(study: Mapping[str, Any], section: str, name: str, key: str) -> Any:
    """``study[section][name][key]``, or a `DataError` that says what study.json lacks."""
    try:
        return study[section][name][key]
    except KeyError:
        raise DataError(
            f"study.json: {section}.{name}.{key} is missing; write it when the study is set up"
        ) from None


def targets_in_order(targets: Iterable[str], study: Mapping[str, Any]) -> list[str]:
    """Targets in the study's order; the mean over targets, where there is one, last."""
    found = set(targets)
    known = [name for name in study["targets"] if name in found]
    rest = sorted(found - set(known) - {"mean"})
    return [*known, *rest, *(["mean"] if "mean" in found else [])]


def languages_in_order(rows: pd.DataFrame) -> list[str]:
    """English, then the others by their mean score without intermediate, the best first.

    The mean is over the targets and encoders of the rows.
    """
    baseline = rows.groupby("language")["baseline_score"].mean()
    return sorted(baseline.index, key=lambda code: (code != "en", -baseline[code], code))


def smallest_and_largest(encoders: Iterable[str], study: Mapping[str, Any]) -> list[str]:
    """The two ends of the ladder of sizes (or the only one), where a figure holds no more."""
    ladder = encoders_by_size(encoders, study)
    return [ladder[0], ladder[-1]] if len(ladder) > 1 else ladder


def encoders_by_size(encoders: Iterable[str], study: Mapping[str, Any]) -> list[str]:
    """Encoders, the one with fewest parameters first."""
    return sorted(
        set(encoders), key=lambda name: (entry(study, "encoders", name, "parameters"), name)
    )


LEAST_WIDTH = 5.8
"""Inches; narrower figures would be blown up to the page, and their labels would not fit."""
