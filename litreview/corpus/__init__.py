"""The frozen corpus: one YAML file a paper, with metadata and a digest of facts in our own words.

Every sentence of a digest says where in the paper it stands (`location`) and against what it was
checked (`confirmed`): `abstract` or `table`, read there or in the authors' README; `code`, read in
the released code or its guide; `second_hand`, read in another paper or in somebody's notes. What
was looked for in vain is under `not_found`. Nothing is quoted.
"""

from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, ValidationError, model_validator
from ruamel.yaml import YAML, YAMLError

from litreview.files import InputError, describe_faults
from litreview.parsing import Reading, build_document
from litreview.parsing.tables import cell_value
from litreview.schema import (
    NOT_FOUND,
    NOTE,
    Cell,
    Confirmation,
    Document,
    Paper,
    Record,
    Table,
)
from litreview.search.records import parse_arxiv_id

FOLDER = Path(__file__).parent

_QUALITY = {"table": 1.0, "code": 1.0, "abstract": 1.0, "second_hand": 0.5}

RecordType = TypeVar("RecordType", bound=Record)


class Finding(Record):
    """One sentence of a digest."""

    text: str = Field(min_length=1)
    location: str = Field(min_length=1)
    confirmed: Confirmation


class ResultTable(Record):
    """Numbers of a result table as printed; an empty text is a cell without a number."""

    id: str
    caption: str
    location: str
    confirmed: Confirmation
    columns: list[str]
    rows: dict[str, list[str]]

    @model_validator(mode="after")
    def _is_rectangular(self) -> "ResultTable":
        for name, values in self.rows.items():
            if len(values) != len(self.columns):
                raise ValueError(
                    f"row {name!r} of table {self.id} has {len(values)} values "
                    f"for {len(self.columns)} columns"
                )
        return self


class CorpusPaper(Record):
    """One file of the corpus."""

    arxiv_id: str
    version: str | None = None
    title: str
    authors: list[str] = Field(min_length=1)
    year: int
    venue: str | None = None
    doi: str | None = None
    url: str
    retrieved: str
    found_by: Literal["origin_report", "search"]
    relevance: str
    digest: list[Finding] = Field(min_length=1)
    tables: list[ResultTable] = Field(default_factory=list)
    not_found: list[str] = Field(default_factory=list)
    notes: list[str] = Field(default_factory=list)


class RecordedSearch(Record):
    """How the corpus came about (`search.yaml`)."""

    question: str
    date: str
    query: str
    searched: str
    included: str
    limits: str


def load_corpus(folder: Path = FOLDER / "papers") -> list[CorpusPaper]:
    """Read all papers, ordered by arXiv id.

    Raises
    ------
    InputError
        With the faults of all files in one message: unknown or missing keys, values of the wrong
        kind, an arXiv id that is none or differs from the file's name, ragged tables.
    """
    papers, faults = [], []
    for path in sorted(folder.glob("*.yaml")):
        try:
            papers.append(_load_paper(path))
        except InputError as error:
            faults.append(str(error))
    if faults:
        raise InputError(f"{len(faults)} faulty corpus files:\n" + "\n".join(faults))
    if not papers:
        raise InputError(f"{folder}: no corpus files (*.yaml); install litreview with its data")
    return papers


def load_search(path: Path = FOLDER / "search.yaml") -> RecordedSearch:
    """Read how the corpus was compiled."""
    return _load(path, RecordedSearch)


def corpus_paper_record(paper: CorpusPaper) -> Paper:
    """Bibliographic record of a corpus paper."""
    return Paper(
        paper_id=f"arxiv:{paper.arxiv_id}",
        arxiv_id=paper.arxiv_id,
        version=paper.version,
        doi=paper.doi,
        title=paper.title,
        authors=paper.authors,
        year=paper.year,
        venue=paper.venue,
        url=paper.url,
        source="frozen",
        retrieved=paper.retrieved,
    )


def corpus_document(paper: CorpusPaper) -> Document:
    """The digest as a document: a section for each location, a sentence for each finding.

    `quality` is the share of findings that were read in the paper, its tables or its code, those
    read second-hand counting half; `warnings` say what could not be found, and what a reader of
    the digest must know.
    """
    reading = Reading(title=paper.title)
    for finding in paper.digest:
        reading.add(finding.location, finding.text)
    reading.tables = [_table(table) for table in paper.tables]
    for missing in paper.not_found:
        reading.warn(f"{NOT_FOUND}{missing}")
    for note in paper.notes:
        reading.warn(f"{NOTE}{note}")
    quality = sum(_QUALITY[finding.confirmed] for finding in paper.digest) / len(paper.digest)
    raw = paper.model_dump_json().encode("utf-8")
    document = build_document(corpus_paper_record(paper), "digest", raw, reading, quality)
    if len(document.sentences) != len(paper.digest):
        raise InputError(
            f"{paper.arxiv_id}.yaml: each digest text must be one sentence: "
            f"{len(paper.digest)} texts are {len(document.sentences)} sentences"
        )
    sentences = [
        sentence.model_copy(update={"confirmed": finding.confirmed})
        for sentence, finding in zip(document.sentences, paper.digest, strict=True)
    ]
    return document.model_copy(update={"sentences": sentences})


def _table(table: ResultTable) -> Table:
    cells = [
        Cell(row=row, column=column, text=text, value=cell_value(text))
        for row, values in table.rows.items()
        for column, text in zip(table.columns, values, strict=True)
        if text
    ]
    return Table(
        table_id=table.id,
        caption=table.caption,
        cells=cells,
        location=table.location,
        confirmed=table.confirmed,
    )


def _load_paper(path: Path) -> CorpusPaper:
    paper = _load(path, CorpusPaper)
    try:
        number = parse_arxiv_id(paper.arxiv_id)
    except InputError as error:
        raise InputError(f"{path.name}: arxiv_id: {error}") from error
    if number.version or path.stem != number.number:
        raise InputError(
            f"{path.name}: arxiv_id: {paper.arxiv_id!r} must be the file's name, without version"
        )
    return paper


def _load(path: Path, model: type[RecordType]) -> RecordType:
    # The base loader keeps every scalar a string: 71.80 stays as printed, "no" stays a language.
    try:
        content = YAML(typ="base").load(path)
        return model.model_validate(content)
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; install litreview with its data") from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path.name}: not readable as YAML: {' '.join(str(error).split())}"
        ) from error
    except ValidationError as error:
        raise InputError(f"{path.name}: {describe_faults(error)}") from error
