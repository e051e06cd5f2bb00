"""`python -m crosslift plan`: what a study takes, before it runs."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from crosslift.errors import CrossliftError
from crosslift.planning.configuration import read_configuration
from crosslift.planning.costs import DEVICES
from crosslift.planning.plan import make_plan
from crosslift.planning.plan_text import as_text
from crosslift.study import load_study


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status."""
    flags = _parser().parse_args(arguments)
    try:
        config, origin = read_configuration(flags.configfile, flags.config)
        study = load_study(config, origin)
        plan = make_plan(study, DEVICES[flags.device], flags.gpus, flags.results)
    except CrossliftError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    made = json.dumps(plan.record(), indent=2) if flags.json else as_text(plan)
    sys.stdout.write(f"{made}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crosslift", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    plan = commands.add_parser(
        "plan",
        help="what a study takes, before it runs",
        description="Jobs, device hours, memory, disk and downloads of a study; nothing is run.",
    )
    plan.add_argument(
        "--configfile", type=Path, nargs="+", help="the study's file; config.yaml without it"
    )
    plan.add_argument(
        "--config", nargs="+", default=[], metavar="KEY=VALUE", help="single keys set otherwise"
    )
    plan.add_argument("--gpus", type=_count, default=1, metavar="N", help="how many devices (1)")
    plan.add_argument(
        "--device",
        choices=DEVICES,
        default="h100",
        help="what each of them is (h100; cpu is one core)",
    )
    plan.add_argument(
        "--results",
        type=Path,
        default=Path("results"),
        help="folder of the studies' folders (results)",
    )
    plan.add_argument("--json", action="store_true", help="for programs")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number}: give 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
