"""The frozen corpus as a source: the result of a recorded search, the same on every run."""

from functools import cache
from pathlib import Path

from litreview.corpus import (
    CorpusPaper,
    corpus_document,
    corpus_paper_record,
    load_corpus,
    load_search,
)
from litreview.schema import Document, Paper, SearchOutcome
from litreview.sources.freezing import load_frozen


def search() -> tuple[list[Paper], SearchOutcome, set[str]]:
    """All papers of the corpus, the recorded search, and which papers came by citation.

    Returns
    -------
    (list of Paper, SearchOutcome, set of str)
        The third holds the ids of the origin report's own references. `retrieved` is the corpus's
        size; `expected` is unknown, for no database announced a number. `message` says how the
        corpus was compiled.
    """
    recorded = load_search()
    corpus = _corpus()
    outcome = SearchOutcome(
        source="frozen",
        query=recorded.query,
        outcome="ok",
        expected=None,
        retrieved=len(corpus),
        date=recorded.date,
        message=(
            f"Searched: {recorded.searched} Included: {recorded.included} Limits: {recorded.limits}"
        ),
    )
    cited = {f"arxiv:{paper.arxiv_id}" for paper in corpus if paper.found_by == "origin_report"}
    return [corpus_paper_record(paper) for paper in corpus], outcome, cited


def documents(folder: Path | None = None) -> dict[str, Document]:
    """The documents of a frozen corpus by paper id: the package's digests, or those in `folder`."""
    if folder is not None:
        return {document.paper_id: document for document in load_frozen(folder)[1]}
    return {document.paper_id: document for document in map(corpus_document, _corpus())}


@cache
def _corpus() -> tuple[CorpusPaper, ...]:
    """The package's corpus, parsed once in a process."""
    return tuple(load_corpus())
