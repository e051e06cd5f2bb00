"""The literature module's stages against the number of papers.

    python -m benchmarks.literature

The frozen corpus stands in for a larger one: it is taken several times, under new names.
"""

import argparse
from collections.abc import Callable
from typing import Any

from benchmarks import comparison
from litreview.claims import extract_claims
from litreview.evidence import find_evidence
from litreview.schema import Document
from litreview.sources import frozen
from litreview.verification import verify_claims


def corpus(papers: int) -> list[Document]:
    """So many documents, each under a name of its own."""
    originals = sorted(frozen.documents().values(), key=lambda one: one.document_id)
    copies = []
    for number in range(papers):
        turn, which = divmod(number, len(originals))
        original = originals[which]
        names = {"document_id": f"{original.document_id}-{turn}"}
        names["paper_id"] = f"{original.paper_id}-{turn}"
        copies.append(original.model_copy(update=names))
    return copies


def stages(papers: int) -> dict[str, float]:
    """Seconds of each stage."""
    documents = corpus(papers)
    seconds: dict[str, float] = {}

    def timed(stage: str, work: Callable[[], Any]) -> Any:
        with comparison.stopwatch() as taken:
            made = work()
        seconds[stage] = taken()
        return made

    claims = timed("claims", lambda: [c for one in documents for c in extract_claims(one)])
    evidence = timed("evidence", lambda: find_evidence(claims, documents, {}))
    timed("verdicts", lambda: verify_claims(claims, evidence, documents))
    return seconds


def main() -> None:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, nargs="+", default=[32, 64, 128, 256, 512])
    flags = parser.parse_args()
    machine = comparison.machine()
    stages(min(flags.papers))  # word lists and caches
    rows = [{"papers": papers, **stages(papers)} for papers in flags.papers]
    comparison.show("seconds a stage", rows)
    comparison.write_record("literature", {"machine": machine, "stages": rows})


if __name__ == "__main__":
    main()
