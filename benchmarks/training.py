"""Training beside the `transformers` Trainer: speed, learning, and what each part of it gives.

    python -m benchmarks.training --task mnli --examples 960

All contestants start from the same weights and see the same word pieces, made beforehand, in the
same number of steps of the same number of examples.
"""

import argparse
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from statsmodels.stats.proportion import proportion_confint
from torch import nn

from benchmarks import comparison, inputs
from benchmarks.products import product_seconds
from crosslift.batching import training_batches
from crosslift.encoders.bert import bert_sizes
from crosslift.files import read_json
from crosslift.formats import FORMATS
from crosslift.model import Encoder, build_model, choose_device, compute_dtype
from crosslift.prediction import predict
from crosslift.study import Recipe
from crosslift.training import TrainingTask, stream, train

SEED = 0


@dataclass(frozen=True)
class Outcome:
    """Training losses, step by step, and how to predict the development set's labels."""

    losses: np.ndarray
    predictions: Callable[[], list[str]]


@dataclass(frozen=True)
class Setting:
    """What all contestants have in common."""

    folder: Path
    depth: int
    work: inputs.Work
    recipe: Recipe


class TorchAdamW:
    """torch's fused AdamW over float32 weights, behind the interface of crosslift's own."""

    def __init__(self, model: nn.Module, weight_decay: float, compute: torch.dtype) -> None:
        self._parameters = list(model.parameters())
        self._optimizer = torch.optim.AdamW(self._parameters, weight_decay=weight_decay, fused=True)

    def step(self, learning_rate: float, clip_norm: float) -> None:
        """Take one step."""
        nn.utils.clip_grad_norm_(self._parameters, clip_norm)
        for group in self._optimizer.param_groups:
            group["lr"] = learning_rate
        self._optimizer.step()
        self._optimizer.zero_grad()

    def finish(self) -> None:
        """Nothing to give back: weights are float32 throughout."""


ABLATIONS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "padded, with transformers' model class": lambda: patch(
        "crosslift.encoders.load.is_bert", lambda config: False
    ),
    "torch's AdamW with autocast": lambda: patch("crosslift.training.AdamW", TorchAdamW),
    "batches in random order of length": lambda: patch("crosslift.batching.POOL", 1),
    "products of every size": lambda: patch(
        "crosslift.encoders.network.filled_up_size", lambda size: size
    ),
}
WHOLE_VOCABULARY, SINGLE_PRECISION = "whole vocabulary", "float32 products"


def run_crosslift(setting: Setting, switched_off: str | None = None) -> comparison.Run:
    """Train as the workflow does, or with one part of the engine switched off."""
    work, recipe = setting.work, setting.recipe
    posed, losses = FORMATS[work.task.format], []

    def recorded_loss(*given: Any) -> torch.Tensor:
        loss = posed.loss(*given)
        losses.append(loss.detach())
        return loss

    if switched_off == SINGLE_PRECISION:
        recipe = recipe.model_copy(update={"precision": "fp32"})
    pieces = np.union1d(work.training.pieces, work.development.pieces)
    if switched_off == WHOLE_VOCABULARY:
        pieces = np.arange(read_json(setting.folder / "config.json")["vocab_size"])
    recording = SimpleNamespace(loss=recorded_loss)
    task = TrainingTask(work.task.name, recording, work.labels, work.training)
    device = choose_device()
    with ABLATIONS.get(switched_off or "", nullcontext)(), TemporaryDirectory() as folder:
        torch.manual_seed(SEED)
        encoder = Encoder(setting.folder, setting.depth)
        widths = {task.name: len(work.labels)}
        model = build_model(encoder, pieces, widths, recipe.pooling)
        with comparison.stopwatch() as seconds:
            train(model, [task], recipe, SEED, Path(folder), {}, device)

    def predictions() -> list[str]:
        examples, encoded = work.development_examples, work.development
        given = (model, task.name, posed, work.labels, examples, encoded)
        return predict(*given, device, recipe.precision)

    outcome = Outcome(torch.stack(losses).cpu().numpy(), predictions)
    return comparison.Run(seconds(), outcome)


def run_trainer(setting: Setting, options: Mapping[str, Any]) -> comparison.Run:
    """Train with the Trainer."""
    from benchmarks.trainer import PooledClassifier, Sequences, trainer_for

    work = setting.work
    model = PooledClassifier(setting.folder, len(work.labels), setting.depth, SEED)
    trainer = trainer_for(model, work.training, setting.recipe, SEED, options)
    with comparison.stopwatch() as seconds:
        trainer.train()

    def predictions() -> list[str]:
        # Else it predicts in the order of lengths, too, and does not say which.
        trainer.args.train_sampling_strategy = "sequential"
        logits = trainer.predict(Sequences(work.development)).predictions
        return [work.labels[index] for index in logits.argmax(-1)]

    outcome = Outcome(torch.stack(model.losses).cpu().numpy(), predictions)
    return comparison.Run(seconds(), outcome)


def trainer_contestants(
    setting: Setting, compiled: bool
) -> dict[str, Callable[[], comparison.Run]]:
    """The Trainer as it comes and as tuned as it gets."""
    from benchmarks.trainer import AS_IT_COMES, COMPILED, TUNED

    contestants = {
        "Trainer as it comes": lambda: run_trainer(setting, AS_IT_COMES),
        "Trainer, tuned": lambda: run_trainer(setting, TUNED),
    }
    if compiled:
        contestants["Trainer, tuned and compiled"] = lambda: run_trainer(setting, COMPILED)
    return contestants


