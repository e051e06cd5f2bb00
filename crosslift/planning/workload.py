"""The work of a study: each job that trains or predicts, with its estimated cost.

A pure count over the study; nothing is run and nothing is fetched.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from crosslift.catalogue import load_tasks
from crosslift.catalogue.tasks import Split
from crosslift.planning import costs
from crosslift.planning.costs import Device, Memory, Tuning
from crosslift.planning.lengths import SHARED_CANDIDATES, as_read, distinct_pieces, published
from crosslift.planning.shapes import Shape, encoder_shape
from crosslift.study import Recipe, Study

ASSUMED = {"train": 10_000, "dev": 1_000, "test": 1_000}
"""Examples of a split whose size nothing tells."""

LONGEST = 2.5
"""Pieces of the longest sequences of a pool of batches, in means: a batch holds like lengths."""

PREDICTED_AT_ONCE = {False: 1_024, True: 65_536}
"""Pieces of a batch on a CPU and on a GPU, as crosslift.prediction has them."""


@dataclass(frozen=True)
class Job:
    """One job that trains or predicts.

    Attributes
    ----------
    rule, encoder, name : str
        Of the workflow; the name is that of the target or of the intermediates.
    outputs : tuple of str
        Its files, below the study's folder.
    trainings : int
        Models that it tunes.
    weights : tuple of str
        Folders of finished weights that it leaves, below the study's folder.
    devices : int
        That it takes: one for each of its processes.
    seconds : float
        From its start to its end.
    memory : Memory
        Of one process at its peak.
    disk, state : float
        Bytes of the weights it leaves, and of its running state.
    """

    rule: str
    encoder: str
    name: str
    outputs: tuple[str, ...]
    trainings: int
    weights: tuple[str, ...]
    devices: int
    seconds: float
    memory: Memory
    disk: float
    state: float

    @property
    def device_seconds(self) -> float:
        """Of all its devices together."""
        return self.devices * self.seconds


@dataclass(frozen=True)
class _Training:
    """What one process tunes a model on: pieces in all, updates, passes, and its largest batch."""

    pieces: float
    steps: float
    passes: float
    length: float
    longest: float
    batch: float
    text: float
    evaluated: float
    tuning: Tuning


class Workload:
    """All jobs of a study that train or predict, on one kind of device.

    Parameters
    ----------
    study : Study
        The validated configuration.
    device : Device
        What they run on.
    counted : mapping, optional
        (task, split) -> examples that are prepared already; of a test, in one language.
    """

    def __init__(
        self, study: Study, device: Device, counted: Mapping[tuple[str, str], int] | None = None
    ) -> None:
        self.study = study
        self.device = device
        self.counted = counted or {}

    @cached_property
    def jobs(self) -> tuple[Job, ...]:
        """Phase 2 first, encoder by encoder."""
        return tuple(job for encoder in self.study.encoders for job in self._of_encoder(encoder))

    def unsized(self) -> list[str]:
        """Tasks of the study whose numbers of examples are assumed, with their split."""
        needed: list[tuple[str, Split]] = [(name, "train") for name in self.study.training_tasks()]
        needed += [(name, "test") for name in self.study.targets]
        tasks = load_tasks()
        return [
            f"{name} ({split})"
            for name, split in needed
            if (name, split) not in self.counted and published(tasks[name], split) is None
        ]

    def examples(self, name: str, split: Split, limit: int | None) -> int:
        """Examples of a split, of a test in one language: counted, published, or assumed."""
        number = self.counted.get((name, split)) or published(load_tasks()[name], split)
        if number is None:
            number = ASSUMED[split]
        return number if limit is None else min(number, limit)

    def test_examples(self, target: str) -> int:
        """Test examples of a target in all languages of the study."""
        study = self.study
        each = self.examples(target, "test", study.test_examples(target))
        return each * len(study.languages(target))

    def _of_encoder(self, encoder: str) -> Iterator[Job]:
        shape = encoder_shape(encoder)
        for batch, arms in enumerate(self.study.arm_batches()):
            works = [self._tuned_intermediate(arm.intermediate) for arm in arms]
            rows = [distinct_pieces(work.text) for work in works]
            yield Job(
                rule="train_intermediate",
                encoder=encoder,
                name=", ".join(dict.fromkeys(arm.intermediate for arm in arms)),
                outputs=(f"intermediate/{encoder}/batch{batch}.json",),
                trainings=len(arms),
                weights=tuple(
                    f"intermediate/{encoder}/{arm.intermediate}/seed{arm.seed}" for arm in arms
                ),
                devices=self.study.jobs.processes,
                seconds=self._start(shape)
                + sum(self._training_seconds(shape, work, "intermediate") for work in works),
                memory=max((self._memory(shape, work) for work in works), key=_total),
                disk=sum(costs.weight_bytes(shape, n, "intermediate") for n in rows),
                state=max(costs.state_bytes(shape, n) for n in rows),
            )
        for target in self.study.targets:
            yield from self._of_target(encoder, shape, target)

    def _of_target(self, encoder: str, shape: Shape, target: str) -> Iterator[Job]:
        tuned = self.study.train_on(target) is not None
        kind = self._tuned_target if tuned else self._untuned_target
        seconds, memory, disk, state = kind(shape, target)
        for batch, cells in enumerate(self.study.cell_batches(target)):
            folder = f"{encoder}/{target}"
            predictions = f"predictions/{folder}/batch{batch}.parquet"
            manifests = f"target/{folder}/batch{batch}.json"
            yield Job(
                rule="train_target" if tuned else "predict_untuned",
                encoder=encoder,
                name=target,
                outputs=(manifests, predictions) if tuned else (predictions,),
                trainings=len(cells) if tuned else 0,
                weights=tuple(f"target/{folder}/{cell.name}" for cell in cells) if tuned else (),
                devices=self.study.jobs.processes if tuned else 1,
                seconds=self._start(shape) + len(cells) * seconds,
                memory=memory,
                disk=0.0 if self.study.weights.target == "remove" else len(cells) * disk,
                state=state,
            )

    def _tuned_target(self, shape: Shape, target: str) -> tuple[float, Memory, float, float]:
        """Seconds of a cell, memory, bytes of its weights and of its running state."""
        recipe = self.study.recipe("target", target)
        work = self._tuned_on(
            {self.study.train_on(target): self.study.train_examples("target", target)}, recipe
        )
        rows, test_rows = distinct_pieces(work.text), self._test_rows(target, recipe)
        seconds = self._training_seconds(shape, work, "target")
        return (
            seconds + self._prediction_seconds(shape, target, recipe),
            self._memory(shape, work, test_rows),
            costs.weight_bytes(shape, rows, "target"),
            costs.state_bytes(shape, rows),
        )

    def _untuned_target(self, shape: Shape, target: str) -> tuple[float, Memory, float, float]:
        study = self.study
        if study.retrieval.layer is not None:
            shape = shape.cut(min(study.retrieval.layer, shape.layers))
        recipe = study.recipe("target", target)
        recipe = recipe.model_copy(update={"max_length": study.retrieval.max_length})
        rows, at_once = self._test_rows(target, recipe), self._at_once()
        memory = costs.prediction_memory(shape, rows, at_once, self.device)
        return self._prediction_seconds(shape, target, recipe), memory, 0.0, 0.0

    def _tuned_intermediate(self, name: str) -> _Training:
        study = self.study
        mixture, variant = study.mixtures.get(name), study.variants.get(name)
        cap = mixture.cap if mixture else None
        limits = {
            task: _least(study.train_examples("intermediate", name if variant else task), cap)
            for task in study.members(name)
        }
        share = variant.masked_lm.share if variant and variant.masked_lm else 0.0
        return self._tuned_on(limits, study.recipe("intermediate", name), 1 / (1 - share))

    def _tuned_on(
        self, limits: Mapping[str, int | None], recipe: Recipe, more: float = 1.0
    ) -> _Training:
        """One tuning; `more` steps than the tasks have, of texts without labels."""
        tasks = [load_tasks()[name] for name in limits]
        reads = [as_read(task, recipe, training=True) for task in tasks]
        counts = [self.examples(name, "train", limit) for name, limit in limits.items()]
        text = sum(n * read.sequences * read.pieces for n, read in zip(counts, reads, strict=True))
        steps = recipe.epochs * sum(math.ceil(n / recipe.batch_size) for n in counts)
        processes = self.study.jobs.processes
        share = math.ceil(recipe.batch_size / processes)
        batch = min(recipe.micro_batch or share, share)
        widest = max(reads, key=lambda read: read.sequences * read.pieces)
        length = text / sum(n * read.sequences for n, read in zip(counts, reads, strict=True))
        longest = min(recipe.max_length, LONGEST * widest.pieces)
        evaluated = 0.0
        if recipe.evaluate_every:
            times = more * steps / recipe.evaluate_every
            evaluated = times * recipe.evaluation_examples * text / sum(counts)
        return _Training(
            pieces=more * recipe.epochs * text / processes,
            steps=more * steps,
            passes=math.ceil(share / batch),
            length=length,
            longest=min(recipe.max_length, LONGEST * length),
            batch=batch * widest.sequences * longest,
            text=text,
            evaluated=evaluated,
            tuning=Tuning(
                dropout=recipe.dropout > 0,
                recompute=recipe.recompute,
                rank=recipe.lora.rank if recipe.lora else 0,
                shards=processes if self.study.jobs.shard else 1,
            ),
        )

    def _memory(self, shape: Shape, work: _Training, test_rows: int = 0) -> Memory:
        rows = distinct_pieces(work.text)
        training = costs.training_memory(
            shape, rows, work.batch, work.longest, self.device, work.tuning, test_rows
        )
        testing = costs.prediction_memory(shape, test_rows, self._at_once(), self.device)
        return max(training, testing, key=_total) if test_rows else training

    def _training_seconds(self, shape: Shape, work: _Training, phase: str) -> float:
        rows = distinct_pieces(work.text)
        trained = costs.training_seconds(
            shape,
            rows,
            work.pieces,
            work.steps,
            work.length,
            self.device,
            work.tuning,
            work.passes,
        )
        batches = work.evaluated / self._at_once()
        tested = costs.prediction_seconds(shape, work.evaluated, batches, work.length, self.device)
        return trained + tested + costs.weight_bytes(shape, rows, phase) / costs.FILE_RATE

    def _prediction_seconds(self, shape: Shape, target: str, recipe: Recipe) -> float:
        pieces, length = self._tests(target, recipe)
        batches = pieces / self._at_once()
        return costs.prediction_seconds(shape, pieces, batches, length, self.device)

    def _tests(self, target: str, recipe: Recipe) -> tuple[float, float]:
        """Pieces of a target's tests in all languages, and of a sequence."""
        read = as_read(load_tasks()[target], recipe, training=False)
        sequences = self.test_examples(target) * read.sequences + SHARED_CANDIDATES.get(target, 0)
        return sequences * read.pieces, read.pieces

    def _test_rows(self, target: str, recipe: Recipe) -> int:
        return distinct_pieces(self._tests(target, recipe)[0], len(self.study.languages(target)))

    def _at_once(self) -> int:
        return PREDICTED_AT_ONCE[self.device.memory is not None]

    def _start(self, shape: Shape) -> float:
        return costs.START_SECONDS + 4 * (shape.network + shape.tables) / costs.FILE_RATE


def _least(*limits: int | None) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)


def _total(memory: Memory) -> float:
    return memory.total
