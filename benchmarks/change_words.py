"""How well the way of a change is read: Evidence Inference's labels from its evidence texts.

    CROSSLIFT_DATA=FOLDER python -m benchmarks.change_words

The label is of the intervention against the comparator (increased, decreased, no difference); the
reader sees the evidence alone, so texts that are worded from the comparator's side count as wrong.
"""

import argparse
import csv
import os
from pathlib import Path

from sklearn.metrics import accuracy_score, f1_score

from litreview.claims.direction import way

_LABELS = {
    "significantly increased": "up",
    "significantly decreased": "down",
    "no significant difference": "same",
}
LONGEST = 700
"""Characters of an evidence text: longer ones are tables."""


def read(folder: Path, part: str) -> list[tuple[str, str]]:
    """Evidence texts of one part of version 2 with the way of the change; valid labels only."""
    ids = (folder / "splits" / f"ev2_{part}_article_ids.txt").read_text(encoding="utf-8").split()
    with (folder / "v2_annotations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        (row["Annotations"].strip(), _LABELS[_label(row["Label"])])
        for row in rows
        if row["PMCID"] in ids
        and row["Valid Label"] in ("True", "TRUE", "1")
        and _label(row["Label"]) in _LABELS
        and 0 < len(row["Annotations"]) < LONGEST
    ]


def _label(printed: str) -> str:
    """One spelling of each label; the data have "significatly"."""
    return printed.strip().replace("significatly", "significantly")


def measure(folder: Path, part: str) -> dict[str, float]:
    """Macro-F1 and accuracy; a text that states no change counts as "same"."""
    rows = read(folder, part)
    found = [way(text).change or "same" for text, _ in rows]
    gold = [label for _, label in rows]
    return {
        "texts": len(rows),
        "macro_f1": round(float(f1_score(gold, found, average="macro")), 4),
        "accuracy": round(float(accuracy_score(gold, found)), 4),
    }


def main() -> None:
    """Print the figures of each part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("CROSSLIFT_DATA"))
    folder = Path(parser.parse_args().data) / "claimdata" / "evidence_inference"
    for part in ("train", "validation", "test"):
        print(part, measure(folder, part))


if __name__ == "__main__":
    main()
