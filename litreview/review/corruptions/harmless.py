"""Changes of a report that harm nothing: order, spaces, numbering, neutral words."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from litreview.review.corruptions.places import Change, Item, chosen, passages, with_passages
from litreview.review.corruptions.tables import TableChange
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.model import Block, Bullets, Content, Paragraph, Run, Runs, Table

_NEUTRAL = {
    "This study": "The present study",
    "This report": "The present report",
    "We measured": "We have measured",
    "shows": "displays",
    "gives": "provides",
    "Each": "Every",
    "stands": "is found",
    "stand": "are found",
    "therefore": "for that reason",
    "because": "since",
    "however": "though",
}


def spaces_changed(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Spaces are doubled, broken into lines, or made unbreakable."""
    spaces = ("  ", "\n", "\N{NO-BREAK SPACE}", " \t")

    def respaced(text: str) -> str:
        pieces = text.split(" ")
        wide = set(chosen(len(pieces) - 1, part, rng))
        return "".join(
            piece + ("" if n == len(pieces) - 1 else str(rng.choice(spaces)) if n in wide else " ")
            for n, piece in enumerate(pieces)
        )

    return _with_text(content, respaced)


def quotes_straightened(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Curly quotation marks are straight."""
    table = str.maketrans({"’": "'", "‘": "'"})
    return _with_text(content, lambda text: text.translate(table))


def words_changed(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Neutral words are others of the same meaning."""
    pattern = re.compile(rf"\b(?:{'|'.join(_NEUTRAL)})\b")

    def reworded(match: re.Match[str]) -> str:
        return _NEUTRAL[match[0]] if rng.random() < max(part, 0.3) else match[0]

    return _with_text(content, lambda text: pattern.sub(reworded, text))


def _with_text(content: Content, change: Callable[[str], str]) -> Content:
    changed = {
        place: [
            run if run.cite else run.model_copy(update={"text": change(run.text)}) for run in runs
        ]
        for place, runs in passages(content).items()
    }
    return with_passages(content, changed)


def paragraphs_joined(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Paragraphs that follow one another are one."""
    sections = []
    for section in content.sections:
        blocks: list[Block] = []
        for block in section.blocks:
            last = blocks[-1] if blocks else None
            if isinstance(block, Paragraph) and isinstance(last, Paragraph) and rng.random() < 0.5:
                blocks[-1] = Paragraph(runs=[*last.runs, Run(text=" "), *block.runs])
            else:
                blocks.append(block)
        sections.append(section.model_copy(update={"blocks": blocks}))
    return content.model_copy(update={"sections": sections})


def order_changed(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Claims, passages, checks, points, rows and columns stand in another order."""
    claims = [
        one.model_copy(
            update={
                "evidence": _shuffled(one.evidence, rng),
                "checks": _shuffled(one.checks, rng),
            }
        )
        for one in _shuffled(content.claims, rng)
    ]
    sections = []
    for section in content.sections:
        blocks: list[Block] = []
        for block in section.blocks:
            if isinstance(block, Bullets):
                block = Bullets(items=_shuffled(block.items, rng))
            elif isinstance(block, Table):
                block = block.model_copy(update={"rows": _shuffled(block.rows, rng)})
            blocks.append(block)
        sections.append(section.model_copy(update={"blocks": blocks}))
    return content.model_copy(update={"claims": claims, "sections": sections})


def _shuffled(items: Sequence[Item], rng: np.random.Generator) -> list[Item]:
    return [items[int(place)] for place in rng.permutation(len(items))]


def references_renumbered(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """References have other numbers, and every citation follows."""
    old = [one.number for one in content.references]
    new = dict(zip(old, (int(place) for place in rng.permutation(old)), strict=True))
    references = [one.model_copy(update={"number": new[one.number]}) for one in content.references]

    def cited(runs: Runs) -> Runs:
        return [
            run.model_copy(
                update={
                    "cite": sorted(new[n] for n in run.cite),
                    "text": f"[{', '.join(str(new[n]) for n in run.cite)}]",
                }
            )
            if run.cite
            else run
            for run in runs
        ]

    claims = [
        one.model_copy(
            update={
                "reference": new.get(one.reference, one.reference),
                "evidence": [
                    item.model_copy(update={"reference": new.get(item.reference, item.reference)})
                    for item in one.evidence
                ],
            }
        )
        for one in content.claims
    ]
    tables_too = content.model_copy(update={"references": references, "claims": claims})
    return with_passages(
        tables_too, {place: cited(runs) for place, runs in passages(content).items()}
    )


def redated(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """The report bears another date."""
    return content.model_copy(update={"date": f"2027-01-{int(rng.integers(1, 29)):02d}"})


def records_reordered(inputs: Inputs, rng: np.random.Generator, part: float) -> Inputs | None:
    """The tables below the report hold their records in another order."""
    names = ("papers", "documents", "claims", "evidence", "verdicts", "checks")
    return replace(inputs, **{name: _shuffled(getattr(inputs, name), rng) for name in names})


HARMLESS: dict[str, Change] = {
    change.__name__: change
    for change in (
        *(spaces_changed, quotes_straightened, words_changed, paragraphs_joined),
        *(order_changed, references_renumbered, redated),
    )
}
"""Changes of a report that harm nothing, by name."""
HARMLESS_TO_TABLES: dict[str, TableChange] = {"records_reordered": records_reordered}
"""Changes of the tables below a report that harm nothing, by name."""
