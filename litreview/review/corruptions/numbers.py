"""Corruptions of the numbers of a report."""

import re

import numpy as np

from litreview.language.lexicon import NUMBERS
from litreview.review.corruptions.places import chosen, found_in, moved_round, replaced
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.model import Block, Content, Table

_FIGURE = re.compile(r"[+−]?\d+\.\d(?: points)? \[−?\d+\.\d, −?\d+\.\d\]")
_COUNT = re.compile(rf"\b(?:{'|'.join(NUMBERS)}|\d{{1,3}}(?:,\d{{3}})*)\b(?![.\d]*[\]%])")


def figures_permuted(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Figures with intervals change places in the prose."""
    own = found_in(content, _FIGURE)
    places = chosen(len(own), max(part, 2 / max(1, len(own))), rng)
    new = moved_round(own, [int(place) for place in rng.permutation(places)])
    return replaced(content, _FIGURE, new) if new != own else None


def figures_altered(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Figures get another last digit before the interval."""
    own = found_in(content, _FIGURE)
    new = list(own)
    for place in chosen(len(own), part, rng):
        new[place] = re.sub(r"(?<=\.)\d", lambda m: str((int(m[0]) + 5) % 10), own[place], count=1)
    return replaced(content, _FIGURE, new) if own else None


def counts_altered(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Counts in the prose, in words or digits, are others."""
    own = found_in(content, _COUNT)
    new = list(own)
    for place in chosen(len(own), part, rng):
        new[place] = "eleven" if own[place] != "eleven" else "seven"
    return replaced(content, _COUNT, new) if own else None


def cells_permuted(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Numeric cells of the tables of measurements change places within their table."""
    sections, changed = [], False
    for section in content.sections:
        blocks: list[Block] = []
        for block in section.blocks:
            moved = _cells_moved(block, rng, part) if isinstance(block, Table) else block
            changed = changed or moved != block
            blocks.append(moved)
        sections.append(section.model_copy(update={"blocks": blocks}))
    return content.model_copy(update={"sections": sections}) if changed else None


def _cells_moved(table: Table, rng: np.random.Generator, part: float) -> Table:
    places = [
        (i, j) for i, row in enumerate(table.rows) for j in range(len(row)) if table.numeric[j]
    ]
    picked = chosen(len(places), max(part, 2 / max(1, len(places))), rng)
    rows = [list(row) for row in table.rows]
    for one, other in zip(picked, [*picked[1:], *picked[:1]], strict=True):
        i, j = places[one]
        k, m = places[other]
        rows[i][j] = table.rows[k][m]
    return table.model_copy(update={"rows": rows})
