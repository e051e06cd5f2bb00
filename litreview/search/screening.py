"""Which records are sought: stated criteria, applied to every record, each exclusion with a reason.

What a record does not say excludes nothing: a record without a language is not in the wrong one,
and where there is no abstract, words that must occur are not missed.
"""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field, model_validator

from litreview.schema import Paper, Record
from litreview.search.queries import Years, plain_words, word_finder
from litreview.search.records import NOTICE

Stage = Literal["automatic", "screening"]


class Criteria(Record):
    """What a record must be; whatever is not set excludes nothing.

    Attributes
    ----------
    first_year, last_year : int or None
        Years of publication, both included; sources are asked for these alone where they can be.
    languages : list of str
        Codes of two letters, of which one must be the record's.
    types, not_types : list of str
        Words of which one must, or none may, occur in the source's name of the type.
    must : list of list of str
        Groups of words or phrases; of each group, one must occur in the title or abstract.
        A star at the end stands for any ending.
    must_not : list of str
        Words or phrases none of which may occur there.
    exclude_withdrawn : bool
        Leave out what was withdrawn or retracted; else it is kept, and marked.
    """

    first_year: int | None = Field(None, ge=1000, le=3000)
    last_year: int | None = Field(None, ge=1000, le=3000)
    languages: list[str] = Field(default_factory=list)
    types: list[str] = Field(default_factory=list)
    not_types: list[str] = Field(default_factory=list)
    must: list[list[str]] = Field(default_factory=list)
    must_not: list[str] = Field(default_factory=list)
    exclude_withdrawn: bool = False

    @model_validator(mode="after")
    def _can_be_met(self) -> "Criteria":
        if self.first_year and self.last_year and self.first_year > self.last_year:
            raise ValueError(f"first_year {self.first_year} is after last_year {self.last_year}")
        for words in [*self.must, self.must_not]:
            for word in words:
                if not plain_words(word):
                    raise ValueError(f"{word!r} has no word to look for")
        if any(not group for group in self.must):
            raise ValueError("a group of `must` is empty, so no record could meet it")
        return self

    @property
    def years(self) -> Years:
        """The years as sources are asked for them."""
        return Years(self.first_year, self.last_year)


class Decision(Record):
    """What became of one record, and why.

    `stage` says where an excluded record left: `automatic`, by its year, language, type or status
    before screening, or `screening`, by its title and abstract. `rank` is its place in the order of
    likely relevance, if there were examples to learn that from.
    """

    paper_id: str
    title: str
    included: bool
    stage: Stage
    reason: str
    detail: str = ""
    found_by: Literal["database", "citation"] = "database"
    rank: int | None = None
    score: float | None = None


def screen(papers: Iterable[Paper], criteria: Criteria) -> list[Decision]:
    """One decision a record, in their order."""
    return [_decide(paper, criteria) for paper in papers]


def _decide(paper: Paper, criteria: Criteria) -> Decision:
    fault = _automatic_fault(paper, criteria)
    stage: Stage = "automatic" if fault else "screening"
    fault = fault or _word_fault(paper, criteria)
    reason, detail = fault or ("meets the criteria", _unknown(paper, criteria))
    return Decision(
        paper_id=paper.paper_id,
        title=paper.title,
        included=fault is None,
        stage=stage,
        reason=reason,
        detail=detail,
        found_by=paper.found_by,
    )


def _automatic_fault(paper: Paper, criteria: Criteria) -> tuple[str, str] | None:
    first, last = criteria.first_year or paper.year, criteria.last_year or paper.year
    kind = f" {plain_words(paper.publication_type or '')} "
    if not first <= paper.year <= last:
        return "year", str(paper.year)
    if criteria.languages and paper.language and paper.language not in criteria.languages:
        return "language", paper.language
    if paper.publication_type == NOTICE:
        return "type", NOTICE
    if criteria.types and kind.strip() and not _found(criteria.types, kind):
        return "type", paper.publication_type or ""
    if unwanted := _found(criteria.not_types, kind):
        return "type", unwanted
    if criteria.exclude_withdrawn and paper.status in ("withdrawn", "retracted"):
        return paper.status, "; ".join(paper.status_evidence)
    return None


def _word_fault(paper: Paper, criteria: Criteria) -> tuple[str, str] | None:
    text = f" {plain_words(paper.title)}  {plain_words(paper.abstract or '')} "
    if unwanted := _found(criteria.must_not, text):
        return "has an excluded word", unwanted
    if not paper.abstract:
        return None
    for group in criteria.must:
        if not _found(group, text):
            return "lacks a required word", " or ".join(group)
    return None


def _unknown(paper: Paper, criteria: Criteria) -> str:
    """What could not be looked at in an included record."""
    missing = [
        name
        for name, asked, value in (
            ("language", criteria.languages, paper.language),
            ("type", criteria.types, paper.publication_type),
            ("abstract", criteria.must, paper.abstract),
        )
        if asked and not value
    ]
    return f"not known: {', '.join(missing)}" if missing else ""


def _found(words: list[str], text: str) -> str | None:
    """The first of the words that occurs in a text of plain words, or None."""
    return next((word for word in words if word_finder(word)(text)), None)
