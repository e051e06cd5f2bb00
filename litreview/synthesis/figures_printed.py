"""Figures with intervals: those that the report prints, and those that the tables hold."""

import re

import pandas as pd

from litreview.language.wording import MINUS, format_points
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.model import Bullets, Content, Paragraph, Table
from litreview.synthesis.sizes import size_changes
from litreview.synthesis.tables import check_figure

_FIGURE = re.compile(rf"([+{MINUS}]?\d+\.\d) (?:points )?(\[{MINUS}?\d+\.\d, {MINUS}?\d+\.\d\])")

CHANGE = ["change", "low", "high"]


def printed_figures(content: Content) -> list[str]:
    """Every figure with an interval in prose, tables and checks, in order of appearance."""
    texts = ["".join(run.text for run in content.abstract)]
    for section in content.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                texts.append("".join(run.text for run in block.runs))
            elif isinstance(block, Bullets):
                texts += ["".join(run.text for run in item) for item in block.items]
            elif isinstance(block, Table):
                texts += [f"{cell.text} {cell.note}" for row in block.rows for cell in row]
    for claim in content.claims:
        texts += [f"{check.figure}\n{check.reason}" for check in claim.checks]
    return [f"{value} {ends}" for text in texts for value, ends in _FIGURE.findall(text)]


def known_figures(inputs: Inputs) -> set[str]:
    """Every figure with an interval that the tables hold, in the form in which it is printed."""
    known = {check_figure(check) for check in inputs.checks}
    tables = (
        (inputs.effects, "gain", "low", "high"),
        (inputs.contrasts, "difference", "low", "high"),
        (inputs.scaling, "gain", "low", "high"),
        (inputs.factorial, "estimate", "low", "high"),
        (pd.DataFrame(size_changes(inputs), columns=CHANGE), *CHANGE),
    )
    for table, *columns in tables:
        known |= _figures(table, columns)
    return known


def _figures(table: pd.DataFrame, columns: list[str]) -> set[str]:
    if table.empty:
        return set()
    rows = table[columns].dropna().itertuples(index=False, name=None)
    return {format_points(value, low, high) for value, low, high in rows}
