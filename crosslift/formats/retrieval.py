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
from crosslift.catalogue.tasks import NO_ANSWER
from crosslift.errors import DataError
from crosslift.formats.mining import best_threshold, mine
from crosslift.formats.nearest import nearest
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

    Candidates get an empty list, so that the result is aligned with `examples`. Where queries may
    have no counterpart (labels are `NO_ANSWER`), a query gets the one candidate that is mined for
    it, or none (see `crosslift.formats.mining`).
    """
    _, texts = _distinct(examples)
    # A pool at a time goes to the device: all languages' vectors may be more than it holds.
    distinct, device = torch.from_numpy(np.stack(collected)), choose_device()
    if tuple(labels) == NO_ANSWER:
        return _mined(examples, texts, distinct)
    found = ["[]"] * len(examples)
    roles, pools = examples["role"].to_numpy(), examples["pool"].to_numpy()
    names = examples["example_id"].to_numpy()
    for pool in pd.unique(pools):
        queries = np.flatnonzero((pools == pool) & (roles == "query"))
        candidates = np.flatnonzero((pools == pool) & (roles == "candidate"))
        asked, offered = (distinct[texts[rows]].to(device) for rows in (queries, candidates))
        ranked, _ = nearest(asked, offered, DEPTH)
        for query, places in zip(queries, ranked, strict=True):
            chosen = [str(names[i]) for i in candidates[places]]
            found[query] = json.dumps(chosen, ensure_ascii=False)
    return found


def _mined(examples: pd.DataFrame, texts: np.ndarray, vectors: torch.Tensor) -> list[str]:
    """Pairs of each pool above the threshold of its development pool, as JSON lists of one id."""
    found = ["[]"] * len(examples)
    names, relevant = examples["example_id"].to_numpy(), examples["relevant"].to_numpy()
    roles, pools = examples["role"].to_numpy(), examples["pool"].to_numpy()
    for pool in pd.unique(pools[roles == "query"]):
        development = (pools == f"{pool}/dev") & (roles == "dev_query")
        if not development.any():
            raise DataError(
                f"pool {pool!r}: the test has no rows of role dev_query, on which the threshold of "
                "its pairs is chosen; prepare it again from a source that has them"
            )
        queries, candidates, scores = _pairs(
            np.flatnonzero(development),
            np.flatnonzero((pools == f"{pool}/dev") & (roles == "dev_candidate")),
            texts,
            vectors,
        )
        right = [names[c] in set(relevant[q]) for q, c in zip(queries, candidates, strict=True)]
        gold = sum(map(len, relevant[development]))
        threshold = best_threshold(scores, np.array(right, bool), gold)
        queries, candidates, scores = _pairs(
            np.flatnonzero((pools == pool) & (roles == "query")),
            np.flatnonzero((pools == pool) & (roles == "candidate")),
            texts,
            vectors,
        )
        for query, candidate in zip(
            queries[scores >= threshold], candidates[scores >= threshold], strict=True
        ):
            found[query] = json.dumps([str(names[candidate])], ensure_ascii=False)
    return found


def _pairs(
    queries: np.ndarray, candidates: np.ndarray, texts: np.ndarray, vectors: torch.Tensor
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mined pairs as rows of the examples, with their scores.

    Equal sentences are mined as one, and pairs with a sentence that occurs twice are left out, as
    `read_sent2id` of XTREME's utils_retrieve.py does: it has no one id.
    """
    sides, once = [], []
    for rows in (queries, candidates):
        _, firsts, counts = np.unique(texts[rows], return_index=True, return_counts=True)
        sides.append(rows[firsts])
        once.append(counts == 1)
    device = choose_device()
    sources, targets, scores = mine(*(vectors[texts[rows]].to(device) for rows in sides))
    kept = once[0][sources] & once[1][targets]
    return sides[0][sources[kept]], sides[1][targets[kept]], scores[kept]


def gold(examples: pd.DataFrame) -> list[str]:
    """Ids of the relevant candidates, as JSON lists."""
    return [json.dumps(list(relevant), ensure_ascii=False) for relevant in examples["relevant"]]
