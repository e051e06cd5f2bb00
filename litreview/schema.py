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
    `pages` the SHA-256 of the raw answers, `unusable` those of the retrieved that lack a title, a
    year or an id. An outcome of the purpose `status` asked what became of known papers: its
    records are not counted as found.
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
    unusable: int = 0


class RawSpan(Record):
    """A stretch of one raw file, in characters of its decoded text (`litreview.parsing.decode`)."""

    file: str
    start: int
    end: int


class RawFile(Record):
    """A file that a document was read from, and where its text went; see `docs/reading.md`.

    `copied` holds runs `(start, raw_start, length)` that stand in the document's text as in the
    file (a line break as a space), `rendered` runs `(start, raw_start, length, raw_length)` that
    were put in other characters (a formula, a macro); `start` counts in `Document.text`, both are
    in its order.
    `sha256` is that of the decoded text in UTF-8. Of a PDF, each page's text layer is a file.
    """

    name: str
    sha256: str
    encoding: str
    copied: list[tuple[int, int, int]] = []
    rendered: list[tuple[int, int, int, int]] = []


class Section(Record):
    """A titled stretch of a document; `path` holds the titles above it, outermost first, and it."""

    title: str
    start: int
    end: int
    path: list[str] = []


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
    """One value of a result table, with its headers as the paper names them.

    `row` and `column` join `row_path` and `column_path` (outermost first) with " / ". A value that
    spans several rows or columns is repeated at each place; indices count from 0 in the whole
    grid, headers included. `deviation` is what is printed after a plus-minus sign.
    """

    row: str
    column: str
    text: str
    value: float | None
    row_path: list[str] = []
    column_path: list[str] = []
    row_index: int | None = None
    column_index: int | None = None
    row_span: int = 1
    column_span: int = 1
    bold: bool = False
    deviation: float | None = None
    raw: RawSpan | None = None


class Table(Record):
    """A result table as labelled cells; a digest says where it has them from."""

    table_id: str
    caption: str
    cells: list[Cell]
    location: str | None = None
    confirmed: Confirmation | None = None
    header_rows: int = 0
    header_columns: int = 0


class Caption(Record):
    """A caption by its place in the text, with the tables that it stands over."""

    kind: Literal["table", "figure"]
    start: int
    end: int
    table_ids: list[str] = []


class Reference(Record):
    """An entry of the bibliography, and what it identifies where it says so."""

    key: str
    text: str
    arxiv_id: str | None = None
    doi: str | None = None


class Citation(Record):
    """A reference to one bibliography entry, at the mark `[cite]` that stands for it in the text.

    `paper_id` is `arxiv:ID` or `doi:DOI` where the entry has one; a mark of several keys has
    several citations. `resolved` says whether the bibliography has the key.
    """

    key: str
    start: int
    end: int
    resolved: bool
    paper_id: str | None = None


class Abbreviation(Record):
    """A short form with the words that define it, which stand at [start, end) in the text."""

    short: str
    long: str
    start: int
    end: int


class Document(Record):
    """One read paper. `kind` says what it was read from; `digest` is our own summary of facts.

    `quality` is the product of `quality_parts` (see `litreview.parsing.quality`); a digest's has
    no parts.
    """

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
    title: str = ""
    raw_files: list[RawFile] = []
    citations: list[Citation] = []
    references: list[Reference] = []
    captions: list[Caption] = []
    abbreviations: list[Abbreviation] = []
    quality_parts: dict[str, float] = {}


class Quantity(Record):
    """A number in a claim; `text[start:end]` prints it with its sign, unit and qualifying words.

    `unit` is one of `litreview.language.units.FAMILIES`, a name of `units.json`, or the unit as
    printed ("mg/L"); with `per` it is a rate ("points per year"). A count names what it counts in
    `counted`; that noun stands outside the span, but for "12-layer". `decimals` are those printed;
    with a magnitude suffix they are negative (65k is 65000 with -3), so half a printed step is `0.5
    * 10**-decimals`. A range has its middle as `value` and its ends in `low` and `high`; so has
    `71.4 +- 0.3`, whose qualifier stays "exact". Offsets are into the text that was parsed: for a
    claim, `Claim.text`.
    """

    value: float
    unit: str
    decimals: int
    qualifier: Literal["exact", "approximate", "at_least", "at_most", "range"] = "exact"
    start: int
    end: int
    low: float | None = None
    high: float | None = None
    counted: str | None = None


