"""Which arms of a study are submitted, and with which targets. Light: Snakemake reads it."""

from collections.abc import Iterable
from dataclasses import dataclass

from crosslift.catalogue import load_tasks
from crosslift.errors import DataError
from crosslift.study import Study
from crosslift.submission.benchmarks import OfficialTask, official_task

OWN_NAMES = {"xtreme", "xtreme_r"}
"""What the catalogue's `benchmarks` call the two."""


@dataclass(frozen=True)
class Submission:
    """The arm that is submitted: one encoder, and phase 2 and phase 3 with their seeds."""

    encoder: str
    intermediate: str
    intermediate_seed: int
    target_seed: int

    @property
    def name(self) -> str:
        """Its folder's name, such as `e5-small-6--mnli-seed0-seed1`."""
        seeds = f"seed{self.intermediate_seed}-seed{self.target_seed}"
        return f"{self.encoder}--{self.intermediate}-{seeds}"


def submitted_targets(targets: Iterable[str]) -> dict[str, OfficialTask]:
    """Targets of a study that are tasks of XTREME or XTREME-R, with the task that each is.

    Raises
    ------
    DataError
        If the catalogue counts a target among a benchmark that does not have it.
    """
    catalogue, found = load_tasks(), {}
    for name in targets:
        if name not in catalogue or not OWN_NAMES.intersection(catalogue[name].benchmarks):
            continue
        task = official_task(name)
        if task is None:
            raise DataError(
                f"task {name!r}: the catalogue's `benchmarks` name XTREME, whose scorer has no "
                "such task; correct them, or name its folder in submission/benchmarks.py"
            )
        found[name] = task
    return found


def submissions(study: Study) -> list[Submission]:
    """Every arm with every target seed, for each encoder; none without a target to submit.

    Where no target is tuned, there is one target seed, 0, as there is for each such target.
    """
    targets = submitted_targets(study.targets)
    if not targets:
        return []
    tuned = any(study.train_on(target) for target in targets)
    return [
        Submission(encoder, arm.intermediate, arm.seed, seed)
        for encoder in study.encoders
        for arm in study.arms()
        for seed in (study.seeds.target if tuned else [0])
    ]


def submitted_batches(study: Study, arm: Submission) -> list[tuple[str, int]]:
    """Target and number of each job whose predictions hold some of an arm's."""
    return [
        (target, number)
        for target in submitted_targets(study.targets)
        for number, cells in enumerate(study.cell_batches(target))
        if any(
            (cell.intermediate, cell.intermediate_seed) == (arm.intermediate, arm.intermediate_seed)
            and cell.target_seed == (arm.target_seed if study.train_on(target) else 0)
            for cell in cells
        )
    ]
