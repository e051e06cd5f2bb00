"""Passages ranked for a query: words (BM25) and vectors, fused by a weighted sum.

Weights and the number of directions were chosen on the development pairs of HealthVer (160 claims
with evidence against a pool of 475 sentences); docs/entailment.md has what was tried.
"""

from collections.abc import Sequence

import bm25s
import numpy as np

from litreview.encoder import PASSAGE, QUERY, Encode

WORDS_WEIGHT = 0.35
"""Weight of the words' scores beside the vectors' 1, both standardised over the pool."""
COMMON_DIRECTIONS = 2
FEW = 20
"""Fewer texts than this have their subject in common: less is taken out of them."""


def word_scores(queries: Sequence[Sequence[str]], pool: Sequence[Sequence[str]]) -> np.ndarray:
    """BM25 in the variant of Lucene (Robertson et al. 1994, Okapi at TREC-3; `bm25s`).

    Parameters
    ----------
    queries, pool : sequences of lists of str
        Words; those of a query count once.

    Returns
    -------
    array of float64, shape (n_queries, n_passages)
        0 where nothing is shared.
    """
    scores = np.zeros((len(queries), len(pool)))
    if not any(pool):
        return scores
    index = bm25s.BM25(method="lucene", dtype="float64")
    index.index(list(pool), show_progress=False)
    for row, query in zip(scores, queries, strict=True):
        if query:
            row[:] = index.get_scores(list(dict.fromkeys(query)))
    return scores


def vector_scores(queries: Sequence[str], pool: Sequence[str], encode: Encode) -> np.ndarray:
    """Cosines of the encoder's vectors without what all passages have in common.

    Vectors of sentence encoders share a mean and a few directions, which drown what tells them
    apart; both are taken out (Mu and Viswanath 2018, All-but-the-top, https://arxiv.org/abs/
    1702.01417, algorithm 1), queries by their own mean.

    Parameters
    ----------
    queries, pool : sequences of str
    encode : callable
        From `litreview.encoder.load_encoder`.

    Returns
    -------
    array of float64, shape (n_queries, n_passages)
        In [-1, 1].
    """
    if not queries or not pool:
        return np.zeros((len(queries), len(pool)))
    asked = encode(queries, QUERY).astype(np.float64)
    found = encode(pool, PASSAGE).astype(np.float64)
    found -= found.mean(0)
    # One query is its own mean: it keeps the pool's.
    asked -= asked.mean(0) if len(asked) >= FEW else encode(pool, QUERY).mean(0)
    if len(pool) >= FEW:
        common = np.linalg.svd(found, full_matrices=False)[2][:COMMON_DIRECTIONS]
        found -= found @ common.T @ common
        asked -= asked @ common.T @ common
    return _unit(asked) @ _unit(found).T


def fused(words: np.ndarray, vectors: np.ndarray, weight: float = WORDS_WEIGHT) -> np.ndarray:
    """The weighted sum of both, each query's scores standardised over the pool.

    Parameters
    ----------
    words, vectors : arrays of float, shape (n_queries, n_passages)
    weight : float
        Of the words.
    """
    return weight * _standardised(words) + _standardised(vectors)


def _standardised(scores: np.ndarray) -> np.ndarray:
    centred = scores - scores.mean(1, keepdims=True)
    return centred / np.maximum(centred.std(1, keepdims=True), 1e-9)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
