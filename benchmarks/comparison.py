"""Side-by-side measurement: machines, alternating runs, and records."""

import json
import os
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd

RECORDS = Path(__file__).parent / "records"
PACKAGES = ["torch", "transformers", "accelerate", "sentence-transformers", "snakemake"]

KEEP_MEMORY = "glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=4294967296"
"""As the workflow sets it for its jobs; every contestant gets it."""


@dataclass(frozen=True)
class Run:
    """What a contestant took and, where it is asked for, what it made."""

    seconds: float
    made: Any = None


@contextmanager
def stopwatch() -> Iterator[Callable[[], float]]:
    """Seconds of the block, known after it; a GPU's queued work is waited for."""
    seconds = float("nan")
    _wait()
    began = time.perf_counter()
    yield lambda: seconds
    _wait()
    seconds = time.perf_counter() - began


def _wait() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.synchronize()


def keep_memory() -> None:
    """Start this process again with `KEEP_MEMORY`, which is read at start-up alone."""
    if "GLIBC_TUNABLES" not in os.environ:
        os.environ["GLIBC_TUNABLES"] = KEEP_MEMORY
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606


def machine(threads: int | None = None) -> dict[str, Any]:
    """Where and when a record was made."""
    import torch

    gpu = torch.cuda.is_available()
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": threads,
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load_before": [round(load, 2) for load in os.getloadavg()],
        "accelerator": torch.cuda.get_device_name() if gpu else None,
        "python": platform.python_version(),
        **{name: _version(name) for name in PACKAGES},
    }


def _processor() -> str:
    """Name with family and model, since a virtual machine's name may tell no more than the make."""
    info = Path("/proc/cpuinfo")
    if not info.is_file():
        return platform.processor() or platform.machine()
    first = info.read_text().split("\n\n", 1)[0]
    told = dict(re.findall(r"^([^\t:]+)\s*:\s*(.*)$", first, flags=re.MULTILINE))
    name = told.get("model name", platform.machine())
    if {"cpu family", "model"} <= told.keys():
        name += f" (family {told['cpu family']}, model {told['model']})"
    return name


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def alternate(contestants: Mapping[str, Callable[[], Run]], rounds: int) -> dict[str, list[Run]]:
    """Runs of each contestant; they take turns, and each round begins with another.

    Turns rather than one contestant after the other, since a machine's speed drifts.
    """
    names = list(contestants)
    runs: dict[str, list[Run]] = {name: [] for name in names}
    for round_number in range(rounds):
        start = round_number % len(names)
        for name in names[start:] + names[:start]:
            run = contestants[name]()
            runs[name].append(run)
            print(f"round {round_number + 1} of {rounds}: {name}: {run.seconds:.1f} s", flush=True)
    return runs


def rates(work: float, runs: Sequence[Run]) -> dict[str, float]:
    """Median, least and most of work a second."""
    all_rates = [work / run.seconds for run in runs]
    return {
        "median": statistics.median(all_rates),
        "least": min(all_rates),
        "most": max(all_rates),
    }


def seconds(runs: Sequence[Run]) -> dict[str, float]:
    """Median, least and most seconds."""
    taken = [run.seconds for run in runs]
    return {"median": statistics.median(taken), "least": min(taken), "most": max(taken)}


def show(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Print a table."""
    print(f"\n{title}\n{pd.DataFrame(rows).to_string(index=False)}\n", flush=True)


def write_record(name: str, record: Mapping[str, Any]) -> None:
    """Leave a record in `benchmarks/records`."""
    RECORDS.mkdir(exist_ok=True)
    path = RECORDS / f"{name}.json"
    path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {path}")
