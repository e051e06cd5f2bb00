"""The report's content, as every form of it reads it: sections of blocks, claims, references.

Text is plain throughout. Nothing in it is markup, so each form escapes it in its own way.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from litreview.review.answerability import Condition


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
    """A place that is filled when the report is laid out."""

    type: Literal["claims", "findings", "review", "corrections"]


Block = Annotated[Paragraph | Bullets | Table | Figure | Marker, Field(discriminator="type")]


class Section(Part):
    """A numbered section or subsection; unnumbered where `number` is empty."""

    identifier: str
    number: str
    title: str
    level: Literal[1, 2]
    blocks: list[Block]


class ContextView(Part):
    """A passage with what it shares with a claim marked, between the sentences beside it."""

    before: str = ""
    passage: Runs
    after: str = ""


class EvidenceView(Part):
    """A passage beside a claim: a window of it with the shared words marked, and its place.

    `rank` is the number by which the reasons of the verdict name it; `quoted` is false for words of
    our own, such as those of a digest. `context` is what a page that can be opened shows instead
    of the window.
    """

    rank: int
    quote: Runs
    quoted: bool
    source: str
    reference: int | None
    place: str
    independent: bool
    context: ContextView | None = None


class CheckView(Part):
    """One check in words; `differences` are those that not all checks of the claim share.

    `claimed` is what would have to be measured for the claim to hold, `figure` what was measured.
    """

    statement: str
    verdict: str
    tone: Literal["supported", "contradicted", "inconclusive", "not_testable", "same_design"]
    figure: str
    differences: list[str]
    reason: str
    claimed: str = ""


class ClaimView(Part):
    """One claim, or finding, with everything that was found on it.

    `text` is shown in quotation marks where it is `quoted`, that is in a paper's own words.
    `published` are its numbers as its own paper's tables have them.
    """

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
    published: list[CheckView] = []
    kind: str = ""
    level: str = "V0"
    quoted: bool = False


class Reference(Part):
    """A resolved reference; `url` is http or https.

    `authors` is as printed, which may be cut; `names` has all of them. `eprint` is an arXiv id with
    the version that was read.
    """

    number: int
    paper_id: str
    authors: str
    year: int
    title: str
    venue: str
    url: str
    status: Literal["ok", "withdrawn", "retracted", "unknown"]
    names: list[str] = []
    eprint: str = ""
    doi: str = ""


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
    findings: list[ClaimView] = []
    findings_total: int = 0
    confidence_label: str
    references: list[Reference]
    unresolved: list[str]
    answerability: list[Condition]
    versions: dict[str, str] = {}
