"""One step along citations: what the included papers cite, and what cites them, as OpenAlex has it.

`cited_by:W` are the works that W cites (backward), `cites:W` those that cite it (forward); several
works are joined, so that each way is one search with one total.
"""

from litreview.schema import Paper, SearchOutcome
from litreview.sources.http import Fetcher
from litreview.sources.openalex import NAME
from litreview.sources.registry import list_works
from litreview.sources.settings import Citations
from litreview.sources.status import look_up

FILTERS = {"backward": "cited_by", "forward": "cites"}


def chase(
    fetcher: Fetcher, url: str, papers: list[Paper], settings: Citations
) -> tuple[list[Paper], list[SearchOutcome]]:
    """Records found along citations of the first `seeds` of `papers`.

    Returns
    -------
    (list of Paper, list of SearchOutcome)
        Records marked as found by citation, and an outcome each way; a way that no seed could be
        followed on is `unavailable`, not empty.
    """
    seeds, outcomes = look_up(fetcher, url, papers[: settings.seeds])
    ids = [paper.openalex_id for paper in seeds if paper.openalex_id]
    unknown = [paper.paper_id for paper in seeds if not paper.openalex_id]
    found: list[Paper] = []
    for way, selected in FILTERS.items():
        if not getattr(settings, way):
            continue
        if not ids:
            outcomes.append(_nobody(way, unknown, fetcher))
            continue
        records, outcome = list_works(
            fetcher, url, f"{selected}:{'|'.join(ids)}", settings.max_results
        )
        note = f"{way}; not known to OpenAlex: {', '.join(unknown)}" if unknown else way
        message = f"{note}; {outcome.message}" if outcome.message else note
        outcomes.append(outcome.model_copy(update={"purpose": "citations", "message": message}))
        found += [paper.model_copy(update={"found_by": "citation"}) for paper in records]
    return found, outcomes


def _nobody(way: str, unknown: list[str], fetcher: Fetcher) -> SearchOutcome:
    return SearchOutcome(
        source=NAME,
        query=f"{way} citations of {', '.join(unknown) or 'no paper'}",
        outcome="unavailable",
        expected=None,
        retrieved=0,
        date=fetcher.today().isoformat(),
        message="OpenAlex knows none of these papers, so their citations were not followed",
        purpose="citations",
    )
