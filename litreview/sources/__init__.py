"""The search stage: which papers, from which sources, with what outcome, and how many."""

import difflib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator

from litreview.files import InputError, describe_faults
from litreview.prisma import PrismaFlow, after_reading, after_search
from litreview.records import ArxivId, Duplicate, deduplicate, parse_arxiv_id
from litreview.schema import Paper, SearchOutcome
from litreview.sources import arxiv, frozen
from litreview.sources.cache import Cache
from litreview.sources.http import Fetcher, SourceSettings

Mode = Literal["frozen", "replay", "live"]
URL_VARIABLE = "LITREVIEW_ARXIV_URL"


class SearchSettings(SourceSettings):
    """What to search for and how.

    `ids` are the papers to look up by id; without any, `corpus` looks those of the frozen corpus
    up. `query` is in arXiv's syntax. `base_url` None means the environment variable
    LITREVIEW_ARXIV_URL, else arXiv itself. Mode frozen only says which `ids` it lacks.
    """

    corpus: bool = True
    ids: list[str] = Field(default_factory=list)
    query: str | None = None
    max_results: int = Field(50, ge=1, le=arxiv.MAX_RESULTS)
    base_url: str | None = None

    @field_validator("ids")
    @classmethod
    def _are_ids(cls, values: list[str]) -> list[str]:
        return [str(parse_arxiv_id(value)) for value in values]


@dataclass(frozen=True)
class SearchResult:
    """What the search stage hands on."""

    papers: list[Paper]
    outcomes: list[SearchOutcome]
    duplicates: list[Duplicate]
    prisma: PrismaFlow


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


def base_url(settings: SearchSettings) -> str:
    """The setting, else the environment variable, else arXiv's API host."""
    return (settings.base_url or os.environ.get(URL_VARIABLE) or arxiv.DEFAULT_URL).rstrip("/")


def make_fetcher(
    mode: Mode,
    settings: SourceSettings,
    cache_folder: Path | None,
    today: Callable[[], date] = date.today,
) -> Fetcher:
    """The connection for a mode: `live` asks and caches, `replay` answers from the cache alone.

    In mode replay the age of an answer does not matter.
    """
    if mode == "replay" and cache_folder is None:
        raise InputError("mode replay needs the cache folder of an earlier live run (--cache)")
    age = None if mode == "replay" else settings.max_age_days
    cache = Cache(cache_folder, max_age_days=age) if cache_folder else None
    return Fetcher(settings, cache, offline=mode == "replay", today=today)


def run_search(
    mode: Mode, settings: SearchSettings, cache_folder: Path | None = None
) -> SearchResult:
    """Run the search stage.

    Parameters
    ----------
    mode : {"frozen", "replay", "live"}
        `frozen` returns the corpus of the package, `live` asks arXiv, `replay` repeats a live run
        from its cache.
    settings : SearchSettings
    cache_folder : Path or None
        Where live runs keep raw answers.

    Returns
    -------
    SearchResult
        A source that failed is among the outcomes with its kind of failure; it is never an empty
        success. `papers` are the records of the sources that answered, without duplicates.
    """
    if mode == "frozen":
        return _frozen(settings)
    fetcher = make_fetcher(mode, settings, cache_folder)
    url = base_url(settings)
    found: list[Paper] = []
    outcomes: list[SearchOutcome] = []
    if ids := _ids(settings):
        papers, outcome = arxiv.lookup(fetcher, ids, url)
        found += papers
        outcomes.append(outcome)
    if settings.query:
        papers, outcome = arxiv.search(fetcher, settings.query, settings.max_results, url)
        found += papers
        outcomes.append(outcome)
    kept, duplicates = deduplicate(found)
    return SearchResult(kept, outcomes, duplicates, after_search(outcomes, duplicates))


def _ids(settings: SearchSettings) -> list[ArxivId]:
    """Ids to look up, each paper once: those of the settings, else those of the corpus."""
    wanted = [parse_arxiv_id(value) for value in settings.ids]
    if not wanted and settings.corpus:
        papers = frozen.search()[0]
        wanted = [ArxivId(one.arxiv_id, one.version) for one in papers if one.arxiv_id]
    return list({one.number: one for one in reversed(wanted)}.values())[::-1]


def _frozen(settings: SearchSettings) -> SearchResult:
    papers, outcome, cited = frozen.search()
    known = {paper.arxiv_id for paper in papers}
    absent = [one for one in settings.ids if parse_arxiv_id(one).number not in known]
    if absent:
        outcome = outcome.model_copy(
            update={
                "outcome": "partial",
                "expected": len(papers) + len(absent),
                "message": f"{outcome.message} Not in the frozen corpus: {', '.join(absent)}; mode "
                "live gets them.",
            }
        )
    kept, duplicates = deduplicate(papers)
    # No database was queried: the papers came from public copies of pages, and by citation.
    flow = after_search(
        [],
        duplicates,
        by_citation=len(cited),
        by_website=len(papers) - len(cited),
        note="Frozen corpus: what was seen and left out while it was compiled was not counted.",
    )
    everyone = {paper.paper_id for paper in kept}
    flow = after_reading(flow, kept, list(frozen.documents().values()), everyone)
    return SearchResult(kept, [outcome], duplicates, flow)
