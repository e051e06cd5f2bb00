"""Reliability diagrams: how often verdicts of each confidence are right."""

from collections.abc import Mapping
from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from litreview.files import atomic_path, write_text
from litreview.schema import Label
from litreview.verification.verdict_calibration import Quality, VerdictCalibration

PIXELS_PER_INCH = 200
STYLE = {"svg.hashsalt": "reliability", "svg.fonttype": "path", "font.family": "DejaVu Sans"}
BEFORE, AFTER = "before", "after, on unseen claims"
LOOKS = {BEFORE: ("0.55", "s"), AFTER: ("#0072b2", "o")}
"""Colour and mark of each curve: told apart without colour too."""
PLAIN = "#0072b2", "o"


def draw_reliability(table: pd.DataFrame, title: str) -> Figure:
    """Accuracy over confidence, with the number of verdicts in each bin below.

    Parameters
    ----------
    table : DataFrame
        From `litreview.verification.calibration.reliability`; on the diagonal, confidence is what
        it says.
    title : str
        What was measured on what.
    """
    figure = Figure(figsize=(4.2, 4.8), layout="constrained")
    FigureCanvasAgg(figure)
    curve, counts = figure.subplots(2, 1, sharex=True, height_ratios=[4, 1])
    _panel(curve, counts, {"": table}, title)
    curve.set(ylabel="share that is right")
    counts.set(xlabel="confidence", ylabel="pairs")
    return figure


def draw_calibration(calibration: VerdictCalibration) -> Figure:
    """A diagram a calibrated label, before and after calibration; bars are 95% intervals."""
    labels = calibration.labels
    figure = Figure(figsize=(1.0 + 2.7 * len(labels), 3.9), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(2, len(labels), sharex=True, squeeze=False, height_ratios=[4, 1])
    for place, (label, card) in enumerate(labels.items()):
        tables = {BEFORE: _bins(card.raw), AFTER: _bins(card.unseen)}
        _panel(*axes[:, place], tables, f"{label} ({card.verdicts:,})")
        axes[0, place].tick_params(labelleft=place == 0)
        axes[1, place].set(xlabel="confidence")
    axes[0, 0].set(ylabel="share that is right")
    axes[1, 0].set(ylabel="verdicts")
    axes[0, 0].legend(loc="lower right", fontsize=8, frameon=False, handlelength=1.5)
    figure.align_ylabels(axes[:, 0])
    return figure


def _panel(curve: Axes, counts: Axes, tables: Mapping[str, pd.DataFrame], title: str) -> None:
    curve.plot([0, 1], [0, 1], color="0.6", linewidth=1, linestyle="--")
    for name, table in tables.items():
        filled = table[table["count"] > 0]
        colour, mark = LOOKS.get(name, PLAIN)
        reach = [
            filled["accuracy"] - filled["accuracy_low"],
            filled["accuracy_high"] - filled["accuracy"],
        ]
        curve.errorbar(
            filled["confidence"], filled["accuracy"], reach, color=colour, linewidth=0, elinewidth=1
        )
        curve.plot(
            filled["confidence"], filled["accuracy"], color=colour, marker=mark, label=name, ms=5
        )
        widths = table["high"] - table["low"]
        counts.bar(table["low"], table["count"], widths, align="edge", color=colour, alpha=0.6)
    curve.set(xlim=(0, 1), ylim=(0, 1.03), title=title)


def _bins(quality: Quality) -> pd.DataFrame:
    return pd.DataFrame([one.model_dump() for one in quality.bins])


def calibration_table(calibration: VerdictCalibration) -> pd.DataFrame:
    """What `draw_calibration` shows: a row a label, curve (`before`, `after`) and filled bin."""
    rows: list[dict[str, float | int | str | Label]] = []
    for label, card in calibration.labels.items():
        for name, quality in (("before", card.raw), ("after", card.unseen)):
            rows += [{"label": label, "curve": name} | one.model_dump() for one in quality.bins]
    return pd.DataFrame(rows)


def write_reliability(table: pd.DataFrame, title: str, path: str | Path) -> None:
    """Write the diagram as PNG or SVG, by the name's ending, and the table beside it as CSV."""
    path = Path(path)
    with matplotlib.rc_context(STYLE):
        _save(draw_reliability(table, title), path)
    write_text(path.with_suffix(".csv"), table.to_csv(index=False, lineterminator="\n"))


def write_calibration(calibration: VerdictCalibration, stem: Path) -> None:
    """Write `stem`.svg, .png and .csv, each whole or not at all; the same bytes every time."""
    with matplotlib.rc_context(STYLE):
        figure = draw_calibration(calibration)
        for suffix in (".svg", ".png"):
            _save(figure, stem.with_name(stem.name + suffix))
    table = calibration_table(calibration).to_csv(index=False, lineterminator="\n")
    write_text(stem.with_name(f"{stem.name}.csv"), table)


def _save(figure: Figure, path: Path) -> None:
    with atomic_path(path) as temporary:
        figure.savefig(
            temporary,
            dpi=PIXELS_PER_INCH,
            format=path.suffix[1:],
            metadata={"Date": None, "Creator": None}
            if path.suffix == ".svg"
            else {"Software": None},
        )
