"""Where things stand in a report, and putting other things there."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np

from litreview.synthesis.inputs import Inputs
from litreview.synthesis.model import Block, Bullets, Content, Paragraph, Runs

Change = Callable[[Inputs, Content, np.random.Generator, float], Content | None]
"""``change(inputs, content, rng, part)``; None where a report has nothing to change."""
Item = TypeVar("Item")
Place = tuple[int, int, int]
"""Section (-1 is the abstract), block, item (0 in a paragraph)."""


def chosen(number: int, part: float, rng: np.random.Generator) -> list[int]:
    """Places of a part of so many things, one at least, in order; none of none."""
    if not number:
        return []
    size = min(number, max(1, round(part * number)))
    return sorted(int(place) for place in rng.choice(number, size=size, replace=False))


def passages(content: Content) -> dict[Place, Runs]:
    """Runs of the abstract, of paragraphs and of points, by their place."""
    found: dict[Place, Runs] = {(-1, 0, 0): content.abstract}
    for number, section in enumerate(content.sections):
        for place, block in enumerate(section.blocks):
            if isinstance(block, Paragraph):
                found[number, place, 0] = block.runs
            elif isinstance(block, Bullets):
                found |= {(number, place, item): runs for item, runs in enumerate(block.items)}
    return found


def with_passages(content: Content, changed: dict[Place, Runs]) -> Content:
    """The report with other runs in some places; a place without runs is taken out."""
    sections = []
    for number, section in enumerate(content.sections):
        blocks: list[Block] = []
        for place, block in enumerate(section.blocks):
            if isinstance(block, Paragraph):
                runs = changed.get((number, place, 0), block.runs)
                blocks += [Paragraph(runs=runs)] if runs else []
            elif isinstance(block, Bullets):
                items = [changed.get((number, place, i), own) for i, own in enumerate(block.items)]
                items = [item for item in items if item]
                blocks += [Bullets(items=items)] if items else []
            else:
                blocks.append(block)
        sections.append(section.model_copy(update={"blocks": blocks}))
    abstract = changed.get((-1, 0, 0), content.abstract)
    return content.model_copy(update={"abstract": abstract, "sections": sections})


def replaced(content: Content, pattern: re.Pattern[str], new: Sequence[str]) -> Content:
    """The report with the matches of a pattern in its prose replaced, in their order."""
    rest = iter(new)
    changed = {
        place: [
            run if run.cite else run.model_copy(update={"text": pattern.sub(_next(rest), run.text)})
            for run in runs
        ]
        for place, runs in passages(content).items()
    }
    return with_passages(content, changed)


def _next(rest: Iterator[str]) -> Callable[[re.Match[str]], str]:
    return lambda _: next(rest)


def found_in(content: Content, pattern: re.Pattern[str]) -> list[str]:
    """The matches of a pattern in the prose, in their order; citations are left out."""
    return [
        match
        for runs in passages(content).values()
        for run in runs
        if not run.cite
        for match in pattern.findall(run.text)
    ]


def moved_round(items: Sequence[Item], places: Sequence[int]) -> list[Item]:
    """Items of some places moved round among them."""
    moved = list(items)
    for place, source in zip(places, [*places[1:], *places[:1]], strict=True):
        moved[place] = items[source]
    return moved
