"""The literature module's stages against the number of papers.

    python -m benchmarks.literature

Papers are read from whole sources, and claims extracted and verified: synthetic ones, made by the
tests. The frozen corpus, taken several times under new names, stands in for a larger one of
digests, which are not read.
"""

import argparse
from collections.abc import Callable
from typing import Any

from benchmarks import comparison
from litreview.claims.extraction import extract_claims
from litreview.parsing.worker import Worker
from litreview.schema import Document
from litreview.sources import frozen
from litreview.verification.evidence import find_evidence
from litreview.verification.verdicts import verify_claims
from tests import synthetic_papers

SYNTHETIC = [50, 100, 200]


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


def read(papers: int) -> list[Document]:
    """So many synthetic papers, read in a process of their own as in a run."""
    with Worker() as worker:
        return [
            worker.read(form, synthetic_papers.paper(number), body)
            for number in range(papers)
            for form, body in [synthetic_papers.source(number)]
        ]


def stages(papers: int, *, synthetic: bool = False) -> dict[str, float]:
    """Seconds of each stage; of a corpus of digests, or from the bytes of synthetic papers on."""
    seconds: dict[str, float] = {}

    def timed(stage: str, work: Callable[[], Any]) -> Any:
        with comparison.stopwatch() as taken:
            made = work()
        seconds[stage] = taken()
        return made

    documents = timed("reading", lambda: read(papers)) if synthetic else corpus(papers)
    claims = timed("claims", lambda: [c for one in documents for c in extract_claims(one)])
    evidence = timed("evidence", lambda: find_evidence(claims, documents, {}))
    timed("verdicts", lambda: verify_claims(claims, evidence, documents))
    return seconds


def main() -> None:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, nargs="*", default=[32, 64, 128, 256, 512])
    parser.add_argument("--synthetic", type=int, nargs="*", default=SYNTHETIC)
    flags = parser.parse_args()
    machine = comparison.machine()
    stages(min([*flags.papers, 32]))  # word lists and caches
    rows = [{"papers": papers, **stages(papers)} for papers in flags.papers]
    comparison.show("seconds a stage, digests", rows)
    whole = [{"papers": papers, **stages(papers, synthetic=True)} for papers in flags.synthetic]
    comparison.show("seconds a stage, synthetic papers", whole)
    comparison.write_record("literature", {"machine": machine, "stages": rows, "synthetic": whole})


if __name__ == "__main__":
    main()
