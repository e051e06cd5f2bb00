"""What a study takes, before it runs: jobs, device hours, memory, disk, downloads, what is done.

Counted from the study and the catalogue, with estimates from `crosslift.planning.costs`; nothing is
fetched, and Snakemake is not asked (its dry run counts the same jobs,
tests/unit/test_plan_command.py).
"""

import heapq
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from crosslift.catalogue import load_tasks
from crosslift.catalogue.encoders import parse_encoder_name
from crosslift.files import read_json
from crosslift.planning import costs
from crosslift.planning.costs import Device
from crosslift.planning.downloads import Download, downloads
from crosslift.planning.job_counts import jobs_by_rule
from crosslift.planning.lengths import is_measured
from crosslift.planning.shapes import encoder_shape
from crosslift.planning.workload import Job, Workload
from crosslift.study import Study

PREDICTION_BYTES = 30
"""Of one row of a prediction table, compressed, as in the default study."""
MEMORY_RESERVE = 1.25
"""Room that an estimate needs to count as fitting: measured jobs took up to 23 % more
(docs/studies.md)."""


@dataclass(frozen=True)
class EncoderPlan:
    """One encoder's share of the work.

    Attributes
    ----------
    parameters, network : int
        In all, and those that are in no lookup table.
    device_hours : float
        Of all its jobs.
    memory_gib : float
        Of a process of its largest job, which `largest` names.
    fits : bool or None
        Whether that job fits the device with `MEMORY_RESERVE`; None on a CPU, whose memory is the
        machine's.
    devices : int
        Over how many devices such a process would have to be spread for that, at least.
    weights_gib : float
        Disk of all its finished weights.
    """

    name: str
    parameters: int
    network: int
    jobs: int
    device_hours: float
    memory_gib: float
    largest: str
    fits: bool | None
    devices: int
    weights_gib: float


@dataclass(frozen=True)
class Plan:
    """What a study takes; `device_hours`, `wall_hours` and all of GiB are estimates."""

    study: str
    title: str
    device: str
    gpus: int
    counts: dict[str, int]
    jobs: dict[str, int]
    device_hours: float
    wall_hours: float
    encoders: tuple[EncoderPlan, ...]
    disk_gib: dict[str, float]
    downloads: tuple[Download, ...]
    done: dict[str, tuple[int, int]]
    hours_left: float
    assumed: tuple[str, ...]

    @property
    def total_jobs(self) -> int:
        """Jobs of all rules."""
        return sum(self.jobs.values())

    def record(self) -> dict[str, Any]:
        """The plan as JSON's types."""
        return asdict(self) | {"total_jobs": self.total_jobs}


def make_plan(study: Study, device: Device, gpus: int, results: Path) -> Plan:
    """Count and estimate a study.

    Parameters
    ----------
    study : Study
        The validated configuration.
    device, gpus : Device, int
        What its jobs run on, and how many of them there are.
    results : Path
        Folder that holds the studies' folders; what is there counts as done.

    Raises
    ------
    DataError
        If the card of a prepared split cannot be read.
    """
    folder = results / study.study
    workload = Workload(study, device, counted_examples(study, folder))
    jobs, finished = workload.jobs, [_is_done(job, folder) for job in workload.jobs]
    left = [job for job, is_done in zip(jobs, finished, strict=True) if not is_done]
    encoders = tuple(_encoder(name, jobs, device) for name in study.encoders)
    return Plan(
        study=study.study,
        title=study.title,
        device=device.title,
        gpus=gpus,
        counts=_counts(study, jobs),
        jobs=jobs_by_rule(study, jobs),
        device_hours=sum(job.device_seconds for job in jobs) / 3600,
        wall_hours=wall_seconds(jobs, gpus) / 3600,
        encoders=encoders,
        disk_gib=_disk(study, workload, encoders, gpus),
        downloads=tuple(downloads(study)),
        done=_done(study, jobs, finished, folder),
        hours_left=sum(job.device_seconds for job in left) / 3600,
        assumed=tuple(_assumed(study, workload)),
    )


