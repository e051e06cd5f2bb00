"""Tuning an encoder on one task or several: phase 2 and phase 3 run the same code."""

import logging
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import torch
from tokenizers import Tokenizer
from tqdm import tqdm

from crosslift.batching import Batch, Encoded, collate, training_batches
from crosslift.early_stopping import Best
from crosslift.formats import FORMATS
from crosslift.model import TransferModel, autocast, compute_dtype, set_dropout
from crosslift.optimizer import AdamW
from crosslift.parallel import ALONE, Processes, same_start
from crosslift.preemption import Preempted, termination
from crosslift.running_state import RunningState
from crosslift.study import Recipe

TRAINING_VERSION = 2
"""Part of every checkpoint's identity: raised when the same recipe comes to mean other weights."""

SAVE_EVERY_SECONDS = 60.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainingTask:
    """A task's training split as word pieces, and how it is posed.

    Attributes
    ----------
    name : str
    format : module
        With the function `loss`, as in `crosslift.formats`.
    labels : sequence of str
    encoded : Encoded
    cap : int, optional
        Most examples of an epoch.
    share : float, optional
        Share of all steps that this task has, however many examples; the others' sizes decide
        where it is None.
    corrupt : callable, optional
        Changes a batch before the model reads it.
    """

    name: str
    format: ModuleType
    labels: Sequence[str]
    encoded: Encoded
    cap: int | None = None
    share: float | None = None
    corrupt: Callable[[Batch], Batch] | None = None


def training_task(
    name: str,
    format_name: str,
    labels: Sequence[str],
    examples: pd.DataFrame,
    tokenizer: Tokenizer,
    recipe: Recipe,
) -> TrainingTask:
    """Featurise a training split by its format."""
    posed = FORMATS[format_name]
    featurise = posed.featurise_pairs if format_name == "retrieval" else posed.featurise
    encoded = featurise(examples, tokenizer, labels, recipe.max_length, recipe.stride)
    if recipe.windows is not None and format_name == "span":
        encoded = posed.keep_windows(encoded, recipe.windows)
    return TrainingTask(name, posed, labels, encoded)


def stream(seed: int, *names: str) -> np.random.Generator:
    """A random stream of its own for each seed and purpose, the same on every machine."""
    return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])


def schedule(
    tasks: Sequence[TrainingTask], recipe: Recipe, seed: int
) -> list[tuple[int, np.ndarray]]:
    """Task and sequences of every step.

    An epoch holds each task's batches once, in random order: tasks are sampled in proportion to
    their sizes, as in the multi-task runs of Phang et al. 2020 (section 2.2), where a cap limits
    what counts of a size. A task with a share has as many batches as that takes. A fraction of an
    epoch is cut from the last one.
    """
    steps: list[tuple[int, np.ndarray]] = []
    per_epoch = 0
    for epoch in range(int(np.ceil(recipe.epochs))):
        batches = [
            (index, sequences)
            for index, task in enumerate(tasks)
            if task.share is None
            for sequences in training_batches(
                task.encoded, recipe.batch_size, stream(seed, task.name, f"epoch {epoch}"), task.cap
            )
        ]
        sized = len(batches)
        for index, task in enumerate(tasks):
            if task.share is not None:
                count = max(1, round(sized * task.share / (1 - task.share)))
                batches += [(index, found) for found in _repeated(task, recipe, seed, epoch, count)]
        order = stream(seed, "order", f"epoch {epoch}").permutation(len(batches))
        steps += [batches[i] for i in order]
        per_epoch = len(batches)
    return steps[: max(1, round(recipe.epochs * per_epoch))]


def _repeated(
    task: TrainingTask, recipe: Recipe, seed: int, epoch: int, count: int
) -> list[np.ndarray]:
    """`count` batches of a task, passing over its examples as often as that takes."""
    batches: list[np.ndarray] = []
    while len(batches) < count:
        rng = stream(seed, task.name, f"epoch {epoch}", f"batch {len(batches)}")
        batches += training_batches(task.encoded, recipe.batch_size, rng)
    return batches[:count]


def learning_rate_factor(step: int, steps: int, warmup: float) -> float:
    """Linear rise over the warm-up's share of the steps, then linear fall to zero."""
    rise = warmup * steps
    if step < rise:
        return (step + 1) / (rise + 1)
    return max(0.0, (steps - step) / max(1.0, steps - rise))


