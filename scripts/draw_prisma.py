"""Draw the PRISMA 2020 flow diagram of a review, as SVG and PNG with its table."""

import argparse
from pathlib import Path

from crosslift.errors import ConfigError
from crosslift.logs import run
from litreview.files import InputError, read_as
from litreview.search.prisma import PrismaFlow
from litreview.search.prisma_figure import save_prisma


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prisma", type=Path, required=True, help="counts, as JSON")
    parser.add_argument("--stem", type=Path, required=True, help="path without suffix")
    flags = parser.parse_args()
    try:
        flow = read_as(flags.prisma, PrismaFlow)
    except InputError as error:
        raise ConfigError(str(error)) from error
    save_prisma(flow, flags.stem)


if __name__ == "__main__":
    run(main)