def learning(outcome: Outcome, gold: list[str]) -> dict[str, Any]:
    """Mean losses of each fifth of the steps, and accuracy with its 95% Wilson interval."""
    predicted = outcome.predictions()
    right = sum(one == other for one, other in zip(predicted, gold, strict=True))
    low, high = proportion_confint(right, len(gold), method="wilson")
    return {
        "losses": [float(part.mean()) for part in np.array_split(outcome.losses, 5)],
        "accuracy": 100 * right / len(gold),
        "low": 100 * low,
        "high": 100 * high,
    }


def products_rate(setting: Setting, pieces: int) -> float:
    """Pieces a second of the same batches' matrix products alone."""
    encoded, recipe = setting.work.training, setting.recipe
    batches = training_batches(encoded, recipe.batch_size, stream(SEED, "products"))
    device = choose_device()
    seconds = product_seconds(
        bert_sizes(read_json(setting.folder / "config.json")),
        setting.depth,
        [encoded.lengths[batch] for batch in batches],
        compute_dtype(device, recipe.precision),
        device,
        training=True,
    )
    return pieces / recipe.epochs / seconds


def main() -> None:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", default="e5-small")
    parser.add_argument("--depth", type=int, default=12)
    parser.add_argument("--task", default="mini-nli", help="a task of the catalogue with classes")
    parser.add_argument("--examples", type=int, default=960)
    parser.add_argument("--epochs", type=float, default=1)
    parser.add_argument("--batch-sizes", type=int, nargs="*", default=[4, 8, 16, 32, 64])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true", help="try the Trainer compiled, too")
    parser.add_argument("--parts", nargs="+", default=["trainer", "ablations", "sizes"])
    flags = parser.parse_args()
    comparison.keep_memory()
    torch.set_num_threads(flags.threads)
    folder = inputs.encoder_folder(flags.encoder)
    work = inputs.work(flags.task, flags.examples, folder)
    recipe = inputs.RECIPE.model_copy(update={"epochs": flags.epochs})
    setting = Setting(folder, flags.depth, work, recipe)
    record = {
        "machine": comparison.machine(flags.threads),
        "encoder": flags.encoder,
        "depth": flags.depth,
        "task": flags.task,
        "examples": len(work.training),
        "pieces": int(work.training.lengths.sum() * flags.epochs),
        "recipe": recipe.model_dump(),
    }
    run_crosslift(setting)  # so that no contestant pays for the first imports and kernels
    if "trainer" in flags.parts:
        record |= beside_trainer(setting, record["pieces"], flags.rounds, flags.compile)
    if "ablations" in flags.parts:
        record["ablations"] = ablations(setting, record["pieces"], flags.rounds)
    if "sizes" in flags.parts:
        record["sizes"] = by_batch_size(setting, record["pieces"], flags.batch_sizes, flags.rounds)
    comparison.write_record(f"training-{flags.encoder}-{flags.depth}-{flags.task}", record)


def beside_trainer(setting: Setting, pieces: int, rounds: int, compiled: bool) -> dict[str, Any]:
    """Speed and learning of every contestant, and the limit."""
    contestants = {"crosslift": lambda: run_crosslift(setting)}
    contestants |= trainer_contestants(setting, compiled)
    few = replace(setting.work, training=setting.work.training.take(np.arange(64)))
    for run in trainer_contestants(replace(setting, work=few), compiled).values():
        run()  # kernels and caches; crosslift had its own
    runs = comparison.alternate(contestants, rounds)
    gold = list(setting.work.development_examples["label"])
    limit = products_rate(setting, pieces)
    rows = []
    for name, own in runs.items():
        rate = comparison.rates(pieces, own)
        rows.append({"contestant": name, **rate, **learning(own[-1].made, gold)})
    for row in rows:
        row["crosslift_ratio"] = rows[0]["median"] / row["median"]
    comparison.show("word pieces a second, and learning", rows)
    print(f"its matrix products alone: {limit:.0f} pieces a second")
    return {"contestants": rows, "products_alone": limit}


def ablations(setting: Setting, pieces: int, rounds: int) -> list[dict[str, Any]]:
    """Speed with one part of the engine switched off at a time."""
    names = [None, WHOLE_VOCABULARY, SINGLE_PRECISION, *ABLATIONS]
    runs = comparison.alternate(
        {name or "all on": (lambda name=name: run_crosslift(setting, name)) for name in names},
        rounds,
    )
    rows = [
        {
            "switched off": name,
            **comparison.rates(pieces, own),
            "last loss": float(np.array_split(own[-1].made.losses, 5)[-1].mean()),
        }
        for name, own in runs.items()
    ]
    comparison.show("word pieces a second, one part switched off", rows)
    return rows


def by_batch_size(
    setting: Setting, pieces: int, sizes: list[int], rounds: int
) -> list[dict[str, Any]]:
    """Speed at each number of examples a step."""
    rows = []
    for size in sizes:
        recipe = setting.recipe.model_copy(update={"batch_size": size})
        own = Setting(setting.folder, setting.depth, setting.work, recipe)
        contestants = {"crosslift": lambda own=own: run_crosslift(own)}
        contestants["Trainer, tuned"] = trainer_contestants(own, compiled=False)["Trainer, tuned"]
        runs = comparison.alternate(contestants, rounds)
        limit = products_rate(own, pieces)
        for name, measured in runs.items():
            rate = comparison.rates(pieces, measured)
            pieces_a_batch = pieces * size / (len(setting.work.training) * recipe.epochs)
            rows.append(
                {"contestant": name, "batch_size": size, "pieces_a_batch": pieces_a_batch, **rate}
            )
        rows.append(
            {
                "contestant": "products alone",
                "batch_size": size,
                "pieces_a_batch": pieces_a_batch,
                "median": limit,
                "least": limit,
                "most": limit,
            }
        )
    comparison.show("word pieces a second by batch size", rows)
    return rows


if __name__ == "__main__":
    main()
