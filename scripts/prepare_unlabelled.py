"""Prepare texts without labels, for the masked-LM steps of a variant."""

import argparse
from pathlib import Path

from crosslift.data.unlabelled import prepare_unlabelled
from crosslift.logs import run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", nargs="+", required=True, help="in the order to try them")
    parser.add_argument("--languages", nargs="+", required=True, help="codes")
    parser.add_argument("--texts", type=int, required=True, help="most texts in all")
    parser.add_argument(
        "--data-root", type=Path, help="folder of the data sets; else the variable CROSSLIFT_DATA"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the choice")
    parser.add_argument("--output", type=Path, required=True, help="the table (Parquet)")
    flags = parser.parse_args()
    prepare_unlabelled(
        flags.output,
        languages=flags.languages,
        texts=flags.texts,
        sources=flags.sources,
        data_root=flags.data_root,
        seed=flags.seed,
    )


if __name__ == "__main__":
    run(main)