def train(
    model: TransferModel,
    tasks: Sequence[TrainingTask],
    recipe: Recipe,
    seed: int,
    work: Path,
    identity: Mapping[str, Any],
    device: torch.device,
    save_every_seconds: float = SAVE_EVERY_SECONDS,
    evaluate: Callable[[], float] | None = None,
    processes: Processes = ALONE,
) -> dict[str, Any]:
    """Tune the model in place; a state left in `work` by a killed run of the same identity is used.

    Asked to end (SIGTERM), it saves the state and raises `Preempted`, if it is one process.

    Parameters
    ----------
    evaluate : callable, optional
        Score of the model on development data. Where the recipe says `evaluate_every`, the weights
        that scored best are the outcome, and training stops when `patience` evaluations in a row
        found none better; else the last weights are.
    processes : Processes
        Those that tune the model together; each calls this function with the same arguments.

    Returns
    -------
    dict
        `steps` taken, `pieces` (real word pieces seen), and with early stopping `best_step`.
    """
    model.to(device).train()
    set_dropout(model, recipe.dropout)
    torch.manual_seed(seed + processes.rank)  # of dropout, which differs between processes
    same_start(processes, model.state_dict().values())
    compute = compute_dtype(device, recipe.precision)
    optimizer = AdamW(model, recipe.weight_decay, compute, processes)
    steps = schedule(tasks, recipe, seed)
    best = Best(recipe.patience)
    running = RunningState(work, identity, processes, save_every_seconds)
    done = running.load(optimizer, best)
    if done:
        logger.info("resuming after step %d of %d", done, len(steps))
    trimmed = [model.vocabulary.to_trimmed(task.encoded.pieces) for task in tasks]
    losses: list[torch.Tensor] = []
    began = time.monotonic()
    taken = done
    with termination() as asked_to_end:
        for step in tqdm(range(done, len(steps)), initial=done, total=len(steps), disable=None):
            if best.over:
                break
            index, sequences = steps[step]
            loss = _gradients(model, tasks[index], sequences, trimmed[index], recipe, processes)
            factor = learning_rate_factor(step, len(steps), recipe.warmup)
            optimizer.step(recipe.learning_rate * factor, recipe.clip_norm)
            losses.append(loss)
            taken = step + 1
            last = taken == len(steps)
            if evaluate and recipe.evaluate_every and (taken % recipe.evaluate_every == 0 or last):
                best.see(processes.agree(evaluate()), taken, optimizer.weights())
                model.train()
            if last:
                break
            ending = asked_to_end.is_set() and processes.count == 1  # others would wait for it
            if ending or running.due(taken):
                running.save(optimizer, best, taken)
            if ending:
                logger.info("asked to end: saved after step %d of %d", taken, len(steps))
                raise Preempted
    optimizer.finish()
    _check_last(losses)  # waits for a GPU's queued work
    outcome = {"steps": taken, "pieces": _pieces_seen(tasks, steps[:taken])}
    if best.weights:
        best.lay_over(model)
        outcome["best_step"] = best.step
    logger.info(
        "trained: %d steps, %d pieces in %.2f s",
        taken - done,
        _pieces_seen(tasks, steps[done:taken]),
        time.monotonic() - began,
    )
    running.remove()
    return outcome


def _gradients(
    model: TransferModel,
    task: TrainingTask,
    sequences: np.ndarray,
    trimmed: np.ndarray,
    recipe: Recipe,
    processes: Processes,
) -> torch.Tensor:
    """Leave a batch's gradients in the model; its loss, of this process's part."""
    device = next(model.parameters()).device
    loss = torch.zeros((), device=device)
    for part, weight in _parts(task.encoded, sequences, recipe.micro_batch, processes):
        batch = collate(task.encoded, part, trimmed, device)
        if task.corrupt:
            batch = task.corrupt(batch)
        with autocast(device, recipe.precision):
            states, pooled = model(batch)
            part_loss = task.format.loss(states, pooled, model.heads[task.name], batch)
        (part_loss if weight == 1 else part_loss * weight).backward()
        loss += part_loss.detach() * weight
    processes.sum_gradients(model)
    return loss


def _parts(
    encoded: Encoded, sequences: np.ndarray, size: int | None, processes: Processes
) -> Iterator[tuple[np.ndarray, float]]:
    """A process's part of a batch, `size` examples at a time, with their shares of the sequences.

    Gradients add up to those of the whole batch, so that the parts change memory alone (of tagging,
    whose loss is a mean over pieces, nearly so). A process without a part computes one for
    nothing, so that it has the same gradients as the others.
    """
    own, scale = sequences, 1.0
    if processes.count > 1:
        own = sequences[processes.part(encoded.examples[sequences])]
    if processes.sharded:
        scale = processes.count  # gradients of shards are means over the processes
    most = -(-len(np.unique(encoded.examples[sequences])) // processes.count)
    size = min(size or most, most)
    runs = 0
    if len(own):
        examples = encoded.examples[own]
        order = {example: place for place, example in enumerate(dict.fromkeys(examples.tolist()))}
        parts = np.array([order[example] // size for example in examples.tolist()])
        runs = int(parts.max()) + 1
        for part in range(runs):
            chosen = own[parts == part]
            yield chosen, scale * len(chosen) / len(sequences)
    # A shard's owner must run the model as often as the others, since each run gathers all shards.
    for _ in range(runs, -(-most // size) if processes.sharded else 1):
        yield sequences[:1], 0.0


def _pieces_seen(tasks: Sequence[TrainingTask], steps: Sequence[tuple[int, np.ndarray]]) -> int:
    return int(sum(tasks[index].encoded.lengths[sequences].sum() for index, sequences in steps))


def _check_last(losses: Sequence[torch.Tensor]) -> None:
    """Log the mean loss of the last tenth of the steps; weights that diverged are not kept."""
    if not losses:
        return
    loss = float(torch.stack(losses[-max(1, len(losses) // 10) :]).mean())
    logger.info("training loss at the end: %.3f", loss)
    if not np.isfinite(loss):
        raise FloatingPointError(
            f"the training loss is {loss}; lower learning_rate or set precision: fp32"
        )