class Entity(Record):
    """A task, data set, metric, model or language; `text[start:end]` prints it.

    `name` is that of the experiment's catalogue or of `litreview/claims/entity_names.json`, None
    where neither knows it. Offsets are into the text that was read: for a claim, `Claim.text`.
    """

    kind: Literal["task", "dataset", "metric", "model", "language"]
    start: int
    end: int
    name: str | None = None


class Claim(Record):
    """One atomic claim; `quote` equals the document's text at [start, end) where it has one.

    `stated_in` says in words where the claims of a claims file were made. What the text says is
    typed in the fields from `entities` on (docs/claims.md): `change` is where the number goes,
    `direction` whether that is better by the metric's polarity; `attribution` whether the claim is
    the paper's own result or one that it reports, then with the papers it cites where known.
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
    entities: list[Entity] = []
    change: Literal["up", "down", "same"] | None = None
    direction: Literal["better", "worse", "same"] | None = None
    comparator: str | None = None
    aggregate: Literal["mean", "median", "maximum", "minimum", "total", "each"] | None = None
    quantifier: Literal["none", "some", "many", "most", "all"] | None = None
    modality: Literal["possible", "likely", "asserted"] = "asserted"
    conditions: list[str] = []
    attribution: Literal["own", "reported"] = "own"
    reported_from: list[str] = []


class ScoreTuple(Record):
    """A score of a result table as (task, data set, metric, model, value), with its cell.

    `task`, `dataset` and `metric` are names as in `Entity`; None where the table does not tell.
    `certainty` is in [0, 1]; `best` marks the paper's best score of its data set and metric.
    """

    document_id: str
    table_id: str
    cell: int
    task: str | None
    dataset: str | None
    metric: str | None
    model: str
    value: float
    certainty: float
    best: bool = False


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
    """What the documents say of a claim, apart from what the experiment says.

    `read_by` is `model` where words decided nothing and a fitted or tuned model did.
    """

    claim_id: str
    label: Label
    confidence: float
    level: Literal["V0", "V1", "V2", "V3", "V4", "V5"]
    evidence_ids: list[int]
    reasons: list[str]
    read_by: Literal["words", "model"] = "words"


class Check(Record):
    """What measurements say of one predicate of a claim: this study's, or a published table's.

    A `compiled` predicate has the `words` of the claim that it was made from, and how sure that
    is (`certainty`, 0 to 1). A published table's check has the `cells` that were used and the
    `expression` over them; its estimate and interval are the number derived and its rounding.
    """

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
    origin: Literal["written", "compiled"] = "written"
    words: list[str] = []
    certainty: float | None = None
    source: Literal["experiment", "published_table"] = "experiment"
    cells: list[str] = []
    expression: str | None = None
    level: Literal["V4", "V5"] | None = None


class Rating(Record):
    """One reviewer's score (0 to 10) on one dimension, and what it rests on."""

    dimension: str
    score: float | None
    anchor: str
    basis: str


class Audit(Record):
    """What a reviewer worked out again, of how many things, and what did not come out.

    `kind` is one of the audits of `litreview/review/reviewers.yaml`; `faults` are words, one a
    fault.
    """

    kind: str
    checked: int
    faults: list[str]


class Review(Record):
    """One reviewer's ratings, and the files that this reviewer saw.

    `overall` is the mean of the dimensions, less the part of what was audited that is at fault.
    """

    reviewer: str
    role: str
    inputs: list[str]
    ratings: list[Rating]
    overall: float
    audits: list[Audit] = []


class Fingerprint(Record):
    """What a report asks and rests on, as digests: `evidence` has one a passage, sorted."""

    question: str
    evidence: list[str]
    measurements: str


class Panel(Record):
    """All reviews, their median with an interval, and how far they agree (Krippendorff).

    `tier` is the score in words; `stops` are the faults with which a report must not leave.
    """

    reviews: list[Review]
    score: float
    low: float
    high: float
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None
    caps: list[str]
    note: str
    tier: str = ""
    stops: list[str] = []
    fingerprint: Fingerprint | None = None
