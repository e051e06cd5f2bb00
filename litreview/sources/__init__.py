"""The search stage: which papers, from which sources, with what outcome, and how many."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from litreview.schema import Paper, SearchOutcome
from litreview.search.deduplication import deduplicate
from litreview.search.prisma import after_reading, after_search
from litreview.search.records import ArxivId, parse_arxiv_id
from litreview.search.screening import Decision, screen
from litreview.sources import arxiv, citations, frozen, openalex, status
from litreview.sources.freezing import (
    SearchResult,
    freeze,
    load_frozen,
    read_search,
    write_search,
)
from litreview.sources.http import Fetcher
from litreview.sources.registry import base_url, make_fetcher, search_source
from litreview.sources.settings import Mode, SearchSettings, parse_settings

__all__ = [
    "SearchResult",
    "SearchSettings",
    "base_url",
    "freeze",
    "load_frozen",
    "make_fetcher",
    "parse_settings",
    "read_search",
    "run_search",
    "write_search",
]


def run_search(
    mode: Mode,
    settings: SearchSettings,
    cache_folder: Path | None = None,
    today: Callable[[], date] = date.today,
) -> SearchResult:
    """Run the search stage.

    Parameters
    ----------
    mode : {"frozen", "replay", "live"}
        `frozen` returns the corpus of the package (or of `settings.corpus_folder`), `live` asks
        the sources, `replay` repeats a live run from its cache.
    settings : SearchSettings
    cache_folder : Path or None
        Where live runs keep raw answers.
    today : callable
        The clock.

    Returns
    -------
    SearchResult
        Every source that failed is among the outcomes with its kind of failure; it is never an
        empty success. `papers` are the records that meet the criteria, one for each paper.
    """
    if mode == "frozen":
        return _frozen(settings)
    run = _Run(mode, settings, cache_folder, today)
    run.look_up_ids()
    run.search()
    run.follow_citations()
    papers, duplicates = deduplicate([*run.found, *run.chased])
    papers = status.apply_notices(papers)
    decisions, included = _screen(papers, settings)
    if settings.retractions:
        known = {paper.paper_id: paper for paper in run.look_up_status(included)}
        papers = [known.get(paper.paper_id, paper) for paper in papers]
        decisions, included = _screen(papers, settings)
    flow = after_search(run.outcomes, duplicates, decisions=decisions, note=run.note(papers))
    if settings.examples.relevant:
        included, decisions = _ranked(included, decisions, settings)
    return SearchResult(included, run.outcomes, duplicates, flow, decisions)


@dataclass
class _Run:
    """One live or replayed run: a connection for each source, and what has come so far."""

    mode: Mode
    settings: SearchSettings
    cache_folder: Path | None
    today: Callable[[], date]
    found: list[Paper] = field(default_factory=list)
    chased: list[Paper] = field(default_factory=list)
    outcomes: list[SearchOutcome] = field(default_factory=list)
    connections: dict[str, Fetcher] = field(default_factory=dict)

    def connection(self, source: str) -> Fetcher:
        if source not in self.connections:
            self.connections[source] = make_fetcher(
                self.mode, self.settings, self.cache_folder, self.today, source
            )
        return self.connections[source]

    def look_up_ids(self) -> None:
        if ids := _ids(self.settings):
            url = base_url(self.settings, arxiv.NAME)
            papers, outcome = arxiv.lookup(self.connection(arxiv.NAME), ids, url)
            self.found += papers
            self.outcomes.append(outcome)

    def search(self) -> None:
        for source in dict.fromkeys(self.settings.sources):
            query = self.settings.query_for(source)
            if query:
                fetcher = None if source == "acl" else self.connection(source)
                papers, outcome = search_source(source, fetcher, self.settings, query, self.today)
                self.found += papers
                self.outcomes.append(outcome)

    def look_up_status(self, papers: list[Paper]) -> list[Paper]:
        url = base_url(self.settings, openalex.NAME)
        papers, outcomes = status.look_up(self.connection(openalex.NAME), url, papers)
        self.outcomes += outcomes
        return papers

    def follow_citations(self) -> None:
        wanted = self.settings.citations
        if not (wanted.backward or wanted.forward):
            return
        seeds = _screen(deduplicate(self.found)[0], self.settings)[1]
        if seeds:
            url = base_url(self.settings, openalex.NAME)
            self.chased, outcomes = citations.chase(
                self.connection(openalex.NAME), url, seeds, wanted
            )
            self.outcomes += outcomes

    def note(self, papers: list[Paper]) -> str:
        """What the diagram has no box for."""
        if not self.chased:
            return ""
        new = sum(paper.found_by == "citation" for paper in papers)
        return (
            f"Citations gave {len(self.chased)} records, {new} of which no database had given; "
            "the diagram shows those that meet the criteria."
        )


def _screen(papers: list[Paper], settings: SearchSettings) -> tuple[list[Decision], list[Paper]]:
    decisions = screen(papers, settings.screening)
    included = [p for p, one in zip(papers, decisions, strict=True) if one.included]
    return decisions, included


def _ranked(
    papers: list[Paper], decisions: list[Decision], settings: SearchSettings
) -> tuple[list[Paper], list[Decision]]:
    """Papers in the order of likely relevance, and the decisions with rank and score."""
    from litreview.search.priority import rank  # here, because scikit-learn takes a second to load

    scores = rank(papers, settings.examples.relevant, settings.examples.irrelevant)
    order = sorted(papers, key=lambda paper: -scores[paper.paper_id])
    places = {paper.paper_id: place for place, paper in enumerate(order, start=1)}
    return order, [
        one.model_copy(
            update={"rank": places[one.paper_id], "score": round(scores[one.paper_id], 6)}
        )
        if one.paper_id in places
        else one
        for one in decisions
    ]


def _ids(settings: SearchSettings) -> list[ArxivId]:
    """Ids to look up, each paper once: those of the settings; without a query, of the corpus."""
    wanted = [parse_arxiv_id(value) for value in settings.ids]
    if not wanted and settings.corpus and not (settings.query or settings.queries):
        papers = frozen.search()[0]
        wanted = [ArxivId(one.arxiv_id, one.version) for one in papers if one.arxiv_id]
    return list({one.number: one for one in reversed(wanted)}.values())[::-1]


def _frozen(settings: SearchSettings) -> SearchResult:
    if settings.corpus_folder:
        return load_frozen(Path(settings.corpus_folder))[0]
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
