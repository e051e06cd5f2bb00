"""Evidence for claims: sentences and table rows of the documents, ranked by words and vectors.

Each sentence is indexed with its paper's title and its section's, each table row with its caption,
but quoted as it stands. Ties go by document and place, so that the same input gives the same rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from litreview.encoder import Encode
from litreview.language.lexicon import parts
from litreview.schema import Claim, Document, Evidence, Table
from litreview.verification.ranking import fused, vector_scores, word_scores

LIMIT = 5
TABLE_LIMIT = 2


@dataclass(frozen=True)
class Passage:
    """A sentence, or one row of a table, that may be evidence; `context` is indexed with it."""

    document_id: str
    paper_id: str
    sentence_id: str | None
    table_id: str | None
    text: str
    start: int | None
    end: int | None
    context: str


def passages(documents: Iterable[Document], titles: Mapping[str, str]) -> list[Passage]:
    """All sentences and table rows of the documents, by document and place.

    Parameters
    ----------
    documents : iterable of Document
    titles : mapping of str to str
        Title by `paper_id`; a paper that is not listed is indexed without one.
    """
    found = []
    for document in sorted(documents, key=lambda one: one.document_id):
        ids = (document.document_id, document.paper_id)
        title = titles.get(document.paper_id, "")
        for sentence in document.sentences:
            start, end = sentence.start, sentence.end
            context = f"{title} {sentence.section}"
            text = document.text[start:end]
            found.append(Passage(*ids, sentence.sentence_id, None, text, start, end, context))
        for table in document.tables:
            for text in table_rows(table).values():
                found.append(Passage(*ids, None, table.table_id, text, None, None, title))
    return found


def table_rows(table: Table) -> dict[str, str]:
    """Each row of a table as a line: `caption | row | column: value; column: value`."""
    rows: dict[str, list[str]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(f"{cell.column}: {cell.text}")
    return {row: f"{table.caption} | {row} | {'; '.join(cells)}" for row, cells in rows.items()}


def find_evidence(
    claims: Sequence[Claim],
    documents: Iterable[Document],
    titles: Mapping[str, str],
    *,
    limit: int = LIMIT,
    encode: Encode | None = None,
) -> list[Evidence]:
    """Rank passages for each claim.

    Parameters
    ----------
    claims : sequence of Claim
    documents : iterable of Document
    titles : mapping of str to str
        Title by `paper_id`, indexed with each passage.
    limit : int
        At most this many sentences of the claim's own paper, and as many of other papers, so that
        corroboration is never crowded out by the source, nor the source by a large corpus. Of
        table rows there are at most `TABLE_LIMIT` of each.
    encode : callable, optional
        From `litreview.encoder.load_encoder`: passages are ranked by vectors too (`ranking.fused`).
        Without it, by words alone.

    Returns
    -------
    list of Evidence
        In the order of the claims; `rank` counts from 1 within a claim, by falling score. By words
        alone, passages that share no word with the claim are left out.
    """
    pool = passages(documents, titles)
    if not pool or not claims:
        return []
    scores = _scores([claim.text for claim in claims], pool, encode)
    papers = np.array([passage.paper_id for passage in pool])
    tabular = np.array([passage.table_id is not None for passage in pool])
    found = []
    for claim, row in zip(claims, scores, strict=True):
        own = papers == claim.paper_id
        kept = [
            place
            for of_own, of_tables in product((True, False), (True, False))
            for place in _best(
                np.where((own == of_own) & (tabular == of_tables), row, -np.inf),
                TABLE_LIMIT if of_tables else limit,
            )
        ]
        found += _ranked(claim, pool, row, kept)
    return found


def _scores(texts: Sequence[str], pool: Sequence[Passage], encode: Encode | None) -> np.ndarray:
    """A score for each text and passage, -inf where the passage does not bear on the text.

    Rows of tables are ranked by words alone, as sentences of middling likeness: an encoder of
    sentences has little to say of numbers, and most of a corpus are rows.
    """
    whole = [f"{passage.context} {passage.text}".strip() for passage in pool]
    words = word_scores([parts(text) for text in texts], [parts(text) for text in whole])
    scores = np.where(words > 0, words, -np.inf)
    sentences = [place for place, passage in enumerate(pool) if passage.table_id is None]
    if encode is None or not sentences:
        return scores
    vectors = np.zeros_like(words)
    found = vector_scores(texts, [whole[place] for place in sentences], encode)
    vectors[:, sentences] = found - found.mean(1, keepdims=True)
    both = fused(words, vectors)
    both[:, np.setdiff1d(np.arange(len(pool)), sentences)] += np.where(
        np.isfinite(np.delete(scores, sentences, axis=1)), 0.0, -np.inf
    )
    return both


def _best(scores: np.ndarray, limit: int) -> list[int]:
    """Places of the highest scores; among equals those that come first in the pool."""
    finite = np.flatnonzero(scores > -np.inf)
    if len(finite) > limit:
        lowest = np.partition(scores[finite], -limit)[-limit]
        finite = finite[scores[finite] >= lowest]
    return sorted(finite.tolist(), key=lambda place: _order(place, scores))[:limit]


def _order(place: int, scores: np.ndarray) -> tuple[float, int]:
    # The pool is in the order of documents and places, so its index settles ties.
    return -round(float(scores[place]), 9), place


def _ranked(
    claim: Claim, pool: Sequence[Passage], scores: np.ndarray, kept: Sequence[int]
) -> list[Evidence]:
    ordered = sorted(kept, key=lambda place: _order(place, scores))
    return [
        Evidence(
            claim_id=claim.claim_id,
            document_id=pool[i].document_id,
            paper_id=pool[i].paper_id,
            sentence_id=pool[i].sentence_id,
            table_id=pool[i].table_id,
            text=pool[i].text,
            start=pool[i].start,
            end=pool[i].end,
            rank=rank,
            score=round(float(scores[i]), 9),
            independent=pool[i].paper_id != claim.paper_id,
        )
        for rank, i in enumerate(ordered, start=1)
    ]
