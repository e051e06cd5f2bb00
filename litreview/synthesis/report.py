"""The report in its four forms: the review filled in, then laid out and written."""

import os
from pathlib import Path

from litreview.files import InputError, write_bytes, write_text
from litreview.panel import uniform_raters
from litreview.schema import Panel
from litreview.synthesis.model import Block, Cell, Content, Figure, Marker, Paragraph, Table
from litreview.synthesis.prose import environment, prose_runs
from litreview.synthesis.render_html import render_html
from litreview.synthesis.render_markdown import render_markdown
from litreview.synthesis.render_pdf import render_pdf
from litreview.synthesis.render_text import render_text

NAME = "synthesis"


def write_report(content: Content, panel: Panel, figures: Path, folder: Path) -> list[Path]:
    """Write `synthesis.md`, `.html`, `.pdf` and `.txt`.

    Parameters
    ----------
    content : Content
    panel : Panel
        The reviews of this content.
    figures : Path
        Folder that has `NAME.svg` for each figure of the content.
    folder : Path
        Where the four files go; Markdown and text point to the figures from here.

    Raises
    ------
    InputError
        If a figure of the content is missing.
    """
    whole = with_review(content, panel)
    drawings = {name: _drawing(figures / f"{name}.svg") for name in figure_names(whole)}
    paths = {kind: folder / f"{NAME}.{kind}" for kind in ("md", "html", "pdf", "txt")}
    there = _relative(figures, folder)
    write_text(paths["md"], render_markdown(whole, there))
    write_text(paths["html"], render_html(whole, drawings))
    write_bytes(paths["pdf"], render_pdf(whole, drawings))
    write_text(paths["txt"], render_text(whole, there))
    return list(paths.values())


def with_review(content: Content, panel: Panel) -> Content:
    """Put what the reviewers said where the content leaves room for it."""
    numbers = [
        block.number
        for section in content.sections
        for block in section.blocks
        if isinstance(block, Table)
    ]
    context = {
        "panel": panel,
        "scored": panel.score > 0,
        "rated": _rated(panel),
        "uniform": uniform_raters(panel.reviews),
    }
    text = environment().get_template("panel.j2").render(context)
    blocks: list[Block] = [
        Paragraph(runs=prose_runs(text)),
        review_table(panel, max(numbers, default=0) + 1),
    ]
    sections = [
        section.model_copy(
            update={
                "blocks": [
                    filled
                    for block in section.blocks
                    for filled in (blocks if block == Marker(type="review") else [block])
                ]
            }
        )
        for section in content.sections
    ]
    return content.model_copy(update={"sections": sections})


def _rated(panel: Panel) -> dict[str, tuple[int, int]]:
    """By role, how many claims the reviewer could rate, and of how many."""
    by_role = {}
    for review in panel.reviews:
        claims = [one for one in review.ratings if one.dimension.startswith("claim ")]
        by_role[review.role] = (sum(one.score is not None for one in claims), len(claims))
    return by_role


def review_table(panel: Panel, number: int) -> Table:
    """Each reviewer's dimensions with the anchor reached and what the score rests on."""
    rows = [
        [
            Cell(text=review.role),
            Cell(text=rating.dimension),
            Cell(text="\N{EM DASH}" if rating.score is None else f"{rating.score:.1f}"),
            Cell(text=rating.anchor, note=rating.basis),
        ]
        for review in panel.reviews
        for rating in review.ratings
        if not rating.dimension.startswith("claim ")
    ]
    return Table(
        name="review",
        number=number,
        caption="Automated review by dimension, from 0 to 10.",
        columns=["Reviewer", "Dimension", "Score", "What the score means, and rests on"],
        numeric=[False, False, True, False],
        rows=rows,
    )


def figure_names(content: Content) -> list[str]:
    """Names of the figures that the content shows."""
    return [
        block.name
        for section in content.sections
        for block in section.blocks
        if isinstance(block, Figure)
    ]


def _drawing(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such figure; draw it, or build the content anew") from error


def _relative(target: Path, folder: Path) -> str:
    return Path(os.path.relpath(target.resolve(), folder.resolve())).as_posix()
