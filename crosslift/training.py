"""Tuning an encoder on one task or several: phase 2 and phase 3 run the same code."""

import logging
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import torch
from tokenizers import Tokenizer
from tqdm import tqdm

from crosslift.batching import Encoded, collate, training_batches
from crosslift.checkpoints import load_state, remove_state, save_state
from crosslift.formats import FORMATS
from crosslift.model import TransferModel, autocast, compute_dtype, set_dropout
from crosslift.optimizer import AdamW
from crosslift.study import Recipe

TRAINING_VERSION = 2
"""Part of every checkpoint's identity: raised when the same recipe comes to mean other weights."""

SAVE_EVERY_SECONDS = 60.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainingTask:
    """A task's training split as word pieces, and how it is posed."""

    name: str
    format: ModuleType
    labels: Sequence[str]
    encoded: Encoded


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
    their sizes, as in the multi-task runs of Phang et al. 2020 (section 2.2). A fraction of an
    epoch is cut from the last one.
    """
    steps: list[tuple[int, np.ndarray]] = []
    per_epoch = 0
    for epoch in range(int(np.ceil(recipe.epochs))):
        batches = [
            (index, sequences)
            for index, task in enumerate(tasks)
            for sequences in training_batches(
                task.encoded, recipe.batch_size, stream(seed, task.name, f"epoch {epoch}")
            )
        ]
        order = stream(seed, "order", f"epoch {epoch}").permutation(len(batches))
        steps += [batches[i] for i in order]
        per_epoch = len(batches)
    return steps[: max(1, round(recipe.epochs * per_epoch))]


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
) -> dict[str, Any]:
    """Tune the model in place; a state left in `work` by a killed run of the same identity is used.

    Returns
    -------
    dict
        `steps` and `pieces` (real word pieces seen).
    """
    model.to(device).train()
    set_dropout(model, recipe.dropout)
    torch.manual_seed(seed)
    optimizer = AdamW(model, recipe.weight_decay, compute_dtype(device, recipe.precision))
    steps = schedule(tasks, recipe, seed)
    done = load_state(work, optimizer, identity)
    if done:
        logger.info("resuming after step %d of %d", done, len(steps))
    trimmed = [model.vocabulary.to_trimmed(task.encoded.pieces) for task in tasks]
    losses: list[torch.Tensor] = []
    saved = began = time.monotonic()
    for step in tqdm(range(done, len(steps)), initial=done, total=len(steps), disable=None):
        index, sequences = steps[step]
        task = tasks[index]
        batch = collate(task.encoded, sequences, trimmed[index], device)
        with autocast(device, recipe.precision):
            states, pooled = model(batch)
            loss = task.format.loss(states, pooled, model.heads[task.name], batch)
        loss.backward()
        factor = learning_rate_factor(step, len(steps), recipe.warmup)
        optimizer.step(recipe.learning_rate * factor, recipe.clip_norm)
        losses.append(loss.detach())
        if time.monotonic() - saved >= save_every_seconds and step + 1 < len(steps):
            save_state(work, optimizer, step + 1, identity)
            saved = time.monotonic()
    optimizer.finish()
    _check_last(losses)  # waits for a GPU's queued work
    logger.info(
        "trained: %d steps, %d pieces in %.2f s",
        len(steps) - done,
        _pieces_seen(tasks, steps[done:]),
        time.monotonic() - began,
    )
    remove_state(work)
    return {"steps": len(steps), "pieces": _pieces_seen(tasks, steps)}


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
