"""Claims over result tables, made from tables with known truth; weights are fitted on them.

    python -m benchmarks.table_claims            # measure the shipped weights
    python -m benchmarks.table_claims --fit      # fit them again

Each table gives claims that hold, the same with one thing edited (a direction, a number, a name, an
extreme), and claims of what the table does not show. `FIT` wordings serve for the weights, claims
in `HELD_OUT` wordings over other tables are only measured, as are those composed by hand in
`tests/table_claims.yaml` (the rules were made with them in view) and in
`tests/table_claims_unseen.yaml` (composed afterwards; looked at once after its first measurement,
when names of metrics were added).
"""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from benchmarks import comparison
from benchmarks.claimdata import TableClaim
from benchmarks.made_tables import make_table
from benchmarks.table_claim_writer import LabelledClaim, Writer
from benchmarks.table_wordings import FIT, HELD_OUT, Wordings
from litreview.files import write_json
from litreview.schema import Label
from litreview.tables import judge_table, table_of_rows
from litreview.tables.grid import grid_of
from litreview.tables.judging import LABELS, WEIGHTS, features, read_claim

TESTS = Path(__file__).parent.parent / "tests"
BY_HAND, UNSEEN = TESTS / "table_claims.yaml", TESTS / "table_claims_unseen.yaml"
FIT_TABLES, HELD_OUT_TABLES = 800, 300
PENALTY = 0.3
"""Inverse strength of the ridge penalty: real claims are less like each other than made ones."""


def make_claims(tables: int, wordings: Wordings, seed: int) -> list[LabelledClaim]:
    """Claims over so many tables; the same for the same seed."""
    rng = random.Random(seed)
    return [
        claim for _ in range(tables) for claim in Writer(make_table(rng), wordings, rng).claims()
    ]


def claims_by_hand(path: Path = BY_HAND) -> list[LabelledClaim]:
    """Claims composed by hand: S supported, R refuted, I insufficient."""
    labels: dict[str, Label] = {"S": "supported", "R": "refuted", "I": "insufficient"}
    found = []
    for entry in YAML(typ="safe").load(path):
        table = table_of_rows(entry["columns"], entry["rows"], caption=entry["caption"])
        for letter, claims in entry["claims"].items():
            found += [LabelledClaim(claim, table, labels[letter]) for claim in claims]
    return found


def published(claims: Sequence[TableClaim]) -> list[LabelledClaim]:
    """Claims of a published set."""
    labels: dict[str, Label] = {
        "supports": "supported",
        "refutes": "refuted",
        "not enough info": "insufficient",
    }
    return [
        LabelledClaim(
            one.claim,
            table_of_rows(one.header, one.rows, caption=one.caption),
            labels[one.label],
        )
        for one in claims
    ]


def fit(claims: Sequence[LabelledClaim]) -> dict[str, dict[str, float]]:
    """Weights of a multinomial logistic regression on the features, by label."""
    rows = [features(read_claim(one.claim, grid_of(one.table))) for one in claims]
    names = list(rows[0])
    matrix = np.array([[row[name] for name in names] for row in rows])
    model = LogisticRegression(C=PENALTY, max_iter=5_000)
    model.fit(matrix, [one.label for one in claims])
    found = {}
    for label, intercept, weights in zip(
        model.classes_, model.intercept_, model.coef_, strict=True
    ):
        by_name = {n: round(float(w), 3) for n, w in zip(names, weights, strict=True)}
        found[str(label)] = {"intercept": round(float(intercept), 3), **by_name}
    return {label: found[label] for label in LABELS}


def measure(name: str, claims: Sequence[LabelledClaim]) -> dict[str, float | str]:
    """Macro-F1 and F1 by label of the shipped weights."""
    gold = [one.label for one in claims]
    made = [judge_table(one.claim, one.table).label for one in claims]
    by_label = f1_score(gold, made, labels=list(LABELS), average=None)
    figures = {label: round(float(f1), 3) for label, f1 in zip(LABELS, by_label, strict=True)}
    return {
        "claims": name,
        "n": len(claims),
        "macro-F1": round(float(by_label.mean()), 3),
        **figures,
    }


def main() -> None:
    """Measure, or fit and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="fit the weights and write them")
    flags = parser.parse_args()
    made = make_claims(FIT_TABLES, FIT, seed=1)
    if flags.fit:
        about = (
            "Multinomial logistic regression on litreview.tables.judging.features; fitted by "
            "python -m benchmarks.table_claims --fit on claims made from tables made there."
        )
        write_json(WEIGHTS, {"about": about, "claims": len(made), "weights": fit(made)})
        return
    rows = [
        measure("as fitted on", made),
        measure("held-out wordings and tables", make_claims(HELD_OUT_TABLES, HELD_OUT, seed=2)),
        measure("composed by hand, rules made with them", claims_by_hand()),
        measure("composed by hand afterwards", claims_by_hand(UNSEEN)),
    ]
    comparison.show("claims over result tables", rows)
    comparison.write_record("table_claims", {"rows": rows})


if __name__ == "__main__":
    main()
