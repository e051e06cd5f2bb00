"""Zero-shot tests of one target: every language's examples, predicted by one cell after another."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from tokenizers import Tokenizer

from crosslift.catalogue import Task, get_task
from crosslift.data.groups import example_groups
from crosslift.files import atomic_path, read_json
from crosslift.formats import FORMATS
from crosslift.metrics import METRICS
from crosslift.model import Encoder, build_model, choose_device, lay_over
from crosslift.prediction import predict
from crosslift.study import Cell, Recipe

logger = logging.getLogger(__name__)

CELL_KEYS = ["encoder", "intermediate", "target", "language", "intermediate_seed", "target_seed"]


class Evaluator:
    """A target's tests as word pieces, and the encoder that each cell's weights are laid over.

    Parameters
    ----------
    encoder : Encoder
        The prepared encoder and its depth.
    encoder_name : str
        Its name in the table, with the depth.
    target : str
        Catalogue name.
    tests : Path
        The prepared test split.
    tokenizer : Tokenizer
        The encoder's.
    recipe : Recipe
        Lengths, pooling and precision are read.
    layer : int or None
        Layer whose states make a sentence vector (retrieval); None is the last.
    """

    def __init__(
        self,
        encoder: Encoder,
        encoder_name: str,
        target: str,
        tests: Path,
        tokenizer: Tokenizer,
        recipe: Recipe,
        layer: int | None = None,
    ) -> None:
        self.encoder_name = encoder_name
        self.task = get_task(target)
        self.format = FORMATS[self.task.format]
        self.labels = self.task.labels or []
        self.precision = recipe.precision
        examples = pd.read_parquet(tests)
        if self.task.format == "retrieval":
            # Sentence vectors of some encoders are made for texts with a prefix.
            prefix = read_json(encoder.folder / "card.json")["prefix"]
            examples = examples.assign(text=prefix + examples["text"])
        self.examples = examples
        self.groups = example_groups(examples)
        self.encoded = self.format.featurise(
            examples, tokenizer, self.labels, recipe.max_length, recipe.stride
        )
        widths = {target: self.format.outputs(self.labels)}
        pieces = np.unique(self.encoded.pieces)
        self.model = build_model(encoder, pieces, widths, recipe.pooling, layer)
        self._untuned = {name: value.clone() for name, value in self.model.state_dict().items()}

    def predictions(self, cell: Cell, weights: Mapping[str, torch.Tensor] | None) -> pd.DataFrame:
        """Predict every test example with one cell's weights; None is the encoder as it came.

        Returns
        -------
        DataFrame
            Prediction rows: the cell's keys, example_id, group, gold, prediction, score, weight.
        """
        logger.info("%s: predicting %s", self.task.name, cell.name)
        self.model.load_state_dict(self._untuned)
        if weights is not None:
            lay_over(self.model, weights, heads=self.format.outputs(self.labels) > 0)
        texts = predict(
            self.model,
            self.task.name,
            self.format,
            self.labels,
            self.examples,
            self.encoded,
            choose_device(),
            self.precision,
        )
        if self.model.encoder.words.weight.is_cuda:
            self.model.to("cpu")  # the next cell is trained in that memory
        rows = scored(self.task, self.examples, texts)
        keys = {
            "encoder": self.encoder_name,
            "intermediate": cell.intermediate,
            "target": self.task.name,
            "intermediate_seed": cell.intermediate_seed,
            "target_seed": cell.target_seed,
        }
        own = ["example_id", "group", "gold", "prediction", "score", "weight"]
        return rows.assign(**keys, group=self.groups)[[*CELL_KEYS, *own]]


def scored(task: Task, examples: pd.DataFrame, predictions: Sequence[str]) -> pd.DataFrame:
    """Gold, prediction, score (0 to 1) and weight of each example under the task's metric.

    Retrieval has a row for each query, none for the candidates.
    """
    table = pd.DataFrame(
        {
            "example_id": examples["example_id"],
            "language": examples["language"],
            "gold": FORMATS[task.format].gold(examples),
            "prediction": predictions,
        }
    )
    if task.format == "retrieval":
        table = table[examples["role"] == "query"]
    score, weight = METRICS[task.metric].measure_texts(
        list(table["gold"]), list(table["prediction"]), list(table["language"])
    )
    return table.assign(score=score, weight=weight)


def write_predictions(tables: Sequence[pd.DataFrame], path: Path) -> None:
    """Store the prediction rows of all cells as Parquet."""
    with atomic_path(path) as temporary:
        pd.concat(tables, ignore_index=True).to_parquet(temporary, index=False)
