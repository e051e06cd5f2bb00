"""What became of papers: retractions and withdrawals, looked for and kept with their evidence.

arXiv tells a withdrawal in the comment, OpenAlex in `is_retracted`, Crossref in `updated-by` and in
the notices themselves, Europe PMC in the kind of publication and in its notes, the Anthology in its
XML. Each is read with the record; here notices are put beside the papers that they are about, and
OpenAlex is asked about papers that came from elsewhere.
"""

from litreview.schema import Paper, SearchOutcome
from litreview.search.records import ARXIV_DOI, NOTICE
from litreview.sources.crossref import RETRACTS
from litreview.sources.http import Fetcher
from litreview.sources.openalex import MOST_IDS, NAME
from litreview.sources.registry import list_works


def apply_notices(papers: list[Paper]) -> list[Paper]:
    """Mark the papers that a notice among the records retracts."""
    notices = {
        said.removeprefix(RETRACTS): paper.doi
        for paper in papers
        if paper.publication_type == NOTICE
        for said in paper.status_evidence
        if said.startswith(RETRACTS)
    }
    return [
        paper.model_copy(
            update={
                "status": "retracted",
                "status_evidence": [
                    *paper.status_evidence,
                    f"Crossref: notice {notices[paper.doi]} retracts it",
                ],
            }
        )
        if paper.doi in notices
        else paper
        for paper in papers
    ]


def look_up(
    fetcher: Fetcher, url: str, papers: list[Paper]
) -> tuple[list[Paper], list[SearchOutcome]]:
    """Papers with what OpenAlex knows of them by DOI: their id, and whether they are retracted.

    Papers that OpenAlex itself gave are not asked for again. A lookup that fails leaves the papers
    as they were, and stands among the outcomes.
    """
    asked = [paper for paper in papers if NAME not in paper.sources and works_doi(paper)]
    works: dict[str, Paper] = {}
    outcomes: list[SearchOutcome] = []
    for start in range(0, len(asked), MOST_IDS):
        batch = asked[start : start + MOST_IDS]
        selected = "doi:" + "|".join(filter(None, map(works_doi, batch)))
        found, outcome = list_works(fetcher, url, selected, 2 * MOST_IDS)
        message = outcome.message or f"OpenAlex knows {len(found)} of the {len(batch)} asked for"
        outcomes.append(outcome.model_copy(update={"purpose": "status", "message": message}))
        works |= {doi: work for work in found for doi in _dois(work)}
    return [_with_status(paper, works) for paper in papers], outcomes


def _dois(work: Paper) -> list[str]:
    on_arxiv = f"{ARXIV_DOI}{work.arxiv_id}".lower() if work.arxiv_id else None
    return [doi for doi in (work.doi, on_arxiv) if doi]


def works_doi(paper: Paper) -> str | None:
    """The DOI by which OpenAlex has a paper; None without one that a filter can hold."""
    doi = paper.doi or (f"{ARXIV_DOI}{paper.arxiv_id}" if paper.arxiv_id else None)
    return None if doi is None or set(doi) & set(",|") else doi.lower()


def _with_status(paper: Paper, works: dict[str, Paper]) -> Paper:
    work = works.get(works_doi(paper) or "")
    if work is None:
        return paper
    gone = work.status == "retracted"
    return paper.model_copy(
        update={
            "openalex_id": paper.openalex_id or work.openalex_id,
            "status": "retracted" if gone else paper.status,
            "status_evidence": [*paper.status_evidence, *work.status_evidence],
        }
    )
