"""PRISMA 2020 counts, under the field names of the PRISMA2020 flow-diagram package.

The sums of the flow are checked when the counts are made, so a diagram can never show a record
that came from nowhere. Boxes that no stage has filled yet are None.
"""

from collections.abc import Sequence

from pydantic import Field, model_validator

from litreview.schema import Document, Paper, Record, SearchOutcome
from litreview.search.deduplication import Duplicate
from litreview.search.screening import Decision


class PrismaFlow(Record):
    """Counts of one review, all at least 0; `*_specific_results` and `*_excluded` by name."""

    previous_studies: int = Field(0, ge=0)
    previous_reports: int = Field(0, ge=0)
    database_results: int = Field(0, ge=0)
    database_specific_results: dict[str, int] = Field(default_factory=dict)
    register_results: int = Field(0, ge=0)
    register_specific_results: dict[str, int] = Field(default_factory=dict)
    website_results: int = Field(0, ge=0)
    organisation_results: int = Field(0, ge=0)
    citations_results: int = Field(0, ge=0)
    duplicates: int = Field(0, ge=0)
    excluded_automatic: int = Field(0, ge=0)
    excluded_other: int = Field(0, ge=0)
    records_screened: int = Field(0, ge=0)
    records_excluded: int = Field(0, ge=0)
    dbr_sought_reports: int = Field(0, ge=0)
    dbr_notretrieved_reports: int | None = Field(None, ge=0)
    other_sought_reports: int = Field(0, ge=0)
    other_notretrieved_reports: int | None = Field(None, ge=0)
    dbr_assessed: int | None = Field(None, ge=0)
    dbr_excluded: dict[str, int] = Field(default_factory=dict)
    other_assessed: int | None = Field(None, ge=0)
    other_excluded: dict[str, int] = Field(default_factory=dict)
    new_studies: int | None = Field(None, ge=0)
    new_reports: int | None = Field(None, ge=0)
    total_studies: int | None = Field(None, ge=0)
    total_reports: int | None = Field(None, ge=0)
    note: str = ""

    @model_validator(mode="after")
    def _sums_hold(self) -> "PrismaFlow":
        faults = [
            f"{name} is {found}, but {rule} gives {expected}"
            for name, found, rule, expected in self._sums()
            if found != expected
        ]
        if faults:
            raise ValueError("the PRISMA counts do not add up: " + "; ".join(faults))
        return self

    def _sums(self) -> list[tuple[str, int | None, str, int | None]]:
        found = self.database_results + self.register_results
        removed = self.duplicates + self.excluded_automatic + self.excluded_other
        others = self.website_results + self.organisation_results + self.citations_results
        sums = [
            (
                "database_results",
                self.database_results,
                "the sum over databases",
                sum(self.database_specific_results.values()),
            ),
            (
                "register_results",
                self.register_results,
                "the sum over registers",
                sum(self.register_specific_results.values()),
            ),
            (
                "records_screened",
                self.records_screened,
                "identified less removed before screening",
                found - removed,
            ),
            (
                "dbr_sought_reports",
                self.dbr_sought_reports,
                "screened less excluded",
                self.records_screened - self.records_excluded,
            ),
            (
                "other_sought_reports",
                self.other_sought_reports,
                "websites, organisations and citations",
                others,
            ),
        ]
        return sums + self._sums_after_reading()

    def _sums_after_reading(self) -> list[tuple[str, int | None, str, int | None]]:
        filled = (self.dbr_notretrieved_reports, self.other_notretrieved_reports)
        if None in filled or self.dbr_assessed is None or self.other_assessed is None:
            after = [self.dbr_assessed, self.other_assessed, self.new_studies, *filled]
            return [("boxes after retrieval", len([v for v in after if v is not None]), "none", 0)]
        included = self.dbr_assessed - sum(self.dbr_excluded.values())
        included += self.other_assessed - sum(self.other_excluded.values())
        return [
            (
                "dbr_assessed",
                self.dbr_assessed,
                "sought less not retrieved",
                self.dbr_sought_reports - self.dbr_notretrieved_reports,
            ),
            (
                "other_assessed",
                self.other_assessed,
                "other sought less not retrieved",
                self.other_sought_reports - self.other_notretrieved_reports,
            ),
            ("new_studies", self.new_studies, "assessed less excluded", included),
            (
                "total_studies",
                self.total_studies,
                "previous and new studies",
                self.previous_studies + included,
            ),
        ]


