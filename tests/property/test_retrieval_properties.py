"""Exact ranking of candidates, in blocks."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from crosslift.formats.retrieval import DEPTH, nearest


@given(data=st.data())
def test_ranking_in_blocks_is_that_of_one_stable_sort(data):
    sizes = st.integers(1, 60)
    queries, candidates = data.draw(st.integers(0, 5)), data.draw(sizes)
    # Small whole numbers: products are exact, and many are equal.
    drawn = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    vectors = [drawn.integers(-1, 2, (count, 3)) for count in (queries, candidates)]
    expected = np.argsort(-(vectors[0] @ vectors[1].T), axis=1, kind="stable")[:, :DEPTH]
    found = nearest(
        *(torch.from_numpy(rows).float() for rows in vectors),
        query_block=data.draw(st.integers(1, 6)),
        candidate_block=data.draw(sizes),
    )
    assert found.tolist() == expected.tolist()
