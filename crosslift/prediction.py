"""Predictions of a tuned model on a split, one for each example."""

import logging
import time
from collections.abc import Sequence
from types import ModuleType

import numpy as np
import pandas as pd
import torch

from crosslift.batching import Encoded, collate, prediction_batches
from crosslift.model import TransferModel, autocast

logger = logging.getLogger(__name__)

PIECES = {"cpu": 1024, "cuda": 65536}
"""Pieces of a batch, with padding: a CPU is fastest while a batch's states stay in its cache."""


@torch.no_grad()  # inference_mode would spoil the shards of a model that is still trained
def predict(
    model: TransferModel,
    task: str,
    posed: ModuleType,
    labels: Sequence[str],
    examples: pd.DataFrame,
    encoded: Encoded,
    device: torch.device,
    precision: str,
) -> list[str]:
    """One prediction an example, written as the format writes gold.

    Parameters
    ----------
    model : TransferModel
        Its vocabulary must hold every piece of `encoded`.
    task : str
        Whose head is used.
    posed : module
        The format, from `crosslift.formats`.
    labels : sequence of str
        The task's labels, empty for formats without.
    examples : DataFrame
        The examples that `encoded` was made of, in the same order.
    """
    began = time.monotonic()
    if next(model.parameters()).device != device:
        model.to(device)
    model.eval()
    trimmed = model.vocabulary.to_trimmed(encoded.pieces)
    collected: list[np.ndarray | None] = [None] * len(encoded)
    with autocast(device, precision):  # one context for all: it casts the weights once
        for sequences in prediction_batches(encoded, PIECES[device.type]):
            batch = collate(encoded, sequences, trimmed, device)
            states, pooled = model(batch)
            results = posed.collect(states, pooled, model.heads[task], batch)
            for sequence, result in zip(sequences, results, strict=True):
                collected[sequence] = result
    seconds = time.monotonic() - began
    logger.info("predicted: %s, %d pieces in %.2f s", task, len(encoded.pieces), seconds)
    return posed.decode(examples, encoded, collected, labels)