def after_search(
    outcomes: list[SearchOutcome],
    duplicates: list[Duplicate],
    by_citation: int = 0,
    by_website: int = 0,
    note: str = "",
    decisions: Sequence[Decision] = (),
) -> PrismaFlow:
    """Counts as they stand when the search is over and nothing has been read.

    Parameters
    ----------
    outcomes : list of SearchOutcome
        Of the databases; only `ok` and `partial` ones count, and not those that followed citations
        or asked for the status of known papers.
    duplicates : list of Duplicate
        The log of `litreview.search.deduplication.deduplicate`.
    by_citation : int
        Records that were taken over from a reference list without asking a source.
    by_website : int
        Records that were found on websites rather than in databases.
    note : str
        What a reader of the counts must know.
    decisions : sequence of Decision
        Of screening; without any, nothing was excluded.

    Returns
    -------
    PrismaFlow
        Records that their year, language, type or status excludes are `excluded_automatic`, those
        without a title, year or id `excluded_other`, those that their title and abstract exclude
        `records_excluded`. Of what citations gave, the records that meet the criteria are counted.
    """
    usable = [
        outcome
        for outcome in outcomes
        if outcome.outcome in ("ok", "partial") and outcome.purpose in ("search", "ids")
    ]
    databases: dict[str, int] = {}
    for outcome in usable:
        databases[outcome.source] = databases.get(outcome.source, 0) + outcome.retrieved
    twice = sum(one.found_by == "database" for one in duplicates)
    unusable = sum(outcome.unusable for outcome in usable)
    left = [one.stage for one in decisions if not one.included and one.found_by == "database"]
    by_citation += sum(one.included and one.found_by == "citation" for one in decisions)
    screened = sum(databases.values()) - twice - unusable - left.count("automatic")
    return PrismaFlow(
        database_results=sum(databases.values()),
        database_specific_results=databases,
        website_results=by_website,
        citations_results=by_citation,
        duplicates=twice,
        excluded_automatic=left.count("automatic"),
        excluded_other=unusable,
        records_screened=screened,
        records_excluded=left.count("screening"),
        dbr_sought_reports=screened - left.count("screening"),
        other_sought_reports=by_citation + by_website,
        note=note,
    )


def after_reading(
    flow: PrismaFlow, papers: list[Paper], documents: list[Document], cited: set[str]
) -> PrismaFlow:
    """Fill the boxes after retrieval.

    Parameters
    ----------
    flow : PrismaFlow
        From `after_search`.
    papers : list of Paper
        The records sought.
    documents : list of Document
        What was read; a paper without a document of quality above 0 counts as not retrieved.
    cited : set of str
        Ids of papers that came by citation or from websites, not from a database, beside those
        whose records say so.
    """
    cited = cited | {paper.paper_id for paper in papers if paper.found_by == "citation"}
    read = {document.paper_id for document in documents if document.quality > 0}
    missing = [paper.paper_id for paper in papers if paper.paper_id not in read]
    other_missing = sum(paper_id in cited for paper_id in missing)
    dbr_assessed = flow.dbr_sought_reports - (len(missing) - other_missing)
    other_assessed = flow.other_sought_reports - other_missing
    included = dbr_assessed + other_assessed
    return PrismaFlow(
        **{
            **flow.model_dump(),
            "dbr_notretrieved_reports": len(missing) - other_missing,
            "other_notretrieved_reports": other_missing,
            "dbr_assessed": dbr_assessed,
            "other_assessed": other_assessed,
            "new_studies": included,
            "new_reports": included,
            "total_studies": flow.previous_studies + included,
            "total_reports": flow.previous_reports + included,
        }
    )
