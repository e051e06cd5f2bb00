"""The report as plain text, wrapped at 80 characters."""

import textwrap
from collections.abc import Iterable, Mapping

from litreview.synthesis.model import (
    Block,
    Bullets,
    Cell,
    ClaimView,
    Content,
    Figure,
    Paragraph,
    Reference,
    Runs,
    Section,
    Table,
)

WIDTH = 80
GAP = "  "


def render_text(content: Content, figures: Mapping[str, str]) -> str:
    """Lay the report out as text; only a link may be longer than a line.

    Parameters
    ----------
    content : Content
        With the review filled in.
    figures : mapping of str to str
        Path of each figure by its name, as seen from the report.
    """
    lines = [*wrap(content.title.upper()), "", *wrap(", ".join(content.authors))]
    lines += [f"{content.date}, study {content.study}", "", *heading("Abstract", "=")]
    lines += wrap(plain(content.abstract))
    for section in content.sections:
        lines += _section(section, content, figures)
    lines += ["", *heading("References", "=")]
    for reference in content.references:
        lines += _reference(reference)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def wrap(text: str, indent: str = "", hanging: str | None = None) -> list[str]:
    """Lines of at most `WIDTH` characters, broken between words only."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def heading(text: str, line: str) -> list[str]:
    """A title with a line of its length under it."""
    titled = wrap(text)
    return [*titled, line * max(map(len, titled)), ""]


def plain(runs: Runs) -> str:
    """Runs without their marks."""
    return "".join(run.text for run in runs)


def _section(section: Section, content: Content, figures: Mapping[str, str]) -> list[str]:
    title = f"{section.number} {section.title}".strip()
    lines = ["", *heading(title, "=" if section.level == 1 else "-")]
    for block in section.blocks:
        if shown := _block(block, content, figures):
            lines += [*shown, ""]
    return lines[:-1] if lines[-1] == "" else lines


def _block(block: Block, content: Content, figures: Mapping[str, str]) -> list[str]:
    if isinstance(block, Paragraph):
        return wrap(plain(block.runs))
    if isinstance(block, Bullets):
        return [line for item in block.items for line in wrap(plain(item), "- ", "  ")]
    if isinstance(block, Figure):
        where = f"[Figure {block.number}: {figures[block.name]}]"
        return [where, *wrap(f"Figure {block.number}. {block.caption}")]
    if isinstance(block, Table):
        return _table(block)
    return _claims(content) if block.type == "claims" else []


def _claims(content: Content) -> list[str]:
    """The restated claims, each with its evidence and checks."""
    if not content.claims:
        return []
    lines = wrap(f"Claim / Verified / {content.confidence_label} / Experiment")
    lines += ["", "Restated claims:"]
    for number, claim in enumerate(content.claims, start=1):
        lines += ["", *_claim(number, claim)]
    return lines


def _table(table: Table) -> list[str]:
    """Aligned columns where they fit a line, else a block a row."""
    lines = wrap(f"Table {table.number}. {table.caption}")
    rows = [
        table.columns,
        *(
            [_cell(cell, number) for cell, number in zip(row, table.numeric, strict=True)]
            for row in table.rows
        ),
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.columns))]
    if sum(widths) + len(GAP) * (len(widths) - 1) <= WIDTH:
        aligned = [_aligned(row, widths, table.numeric) for row in rows]
        lines += ["", aligned[0], GAP.join("-" * width for width in widths), *aligned[1:]]
    else:
        for row in rows[1:]:
            lines.append("")
            lines += wrap(row[0])
            for name, value in zip(table.columns[1:], row[1:], strict=True):
                lines += wrap(f"{name}: {value}", "  ", "    ")
    return [*lines, "", *wrap(table.note)] if table.note else lines


def _cell(cell: Cell, number: bool) -> str:
    """A cell in one line; an asterisk stands for the bold of a clear figure."""
    clear = "*" if number and cell.tone in ("up", "down") else ""
    return f"{cell.text}{clear} {cell.note}".strip()


def _aligned(row: Iterable[str], widths: list[int], numeric: list[bool]) -> str:
    cells = [
        value.rjust(width) if right else value.ljust(width)
        for value, width, right in zip(row, widths, numeric, strict=True)
    ]
    return GAP.join(cells)


def _claim(number: int, claim: ClaimView) -> list[str]:
    reference = f" [{claim.reference}]" if claim.reference else ""
    lines = wrap(f"{number}. {claim.text} ({claim.source}{reference})", "", "   ")
    verdict = f"{claim.verified} / {claim.confidence} / {claim.experiment}"
    lines += wrap(verdict, "   ")
    if claim.reasons:
        lines += wrap(" ".join(claim.reasons), "   ")
    for item in claim.evidence:
        words = f'"{plain(item.quote)}"' if item.quoted else plain(item.quote)
        lines += wrap(f"{item.rank}. {words} ({item.source}; {item.place})", "   ", "      ")
    for check in claim.published:
        words = f"{check.statement} {check.verdict.capitalize()}. {check.reason}"
        lines += wrap(f"From the paper's own tables: {words}", "   * ", "     ")
    if claim.differences:
        shared = "; ".join(claim.differences)
        lines += wrap(f"How this study differs in every check: {shared}.", "   ")
    for check in claim.checks:
        words = f"{check.statement} {check.verdict.capitalize()}. {check.reason}"
        if check.differences:
            words += f" Differences: {'; '.join(check.differences)}."
        lines += wrap(words, "   * ", "     ")
    return lines


def _reference(reference: Reference) -> list[str]:
    venue = f" {reference.venue}." if reference.venue else ""
    status = ""
    if reference.status in ("withdrawn", "retracted"):
        status = f" {reference.status.capitalize()}."
    number = f"[{reference.number}] "
    text = f"{reference.authors} ({reference.year}). {reference.title}.{venue}{status}"
    return wrap(f"{text} {reference.url}", number, " " * len(number))
