"""How well quantities are found, by the measure of MeasEval (SemEval-2021 task 8, Harper et al.).

CROSSLIFT_DATA=FOLDER python -m benchmarks.quantity_spans
"""

import argparse
import os
from pathlib import Path

from benchmarks.claimdata import read_measeval
from litreview.language.quantities import parse_quantities

Span = tuple[int, int]
PARTS = ("train", "trial", "eval")


def token_f1(text: str, found: Span, gold: Span) -> float:
    """Overlap of two spans in tokens that spaces part, as in SQuAD and in MeasEval's scorer."""
    shared = len(text[max(found[0], gold[0]) : min(found[1], gold[1])].split(" "))
    sizes = [len(text[start:end].split(" ")) for start, end in (found, gold)]
    return 2 * shared / sum(sizes)


def measure(folder: Path) -> dict[str, float]:
    """Exact F1, and the overlap F1 that counts what only one side has as 0."""
    exact = annotated = given = rows = 0
    overlap = 0.0
    for one_text in read_measeval(folder):
        text, gold = one_text.text, one_text.quantities
        found = [(one.start, one.end) for one in parse_quantities(text)]
        touching = [
            [other for other in gold if one[0] <= other[1] and other[0] <= one[1]] for one in found
        ]
        missed = set(gold) - {other for others in touching for other in others}
        overlap += sum(
            max(token_f1(text, one, other) for other in others)
            for one, others in zip(found, touching, strict=True)
            if others
        )
        exact += len(set(gold) & set(found))
        annotated, given = annotated + len(gold), given + len(found)
        rows += len(found) + len(missed)
    return {
        "annotated": annotated,
        "found": given,
        "exact_f1": round(2 * exact / (annotated + given), 4),
        "overlap_f1": round(overlap / rows, 4),
    }


def main() -> None:
    """Print the figures of each part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("CROSSLIFT_DATA"))
    folder = Path(parser.parse_args().data) / "claimdata" / "measeval" / "data"
    for part in PARTS:
        print(part, measure(folder / part))


if __name__ == "__main__":
    main()
