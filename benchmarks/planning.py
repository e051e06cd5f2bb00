"""Planning: what a dry run of a large study takes, and what a run with nothing to do takes.

python -m benchmarks.planning
"""

import argparse
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ruamel.yaml import YAML

from benchmarks import comparison
from crosslift.study import load_study

PROJECT = Path(__file__).parent.parent
ENCODERS = [f"e5-small-{depth}" for depth in range(1, 13)]


def study_of(cells: int) -> dict[str, Any]:
    """The default study with twelve encoders, and seeds enough for so many cells, or a few more."""
    study = YAML(typ="safe").load(PROJECT / "config.yaml")
    study |= {"study": "planning", "encoders": ENCODERS}
    seeds = 0
    while seeds == 0 or count_cells(study) < cells:
        seeds += 1
        study["seeds"] = {"intermediate": list(range(seeds)), "target": list(range(seeds))}
    return study


def count_cells(study: dict[str, Any]) -> int:
    """Models that are tuned on a target, or tested on one that is not tuned."""
    loaded = load_study(study, "benchmark")
    return len(loaded.encoders) * sum(len(loaded.cells(target)) for target in loaded.targets)


def dry_run(study: dict[str, Any]) -> comparison.Run:
    """`snakemake -n --quiet` from an empty folder."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "study.yaml"
        with path.open("w") as file:
            YAML().dump(study, file)
        flags = ["-n", "--quiet", "--configfile", str(path), "--directory", folder]
        command = ["snakemake", "--snakefile", str(PROJECT / "Snakefile"), *flags]
        with comparison.stopwatch() as seconds:
            subprocess.run(command, check=True, capture_output=True, cwd=folder)
    return comparison.Run(seconds())


def main() -> None:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, nargs="+", default=[100, 1_000, 5_000, 10_000, 20_000])
    parser.add_argument("--rounds", type=int, default=3)
    flags = parser.parse_args()
    studies = {count_cells(study): study for study in map(study_of, flags.cells)}
    runs = comparison.alternate(
        {str(cells): (lambda study=study: dry_run(study)) for cells, study in studies.items()},
        flags.rounds,
    )
    rows = [{"cells": int(cells), **comparison.seconds(own)} for cells, own in runs.items()]
    comparison.show("seconds of a dry run", rows)
    comparison.write_record("planning", {"machine": comparison.machine(), "dry_runs": rows})


if __name__ == "__main__":
    main()
