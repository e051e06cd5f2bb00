"""The straightforward way to fill a study's grid: a process with the Trainer for every cell.

    python -m benchmarks.straightforward studies/pilot.yaml --workflow-seconds SECONDS

Each process loads the encoder, tunes it on the intermediate task and on the target with the Trainer
as it comes, and predicts every language; nothing is shared between cells. Since that takes most of
a day, a few steps and batches of each encoder and task are timed, and each cell is charged for the
steps and batches that it would run. The data are those that the workflow prepared in `results/`.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path
from tempfile import mkdtemp
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import torch
from ruamel.yaml import YAML
from torch import nn
from torch.utils.data import Dataset
from transformers import AutoModel, Trainer, TrainerCallback, TrainingArguments

from benchmarks import comparison
from benchmarks.trainer import SILENT
from crosslift.batching import Batch, Encoded
from crosslift.catalogue import get_task
from crosslift.catalogue.encoders import parse_encoder_name
from crosslift.data.sampling import choose
from crosslift.encoders.load import load_tokenizer
from crosslift.encoders.packing import Packing
from crosslift.formats import FORMATS
from crosslift.study import NONE, Recipe, Study, load_study
from crosslift.training import training_task

PARTS = ["start", "intermediate", "target", "prediction"]

START = (
    "import sys, pandas; from transformers import AutoModel, Trainer;"
    "AutoModel.from_pretrained(sys.argv[1], num_hidden_layers=int(sys.argv[2]))"
)


class TaskModel(nn.Module):
    """A transformers encoder with a task's head, which works on padded sequences."""

    def __init__(self, folder: Path, depth: int, posed: ModuleType, labels: list[str]) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            folder,
            num_hidden_layers=depth,
            add_pooling_layer=False,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        self.posed = posed
        width = posed.outputs(labels)
        hidden = self.encoder.config.hidden_size
        self.head = nn.Linear(hidden, width) if width else nn.Identity()

    def forward(self, pieces: torch.Tensor, lengths: torch.Tensor, **gold: torch.Tensor) -> Any:
        """Loss in training, else the states."""
        mask = torch.arange(pieces.shape[1], device=pieces.device) < lengths[:, None]
        states = self.encoder(input_ids=pieces, attention_mask=mask.long()).last_hidden_state[mask]
        rows, places = mask.nonzero(as_tuple=True)
        packing = Packing(lengths, rows, places, pieces.shape[1])
        batch = Batch(pieces[mask], packing, gold)
        pooled = packing.mean(states)
        if not self.training:
            return self.posed.collect(states, pooled, self.head, batch)
        return {"loss": self.posed.loss(states, pooled, self.head, batch)}


class Examples(Dataset):
    """The sequences of each example."""

    def __init__(self, encoded: Encoded) -> None:
        self.encoded = encoded
        self.groups = encoded.groups()

    def __len__(self) -> int:
        return len(self.groups)

    def __getitem__(self, index: int) -> Encoded:
        return self.encoded.take(self.groups[index])


def padded(items: list[Encoded]) -> dict[str, torch.Tensor]:
    """Join the items of a batch, padded to the longest sequence."""
    lengths = np.concatenate([item.lengths for item in items])
    pieces = np.ones((len(lengths), lengths.max()), np.int64)  # 1 pads, in XLM-R's vocabulary
    pieces[np.arange(lengths.max()) < lengths[:, None]] = np.concatenate(
        [item.pieces for item in items]
    )
    gold = {
        name: np.concatenate([getattr(item, kind)[name] for item in items])
        for kind in ("per_sequence", "per_piece")
        for name in getattr(items[0], kind)
    }
    return {
        key: torch.from_numpy(values)
        for key, values in {"pieces": pieces, "lengths": lengths, **gold}.items()
    }


class StepTimes(TrainerCallback):
    """When each step ended."""

    def __init__(self) -> None:
        self.ends: list[float] = []

    def on_step_end(self, *_: Any, **__: Any) -> None:
        """Note the time."""
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        self.ends.append(time.perf_counter())


def training_seconds(model: TaskModel, encoded: Encoded, recipe: Recipe, steps: int) -> float:
    """Seconds of the whole training, from so many of its steps after two others."""
    times = StepTimes()
    arguments = TrainingArguments(
        output_dir=mkdtemp(),
        per_device_train_batch_size=recipe.batch_size,
        max_steps=2 + steps,
        learning_rate=recipe.learning_rate,
        use_cpu=not torch.cuda.is_available(),
        **SILENT,
    )
    data = Examples(encoded)
    Trainer(model, arguments, data_collator=padded, train_dataset=data, callbacks=[times]).train()
    all_steps = np.ceil(len(data) / recipe.batch_size) * recipe.epochs
    return float((times.ends[-1] - times.ends[1]) / steps * all_steps)


