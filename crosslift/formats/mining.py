"""Mining of translations in two monolingual texts, and the threshold above which they count.

The rules are those of XTREME for BUCC: `mine_bitext` with its defaults (margin "ratio", retrieval
"max", 4 neighbours; Artetxe and Schwenk 2019, arXiv 1811.01136, section 3) and `bucc_optimize`, in
third_party/utils_retrieve.py of google-research/xtreme.
"""

import numpy as np
import torch

from crosslift.formats.nearest import nearest

NEIGHBOURS = 4
"""Candidates of each sentence, over which its mean similarity is taken too."""


def mine(
    queries: torch.Tensor, candidates: torch.Tensor
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of a query and a candidate, each in one pair at most, the best first.

    A pair's score is its cosine over the mean of both sides' mean cosine with their neighbours.
    Every query proposes its best candidate and every candidate its best query; proposals are taken
    from the best downwards while both sides are free.

    Parameters
    ----------
    queries, candidates : float tensors, shapes (n_queries, hidden), (n_candidates, hidden)
        Unit vectors of distinct texts, on one device.

    Returns
    -------
    tuple of (int array, int array, float array), all of shape (n_pairs,)
        Places of the queries and of the candidates, and positive scores.
    """
    forward, forward_cosines = nearest(queries, candidates, NEIGHBOURS)
    backward, backward_cosines = nearest(candidates, queries, NEIGHBOURS)
    forward_means = forward_cosines.mean(1, dtype=np.float64)
    backward_means = backward_cosines.mean(1, dtype=np.float64)
    first = _proposals(forward, forward_cosines, forward_means, backward_means)
    second = _proposals(backward, backward_cosines, backward_means, forward_means)
    sources = np.concatenate([np.arange(len(queries)), second[0]])
    targets = np.concatenate([first[0], np.arange(len(candidates))])
    scores = np.concatenate([first[1], second[1]])
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] > 0]
    free_source = np.ones(len(queries), bool)
    free_target = np.ones(len(candidates), bool)
    taken = []
    for proposal in order:
        source, target = sources[proposal], targets[proposal]
        if free_source[source] and free_target[target]:
            free_source[source] = free_target[target] = False
            taken.append(proposal)
    return sources[taken], targets[taken], scores[taken]


def _proposals(
    places: np.ndarray, cosines: np.ndarray, own_means: np.ndarray, other_means: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Best neighbour of each row by the ratio margin, and its score."""
    scores = cosines / ((own_means[:, None] + other_means[places]) / 2)
    best = scores.argmax(1)
    rows = np.arange(len(places))
    return places[rows, best], scores[rows, best]


def best_threshold(scores: np.ndarray, right: np.ndarray, gold: int) -> float:
    """The threshold with the highest F1 of the pairs whose score is at least as high.

    It lies midway between the last score that counts and the next. Without any right pair it is 0,
    which takes all.

    Parameters
    ----------
    scores : float array, shape (n_pairs,)
    right : bool array, shape (n_pairs,)
        Whether a pair is a gold pair.
    gold : int
        Number of gold pairs.
    """
    if not right.any():
        return 0.0
    order = np.argsort(-scores, kind="stable")
    found = right[order].cumsum()
    f1 = 2 * found / (np.arange(1, len(order) + 1) + gold)
    last = int(f1.argmax())  # the first of equals
    return float(scores[order[last : last + 2]].mean())
