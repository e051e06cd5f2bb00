"""Choice of one alternative among several: XCOPA, COPA, Social IQa.

Every alternative is scored with the same linear head and the softmax runs over an example's
alternatives, as in `AutoModelForMultipleChoice` and the XTREME-R baselines.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from tokenizers import Tokenizer
from torch import nn

from crosslift.batching import Batch, Encoded, encoded_from
from crosslift.formats.pieces import encode_texts


def outputs(labels: Sequence[str]) -> int:
    """One logit an alternative."""
    return 1


def featurise(
    examples: pd.DataFrame,
    tokenizer: Tokenizer,
    labels: Sequence[str],
    max_length: int,
    stride: int,
) -> Encoded:
    """One sequence an alternative: context and question, then the alternative."""
    counts = [len(choices) for choices in examples["choices"]]
    rows = np.repeat(np.arange(len(examples)), counts)
    stems = [
        f"{context} {question}".strip()
        for context, question in zip(examples["context"], examples["question"], strict=True)
    ]
    alternatives = [choice for choices in examples["choices"] for choice in choices]
    pieces = encode_texts(tokenizer, [stems[row] for row in rows], alternatives, max_length)
    right = [
        int(position == answer)
        for count, answer in zip(counts, examples["label"], strict=True)
        for position in range(count)
    ]
    return encoded_from(pieces, rows, {"right": right, "example": rows})


def loss(states: torch.Tensor, pooled: torch.Tensor, head: nn.Linear, batch: Batch) -> torch.Tensor:
    """Mean over examples of the negative log-probability of the right alternative."""
    logits = head(pooled).float().squeeze(-1)
    _, group = torch.unique_consecutive(batch.gold["example"], return_inverse=True)
    count = int(group[-1]) + 1
    # A softmax within ragged groups; the shift by each group's maximum keeps exp in range.
    highest = torch.full((count,), -torch.inf, device=logits.device)
    highest = highest.scatter_reduce(0, group, logits.detach(), "amax")
    shifted = logits - highest[group]
    totals = torch.zeros(count, device=logits.device).index_add(0, group, shifted.exp())
    log_probabilities = shifted - totals.log()[group]
    return -(log_probabilities * batch.gold["right"]).sum() / count


def collect(
    states: torch.Tensor, pooled: torch.Tensor, head: nn.Linear, batch: Batch
) -> list[np.ndarray]:
    """Logit of each alternative, shape (1,)."""
    return list(head(pooled).float().cpu().numpy())


def decode(
    examples: pd.DataFrame, encoded: Encoded, collected: Sequence[np.ndarray], labels: Sequence[str]
) -> list[str]:
    """Index of the alternative with the highest logit, for each example."""
    logits = np.array([values[0] for values in collected])
    return [str(int(np.argmax(logits[group]))) for group in encoded.groups()]


def gold(examples: pd.DataFrame) -> list[str]:
    """Index of the right alternative."""
    return [str(label) for label in examples["label"]]
