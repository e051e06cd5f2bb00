"""Exact search of the nearest vectors, in blocks."""

import numpy as np
import torch


def nearest(
    queries: torch.Tensor,
    candidates: torch.Tensor,
    depth: int,
    query_block: int = 1024,
    candidate_block: int = 16384,
) -> tuple[np.ndarray, np.ndarray]:
    """Places and products of the `depth` candidates with the highest product with each query.

    Exact, best first, and in memory for one block of products, however many candidates there are.
    Equal products keep the candidates' order.

    Parameters
    ----------
    queries, candidates : float tensors, shapes (n_queries, hidden), (n_candidates, hidden)
        Unit vectors, on one device.
    depth : int
        Candidates for each query; all of them where there are fewer.
    query_block, candidate_block : int
        Products held at a time.

    Returns
    -------
    tuple of (int array, float array), both of shape (n_queries, min(depth, n_candidates))
    """
    depth = min(depth, len(candidates))
    blocks = [
        _nearest_in_blocks(block, candidates, candidate_block, depth)
        for block in queries.split(query_block)
    ]
    places, products = zip(*blocks, strict=True) if blocks else ((), ())
    return (
        np.concatenate([np.zeros((0, depth), np.int64), *places]),
        np.concatenate([np.zeros((0, depth), np.float32), *products]),
    )


def _nearest_in_blocks(
    queries: torch.Tensor, candidates: torch.Tensor, size: int, depth: int
) -> tuple[np.ndarray, np.ndarray]:
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
    return places, best


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
