"""Estimates of time and memory beside what a finished study took.

    python -m benchmarks.costs [--configfile FILE] [--results results]

Reads the times and memory that Snakemake kept of each job that trains or predicts, and records them
with the study's configuration, so that estimates can be held against them later
(tests/unit/test_costs.py, docs/studies.md).
"""

import argparse
import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks import comparison
from crosslift.planning.configuration import read_configuration
from crosslift.planning.costs import DEVICES
from crosslift.planning.workload import Job, Workload
from crosslift.study import Study, load_study

MIB = 2**20


def measured(study: Study, results: Path) -> Iterator[dict[str, Any]]:
    """Seconds and MiB of each job of a finished study, by its last output."""
    for job in Workload(study, DEVICES["cpu"]).jobs:
        with benchmark_file(job, results / study.study).open() as file:
            taken = next(csv.DictReader(file, delimiter="\t"))
        yield {
            "output": job.outputs[-1],
            "seconds": float(taken["s"]),
            "mib": float(taken["max_rss"]),
        }


def benchmark_file(job: Job, folder: Path) -> Path:
    """Where Snakemake keeps what a job took."""
    output = Path(job.outputs[-1])
    return folder / "benchmarks" / job.rule / Path(*output.parts[1:]).with_suffix(".tsv")


def beside(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each job of a record with its estimate, and how much that is too high (1.0: twice)."""
    study = load_study(record["config"], "the record")
    jobs = {job.outputs[-1]: job for job in Workload(study, DEVICES["cpu"]).jobs}
    rows = []
    for taken in record["jobs"]:
        job = jobs[taken["output"]]
        mib = job.memory.total / MIB
        rows.append(
            {
                "rule": job.rule,
                "encoder": job.encoder,
                "work": Path(taken["output"]).stem
                if job.trainings and "," in job.name
                else job.name,
                "seconds": taken["seconds"],
                "estimated seconds": job.seconds,
                "seconds off": job.seconds / taken["seconds"] - 1,
                "MiB": taken["mib"],
                "estimated MiB": mib,
                "MiB off": mib / taken["mib"] - 1,
            }
        )
    return rows


def main() -> None:
    """Read, print, record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--configfile", type=Path, nargs="+")
    parser.add_argument("--results", type=Path, default=Path("results"))
    flags = parser.parse_args()
    config, origin = read_configuration(flags.configfile)
    study = load_study(config, origin)
    record = {
        "machine": comparison.machine(),
        "config": study.model_dump(mode="json", exclude_none=True),
        "jobs": list(measured(study, flags.results)),
    }
    comparison.show("estimates", beside(record))
    comparison.write_record(f"costs-{study.study}", record)


if __name__ == "__main__":
    main()
