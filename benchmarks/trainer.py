"""The `transformers` Trainer on the same encoder, data and recipe, to compare with."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import Dataset
from transformers import AutoModel, Trainer, TrainingArguments, logging
from transformers.modeling_outputs import SequenceClassifierOutput

from crosslift.batching import Encoded
from crosslift.study import Recipe

logging.set_verbosity_error()

SILENT: dict[str, Any] = {
    "remove_unused_columns": False,
    "logging_strategy": "no",
    "save_strategy": "no",
    "report_to": "none",
    "disable_tqdm": True,
}
"""Nothing but training: no reports, no checkpoints."""

AS_IT_COMES: dict[str, Any] = {}
TUNED = {"bf16": True, "train_sampling_strategy": "group_by_length", "optim": "adamw_torch_fused"}
COMPILED = {**TUNED, "torch_compile": True}


class PooledClassifier(nn.Module):
    """A transformers encoder, the mean of its last states, and a linear head, as in crosslift.

    Every loss is kept in `losses`.
    """

    def __init__(self, folder: Path, labels: int, depth: int | None, seed: int) -> None:
        super().__init__()
        depths = {} if depth is None else {"num_hidden_layers": depth}
        self.encoder = AutoModel.from_pretrained(
            folder,
            add_pooling_layer=False,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            **depths,
        )
        torch.manual_seed(seed)
        self.head = nn.Linear(self.encoder.config.hidden_size, labels)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)
        self.losses: list[torch.Tensor] = []

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        labels: torch.Tensor | None = None,
        **_: Any,
    ) -> SequenceClassifierOutput:
        """Loss (with labels) and logits, shape (n_sequences, n_labels)."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(states.dtype)
        logits = self.head((states * weights).sum(1) / weights.sum(1))
        loss = None
        if labels is not None:
            loss = nn.functional.cross_entropy(logits.float(), labels)
            if self.training:
                self.losses.append(loss.detach())
        return SequenceClassifierOutput(loss=loss, logits=logits)


class Sequences(Dataset):
    """An `Encoded` as the Trainer reads it."""

    def __init__(self, encoded: Encoded) -> None:
        self.encoded = encoded

    def __len__(self) -> int:
        return len(self.encoded)

    def __getitem__(self, index: int) -> dict[str, Any]:
        if not 0 <= index < len(self):  # the sampler by length reads until it is told to stop
            raise IndexError(index)
        first, last = self.encoded.starts[index : index + 2]
        return {
            "input_ids": self.encoded.pieces[first:last],
            "labels": int(self.encoded.per_sequence["label"][index]),
            "length": int(last - first),
        }


class Pad:
    """Pads a batch to its longest sequence."""

    def __init__(self, pad: int) -> None:
        self.pad = pad

    def __call__(self, items: list[Mapping[str, Any]]) -> dict[str, torch.Tensor]:
        """Join the items of a batch."""
        longest = max(len(item["input_ids"]) for item in items)
        pieces = np.full((len(items), longest), self.pad, np.int64)
        mask = np.zeros((len(items), longest), np.int64)
        for row, item in enumerate(items):
            pieces[row, : len(item["input_ids"])] = item["input_ids"]
            mask[row, : len(item["input_ids"])] = 1
        return {
            "input_ids": torch.from_numpy(pieces),
            "attention_mask": torch.from_numpy(mask),
            "labels": torch.tensor([item["labels"] for item in items]),
        }


def trainer_for(
    model: PooledClassifier,
    encoded: Encoded,
    recipe: Recipe,
    seed: int,
    options: Mapping[str, Any],
) -> Trainer:
    """A Trainer set as the recipe says, on the first GPU or else the CPU."""
    steps = int(np.ceil(len(encoded) / recipe.batch_size) * recipe.epochs)
    arguments = TrainingArguments(
        output_dir=mkdtemp(),
        per_device_train_batch_size=recipe.batch_size,
        per_device_eval_batch_size=64,
        num_train_epochs=recipe.epochs,
        learning_rate=recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        warmup_steps=round(recipe.warmup * steps),
        lr_scheduler_type="linear",
        max_grad_norm=recipe.clip_norm,
        seed=seed,
        use_cpu=not torch.cuda.is_available(),
        **SILENT,
        **options,
    )
    pad = model.encoder.config.pad_token_id
    return Trainer(model, arguments, data_collator=Pad(pad), train_dataset=Sequences(encoded))
