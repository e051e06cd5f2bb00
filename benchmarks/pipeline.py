"""Where a study's time goes, and what a run with nothing to do takes.

    python -m benchmarks.pipeline

Runs the default study in an empty folder (about six minutes), then again, and reads from the logs
of its jobs how long they trained and predicted. The rest is start-up, reading and writing, word
pieces, statistics, figures, literature, scheduling, and cores left idle.
"""

import argparse
import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from benchmarks import comparison

PROJECT = Path(__file__).parent.parent
WORKED = re.compile(r"(trained|predicted): .*?(\d+) pieces in ([\d.]+) s")


def run_study(folder: Path, cores: int) -> comparison.Run:
    """The default study, from and into a folder."""
    flags = ["--cores", str(cores), "--directory", str(folder)]
    command = ["snakemake", "--snakefile", str(PROJECT / "Snakefile"), *flags]
    with comparison.stopwatch() as seconds:
        subprocess.run(command, check=True, capture_output=True, cwd=folder)
    return comparison.Run(seconds())


def worked(results: Path) -> pd.DataFrame:
    """Pieces and seconds of each training and prediction that the logs tell of."""
    rows = [
        {"log": path.parent.name, "kind": kind, "pieces": int(pieces), "seconds": float(seconds)}
        for path in sorted(results.glob("logs/**/*.log"))
        for kind, pieces, seconds in WORKED.findall(path.read_text(encoding="utf-8"))
    ]
    return pd.DataFrame(rows)


def main() -> None:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cores", type=int, default=2)
    flags = parser.parse_args()
    machine = comparison.machine()
    with TemporaryDirectory() as folder:
        first = run_study(Path(folder), flags.cores)
        second = run_study(Path(folder), flags.cores)
        work = worked(Path(folder) / "results" / "mini")
    hot = float(work["seconds"].sum())
    record: dict[str, Any] = {
        "machine": machine,
        "cores": flags.cores,
        "seconds": first.seconds,
        "nothing_to_do_seconds": second.seconds,
        "training_seconds": float(work.loc[work["kind"] == "trained", "seconds"].sum()),
        "prediction_seconds": float(work.loc[work["kind"] == "predicted", "seconds"].sum()),
        "other_share": 1 - hot / (flags.cores * first.seconds),
    }
    comparison.show("the default study", [{k: v for k, v in record.items() if k != "machine"}])
    comparison.write_record("pipeline", record)


if __name__ == "__main__":
    main()
