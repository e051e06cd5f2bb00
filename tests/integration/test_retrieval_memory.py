"""The search of a shared pool of a million candidates (Mewsli-X) in bounded memory."""

import subprocess
import sys

import pytest

# 400 queries by a million candidates are 1.6 GB of products; blocks of them are 26 MB.
SEARCH = """
import resource, torch
from crosslift.formats.nearest import nearest
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
candidates, queries = torch.randn(1_000_000, 8), torch.randn(400, 8)
nearest(queries[:2], candidates[:100], 20)
before = peak()
places, _ = nearest(queries, candidates, 20)
best = (queries[:1] @ candidates.T).argmax()
print(peak() - before, places.shape == (400, 20) and places[0, 0] == best.item())
"""


@pytest.mark.slow
def test_a_million_candidates_are_ranked_without_the_whole_matrix():
    run = subprocess.run(
        [sys.executable, "-c", SEARCH], capture_output=True, text=True, check=True, timeout=300
    )
    kilobytes, right = run.stdout.split()
    assert right == "True"
    assert int(kilobytes) < 400_000