def prediction_seconds(model: TaskModel, encoded: Encoded, batches: int, size: int = 32) -> float:
    """Seconds of all predictions, from some batches spread over them."""
    examples = Examples(encoded)
    starts = range(0, len(examples), size)
    chosen = starts[:: max(1, len(starts) // batches)]
    model.eval()
    with comparison.stopwatch() as seconds, torch.inference_mode():
        for start in chosen:
            items = [examples[i] for i in range(start, min(start + size, len(examples)))]
            model(**padded(items))
    return seconds() / len(chosen) * len(starts)


def start_seconds(folder: Path, depth: int) -> float:
    """Seconds until a process has imported the Trainer and loaded the encoder."""
    with comparison.stopwatch() as seconds:
        subprocess.run([sys.executable, "-c", START, str(folder), str(depth)], check=True)
    return seconds()


class Grid:
    """A study's parts, each timed once."""

    def __init__(self, study: Study, results: Path, steps: int, batches: int) -> None:
        self.study, self.results = study, results
        self.steps, self.batches = steps, batches

    def encoder_seconds(self, name: str) -> dict[str, Any]:
        """Seconds of every cell of an encoder, summed by what they are spent on."""
        entry, depth = parse_encoder_name(name)
        folder = self.results / "encoders" / entry.name
        tokenizer = load_tokenizer(folder)
        start = start_seconds(folder, depth)
        tuned = {
            task: self._trained("intermediate", task, task, folder, depth, tokenizer)
            for task in self.study.intermediates
        }
        spent = {"cells": 0, **dict.fromkeys(PARTS, 0.0), "intermediates_once": sum(tuned.values())}
        for target in self.study.targets:
            source = self.study.train_on(target)
            training = (
                self._trained("target", target, source, folder, depth, tokenizer) if source else 0.0
            )
            prediction = self._predicted(target, folder, depth, tokenizer)
            cells = self.study.cells(target)
            spent["cells"] += len(cells)
            spent["start"] += start * len(cells)
            spent["target"] += training * len(cells)
            spent["prediction"] += prediction * len(cells)
            spent["intermediate"] += sum(
                tuned[cell.intermediate] for cell in cells if cell.intermediate != NONE
            )
            print(f"{name}, {target}: training {training:.0f} s, tests {prediction:.0f} s a cell")
        return {"encoder": name, **spent}

    def _trained(self, phase: Any, name: str, source: str, folder, depth, tokenizer) -> float:
        task = get_task(name)
        labels, recipe = task.labels or [], self.study.recipe(phase, name)
        table = pd.read_parquet(self.results / "data" / source / "train.parquet")
        limit = self.study.train_examples(phase, name)
        if limit is not None:
            table = table[table["example_id"].isin(choose(table["example_id"], limit))]
        posed = training_task(name, task.format, labels, table, tokenizer, recipe)
        model = TaskModel(folder, depth, posed.format, labels)
        seconds = training_seconds(model, posed.encoded, recipe, self.steps)
        print(f"  {name}: {seconds:.0f} s", flush=True)
        return seconds

    def _predicted(self, target: str, folder, depth, tokenizer) -> float:
        task = get_task(target)
        labels, recipe = task.labels or [], self.study.recipe("target", target)
        posed = FORMATS[task.format]
        table = pd.read_parquet(self.results / "data" / target / "test.parquet")
        given = (table, tokenizer, labels, recipe.max_length, recipe.stride)
        model = TaskModel(folder, depth, posed, labels)
        return prediction_seconds(model, posed.featurise(*given), self.batches)


def main() -> None:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path)
    parser.add_argument("--results", type=Path, help="its results, if not in results/")
    parser.add_argument("--workflow-seconds", type=float, required=True)
    parser.add_argument("--steps", type=int, default=8, help="timed, of each training")
    parser.add_argument("--batches", type=int, default=8, help="timed, of each target's tests")
    parser.add_argument("--threads", type=int, default=2)
    flags = parser.parse_args()
    comparison.keep_memory()
    torch.set_num_threads(flags.threads)
    study = load_study(YAML(typ="safe").load(flags.study), str(flags.study))
    results = flags.results or Path("results") / study.study
    machine = comparison.machine(flags.threads)
    began = time.monotonic()
    grid = Grid(study, results, flags.steps, flags.batches)
    rows = [grid.encoder_seconds(name) for name in study.encoders]
    total = sum(row[part] for row in rows for part in PARTS)
    kept = total - sum(row["intermediate"] - row["intermediates_once"] for row in rows)
    comparison.show("seconds of the straightforward way", rows)
    ratio, kept_ratio = total / flags.workflow_seconds, kept / flags.workflow_seconds
    print(f"{total:.0f} s in all, {ratio:.1f} times the workflow's {flags.workflow_seconds:.0f} s")
    print(f"{kept:.0f} s with intermediate weights kept, {kept_ratio:.1f} times")
    record = {
        "machine": machine,
        "study": study.study,
        "timed_steps": flags.steps,
        "timed_batches": flags.batches,
        "measuring_seconds": time.monotonic() - began,
        "encoders": rows,
        "straightforward_seconds": total,
        "kept_intermediates_seconds": kept,
        "kept_intermediates_ratio": kept_ratio,
        "workflow_seconds": flags.workflow_seconds,
        "ratio": ratio,
    }
    comparison.write_record(f"straightforward-{study.study}", record)


if __name__ == "__main__":
    main()
