"""The straightforward way to fill a study's grid: a process with the Trainer for every cell.

    snakemake data encoders --cores 2 --configfile studies/pilot.yaml --config data_root=FOLDER
    python -m benchmarks.straightforward studies/pilot.yaml

Each process loads the encoder, tunes it on the intermediate task and on the target with the Trainer
as it comes, and predicts every language; nothing is shared between cells. Since that takes most of
a day, a few steps and batches of each encoder and task are timed, and each cell is charged for the
steps and batches that it would run. The workflow's way is charged likewise: a start for each job,
phase 2 once, and one thread a job, so that a core fewer is no loss while there are jobs enough.
"""

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import torch
from ruamel.yaml import YAML
from tokenizers import Tokenizer
from torch import nn
from torch.utils.data import Dataset
from transformers import AutoModel, Trainer, TrainerCallback, TrainingArguments

from benchmarks import comparison
from benchmarks.trainer import SILENT
from crosslift import training
from crosslift.batching import Batch, Encoded, prediction_batches
from crosslift.catalogue import get_task
from crosslift.catalogue.encoders import parse_encoder_name
from crosslift.data.sampling import choose
from crosslift.encoders.load import load_tokenizer
from crosslift.encoders.packing import Packing
from crosslift.formats import FORMATS
from crosslift.model import Encoder, build_model, choose_device
from crosslift.prediction import PIECES, predict
from crosslift.study import NONE, Recipe, Study, load_study
from crosslift.training import TrainingTask, schedule, training_task

PARTS = ["start", "intermediate", "target", "prediction"]

