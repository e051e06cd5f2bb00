"""What to search for, where, and how: the settings of the search stage."""

import difflib
import json
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from litreview.files import InputError, describe_faults
from litreview.schema import Record
from litreview.search.queries import translate
from litreview.search.records import parse_arxiv_id
from litreview.search.screening import Criteria
from litreview.sources import arxiv
from litreview.sources.http import SourceSettings

Mode = Literal["frozen", "replay", "live"]
SourceName = Literal["arxiv", "openalex", "semantic_scholar", "crossref", "europepmc", "acl"]


class Examples(Record):
    """Ids (`arxiv:2005.13013`, `doi:10.1/x`) of records that a reader has judged already."""

    relevant: list[str] = Field(default_factory=list)
    irrelevant: list[str] = Field(default_factory=list)


class Citations(Record):
    """Whether to follow references (backward) and citations (forward) of the included records.

    One step, from at most `seeds` records to at most `max_results` each way, as OpenAlex has them.
    """

    backward: bool = False
    forward: bool = False
    seeds: int = Field(20, ge=1, le=50)
    max_results: int = Field(200, ge=1, le=5_000)


class SearchSettings(SourceSettings):
    """What to search for and how.

    Attributes
    ----------
    corpus : bool
        Without `ids` and `query`, look up the papers of the frozen corpus.
    corpus_folder : str or None
        A corpus frozen from a live run, instead of the package's own.
    ids : list of str
        arXiv ids to look up. Mode frozen only says which of them it lacks.
    query : str or None
        One query for all sources (`litreview.search.queries`).
    queries : dict
        A source's own query, sent as it is, instead of the translated one.
    sources : list of str
        Where to search; all of them are, none stands in for another.
    max_results : int
        At most this many records of each source.
    base_url : str or None
        arXiv's host; see `base_urls`.
    base_urls : dict
        Other hosts by source, else of the environment variable LITREVIEW_SOURCE_URL.
    anthology : str or None
        A folder with the ACL Anthology's XML, or a clone of its repository.
    screening : Criteria
    examples : Examples
        Judged records to rank the others by.
    citations : Citations
    retractions : bool
        Ask OpenAlex what became of the included papers, whatever source they are from.
    """

    corpus: bool = True
    corpus_folder: str | None = None
    ids: list[str] = Field(default_factory=list)
    query: str | None = None
    queries: dict[SourceName, str] = Field(default_factory=dict)
    sources: list[SourceName] = Field(default_factory=lambda: ["arxiv"])
    max_results: int = Field(50, ge=1, le=arxiv.MAX_RESULTS)
    base_url: str | None = None
    base_urls: dict[SourceName, str] = Field(default_factory=dict)
    anthology: str | None = None
    screening: Criteria = Criteria()
    examples: Examples = Examples()
    citations: Citations = Citations()
    retractions: bool = False

    @field_validator("ids")
    @classmethod
    def _are_ids(cls, values: list[str]) -> list[str]:
        return [str(parse_arxiv_id(value)) for value in values]

    @model_validator(mode="after")
    def _can_be_asked(self) -> "SearchSettings":
        if "acl" in self.sources and not self.anthology:
            raise ValueError(
                "source acl needs `anthology`: the folder of a clone of "
                "github.com/acl-org/acl-anthology"
            )
        unused = [name for name in self.queries if name not in self.sources]
        if unused:
            raise ValueError(f"queries for {', '.join(unused)}, which is not among `sources`")
        for source in self.sources:
            self.query_for(source)
        return self

    def query_for(self, source: SourceName) -> str | None:
        """What this source is asked, in its own syntax; None if there is no query.

        Raises
        ------
        InputError
            If the query cannot be read.
        """
        if source in self.queries:
            return self.queries[source]
        return translate(self.query, source) if self.query else None


def parse_settings(values: dict[str, Any] | str) -> SearchSettings:
    """Validate search settings, given as a mapping or as the text of a JSON object.

    Raises
    ------
    InputError
        With every fault in one message; an unknown key comes with the nearest valid one.
    """
    if isinstance(values, str):
        values = _json_object(values)
    unknown = [key for key in values if key not in SearchSettings.model_fields]
    if unknown:
        valid = list(SearchSettings.model_fields)
        hints = [
            f"{key!r} (did you mean {nearest[0]!r}?)"
            if (nearest := difflib.get_close_matches(key, valid, n=1))
            else f"{key!r} (valid: {', '.join(valid)})"
            for key in unknown
        ]
        raise InputError(f"unknown literature settings: {', '.join(hints)}")
    try:
        return SearchSettings.model_validate(values)
    except ValidationError as error:
        raise InputError(f"literature settings: {describe_faults(error)}") from error


def _json_object(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"literature settings are not JSON: {error}; write an object") from error
    if not isinstance(values, dict):
        raise InputError(f"literature settings are {text[:40]!r}; write a JSON object")
    return values