def wall_seconds(jobs: Sequence[Job], gpus: int) -> float:
    """Seconds on so many devices, the longest jobs first, phase 3 behind all of phase 2.

    Longest first is at most a third from the best order (Graham 1969, doi 10.1137/0117039).
    """
    together = max(job.devices for job in jobs)
    phases: dict[bool, list[float]] = {True: [], False: []}
    for job in jobs:
        phases[job.rule == "train_intermediate"].append(job.seconds)
    return sum(_makespan(lengths, max(1, gpus // together)) for lengths in phases.values())


def _makespan(lengths: Iterable[float], machines: int) -> float:
    ends = [0.0] * machines
    for length in sorted(lengths, reverse=True):
        heapq.heapreplace(ends, ends[0] + length)
    return max(ends)


def counted_examples(study: Study, folder: Path) -> dict[tuple[str, str], int]:
    """Examples of splits that are prepared already, by task and split, from their cards.

    Of a test, those of its largest language.
    """
    counted = {}
    for task in study.training_tasks():
        card = folder / "data" / task / "training.json"
        if card.is_file():
            counted |= {(task, split): n for split, n in read_json(card)["counts"].items()}
    for target in study.targets:
        card = folder / "data" / target / "tests.json"
        if card.is_file():
            counted[target, "test"] = max(read_json(card)["counts"].values(), default=0)
    return {key: number for key, number in counted.items() if number}


def _counts(study: Study, jobs: Sequence[Job]) -> dict[str, int]:
    cells = sum(len(study.cells(target)) for target in study.targets)
    tested = {code for target in study.targets for code in study.languages(target)}
    trainings = {rule: 0 for rule in ("train_intermediate", "train_target")}
    for job in jobs:
        if job.trainings:
            trainings[job.rule] += job.trainings
    return {
        "encoders": len(study.encoders),
        "intermediates": len(study.trained_intermediates()),
        "targets": len(study.targets),
        "languages": len(tested),
        "arms": len(study.encoders) * len(study.arms()),
        "cells": len(study.encoders) * cells,
        "phase-2 trainings": trainings["train_intermediate"],
        "phase-3 trainings": trainings["train_target"],
    }


def _encoder(name: str, jobs: Sequence[Job], device: Device) -> EncoderPlan:
    own = [job for job in jobs if job.encoder == name]
    largest = max(own, key=lambda job: job.memory.total)
    shape, memory = encoder_shape(name), largest.memory
    fits, devices = None, 1
    if device.memory is not None:
        needed = MEMORY_RESERVE * memory.total
        fits = needed <= device.memory
        room = device.memory - memory.process
        devices = max(1, math.ceil((needed - memory.process) / room))
    return EncoderPlan(
        name=name,
        parameters=shape.parameters,
        network=shape.network,
        jobs=len(own),
        device_hours=sum(job.device_seconds for job in own) / 3600,
        memory_gib=memory.total / costs.GIB,
        largest=f"{largest.rule} {largest.name}",
        fits=fits,
        devices=devices,
        weights_gib=sum(job.disk for job in own) / costs.GIB,
    )


def _disk(
    study: Study, workload: Workload, encoders: Sequence[EncoderPlan], gpus: int
) -> dict[str, float]:
    phase_two = sum(job.disk for job in workload.jobs if job.rule == "train_intermediate")
    bases = {parse_encoder_name(name)[0].name for name in study.encoders}
    rows = sum(
        len(study.encoders) * len(study.cells(target)) * workload.test_examples(target)
        for target in study.targets
    )
    states = heapq.nlargest(gpus, (job.state for job in workload.jobs))
    return {
        "encoders": sum(4 * encoder_shape(base).parameters for base in bases) / costs.GIB,
        "phase-2 weights": phase_two / costs.GIB,
        "phase-3 weights": sum(each.weights_gib for each in encoders) - phase_two / costs.GIB,
        "predictions": rows * PREDICTION_BYTES / costs.GIB,
        "running states": sum(states) / costs.GIB,
    }


def _is_done(job: Job, folder: Path) -> bool:
    return all((folder / output).is_file() for output in job.outputs)


def _done(
    study: Study, jobs: Sequence[Job], finished: Sequence[bool], folder: Path
) -> dict[str, tuple[int, int]]:
    """What lies on the disk, of how much."""
    bases = dict.fromkeys(parse_encoder_name(name)[0].name for name in study.encoders)
    wanted = {
        "prepared encoders": [f"encoders/{base}/card.json" for base in bases],
        "prepared splits": [
            *(f"data/{task}/training.json" for task in study.training_tasks()),
            *(f"data/{target}/tests.json" for target in study.targets),
        ],
        "weights": [f"{path}/manifest.json" for job in jobs for path in job.weights],
        "prediction tables": [
            path for job in jobs for path in job.outputs if path.endswith(".parquet")
        ],
    }
    found = {
        what: (sum((folder / path).is_file() for path in paths), len(paths))
        for what, paths in wanted.items()
    }
    return {**found, "jobs that train or predict": (sum(finished), len(jobs))}


def _assumed(study: Study, workload: Workload) -> Iterable[str]:
    """What the estimates take for granted, beside what docs/studies.md says of all of them."""
    unsized = workload.unsized()
    if unsized:
        yield f"sizes not known, taken for 10,000 or 1,000 a language: {', '.join(unsized)}"
    names = dict.fromkeys([*study.training_tasks(), *study.targets])
    unread = [name for name in names if not is_measured(load_tasks()[name])]
    if unread:
        yield f"lengths of texts that were not measured: {', '.join(unread)}"