TRAINER_START = (
    "import sys, pandas; from transformers import AutoModel, Trainer;"
    "AutoModel.from_pretrained(sys.argv[1], num_hidden_layers=int(sys.argv[2]))"
)
WORKFLOW_START = (
    "import sys, pandas, crosslift.phases; from crosslift.encoders.load import *;"
    "load_tokenizer(sys.argv[1]);"
    "load_encoder(sys.argv[1], int(sys.argv[2]), token_ids=range(20000))"
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


def own_training_seconds(encoder: Encoder, task: TrainingTask, recipe: Recipe, steps: int) -> float:
    """Seconds of the whole training by crosslift, from some of its steps spread over them."""
    device = choose_device()
    everything = schedule([task], recipe, seed=0)
    chosen = everything[:: max(1, len(everything) // steps)]
    widths = {task.name: task.format.outputs(task.labels)}
    model = build_model(encoder, np.unique(task.encoded.pieces), widths, recipe.pooling)

    def run(part: list[tuple[int, np.ndarray]]) -> float:
        with (
            TemporaryDirectory() as folder,
            patch.object(training, "schedule", lambda *_: part),
            comparison.stopwatch() as seconds,
        ):
            training.train(model, [task], recipe, 0, Path(folder), {}, device)
        return seconds()

    def pieces(part: list[tuple[int, np.ndarray]]) -> int:
        return sum(task.encoded.lengths[sequences].sum() for _, sequences in part)

    run(chosen)  # kernels of these sizes
    return run(chosen) / pieces(chosen) * pieces(everything)


def own_prediction_seconds(
    encoder: Encoder, posed: ModuleType, labels: list[str], encoded: Encoded, batches: int
) -> float:
    """Seconds of all predictions by crosslift, from some batches spread over them."""
    device = choose_device()
    everything = list(prediction_batches(encoded, PIECES[device.type]))
    chosen = np.sort(np.concatenate(everything[:: max(1, len(everything) // batches)]))
    model = build_model(encoder, np.unique(encoded.pieces), {"task": posed.outputs(labels)}, "mean")
    undecoded = SimpleNamespace(collect=posed.collect, decode=lambda *_: [])

    def run() -> float:
        with comparison.stopwatch() as seconds:
            predict(model, "task", undecoded, labels, None, encoded.take(chosen), device, "auto")
        return seconds()

    run()  # kernels of these sizes
    return run() / encoded.lengths[chosen].sum() * len(encoded.pieces)


def start_seconds(start: str, encoder: Encoder) -> float:
    """Seconds until a process has imported what it needs and loaded the encoder."""
    arguments = [str(encoder.folder), str(encoder.depth)]
    with comparison.stopwatch() as seconds:
        subprocess.run([sys.executable, "-c", start, *arguments], check=True)
    return seconds()


@dataclass(frozen=True)
class Ways:
    """Seconds of one piece of work in the straightforward way, and in the workflow's."""

    straightforward: float
    workflow: float


class Grid:
    """A study's parts, each timed once in both ways."""

    def __init__(self, study: Study, results: Path, steps: int, batches: int, threads: int) -> None:
        self.study, self.results, self.threads = study, results, threads
        self.steps, self.batches = steps, batches

    def encoder_seconds(self, name: str) -> dict[str, Any]:
        """Seconds of every cell of an encoder in both ways, summed by what they are spent on."""
        entry, depth = parse_encoder_name(name)
        encoder = Encoder(self.results / "encoders" / entry.name, depth)
        tokenizer = load_tokenizer(encoder.folder)
        start = Ways(*(start_seconds(code, encoder) for code in (TRAINER_START, WORKFLOW_START)))
        tuned = {
            task: self._trained("intermediate", task, task, encoder, tokenizer)
            for task in self.study.intermediates
        }
        once = Ways(
            sum(one.straightforward for one in tuned.values()),
            sum(one.workflow for one in tuned.values()),
        )
        spent = {"cells": 0, **dict.fromkeys(PARTS, 0.0), "intermediate_once": once.straightforward}
        own = {
            **dict.fromkeys(PARTS, 0.0),
            "start": start.workflow * (len(tuned) + len(self.study.targets)),
            "intermediate": once.workflow,
        }
        for target in self.study.targets:
            source = self.study.train_on(target)
            training = Ways(0.0, 0.0)
            if source:
                training = self._trained("target", target, source, encoder, tokenizer)
            prediction = self._predicted(target, encoder, tokenizer)
            cells = self.study.cells(target)
            spent["cells"] += len(cells)
            spent["start"] += start.straightforward * len(cells)
            spent["target"] += training.straightforward * len(cells)
            spent["prediction"] += prediction.straightforward * len(cells)
            spent["intermediate"] += sum(
                tuned[cell.intermediate].straightforward
                for cell in cells
                if cell.intermediate != NONE
            )
            own["target"] += training.workflow * len(cells)
            own["prediction"] += prediction.workflow * len(cells)
            print(f"{name}, {target}: a cell's training {training}, tests {prediction}")
        return {"encoder": name, **spent, "workflow": own}

    def _trained(
        self, phase: Any, name: str, source: str, encoder: Encoder, tokenizer: Tokenizer
    ) -> Ways:
        task = get_task(name)
        labels, recipe = task.labels or [], self.study.recipe(phase, name)
        table = pd.read_parquet(self.results / "data" / source / "train.parquet")
        limit = self.study.train_examples(phase, name)
        if limit is not None:
            table = table[table["example_id"].isin(choose(table["example_id"], limit))]
        posed = training_task(name, task.format, labels, table, tokenizer, recipe)
        model = TaskModel(encoder.folder, encoder.depth, posed.format, labels)
        torch.set_num_threads(self.threads)
        theirs = training_seconds(model, posed.encoded, recipe, self.steps)
        torch.set_num_threads(1)
        own = own_training_seconds(encoder, posed, recipe, self.steps)
        print(f"  {name}: {theirs:.0f} s, {own:.0f} core-s", flush=True)
        return Ways(theirs, own)

    def _predicted(self, target: str, encoder: Encoder, tokenizer: Tokenizer) -> Ways:
        task = get_task(target)
        labels, recipe = task.labels or [], self.study.recipe("target", target)
        posed = FORMATS[task.format]
        table = pd.read_parquet(self.results / "data" / target / "test.parquet")
        given = (table, tokenizer, labels, recipe.max_length, recipe.stride)
        encoded = posed.featurise(*given)
        model = TaskModel(encoder.folder, encoder.depth, posed, labels)
        torch.set_num_threads(self.threads)
        theirs = prediction_seconds(model, encoded, self.batches)
        torch.set_num_threads(1)
        return Ways(theirs, own_prediction_seconds(encoder, posed, labels, encoded, self.batches))


def main() -> None:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path)
    parser.add_argument("--results", type=Path, help="its results, if not in results/")
    parser.add_argument("--steps", type=int, default=8, help="timed, of each training")
    parser.add_argument("--batches", type=int, default=8, help="timed, of each target's tests")
    parser.add_argument("--threads", type=int, default=2, help="cores of the machine")
    flags = parser.parse_args()
    comparison.keep_memory()
    study = load_study(YAML(typ="safe").load(flags.study), str(flags.study))
    results = flags.results or Path("results") / study.study
    machine = comparison.machine(flags.threads)
    began = time.monotonic()
    grid = Grid(study, results, flags.steps, flags.batches, flags.threads)
    rows = [grid.encoder_seconds(name) for name in study.encoders]
    total = sum(row[part] for row in rows for part in PARTS)
    kept = total - sum(row["intermediate"] - row["intermediate_once"] for row in rows)
    workflow = sum(row["workflow"][part] for row in rows for part in PARTS) / flags.threads
    comparison.show("seconds of the straightforward way", rows)
    print(f"{total:.0f} s in all, {total / workflow:.1f} times the workflow's {workflow:.0f} s")
    print(f"{kept:.0f} s with intermediate weights kept, {kept / workflow:.1f} times")
    record = {
        "machine": machine,
        "study": study.study,
        "timed_steps": flags.steps,
        "timed_batches": flags.batches,
        "measuring_seconds": time.monotonic() - began,
        "encoders": rows,
        "straightforward_seconds": total,
        "kept_intermediates_seconds": kept,
        "kept_intermediates_ratio": kept / workflow,
        "workflow_seconds": workflow,
        "ratio": total / workflow,
    }
    comparison.write_record(f"straightforward-{study.study}", record)


if __name__ == "__main__":
    main()
