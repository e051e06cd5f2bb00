"""The records that travel between the stages of the review, validated where they are read.

Character offsets are Python string indices into `Document.text`. All models are frozen and refuse
unknown keys, so that a table written by one stage is exactly what the next one reads.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Label = Literal["supported", "refuted", "overstated", "insufficient"]
CheckVerdict = Literal["supported", "contradicted", "inconclusive", "not_testable"]
Scope = Literal["exact", "reduced", "analogue"]
Confirmation = Literal["abstract", "table", "code", "second_hand"]
Outcome = Literal[
    "ok", "partial", "rate_limited", "quota_exhausted", "unavailable", "bad_request", "parse_error"
]

NOT_FOUND, NOTE = "not found: ", "note: "
"""How the warnings of a digest begin: what was looked for in vain, and what else to know."""


class Record(BaseModel):
    """Base: frozen, strict about keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Paper(Record):
    """One bibliographic record, put together from all `sources` that had it.

    `paper_id` is `arxiv:ID`, else `doi:DOI`, else `acl:ID`, `pmid:ID`, `openalex:ID` or `s2:ID`;
    `status_evidence` says who says that it was withdrawn or retracted, and where.
    """

    paper_id: str
    arxiv_id: str | None = None
    version: str | None = None
    doi: str | None = None
    title: str
    authors: list[str]
    year: int
    venue: str | None = None
    url: str
    abstract: str | None = None
    status: Literal["ok", "withdrawn", "retracted", "unknown"] = "unknown"
    source: str
    retrieved: str
    pmid: str | None = None
    pmcid: str | None = None
    acl_id: str | None = None
    openalex_id: str | None = None
    s2_id: str | None = None
    publication_type: str | None = None
    language: str | None = None
    status_evidence: list[str] = []
    sources: list[str] = []
    found_by: Literal["database", "citation"] = "database"


class SearchOutcome(Record):
    """What one source answered: a failure is never an empty result.

    `query` is as sent, `total` what the service counts, `expected` how many of these were wanted,
    `pages` the SHA-256 of the raw answers. An outcome of the purpose `status` asked what became of
    known papers: its records are not counted as found.
    """

    source: str
    query: str
    outcome: Outcome
    expected: int | None
    retrieved: int
    date: str
    message: str = ""
    purpose: Literal["search", "ids", "citations", "status"] = "search"
    total: int | None = None
    filters: str = ""
    published: str = ""
    url: str = ""
    pages: list[str] = []


class Section(Record):
    """A titled stretch of a document."""

    title: str
    start: int
    end: int


class Sentence(Record):
    """A sentence by its place; the text is the document's own.

    `confirmed` is set in digests only: what the fact was checked against (see `litreview.corpus`).
    """

    sentence_id: str
    start: int
    end: int
    section: str
    confirmed: Confirmation | None = None


class Cell(Record):
    """One value of a result table, with its headers as the paper names them."""

    row: str
    column: str
    text: str
    value: float | None


class Table(Record):
    """A result table as labelled cells; a digest says where it has them from."""

    table_id: str
    caption: str
    cells: list[Cell]
    location: str | None = None
    confirmed: Confirmation | None = None


class Document(Record):
    """One read paper. `kind` says what it was read from; `digest` is our own summary of facts."""

    document_id: str
    paper_id: str
    version: str | None
    kind: Literal["latex", "html", "jats", "pdf", "abstract", "digest"]
    sha256: str
    text: str
    sections: list[Section]
    sentences: list[Sentence]
    tables: list[Table]
    quality: float
    warnings: list[str] = []


class Quantity(Record):
    """A number in a claim; `text[start:end]` prints it, sign and unit included.

    `unit` is one of `litreview.quantities.UNITS`. `decimals` are those printed; with a magnitude
    suffix it is negative (65k is 65000 with -3), so half a printed step is `0.5 * 10**-decimals`.
    A range has its middle as `value` and its ends in `low` and `high`; so has `71.4 +- 0.3`, whose
    qualifier stays "exact". Offsets are into the text that was parsed: for a claim, `Claim.text`.
    """

    value: float
    unit: str
    decimals: int
    qualifier: Literal["exact", "approximate", "at_least", "at_most", "range"] = "exact"
    start: int
    end: int
    low: float | None = None
    high: float | None = None


class Claim(Record):
    """One atomic claim; `quote` equals the document's text at [start, end) where it has one.

    `stated_in` says in words where the claims of a claims file were made.
    """

    claim_id: str
    text: str
    kind: str
    paper_id: str
    document_id: str | None
    start: int | None
    end: int | None
    quote: str | None
    quantities: list[Quantity]
    origin: Literal["claims_file", "extracted"]
    predicates: list[dict[str, Any]] = []
    score: float | None = None
    stated_in: str | None = None


class Evidence(Record):
    """A passage or a table that bears on a claim; `independent` if another paper says it."""

    claim_id: str
    document_id: str
    paper_id: str
    sentence_id: str | None
    table_id: str | None
    text: str
    start: int | None
    end: int | None
    rank: int
    score: float
    independent: bool


class Verdict(Record):
    """What the documents say of a claim, apart from what the experiment says."""

    claim_id: str
    label: Label
    confidence: float
    level: Literal["V0", "V1", "V2", "V3", "V4", "V5"]
    evidence_ids: list[int]
    reasons: list[str]


class Check(Record):
    """What the experiment's tables say of one predicate of a claim."""

    claim_id: str
    predicate: dict[str, Any]
    statement: str
    verdict: CheckVerdict
    scope: Scope | None
    scope_differences: list[str]
    reason_code: str
    reason: str
    estimate: float | None
    low: float | None
    high: float | None
    seeds: int | None
    p_holm: float | None = None


class Rating(Record):
    """One reviewer's score (0 to 10) on one dimension, and what it rests on."""

    dimension: str
    score: float | None
    anchor: str
    basis: str


class Review(Record):
    """One reviewer's ratings, and the files that this reviewer saw."""

    reviewer: str
    role: str
    inputs: list[str]
    ratings: list[Rating]
    overall: float


class Panel(Record):
    """All reviews, their median with an interval, and how far they agree (Krippendorff)."""

    reviews: list[Review]
    score: float
    low: float
    high: float
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None
    caps: list[str]
    note: str
