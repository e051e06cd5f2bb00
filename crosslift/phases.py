"""The phases of training: tune on intermediates, then tune on a target.

Each function reads prepared splits and finished weights and leaves finished weights. Weights that
are already those asked for are kept, so a killed job that is started again goes on where it stood,
and a job that gets more cells trains the new ones alone.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from pyarrow.parquet import read_metadata
from safetensors.torch import load_file
from tokenizers import Tokenizer

from crosslift import low_rank, masked_lm
from crosslift.batching import Encoded
from crosslift.catalogue import Task, get_task
from crosslift.checkpoints import MANIFEST, WEIGHTS, finished_weights, is_finished, write_finished
from crosslift.data.sampling import choose
from crosslift.data.variants import task_of
from crosslift.evaluation import scored
from crosslift.files import read_json, sha256_of
from crosslift.formats import FORMATS
from crosslift.model import (
    Encoder,
    TransferModel,
    build_model,
    choose_device,
    compute_dtype,
    tuned_weights,
)
from crosslift.parallel import ALONE, Processes
from crosslift.prediction import predict
from crosslift.study import NONE, Cell, Recipe
from crosslift.training import TRAINING_VERSION, TrainingTask, train, training_task

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """A cell, its name, and the folder of the intermediate weights it starts from (None: none)."""

    cell: Cell
    parent: Path | None


@dataclass(frozen=True)
class TrainingData:
    """A folder of prepared splits, and how many training examples to use (None: all)."""

    folder: Path
    examples: int | None = None


@dataclass(frozen=True)
class Unlabelled:
    """A table of texts for masked-LM steps, and the share of the steps that they have."""

    texts: Path
    share: float


def train_intermediate(
    encoder: Encoder,
    data: Mapping[str, TrainingData],
    tokenizer: Tokenizer,
    recipe: Recipe,
    seed: int,
    output: Path,
    work: Path,
    *,
    cap: int | None = None,
    unlabelled: Unlabelled | None = None,
    processes: Processes = ALONE,
) -> dict[str, Any]:
    """Phase 2: tune the encoder on one intermediate task, or on a mixture of them.

    Parameters
    ----------
    encoder : Encoder
        The prepared encoder and its depth.
    data : dict of str to TrainingData
        Each task's prepared splits.
    tokenizer : Tokenizer
        The encoder's.
    recipe : Recipe
        Of phase 2.
    seed : int
        Seeds heads, order and dropout.
    output, work : Path
        Where finished weights and the running state lie.
    cap : int, optional
        Most examples that a task of a mixture gives to an epoch.
    unlabelled : Unlabelled, optional
        Texts for masked-LM steps beside the task's.
    processes : Processes
        Those that tune together.

    Returns
    -------
    dict
        The manifest of the weights.
    """
    splits = [
        _split(name, task_of(given.folder), given, tokenizer, recipe, cap)
        for name, given in data.items()
    ]
    shared = _identity("intermediate", encoder, data, recipe)
    identity = {**shared, "parent_sha256": None, "seed": seed, **({"cap": cap} if cap else {})}
    texts = None
    if unlabelled:
        identity["masked_lm"] = {
            "texts_sha256": sha256_of(unlabelled.texts),
            "share": unlabelled.share,
        }
        encoded = masked_lm.featurise_texts(
            pd.read_parquet(unlabelled.texts), tokenizer, recipe.max_length
        )
        texts = TrainingTask(masked_lm.NAME, masked_lm, (), encoded, share=unlabelled.share)
    together = (texts, tokenizer, processes)
    _tune(encoder, splits, recipe, seed, identity, output, work, *together)
    return read_json(output / MANIFEST)


def tune_cells(
    encoder: Encoder,
    target: str,
    data: TrainingData,
    tokenizer: Tokenizer,
    recipe: Recipe,
    jobs: Sequence[Job],
    output: Path,
    work: Path,
    processes: Processes = ALONE,
) -> Iterator[tuple[Cell, dict[str, Any], dict[str, torch.Tensor]]]:
    """Phase 3: tune every cell of one encoder and target on the target's English data.

    Yields
    ------
    tuple of (Cell, dict, dict of str to Tensor)
        Each cell with its manifest and its tuned weights.
    """
    split = _split(target, get_task(target), data, tokenizer, recipe)
    starts = {job.parent: _weights(job.parent) for job in jobs}
    shared = _identity("target", encoder, {data.folder.name: data}, recipe)
    for number, job in enumerate(jobs, 1):
        start = Encoder(encoder.folder, encoder.depth, starts[job.parent])
        seed = job.cell.target_seed
        parent = job.parent and read_json(job.parent / MANIFEST)["weights_sha256"]
        identity = {**shared, "parent_sha256": parent, "seed": seed}
        folder = output / job.cell.name
        logger.info("%s: cell %d of %d, %s", target, number, len(jobs), job.cell.name)
        tuned = _tune(
            start,
            [split],
            recipe,
            seed,
            identity,
            folder,
            work / job.cell.name,
            processes=processes,
        )
        if tuned is None:
            tuned = load_file(folder / WEIGHTS)
        yield job.cell, read_json(folder / MANIFEST), tuned


@dataclass(frozen=True)
class Split:
    """A task's English data: the training split, and the development split to report on."""

    training: TrainingTask
    task: Task
    examples: pd.DataFrame
    development: Encoded


