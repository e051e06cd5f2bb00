"""Draw how often verdicts of each confidence are right, as SVG and PNG with its table."""

import argparse
from pathlib import Path

from crosslift.errors import ConfigError
from crosslift.logs import run
from litreview.files import InputError
from litreview.verification.reliability_figure import write_calibration
from litreview.verification.verdict_calibration import load


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calibration", type=Path, required=True, help="of confidences, JSON")
    parser.add_argument("--stem", type=Path, required=True, help="path without suffix")
    flags = parser.parse_args()
    try:
        calibration = load(flags.calibration)
    except InputError as error:
        raise ConfigError(str(error)) from error
    write_calibration(calibration, flags.stem)


if __name__ == "__main__":
    run(main)
