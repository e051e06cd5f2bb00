"""The report in its forms: the review and the changes filled in, then laid out and written."""

import os
from collections.abc import Sequence
from pathlib import Path

from litreview.files import InputError, write_bytes, write_json, write_text
from litreview.review.panel import uniform_raters
from litreview.schema import Panel
from litreview.synthesis.bibtex import render_bibtex
from litreview.synthesis.corrections import (
    Corrections,
    corrections,
    event_counts,
    keep_version,
    previous_version,
    version_of,
)
from litreview.synthesis.model import Block, Cell, Content, Figure, Marker, Paragraph, Table
from litreview.synthesis.prose import Layout, environment, prose_runs
from litreview.synthesis.render_html import render_html
from litreview.synthesis.render_markdown import render_markdown
from litreview.synthesis.render_pdf import render_pdf
from litreview.synthesis.render_text import render_text

NAME, VERSIONS = "synthesis", "versions"
SHOWN_EVENTS = 40
"""Changes since the previous version that the report lists; its record has all."""
NOUNS = {
    "metadata": ("entry of the front page", "entries of the front page"),
    "claim": ("claim", "claims"),
    "verdict": ("verdict", "verdicts"),
    "figure": ("figure", "figures"),
    "reference": ("reference", "references"),
    "review": ("part of the review", "parts of the review"),
    "provenance": ("piece of software", "pieces of software"),
}


def write_report(
    content: Content, panel: Panel, figures: Sequence[Path], folder: Path
) -> list[Path]:
    """Write `synthesis.md`, `.html`, `.pdf` and `.txt`, `references.bib` and `corrections.json`.

    What this version says is kept in `versions/` of the folder, for the next one to be compared.

    Parameters
    ----------
    content : Content
    panel : Panel
        The reviews of this content.
    figures : sequence of Path
        Folders that have `NAME.svg` for each figure of the content.
    folder : Path
        Where the files go; Markdown and text point to the figures from here.

    Raises
    ------
    InputError
        If a figure of the content is missing, or a kept version cannot be read.
    """
    version = version_of(content, panel)
    previous = previous_version(version, folder / VERSIONS)
    changes = corrections(content.study, version, previous)
    whole = with_corrections(with_review(content, panel), changes)
    drawn = {name: find_figure(name, figures) for name in figure_names(whole)}
    drawings = {name: path.read_bytes() for name, path in drawn.items()}
    there = {name: _relative(path, folder) for name, path in drawn.items()}
    paths = {kind: folder / f"{NAME}.{kind}" for kind in ("md", "html", "pdf", "txt")}
    write_text(paths["md"], render_markdown(whole, there))
    write_text(paths["html"], render_html(whole, drawings))
    write_bytes(paths["pdf"], render_pdf(whole, drawings))
    write_text(paths["txt"], render_text(whole, there))
    written = [*paths.values(), folder / "references.bib", folder / "corrections.json"]
    write_text(written[-2], render_bibtex(whole.references))
    write_json(written[-1], changes.model_dump(mode="json"))
    keep_version(version, folder / VERSIONS)
    return written


def with_corrections(content: Content, changes: Corrections) -> Content:
    """Put what changed since the previous version where the content leaves room for it."""
    context = {
        "changes": changes,
        "counted": event_counts(changes.events),
        "nouns": NOUNS,
        "shown": changes.events[:SHOWN_EVENTS],
    }
    text = environment().get_template("changes.j2").render(context)
    return _filled(content, "corrections", Layout({}, {}).blocks(text))


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
    return _filled(content, "review", blocks)


def _filled(content: Content, place: str, blocks: list[Block]) -> Content:
    """The content with blocks in place of a marker."""
    sections = [
        section.model_copy(
            update={
                "blocks": [
                    filled
                    for block in section.blocks
                    for filled in (blocks if block == Marker(type=place) else [block])
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


def find_figure(name: str, folders: Sequence[Path]) -> Path:
    """The file `NAME.svg` of the first folder that has it."""
    for folder in folders:
        if (folder / f"{name}.svg").is_file():
            return folder / f"{name}.svg"
    raise InputError(
        f"{name}.svg: no such figure in {', '.join(map(str, folders))}; draw it, or build the "
        "content anew"
    )


def _relative(target: Path, folder: Path) -> str:
    return Path(os.path.relpath(target.resolve(), folder.resolve())).as_posix()
