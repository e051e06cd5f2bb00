"""The report's content, as every form of it reads it: sections of blocks, claims, references.

Text is plain throughout. Nothing in it is markup, so each form escapes it in its own way.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from litreview.answerability import Condition


class Part(BaseModel):
    """Base: frozen, strict about keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Run(Part):
    """A stretch of text; `cite` lists reference numbers, `mark` highlights."""

    text: str
    cite: list[int] = []
    mark: bool = False


Runs = list[Run]


class Paragraph(Part):
    """Sentences."""

    type: Literal["paragraph"] = "paragraph"
    runs: Runs


class Bullets(Part):
    """A list of points."""

    type: Literal["bullets"] = "bullets"
    items: list[Runs]


class Cell(Part):
    """A cell: a value, a smaller second line, and the way it points."""

    text: str
    note: str = ""
    tone: Literal["none", "up", "down", "flat"] = "none"
    cite: list[int] = []


class Table(Part):
    """A table with its number and caption; numeric columns are set flush right."""

    type: Literal["table"] = "table"
    name: str
    number: int
    caption: str
    columns: list[str]
    numeric: list[bool]
    rows: list[list[Cell]]
    note: str = ""


class Figure(Part):
    """A figure by its file name without ending."""

    type: Literal["figure"] = "figure"
    name: str
    number: int
    caption: str


class Marker(Part):
    """A place that is filled when the report is laid out: the claims, or the review."""

    type: Literal["claims", "review"]


Block = Annotated[Paragraph | Bullets | Table | Figure | Marker, Field(discriminator="type")]


class Section(Part):
    """A numbered section or subsection; unnumbered where `number` is empty."""

    identifier: str
    number: str
    title: str
    level: Literal[1, 2]
    blocks: list[Block]


class EvidenceView(Part):
    """A passage beside a claim: a window of it with the shared words marked, and its place.

    `rank` is the number by which the reasons of the verdict name it; `quoted` is false for words of
    our own, such as those of a digest.
    """

    rank: int
    quote: Runs
    quoted: bool
    source: str
    reference: int | None
    place: str
    independent: bool


class CheckView(Part):
    """One check in words; `differences` are those that not all checks of the claim share."""

    statement: str
    verdict: str
    tone: Literal["supported", "contradicted", "inconclusive", "not_testable", "same_design"]
    figure: str
    differences: list[str]
    reason: str


class ClaimView(Part):
    """One claim of the claims file with everything that was found on it."""

    claim_id: str
    anchor: str
    text: str
    source: str
    reference: int | None
    label: Literal["supported", "refuted", "overstated", "insufficient"]
    verified: str
    confidence: str
    experiment: str
    reasons: list[str]
    evidence: list[EvidenceView]
    differences: list[str]
    checks: list[CheckView]


class Reference(Part):
    """A resolved reference; `url` is http or https."""

    number: int
    paper_id: str
    authors: str
    year: int
    title: str
    venue: str
    url: str
    status: Literal["ok", "withdrawn", "retracted", "unknown"]


class Content(Part):
    """The report before it is laid out."""

    study: str
    title: str
    authors: list[str]
    date: str
    question: str
    abstract: Runs
    sections: list[Section]
    claims: list[ClaimView]
    confidence_label: str
    references: list[Reference]
    unresolved: list[str]
    answerability: list[Condition]
