"""The reliability diagram: how often verdicts of each confidence are right."""

from pathlib import Path

import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from litreview.files import atomic_path, write_text

PIXELS_PER_INCH = 200


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
    filled = table[table["count"] > 0]
    curve.plot([0, 1], [0, 1], color="0.6", linewidth=1, linestyle="--")
    curve.plot(filled["confidence"], filled["accuracy"], color="#0072b2", marker="o")
    curve.set(ylabel="share that is right", xlim=(0, 1), ylim=(0, 1), title=title)
    widths = table["high"] - table["low"]
    counts.bar(table["low"], table["count"], widths, align="edge", color="#0072b2", alpha=0.6)
    counts.set(xlabel="confidence", ylabel="pairs")
    return figure


def write_reliability(table: pd.DataFrame, title: str, path: str | Path) -> None:
    """Write the diagram as PNG or SVG, by the name's ending, and the table beside it as CSV."""
    path = Path(path)
    with atomic_path(path) as temporary:
        draw_reliability(table, title).savefig(
            temporary,
            dpi=PIXELS_PER_INCH,
            format=path.suffix[1:],
            metadata={"Date": None} if path.suffix == ".svg" else {"Software": None},
        )
    write_text(path.with_suffix(".csv"), table.to_csv(index=False, lineterminator="\n"))
