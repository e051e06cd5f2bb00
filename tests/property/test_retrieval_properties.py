"""Exact ranking of candidates, in blocks."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from crosslift.formats.mining import NEIGHBOURS, best_threshold, mine
from crosslift.formats.nearest import nearest
from crosslift.formats.retrieval import DEPTH


@given(data=st.data())
def test_ranking_in_blocks_is_that_of_one_stable_sort(data):
    sizes = st.integers(1, 60)
    queries, candidates = data.draw(st.integers(0, 5)), data.draw(sizes)
    # Small whole numbers: products are exact, and many are equal.
    drawn = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    vectors = [drawn.integers(-1, 2, (count, 3)) for count in (queries, candidates)]
    expected = np.argsort(-(vectors[0] @ vectors[1].T), axis=1, kind="stable")[:, :DEPTH]
    found, products = nearest(
        *(torch.from_numpy(rows).float() for rows in vectors),
        DEPTH,
        query_block=data.draw(st.integers(1, 6)),
        candidate_block=data.draw(sizes),
    )
    assert found.tolist() == expected.tolist()
    ranked = np.take_along_axis(vectors[0] @ vectors[1].T, expected, axis=1)
    assert products.tolist() == ranked.tolist()


def mined_by_the_book(queries, candidates):
    """Pairs by XTREME's `mine_bitext`, from the whole matrix of cosines."""
    cosines = queries @ candidates.T
    k, m = min(NEIGHBOURS, cosines.shape[1]), min(NEIGHBOURS, cosines.shape[0])
    forward, backward = -np.sort(-cosines, 1)[:, :k], -np.sort(-cosines.T, 1)[:, :m]
    margins = cosines / ((forward.mean(1)[:, None] + backward.mean(1)[None]) / 2)
    near = cosines >= forward[:, -1:]
    near_backward = backward[:, -1:] <= cosines.T
    proposals = [
        (margins[i, j], i, j)
        for i, row in enumerate(np.where(near, margins, -np.inf))
        for j in [row.argmax()]
    ]
    proposals += [
        (margins[i, j], i, j)
        for j, row in enumerate(np.where(near_backward, margins.T, -np.inf))
        for i in [row.argmax()]
    ]
    taken, sources, targets = {}, set(), set()
    for score, i, j in sorted(proposals, reverse=True):
        if i not in sources and j not in targets and score > 0:
            sources.add(i)
            targets.add(j)
            taken[i, j] = score
    return taken


@given(queries=st.integers(1, 12), candidates=st.integers(1, 12), seed=st.integers(0, 2**32 - 1))
def test_mining_in_blocks_is_that_of_the_whole_matrix(queries, candidates, seed):
    drawn = np.random.default_rng(seed)
    # All products positive, as those of sentence vectors; equal ones have no chance.
    left, right = (drawn.random((count, 8)) + 0.1 for count in (queries, candidates))
    sources, targets, scores = mine(torch.from_numpy(left), torch.from_numpy(right))
    found = dict(zip(zip(sources.tolist(), targets.tolist(), strict=True), scores, strict=True))
    expected = mined_by_the_book(left, right)
    assert set(found) == set(expected)
    assert [found[pair] for pair in expected] == pytest.approx(list(expected.values()), rel=1e-5)
    assert (np.diff(scores) <= 0).all()


@given(data=st.data())
def test_no_threshold_has_a_higher_f1(data):
    count = data.draw(st.integers(1, 12))
    scores = np.array(data.draw(st.permutations(range(1, count + 1))), float)
    right = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    gold = int(right.sum()) + data.draw(st.integers(0, 3))

    def f1(threshold):
        kept = scores >= threshold
        return 2 * right[kept].sum() / max(1, kept.sum() + gold)

    chosen = best_threshold(scores, right, gold)
    assert f1(chosen) == max(map(f1, scores)) if right.any() else chosen == 0
