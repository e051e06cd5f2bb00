"""The PRISMA 2020 flow diagram of a review (Page et al. 2021, doi:10.1136/bmj.n71, figure 1).

Columns without a record are left out: a review of databases alone has no column of other methods.
"""

import csv
import io
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from litreview.files import atomic_path, write_text
from litreview.search.prisma import PrismaFlow

PIXELS_PER_INCH = 200
STAGES = ("Identification", "Screening", "Included")

# Inches; a line of 9 points and its space.
_WIDTH, _GAP, _LABEL, _LINE, _PADDING = 2.4, 0.3, 0.32, 0.165, 0.18
_CHARACTERS = 40
_ROWS = ("identified", "screened", "sought", "assessed", "included")
_NAMES = {
    "arxiv": "arXiv",
    "openalex": "OpenAlex",
    "semantic_scholar": "Semantic Scholar",
    "crossref": "Crossref",
    "europepmc": "Europe PMC",
    "acl": "ACL Anthology",
}


@dataclass(frozen=True)
class Box:
    """A box of the diagram: its column and row, and lines of a text with a count."""

    column: str
    row: str
    lines: tuple[tuple[str, str, int | None], ...]

    def text(self) -> list[str]:
        """The lines as they are drawn, broken to the width of a box."""
        drawn: list[str] = []
        for _, words, count in self.lines:
            # No-break spaces keep a number with its sign.
            number = "not counted" if count is None else f"n\u00a0=\u00a0{count:,}"
            whole = words if words.endswith(":") else f"{words} ({number})"
            drawn += textwrap.wrap(whole, _CHARACTERS, subsequent_indent="  ")
        return drawn


def prisma_boxes(flow: PrismaFlow) -> list[Box]:
    """The boxes of a flow, column by column."""
    databases = flow.database_results + flow.register_results
    others = flow.website_results + flow.organisation_results + flow.citations_results
    boxes = [Box("database", "included", tuple(_included(flow)))]
    if databases or not others:
        boxes += _database_boxes(flow)
    if others:
        boxes += _other_boxes(flow)
    return boxes


def _database_boxes(flow: PrismaFlow) -> list[Box]:
    found: list[tuple[str, str, int | None]] = []
    for kind in ("database", "register"):
        total = getattr(flow, f"{kind}_results")
        if total or kind == "database":
            found.append((f"{kind}_results", f"Records from {kind}s", total))
            named = getattr(flow, f"{kind}_specific_results").items()
            found += [(f"{kind}_specific_results", _NAMES.get(k, k), n) for k, n in named]
    removed = (
        ("", "Removed before screening:", None),
        ("duplicates", "Duplicate records", flow.duplicates),
        ("excluded_automatic", "Ineligible by automation tools", flow.excluded_automatic),
        ("excluded_other", "Other reasons", flow.excluded_other),
    )
    one = [
        ("database", "screened", "records_screened", "Records screened"),
        ("removed", "screened", "records_excluded", "Records excluded"),
        ("database", "sought", "dbr_sought_reports", "Reports sought for retrieval"),
        ("removed", "sought", "dbr_notretrieved_reports", "Reports not retrieved"),
        ("database", "assessed", "dbr_assessed", "Reports assessed for eligibility"),
    ]
    return [
        Box("database", "identified", tuple(found)),
        Box("removed", "identified", removed),
        *(Box(c, row, ((name, words, getattr(flow, name)),)) for c, row, name, words in one),
        Box("removed", "assessed", _excluded("dbr_excluded", flow.dbr_excluded)),
    ]


def _other_boxes(flow: PrismaFlow) -> list[Box]:
    ways = (
        ("website_results", "Websites", flow.website_results),
        ("organisation_results", "Organisations", flow.organisation_results),
        ("citations_results", "Citation searching", flow.citations_results),
    )
    one = [
        ("other", "sought", "other_sought_reports", "Reports sought for retrieval"),
        ("missed", "sought", "other_notretrieved_reports", "Reports not retrieved"),
        ("other", "assessed", "other_assessed", "Reports assessed for eligibility"),
    ]
    found = (("", "Records by other methods:", None), *(way for way in ways if way[2]))
    return [
        Box("other", "identified", found),
        *(Box(c, row, ((name, words, getattr(flow, name)),)) for c, row, name, words in one),
        Box("missed", "assessed", _excluded("other_excluded", flow.other_excluded)),
    ]


def _excluded(field: str, reasons: dict[str, int]) -> tuple[tuple[str, str, int | None], ...]:
    total = (field, "Reports excluded", sum(reasons.values()))
    return (total, *((field, reason, count) for reason, count in reasons.items()))


def _included(flow: PrismaFlow) -> Iterator[tuple[str, str, int | None]]:
    yield "new_studies", "Studies included in review", flow.new_studies
    yield "new_reports", "Reports of included studies", flow.new_reports
    if flow.previous_studies:
        yield "total_studies", "Total studies, with earlier ones", flow.total_studies


