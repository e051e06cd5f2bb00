"""What the benchmarks run on: prepared as the workflow prepares it, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from tokenizers import Tokenizer

from crosslift.batching import Encoded
from crosslift.catalogue import Task, get_task
from crosslift.data.prepare import prepare_tests, prepare_training
from crosslift.encoders.load import load_tokenizer
from crosslift.encoders.prepare import prepare_encoder
from crosslift.formats import FORMATS
from crosslift.study import Recipe

FOLDER = Path("results/benchmarks")
SOURCES = ["mini", "files"]

RECIPE = Recipe(
    learning_rate=1e-4,
    epochs=1,
    batch_size=16,
    max_length=192,
    stride=64,
    windows=None,
    warmup=0.1,
    weight_decay=0.01,
    clip_norm=1.0,
    dropout=0.0,
    pooling="mean",
    precision="auto",
)


@dataclass(frozen=True)
class Work:
    """A classification task's English data as word pieces."""

    task: Task
    tokenizer: Tokenizer
    training: Encoded
    development: Encoded
    development_examples: pd.DataFrame

    @property
    def labels(self) -> list[str]:
        """The task's labels."""
        return self.task.labels or []


def encoder_folder(name: str) -> Path:
    """A prepared encoder."""
    folder = FOLDER / "encoders" / name
    if not (folder / "card.json").is_file():
        prepare_encoder(name, folder)
    return folder


def work(task_name: str, examples: int, encoder: Path) -> Work:
    """Training and development data; the real data sets are found by CROSSLIFT_DATA."""
    folder = FOLDER / "data" / f"{task_name}-{examples}"
    if not (folder / "train.parquet").is_file():
        prepare_training(task_name, folder, sources=SOURCES, max_train=examples, max_dev=400)
    task, tokenizer = get_task(task_name), load_tokenizer(encoder)
    tables = {split: pd.read_parquet(folder / f"{split}.parquet") for split in ("train", "dev")}
    encoded = {
        split: FORMATS[task.format].featurise(
            table, tokenizer, task.labels or [], RECIPE.max_length, RECIPE.stride
        )
        for split, table in tables.items()
    }
    return Work(task, tokenizer, encoded["train"], encoded["dev"], tables["dev"])


@dataclass(frozen=True)
class Tests:
    """A classification task's tests in all its languages as word pieces."""

    task: Task
    tokenizer: Tokenizer
    examples: pd.DataFrame
    encoded: Encoded

    @property
    def labels(self) -> list[str]:
        """The task's labels."""
        return self.task.labels or []


def tests(task_name: str, examples: int, encoder: Path, languages: Sequence[str] | None) -> Tests:
    """Tests, at most `examples` of each language; the task's own languages when None."""
    named = "-".join(languages or ["all"])
    folder = FOLDER / "data" / f"{task_name}-test-{examples}-{named}"
    if not (folder / "test.parquet").is_file():
        given = {"languages": languages, "sources": SOURCES, "max_test": examples}
        prepare_tests(task_name, folder, **given)
    task, tokenizer = get_task(task_name), load_tokenizer(encoder)
    table = pd.read_parquet(folder / "test.parquet")
    encoded = FORMATS[task.format].featurise(
        table, tokenizer, task.labels or [], RECIPE.max_length, RECIPE.stride
    )
    return Tests(task, tokenizer, table, encoded)
