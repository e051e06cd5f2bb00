"""Make a frozen corpus of a live run: its search, its records and the documents that were read."""

import argparse
import logging
from pathlib import Path

from crosslift.errors import ConfigError
from crosslift.logs import run
from litreview.files import InputError, read_jsonl
from litreview.schema import Document
from litreview.sources import freeze, read_search

logger = logging.getLogger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--literature",
        type=Path,
        required=True,
        help="the literature folder of a live run, such as results/mini/literature",
    )
    parser.add_argument("--output", type=Path, required=True, help="folder of the frozen corpus")
    flags = parser.parse_args()
    try:
        result = read_search(flags.literature)
        documents = read_jsonl(flags.literature / "documents.jsonl", Document)
        card = freeze(flags.output, result, documents)
    except InputError as error:
        raise ConfigError(str(error)) from error
    logger.info(
        "froze %d records and %d documents; %s has their checksums",
        len(result.papers),
        len(documents),
        card,
    )


if __name__ == "__main__":
    run(main)
