"""Write predictions, labels and scores of one arm as the official XTREME scorer has them."""

import argparse
from pathlib import Path

import pandas as pd

from crosslift.files import read_json
from crosslift.logs import run
from crosslift.submission.plan import Submission
from crosslift.submission.writing import ROW_COLUMNS, write_submission


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--predictions", type=Path, nargs="*", default=[], help="prediction tables (Parquet)"
    )
    parser.add_argument("--study", type=Path, required=True, help="study.json")
    parser.add_argument("--data", type=Path, required=True, help="folder of the prepared tests")
    parser.add_argument("--encoder", required=True, help="name in the tables, with its depth")
    parser.add_argument("--intermediate", required=True, help="its name, or none")
    parser.add_argument("--intermediate-seed", type=int, required=True)
    parser.add_argument("--target-seed", type=int, required=True)
    parser.add_argument("--output", type=Path, required=True, help="the arm's folder")
    flags = parser.parse_args()
    arm = Submission(flags.encoder, flags.intermediate, flags.intermediate_seed, flags.target_seed)
    own = [
        ("encoder", "==", arm.encoder),
        ("intermediate", "==", arm.intermediate),
        ("intermediate_seed", "==", arm.intermediate_seed),
    ]
    tables = [pd.read_parquet(path, columns=ROW_COLUMNS, filters=own) for path in flags.predictions]
    write_submission(
        flags.output,
        arm,
        read_json(flags.study),
        pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=ROW_COLUMNS),
        lambda target: pd.read_parquet(flags.data / target / "test.parquet"),
    )


if __name__ == "__main__":
    run(main)
