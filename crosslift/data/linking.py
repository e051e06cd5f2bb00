"""Gold of cross-lingual retrieval: a question's answers in every language that is at hand."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from crosslift.data.tables import Row

SHARED_POOL = "all"


def link_queries(
    rows: Sequence[Row], faults: Mapping[str, Mapping[str, int]], *, may_lack_answers: bool = False
) -> tuple[list[Row], dict[str, dict[str, int]]]:
    """Give each query of the shared pool the gold candidates of all languages.

    In LAReQA (Roy et al. 2020, section 3) every question is asked in each language and its answer
    sentence occurs in each, so a question of one language has as many right answers as there are
    languages. Queries of other pools keep their own gold. A query left without any gold (its
    answer straddles a sentence break in every language) is dropped and counted as
    `queries_without_gold`, unless `may_lack_answers`: then finding none for it is right.

    Returns
    -------
    tuple of (rows, faults)
    """
    gold: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["pool"] == SHARED_POOL and row["role"] == "query":
            gold[row["example_id"]] += row["relevant"]
    linked: list[Row] = []
    dropped: Counter[str] = Counter()
    for row in rows:
        if row["role"] == "query" and row["pool"] == SHARED_POOL:
            row = {**row, "relevant": sorted(set(gold[row["example_id"]]))}
        if row["role"] == "query" and not row["relevant"] and not may_lack_answers:
            dropped[row["language"]] += 1
        else:
            linked.append(row)
    counted = {language: dict(counts) for language, counts in faults.items()}
    for language, n in dropped.items():
        counted.setdefault(language, {})["queries_without_gold"] = n
    return linked, counted
