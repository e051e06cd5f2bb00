"""How much reading an order by likely relevance saves a reviewer, on labelled records.

A reader labels what is ranked first, ten records at a time, and the order is learned again
(`litreview.search.priority`); the start is one relevant and one irrelevant record.
"""

from collections.abc import Iterator, Sequence
from statistics import fmean

import numpy as np

from benchmarks.claimdata import Pair, ScreenedRecord
from litreview.search.priority import recall_after, simulate_screening, work_saved

FEWEST = 12
"""Relevant passages of a question that stands for a review."""
READ = 0.2
"""Share of the records after which recall is told."""
STARTS = 1
"""Draws of the first two records of each review."""

Review = tuple[Sequence[str], Sequence[bool]]
"""Texts of records, and which of them are relevant."""


def measure(reviews: Sequence[Review], seed: int = 0) -> dict[str, float]:
    """Means over reviews and starts: recall after a fifth is read, work saved at recall .95."""
    found = [one for texts, labels in reviews for one in _runs(texts, labels, seed)]
    return {
        "recall": fmean(recall for recall, _ in found),
        "work_saved": fmean(saved for _, saved in found),
    }


def _runs(texts: Sequence[str], labels: Sequence[bool], seed: int) -> Iterator[tuple[float, float]]:
    rng = np.random.default_rng(seed)
    relevant, others = (np.flatnonzero(np.array(labels) == label) for label in (True, False))
    for _ in range(STARTS):
        start = [int(rng.choice(relevant)), int(rng.choice(others))]
        order = simulate_screening(texts, labels, start)
        yield recall_after(order, labels, round(READ * len(texts))), work_saved(order, labels)


def reviews_of_questions(pairs: Sequence[Pair]) -> list[Review]:
    """A review a question: the passages that were judged for it are relevant, all others not."""
    groups: dict[str, set[str]] = {}
    for pair in pairs:
        groups.setdefault(pair.group, set()).add(pair.evidence)
    pool = sorted({pair.evidence for pair in pairs})
    return [
        (pool, [text in own for text in pool])
        for _, own in sorted(groups.items())
        if len(own) >= FEWEST
    ]


def review_of_records(records: Sequence[ScreenedRecord]) -> Review:
    """A review as it was screened."""
    return [one.text for one in records], [one.relevant for one in records]
