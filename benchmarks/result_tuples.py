"""How well scores are read from tables: (task, data set, metric, score) of NLP-TDMS.

    CROSSLIFT_DATA=FOLDER python -m benchmarks.result_tuples

The leaderboards are those of the annotations, as in AxCell (Kardas et al. 2020, arXiv 2004.14356),
whose micro and macro F1 are 25.8 and 19.7.
"""

import argparse
import os
import re
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.claimdata import read_result_tuples
from litreview.claims.score_tuples import Leaderboard, score_tuples
from litreview.schema import Cell, Table

_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
LESS_IS_BETTER = re.compile(r"error|perplexity|bit per|cross-entropy|params", re.IGNORECASE)


def table_of(number: int, printed: dict[str, Any]) -> Table:
    """A table of the data set as the package's record."""
    cells = []
    for one in printed["numberCells"]:
        value = _NUMBER.search(one["number"])
        columns = [*one["associatedMergedColumns"], *one["associatedColumns"]]
        cells.append(
            Cell(
                row=" | ".join(one["associatedRows"]),
                column=" | ".join(columns),
                text=one["number"],
                value=float(value.group()) if value else None,
                bold=one["isBolded"],
            )
        )
    return Table(table_id=f"t{number}", caption=printed["caption"], cells=cells)


def measure(folder: Path) -> dict[str, float]:
    """Micro F1 over all tuples and macro F1 over papers, in percent."""
    papers = list(read_result_tuples(folder))
    boards = {
        Leaderboard(*one[:3], polarity=-1 if LESS_IS_BETTER.search(one[2]) else 1)
        for _, _, gold in papers
        for one in gold
    }
    right = wanted = given = 0
    single = []
    for name, printed, annotated in papers:
        gold = {
            (*one[:3], number) for one in annotated if (number := _as_number(one[3])) is not None
        }
        tables = [table_of(place, one) for place, one in enumerate(printed)]
        found = {
            (one.task, one.dataset, one.metric, one.value)
            for one in score_tuples(name, tables, boards)
            if one.best
        }
        both = len(gold & found)
        right, wanted, given = right + both, wanted + len(gold), given + len(found)
        single.append(2 * both / max(1, len(gold) + len(found)))
    return {
        "papers": len(papers),
        "annotated": wanted,
        "found": given,
        "micro_f1": round(200 * right / (wanted + given), 2),
        "macro_f1": round(100 * fmean(single), 2),
    }


def _as_number(text: str) -> float | None:
    match = _NUMBER.fullmatch(text.strip())
    return float(match.group()) if match else None


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("CROSSLIFT_DATA"))
    print(measure(Path(parser.parse_args().data) / "claimdata" / "nlp_tdms"))


if __name__ == "__main__":
    main()