def draw_prisma(flow: PrismaFlow) -> Figure:
    """The diagram as a figure, as wide as its columns and as high as its texts."""
    boxes = prisma_boxes(flow)
    used = {box.column for box in boxes if box.row != "included"}
    columns = [name for name in ("database", "removed", "other", "missed") if name in used]
    left = {name: _LABEL + _GAP + i * (_WIDTH + _GAP) for i, name in enumerate(columns)}
    heights = {
        row: max(len(box.text()) for box in boxes if box.row == row) * _LINE + 2 * _PADDING
        for row in _ROWS
        if any(box.row == row for box in boxes)
    }
    width = left[columns[-1]] + _WIDTH + 0.1
    height = sum(heights.values()) + (len(heights) - 1) * _GAP + 0.2
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.axis("off")
    tops = _tops(heights, height)
    for box in boxes:
        column = columns[0] if box.row == "included" else box.column
        _draw_box(axes, box, left[column], tops[box.row], heights[box.row])
    _draw_arrows(axes, columns, left, tops, heights)
    _draw_stages(axes, tops, heights)
    return figure


def _tops(heights: dict[str, float], height: float) -> dict[str, float]:
    tops, top = {}, height - 0.1
    for row, needed in heights.items():
        tops[row] = top
        top -= needed + _GAP
    return tops


def _draw_box(axes: Axes, box: Box, left: float, top: float, height: float) -> None:
    axes.add_patch(
        FancyBboxPatch(
            (left, top - height),
            _WIDTH,
            height,
            boxstyle="square,pad=0",
            facecolor="white",
            edgecolor="#444444",
            linewidth=0.9,
        )
    )
    axes.text(
        left + 0.08,
        top - height / 2,
        "\n".join(box.text()),
        fontsize=8,
        color="black",
        verticalalignment="center",
        linespacing=1.3,
    )


def _draw_arrows(
    axes: Axes,
    columns: list[str],
    left: dict[str, float],
    tops: dict[str, float],
    heights: dict[str, float],
) -> None:
    middle = {row: tops[row] - heights[row] / 2 for row in heights}
    rows = {"database": _ROWS[:4], "other": ("identified", "sought", "assessed")}
    for main, side in (("database", "removed"), ("other", "missed")):
        if main not in columns:
            continue
        centre = left[main] + _WIDTH / 2
        for upper, lower in zip(rows[main], rows[main][1:], strict=False):
            _arrow(axes, (centre, tops[upper] - heights[upper]), (centre, tops[lower]))
        for row in rows[main]:
            if side == "removed" or row != "identified":
                _arrow(axes, (left[main] + _WIDTH, middle[row]), (left[side], middle[row]))
        below, target = tops["assessed"] - heights["assessed"], tops["included"]
        if main != columns[0]:  # down, and then to the box of what is included from the right
            axes.plot([centre, centre], [below, middle["included"]], **_PEN)
            _arrow(
                axes, (centre, middle["included"]), (left[columns[0]] + _WIDTH, middle["included"])
            )
        else:
            _arrow(axes, (centre, below), (centre, target))


_PEN = {"color": "#444444", "linewidth": 0.9}


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate(
        "", end, start, arrowprops={"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, **_PEN}
    )


def _draw_stages(axes: Axes, tops: dict[str, float], heights: dict[str, float]) -> None:
    screening = "screened" if "screened" in tops else "sought"
    spans = (("identified", "identified"), (screening, "assessed"), ("included", "included"))
    for stage, (first, last) in zip(STAGES, spans, strict=True):
        bottom = tops[last] - heights[last]
        axes.add_patch(
            FancyBboxPatch(
                (0.1, bottom),
                _LABEL,
                tops[first] - bottom,
                boxstyle="round,pad=0,rounding_size=0.06",
                facecolor="#dde6ee",
                edgecolor="none",
            )
        )
        size = 8 if tops[first] - bottom > 1.0 else 6
        axes.text(
            0.1 + _LABEL / 2,
            (tops[first] + bottom) / 2,
            stage,
            rotation=90,
            fontsize=size,
            weight="bold",
            color="#223344",
            horizontalalignment="center",
            verticalalignment="center",
        )


def prisma_table(flow: PrismaFlow) -> str:
    """What the diagram shows, as CSV: column, row, field, text, n (empty: not counted)."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("column", "row", "field", "text", "n"))
    for box in prisma_boxes(flow):
        for name, words, count in box.lines:
            if name:
                writer.writerow((box.column, box.row, name, words, count))
    return table.getvalue()


def save_prisma(flow: PrismaFlow, stem: Path) -> list[Path]:
    """Write `stem`.svg, .png and .csv, each whole or not at all; the same flow, the same bytes."""
    paths = [stem.with_name(stem.name + suffix) for suffix in (".svg", ".png", ".csv")]
    style = {"svg.hashsalt": "prisma", "svg.fonttype": "path", "font.family": "DejaVu Sans"}
    with matplotlib.rc_context(style):
        figure = draw_prisma(flow)
        FigureCanvasAgg(figure)
        with atomic_path(paths[0]) as path:
            figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
        with atomic_path(paths[1]) as path:
            figure.savefig(path, format="png", dpi=PIXELS_PER_INCH, metadata={"Software": None})
    write_text(paths[2], prisma_table(flow))
    return paths
