"""Classification in which a text may have several labels, or none: kinds of unfair clauses.

One logit a label, binary cross entropy, and a label is given where its probability is above a half,
as in the LexGLUE baselines (Chalkidis et al. 2022, arXiv 2110.00976, section 4.2).
"""

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from tokenizers import Tokenizer
from torch import nn

from crosslift.batching import Batch, Encoded, encoded_from
from crosslift.formats.classification import collect, outputs
from crosslift.formats.pieces import encode_texts

__all__ = ["collect", "decode", "featurise", "gold", "loss", "outputs"]


def featurise(
    examples: pd.DataFrame,
    tokenizer: Tokenizer,
    labels: Sequence[str],
    max_length: int,
    stride: int,
) -> Encoded:
    """One sequence an example, cut to `max_length` pieces.

    `per_sequence["labels"]` has shape (n_sequences, n_labels): 1 where an example has the label.
    """
    pieces = encode_texts(tokenizer, examples["text"], [None] * len(examples), max_length)
    given = [[int(label in own) for label in labels] for own in map(set, examples["labels"])]
    gold = np.array(given, np.int64).reshape(-1, len(labels))
    return encoded_from(pieces, range(len(examples)), {"labels": gold})


def loss(states: torch.Tensor, pooled: torch.Tensor, head: nn.Linear, batch: Batch) -> torch.Tensor:
    """Mean binary cross entropy over the batch's examples and labels."""
    logits = head(pooled).float()
    return nn.functional.binary_cross_entropy_with_logits(logits, batch.gold["labels"].float())


def decode(
    examples: pd.DataFrame, encoded: Encoded, collected: Sequence[np.ndarray], labels: Sequence[str]
) -> list[str]:
    """The labels whose logit is above 0, for each example, as a JSON list."""
    return [
        json.dumps([label for label, logit in zip(labels, logits, strict=True) if logit > 0])
        for logits in collected
    ]


def gold(examples: pd.DataFrame) -> list[str]:
    """The gold labels, as JSON lists."""
    return [json.dumps(list(labels)) for labels in examples["labels"]]
