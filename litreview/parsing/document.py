"""The common form into which every reader puts what it read, and the `Document` made of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from litreview.parsing.abbreviations import find_abbreviations
from litreview.parsing.alignment import Aligned, Piece, Runs, join, normalise
from litreview.parsing.quality import quality_parts
from litreview.parsing.sentences import split_sentences
from litreview.schema import (
    Caption,
    Citation,
    Document,
    Paper,
    RawFile,
    Reference,
    Section,
    Sentence,
    Table,
)

BODY = "Body"
"""The section of text that stands under no heading."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph under its headings, outermost first; `caption` is set for one of a float."""

    path: tuple[str, ...]
    content: Aligned
    caption: Literal["table", "figure"] | None = None
    table_ids: tuple[str, ...] = ()

    @property
    def section(self) -> str:
        """The innermost heading."""
        return self.path[-1]

    @property
    def text(self) -> str:
        """The normalised text."""
        return self.content.text


class RawText(NamedTuple):
    """A raw file, decoded."""

    text: str
    encoding: str


@dataclass
class Reading:
    """What a reader makes of one source, paragraph by paragraph.

    Attributes
    ----------
    paragraphs : list of Paragraph
    tables : list of Table
    references : list of Reference
    warnings : list of str
        What was left out or repaired.
    title : str
        The source's own title, empty if it has none.
    raw : dict of str to RawText
        The files read, by name.
    """

    paragraphs: list[Paragraph] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    title: str = ""
    raw: dict[str, RawText] = field(default_factory=dict)

    def add(
        self,
        section: str | tuple[str, ...],
        text: str | list[Piece],
        caption: Literal["table", "figure"] | None = None,
        table_ids: tuple[str, ...] = (),
    ) -> None:
        """Append a paragraph unless nothing is left of it."""
        path = (section,) if isinstance(section, str) else section
        content = join([Piece(text)] if isinstance(text, str) else text)
        if content.text:
            path = tuple(normalise(title) for title in path)
            self.paragraphs.append(Paragraph(path, content, caption, table_ids))

    def warn(self, message: str) -> None:
        """Note a fault once."""
        if message not in self.warnings:
            self.warnings.append(message)


def build_document(
    paper: Paper, kind: str, raw: bytes, reading: Reading, quality: float | None = None
) -> Document:
    """Join a reading into a `Document` with offsets.

    Parameters
    ----------
    paper : Paper
    kind : {"latex", "html", "jats", "pdf", "abstract", "digest"}
    raw : bytes
        What was read; only its SHA-256 is kept.
    reading : Reading
    quality : float, optional
        How far the text can be trusted, 0 to 1, of a reading that has a measure of its own; else
        the product of `litreview.parsing.quality.quality_parts`.
    """
    starts = _starts(reading.paragraphs)
    text = "\n\n".join(paragraph.text for paragraph in reading.paragraphs)
    sections = _sections(reading.paragraphs, starts)
    sentences = _sentences(text, sections)
    citations = _citations(reading, starts)
    parts: dict[str, float] = {}
    if quality is None:
        parts = quality_parts(kind, text, sections, len(reading.warnings))
        quality = 1.0
        for part in parts.values():
            quality *= part
    return Document(
        document_id=f"{paper.paper_id}{paper.version or ''}#{kind}",
        paper_id=paper.paper_id,
        version=paper.version,
        kind=kind,
        sha256=hashlib.sha256(raw).hexdigest(),
        text=text,
        sections=sections,
        sentences=sentences,
        tables=reading.tables,
        quality=round(min(1.0, max(0.0, quality)), 3),
        warnings=reading.warnings,
        title=normalise(reading.title),
        raw_files=_raw_files(reading, starts),
        citations=citations,
        references=reading.references,
        captions=_captions(reading.paragraphs, starts),
        abbreviations=find_abbreviations(text, [(one.start, one.end) for one in sentences]),
        quality_parts=parts,
    )


def _starts(paragraphs: list[Paragraph]) -> list[int]:
    starts, position = [], 0
    for paragraph in paragraphs:
        starts.append(position)
        position += len(paragraph.text) + 2
    return starts


def _sections(paragraphs: list[Paragraph], starts: list[int]) -> list[Section]:
    sections: list[Section] = []
    for paragraph, start in zip(paragraphs, starts, strict=True):
        end = start + len(paragraph.text)
        if sections and tuple(sections[-1].path) == paragraph.path:
            sections[-1] = sections[-1].model_copy(update={"end": end})
        else:
            path = list(paragraph.path)
            sections.append(Section(title=path[-1], start=start, end=end, path=path))
    return sections


def _sentences(text: str, sections: list[Section]) -> list[Sentence]:
    sentences: list[Sentence] = []
    for section in sections:
        for start, end in split_sentences(text[section.start : section.end]):
            sentences.append(
                Sentence(
                    sentence_id=f"s{len(sentences) + 1}",
                    start=section.start + start,
                    end=section.start + end,
                    section=section.title,
                )
            )
    return sentences


def _citations(reading: Reading, starts: list[int]) -> list[Citation]:
    by_key: Mapping[str, Reference] = {one.key: one for one in reading.references}
    citations = []
    for paragraph, offset in zip(reading.paragraphs, starts, strict=True):
        for start, end, keys in paragraph.content.marks:
            for key in keys:
                reference = by_key.get(key)
                citations.append(
                    Citation(
                        key=key,
                        start=offset + start,
                        end=offset + end,
                        resolved=reference is not None,
                        paper_id=_paper_id(reference),
                    )
                )
    return citations


def _paper_id(reference: Reference | None) -> str | None:
    if reference is None:
        return None
    if reference.arxiv_id:
        return f"arxiv:{reference.arxiv_id}"
    return f"doi:{reference.doi}" if reference.doi else None


def _captions(paragraphs: list[Paragraph], starts: list[int]) -> list[Caption]:
    return [
        Caption(
            kind=paragraph.caption,
            start=start,
            end=start + len(paragraph.text),
            table_ids=list(paragraph.table_ids),
        )
        for paragraph, start in zip(paragraphs, starts, strict=True)
        if paragraph.caption
    ]


def _raw_files(reading: Reading, starts: list[int]) -> list[RawFile]:
    runs: dict[str, Runs] = {}
    for paragraph, start in zip(reading.paragraphs, starts, strict=True):
        for name, found in paragraph.content.runs.items():
            moved = found.shifted(start)
            into = runs.setdefault(name, Runs())
            into.copied += moved.copied
            into.rendered += moved.rendered
    in_tables = {cell.raw.file for table in reading.tables for cell in table.cells if cell.raw}
    return [
        RawFile(
            name=name,
            sha256=hashlib.sha256(raw.text.encode("utf-8", "surrogatepass")).hexdigest(),
            encoding=raw.encoding,
            copied=runs[name].copied if name in runs else [],
            rendered=runs[name].rendered if name in runs else [],
        )
        for name, raw in sorted(reading.raw.items())
        if name in runs or name in in_tables
    ]