def _split(
    name: str,
    task: Task,
    data: TrainingData,
    tokenizer: Tokenizer,
    recipe: Recipe,
    cap: int | None = None,
) -> Split:
    """Featurise prepared data; format and labels are those of the task whose head is tuned."""
    labels = task.labels or []
    examples = pd.read_parquet(data.folder / "train.parquet")
    if data.examples is not None:
        examples = examples[
            examples["example_id"].isin(choose(examples["example_id"], data.examples))
        ]
    development = pd.read_parquet(data.folder / "dev.parquet")
    if recipe.evaluate_every:
        chosen = choose(development["example_id"], recipe.evaluation_examples)
        development = development[development["example_id"].isin(chosen)].reset_index(drop=True)
    posed = FORMATS[task.format]
    training = training_task(name, task.format, labels, examples, tokenizer, recipe)
    return Split(
        replace(training, cap=cap),
        task,
        development,
        posed.featurise(development, tokenizer, labels, recipe.max_length, recipe.stride),
    )


def _identity(
    phase: str,
    encoder: Encoder,
    data: Mapping[str, TrainingData],
    recipe: Recipe,
) -> dict[str, Any]:
    """All that a phase's weights depend on beside the seed and the weights it starts from.

    A limit that takes nothing away is no part of it.
    """
    limits = {
        name: given.examples
        for name, given in data.items()
        if given.examples is not None
        and given.examples < read_metadata(given.folder / "train.parquet").num_rows
    }
    card = read_json(encoder.folder / "card.json")
    return {
        "version": TRAINING_VERSION,
        "phase": phase,
        "encoder_sha256": card["files"],
        "depth": encoder.depth,
        "data_sha256": {
            f"{name}/{split}": sha256_of(given.folder / f"{split}.parquet")
            for name, given in data.items()
            for split in ("train", "dev")
        },
        **({"examples": limits} if limits else {}),
        "recipe": recipe.model_dump(),
    }


def _weights(folder: Path | None) -> Path | None:
    return None if folder is None else finished_weights(folder)


def _tune(
    encoder: Encoder,
    splits: Sequence[Split],
    recipe: Recipe,
    seed: int,
    identity: Mapping[str, Any],
    output: Path,
    work: Path,
    texts: TrainingTask | None = None,
    tokenizer: Tokenizer | None = None,
    processes: Processes = ALONE,
) -> dict[str, torch.Tensor] | None:
    """Leave finished weights of this identity in `output`; None if they were there already."""
    finished = is_finished(output, identity)
    processes.wait()  # for all to have looked, before any writes
    if finished:
        logger.info("kept: %s holds these weights already", output)
        return None
    logger.info("tuning %s", output)
    torch.manual_seed(seed)
    tasks = [split.training for split in splits]
    seen = [task.encoded.pieces for task in tasks]
    if texts:
        seen += [texts.encoded.pieces, np.array([masked_lm.mask_piece(tokenizer)])]
    pieces = np.unique(np.concatenate([*seen, *(split.development.pieces for split in splits)]))
    widths = {task.name: task.format.outputs(task.labels) for task in tasks}
    device = choose_device()
    model = build_model(encoder, pieces, widths, recipe.pooling)
    if texts:
        corrupt = masked_lm.corruption(tokenizer, model.vocabulary)
        tasks.append(replace(texts, corrupt=corrupt))
        model.heads[masked_lm.NAME] = masked_lm.TiedHead(model.encoder.words)

    if recipe.recompute:
        model.encoder.recompute()
    if recipe.lora:
        low_rank.adapt(model.encoder, recipe.lora)

    processes.shard(model, compute_dtype(device, recipe.precision))

    def development() -> dict[str, float]:
        scores = {
            split.training.name: _development_score(model, split, device, recipe.precision)
            for split in splits
            if len(split.examples)
        }
        processes.settle(model)
        return scores

    def mean_development() -> float:
        return float(np.mean(list(development().values())))

    evaluate = mean_development if any(len(split.examples) for split in splits) else None
    outcome = train(
        model,
        tasks,
        recipe,
        seed,
        work,
        identity,
        device,
        evaluate=evaluate,
        processes=processes,
    )
    if recipe.lora:
        low_rank.merge(model.encoder)
    outcome["development"] = development()
    # Phase 3 goes on from phase 2 in full precision; nothing goes on from phase 3.
    last = identity["phase"] == "target"
    matrices = compute_dtype(device, recipe.precision) if last else torch.float32
    tensors = tuned_weights(model, encoder.tuned, matrices)
    if processes.first:
        write_finished(output, tensors, identity, outcome)
    processes.wait()  # for the files to be there
    return tensors


def _development_score(
    model: TransferModel, split: Split, device: torch.device, precision: str
) -> float:
    """Score on the English development split, in points (0 to 100); for the record alone."""
    training = split.training
    predictions = predict(
        model,
        training.name,
        training.format,
        training.labels,
        split.examples,
        split.development,
        device,
        precision,
    )
    rows = scored(split.task, split.examples, predictions)
    return 100 * float((rows["score"] * rows["weight"]).sum() / max(1.0, rows["weight"].sum()))


def cell_parent(intermediates: Path, cell: Cell) -> Path | None:
    """Folder of the phase-2 weights that a cell starts from; None for the baseline."""
    if cell.intermediate == NONE:
        return None
    return intermediates / cell.intermediate / f"seed{cell.intermediate_seed}"
