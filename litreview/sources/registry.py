"""The services that can be searched: where each is, how fast it may be asked, and how.

Rates are those that the services ask for, with room: arXiv one request in three seconds (API
manual, section 3.1.1.2), Semantic Scholar one a second, the others several a second.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType

from litreview.files import InputError
from litreview.schema import Paper, SearchOutcome
from litreview.search.queries import Years
from litreview.sources import acl, arxiv, crossref, europepmc, openalex, semantic_scholar
from litreview.sources.cache import Cache
from litreview.sources.http import Fetcher, SourceSettings
from litreview.sources.paging import gather
from litreview.sources.settings import Mode, SearchSettings, SourceName

Found = tuple[list[Paper], SearchOutcome]


@dataclass(frozen=True)
class Service:
    """One service.

    Attributes
    ----------
    url : str
        Its address, unless the settings or LITREVIEW_NAME_URL give another.
    delay_seconds : float
        The least time between two requests, unless the settings give another.
    key_variable, key_header, key_form : str
        The environment variable with a key, and the header that it goes into; empty without keys.
    """

    url: str
    delay_seconds: float
    key_variable: str = ""
    key_header: str = ""
    key_form: str = "{}"

    def keys(self) -> dict[str, str]:
        """The header with the key, if one is set."""
        key = os.environ.get(self.key_variable, "").strip() if self.key_variable else ""
        return {self.key_header: self.key_form.format(key)} if key else {}


SERVICES: Mapping[str, Service] = {
    arxiv.NAME: Service(arxiv.DEFAULT_URL, 3.0),
    openalex.NAME: Service(
        openalex.DEFAULT_URL, 0.2, "OPENALEX_API_KEY", "Authorization", "Bearer {}"
    ),
    semantic_scholar.NAME: Service(
        semantic_scholar.DEFAULT_URL, 1.1, "SEMANTIC_SCHOLAR_API_KEY", "x-api-key"
    ),
    crossref.NAME: Service(
        crossref.DEFAULT_URL,
        1.0,
        "CROSSREF_PLUS_API_KEY",
        "Crossref-Plus-API-Token",
        "Bearer {}",
    ),
    europepmc.NAME: Service(europepmc.DEFAULT_URL, 0.5),
}


def base_url(settings: SearchSettings, source: str = arxiv.NAME) -> str:
    """A service's address: of the settings, else of the environment, else its own."""
    chosen = settings.base_urls.get(source) or (settings.base_url if source == "arxiv" else None)
    chosen = chosen or os.environ.get(f"LITREVIEW_{source.upper()}_URL")
    return (chosen or SERVICES[source].url).rstrip("/")


def make_fetcher(
    mode: Mode,
    settings: SourceSettings,
    cache_folder: Path | None,
    today: Callable[[], date] = date.today,
    source: str = arxiv.NAME,
) -> Fetcher:
    """The connection to a source: `live` asks and caches, `replay` answers from the cache alone.

    In mode replay the age of an answer does not matter.
    """
    if mode == "replay" and cache_folder is None:
        raise InputError("mode replay needs the cache folder of an earlier live run (--cache)")
    age = None if mode == "replay" else settings.max_age_days
    cache = Cache(cache_folder, max_age_days=age) if cache_folder else None
    service = SERVICES[source]
    if "delay_seconds" not in settings.model_fields_set:
        settings = settings.model_copy(update={"delay_seconds": service.delay_seconds})
    return Fetcher(settings, cache, offline=mode == "replay", keys=service.keys(), today=today)


def search_source(
    source: SourceName,
    fetcher: Fetcher | None,
    settings: SearchSettings,
    query: str,
    today: Callable[[], date] = date.today,
) -> Found:
    """Ask one source; the outcome says what was sent, and within which limits.

    Parameters
    ----------
    source : str
    fetcher : Fetcher or None
        None for the Anthology, which is on this machine.
    settings : SearchSettings
    query : str
        In the source's own syntax.
    today : callable
        The clock of a search on this machine.
    """
    years, wanted = settings.screening.years, settings.max_results
    if fetcher is None:
        folder = Path(settings.anthology or "")
        papers, outcome = acl.search(folder, query, wanted, years, today())
        return papers, outcome.model_copy(update={"published": str(years)})
    url = base_url(settings, source)
    if source == arxiv.NAME:
        papers, outcome = arxiv.search(fetcher, query, wanted, url, years)
        return papers, outcome.model_copy(update={"published": str(years), "url": url})
    return _search_pages(source, fetcher, url, query, wanted, years)


def _search_pages(
    source: str, fetcher: Fetcher, url: str, query: str, wanted: int, years: Years
) -> Found:
    service = _PAGED[source]

    def address(following: str) -> str:
        return service.search_url(url, query, years, following, wanted)

    run = gather(fetcher, address, service.read_page, service.FIRST, wanted)
    outcome = run.outcome(source, query, wanted, fetcher.today())
    return list(run.papers.values()), outcome.model_copy(
        update={"published": str(years), "url": address(service.FIRST)}
    )


def list_works(fetcher: Fetcher, url: str, selected: str, wanted: int) -> Found:
    """Works that a filter of OpenAlex lets through, with the outcome of asking for them."""

    def address(following: str) -> str:
        return openalex.works_url(url, selected, following, wanted)

    run = gather(fetcher, address, openalex.read_page, openalex.FIRST, wanted)
    outcome = run.outcome(openalex.NAME, selected, wanted, fetcher.today())
    return list(run.papers.values()), outcome.model_copy(update={"url": address(openalex.FIRST)})


_PAGED: Mapping[str, ModuleType] = {
    module.NAME: module for module in (openalex, semantic_scholar, crossref, europepmc)
}
