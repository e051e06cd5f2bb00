"""Prepare a variant of a task: a control without content, or its translations."""

import argparse
from pathlib import Path

from crosslift.data.variants import prepare_variant
from crosslift.logs import run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="folder of the prepared task")
    parser.add_argument("--control", choices=["shuffled_labels", "scrambled_text"])
    parser.add_argument("--languages", nargs="+", help="of the translations")
    parser.add_argument(
        "--data-root", type=Path, help="folder of the data sets; else the variable CROSSLIFT_DATA"
    )
    parser.add_argument("--seed", type=int, default=0, help="of what is drawn at random")
    parser.add_argument("--output", type=Path, required=True, help="folder of the three files")
    flags = parser.parse_args()
    prepare_variant(
        flags.base,
        flags.output,
        control=flags.control,
        languages=flags.languages,
        data_root=flags.data_root,
        seed=flags.seed,
    )


if __name__ == "__main__":
    run(main)
