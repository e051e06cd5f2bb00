"""Retrieval of sentences by their vectors: Tatoeba, BUCC, LAReQA, Mewsli-X.

A sentence's vector is the mean of one layer's states, made unit length, and candidates are ranked
by cosine (XTREME, Hu et al. 2020, section 3.3). Where a study tunes the encoder for retrieval, the
loss is the softmax over the batch's candidates of LAReQA's dual encoder (Roy et al. 2020,
section 4), with the temperature of multilingual E5 (Wang et al. 2024).
"""

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from tokenizers import Tokenizer
from torch import nn

from crosslift.batching import Batch, Encoded, encoded_from
from crosslift.formats.pieces import encode_texts
from crosslift.model import choose_device

TEMPERATURE = 0.05
DEPTH = 20
"""Ranks kept for each query: what mean average precision at 20 needs."""


def outputs(labels: Sequence[str]) -> int:
    """No logits: the format has no head."""
    return 0


def featurise(
    examples: pd.DataFrame,
    tokenizer: Tokenizer,
    labels: Sequence[str],
    max_length: int,
    stride: int,
) -> Encoded:
    """One sequence for each text; a candidate's context follows it as the second text.

    Equal texts share a sequence, which belongs to the first of them: every language's pool may hold
    the same candidates.
    """
    firsts, _ = _distinct(examples)
    own = examples.iloc[firsts]
    pieces = encode_texts(tokenizer, own["text"], own["context"], max_length)
    return encoded_from(pieces, firsts)


def _distinct(examples: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Rows that bring a new text (with its context), and for each row which of the texts it has."""
    texts = examples.groupby(["text", "context"], sort=False, dropna=False).ngroup().to_numpy()
    return np.unique(texts, return_index=True)[1], texts


def featurise_pairs(
    examples: pd.DataFrame,
    tokenizer: Tokenizer,
    labels: Sequence[str],
    max_length: int,
    stride: int,
) -> Encoded:
    """Training form: each query followed by its first relevant candidate."""
    candidates = examples[examples["role"] == "candidate"]
    place = {
        (pool, name): i
        for i, (pool, name) in enumerate(
            zip(candidates["pool"], candidates["example_id"], strict=True)
        )
    }
    queries = examples[examples["role"] == "query"]
    chosen = [
        place[pool, relevant[0]]
        for pool, relevant in zip(queries["pool"], queries["relevant"], strict=True)
    ]
    query_pieces = encode_texts(tokenizer, queries["text"], queries["context"], max_length)
    partners = candidates.iloc[chosen]
    partner_pieces = encode_texts(tokenizer, partners["text"], partners["context"], max_length)
    sequences = [
        pieces for pair in zip(query_pieces, partner_pieces, strict=True) for pieces in pair
    ]
    return encoded_from(sequences, np.repeat(np.arange(len(queries)), 2))


def loss(states: torch.Tensor, pooled: torch.Tensor, head: nn.Module, batch: Batch) -> torch.Tensor:
    """Cross entropy of each query's own candidate among all candidates of the batch."""
    vectors = nn.functional.normalize(pooled.float(), dim=-1)
    scores = vectors[0::2] @ vectors[1::2].T / TEMPERATURE
    return nn.functional.cross_entropy(scores, torch.arange(len(scores), device=scores.device))


def collect(
    states: torch.Tensor, pooled: torch.Tensor, head: nn.Module, batch: Batch
) -> list[np.ndarray]:
    """Unit vector of each sequence, shape (hidden,)."""
    return list(nn.functional.normalize(pooled.float(), dim=-1).cpu().numpy())


def decode(
    examples: pd.DataFrame, encoded: Encoded, collected: Sequence[np.ndarray], labels: Sequence[str]
) -> list[str]:
    """For each query its `DEPTH` nearest candidates, best first, as a JSON list of their ids.

    Candidates get an empty list, so that the result is aligned with `examples`.
    """
    _, texts = _distinct(examples)
    vectors = torch.from_numpy(np.stack(collected)[texts]).to(choose_device())
    found = ["[]"] * len(examples)
    roles, pools = examples["role"].to_numpy(), examples["pool"].to_numpy()
    names = examples["example_id"].to_numpy()
    for pool in pd.unique(pools):
        queries = np.flatnonzero((pools == pool) & (roles == "query"))
        candidates = np.flatnonzero((pools == pool) & (roles == "candidate"))
        ranked = nearest(vectors[queries], vectors[candidates])
        for query, places in zip(queries, ranked, strict=True):
            chosen = [str(names[i]) for i in candidates[places]]
            found[query] = json.dumps(chosen, ensure_ascii=False)
    return found


def nearest(
    queries: torch.Tensor,
    candidates: torch.Tensor,
    query_block: int = 1024,
    candidate_block: int = 16384,
) -> np.ndarray:
    """Places of the `DEPTH` candidates with the highest product with each query, best first.

    Exact, and in memory for one block of products, however many candidates there are. Equal
    products keep the candidates' order.

    Parameters
    ----------
    queries, candidates : float tensors, shapes (n_queries, hidden), (n_candidates, hidden)
        Unit vectors, on one device.
    query_block, candidate_block : int
        Products held at a time.

    Returns
    -------
    int array, shape (n_queries, min(DEPTH, n_candidates))
    """
    depth = min(DEPTH, len(candidates))
    blocks = [
        _nearest_in_blocks(block, candidates, candidate_block, depth)
        for block in queries.split(query_block)
    ]
    return np.concatenate(blocks) if blocks else np.zeros((0, depth), np.int64)


def _nearest_in_blocks(
    queries: torch.Tensor, candidates: torch.Tensor, size: int, depth: int
) -> np.ndarray:
    best = np.full((len(queries), depth), -np.inf, np.float32)
    places = np.zeros((len(queries), depth), np.int64)
    for start in range(0, len(candidates), size):
        products = queries @ candidates[start : start + size].T
        # Whoever does not beat the last of the best so far is out, even at a tie: it comes later.
        bar = torch.from_numpy(best[:, -1:]).to(products.device)
        if start == 0 and products.shape[1] > depth:
            bar = products.topk(depth).values[:, -1:].nextafter(bar)
        hits = (products > bar).nonzero(as_tuple=True)
        scores = products[hits].cpu().numpy()
        rows, columns = hits[0].cpu().numpy(), hits[1].cpu().numpy() + start
        best, places = _merged(best, places, rows, columns, scores)
    return places


def _merged(
    best: np.ndarray, places: np.ndarray, rows: np.ndarray, columns: np.ndarray, scores: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The best of old and new scores of each row; old ones come first where they are equal."""
    count, depth = best.shape
    all_rows = np.concatenate([np.repeat(np.arange(count), depth), rows])
    all_scores = np.concatenate([best.ravel(), scores])
    all_places = np.concatenate([places.ravel(), columns])
    order = np.lexsort((-all_scores, all_rows))  # stable: rows, then scores, then as they stand
    firsts = np.searchsorted(all_rows[order], np.arange(count))
    chosen = order[firsts[:, None] + np.arange(depth)]
    return all_scores[chosen], all_places[chosen]


def gold(examples: pd.DataFrame) -> list[str]:
    """Ids of the relevant candidates, as JSON lists."""
    return [json.dumps(list(relevant), ensure_ascii=False) for relevant in examples["relevant"]]
