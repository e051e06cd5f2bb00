"""The model that is tuned: an encoder with its vocabulary trimmed, and one linear head a task."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import nn

from crosslift.batching import Batch
from crosslift.devices import claim_device
from crosslift.encoders.load import load_encoder, word_embedding_name
from crosslift.encoders.vocabulary import TrimmedVocabulary
from crosslift.parallel import whole

WORD_ROWS, WORD_IDS = "word_embeddings.rows", "word_embeddings.ids"


class TransferModel(nn.Module):
    """An encoder and the heads of the tasks that it is tuned on.

    Parameters
    ----------
    encoder : nn.Module
        From `load_encoder`; its word embedding holds the pieces in use only.
    vocabulary : TrimmedVocabulary
        Which pieces those are.
    widths : dict of str to int
        Logits of each task's head; 0 makes none.
    pooling : "first" or "mean"
        A sequence's vector: the first piece's state, or the mean over its pieces.
    layer : int or None
        Layer whose states are read; None is the last.
    """

    def __init__(
        self,
        encoder: nn.Module,
        vocabulary: TrimmedVocabulary,
        widths: Mapping[str, int],
        pooling: str = "first",
        layer: int | None = None,
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.vocabulary = vocabulary
        self.pooling = pooling
        self.layer = layer
        hidden = encoder.hidden_size
        self.heads = nn.ModuleDict(
            {
                task: nn.Linear(hidden, width) if width else nn.Identity()
                for task, width in widths.items()
            }
        )
        self.dropout = nn.Dropout()
        for head in self.heads.values():
            if isinstance(head, nn.Linear):
                nn.init.normal_(head.weight, std=0.02)
                nn.init.zeros_(head.bias)

    def forward(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """States, shape (n_pieces, hidden), and pooled, shape (n_sequences, hidden)."""
        states = self.dropout(self.encoder(batch.pieces, batch.packing, self.layer))
        if self.pooling == "first":
            return states, states[batch.packing.firsts]
        return states, batch.packing.mean(states)


@dataclass(frozen=True)
class Encoder:
    """Where an encoder's weights lie, how deep it is cut, and which tuned weights go over it."""

    folder: Path
    depth: int | None
    tuned: Path | None = None


def build_model(
    encoder: Encoder,
    piece_ids: np.ndarray,
    widths: Mapping[str, int],
    pooling: str = "first",
    layer: int | None = None,
) -> TransferModel:
    """The encoder with the pieces in use, its tuned weights where there are any, and new heads."""
    loaded = load_encoder(encoder.folder, encoder.depth, token_ids=piece_ids)
    model = TransferModel(loaded.model, loaded.vocabulary, widths, pooling, layer)
    if encoder.tuned is not None:
        lay_over(model, load_file(encoder.tuned), heads=False)
    return model


def lay_over(model: TransferModel, tuned: Mapping[str, torch.Tensor], heads: bool) -> None:
    """Put tuned weights over a model's own, as `tuned_weights` gives them.

    Rows of pieces that tuning never saw stay as they are, and without `heads` so do the heads, as
    between the phases of training.
    """
    words = word_embedding_name(model)
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if name != words and (heads or not name.startswith("heads.")):
                tensor.copy_(tuned[name])
        own, theirs = _common(model.vocabulary.kept_ids, tuned[WORD_IDS].numpy())
        rows = tuned[WORD_ROWS][theirs]
        model.encoder.words.weight[own] = rows.to(model.encoder.words.weight)


def _common(kept: np.ndarray, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places in `kept` and in `ids` of the pieces that both hold."""
    _, own, theirs = np.intersect1d(kept, ids, assume_unique=True, return_indices=True)
    return own, theirs


def set_dropout(model: nn.Module, rate: float) -> None:
    """Give every dropout of the encoder and before the heads the same rate."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = rate


def tuned_weights(
    model: TransferModel, tuned: Path | None, matrices: torch.dtype = torch.float32
) -> dict[str, torch.Tensor]:
    """All that tuning changed, as tensors to store.

    Word embeddings are stored as rows with their piece ids. Rows that an earlier phase tuned and
    this one did not see are carried over from `tuned`. Matrices of linear layers are stored as
    `matrices`: where prediction runs in bf16, storing bf16 halves the file and changes nothing.
    """
    words = word_embedding_name(model)
    linear = {
        f"{name}.weight" for name, part in model.named_modules() if isinstance(part, nn.Linear)
    }
    tensors = {
        name: whole(tensor.detach()).to("cpu", matrices if name in linear else None).contiguous()
        for name, tensor in model.state_dict().items()
        if name != words
    }
    ids = model.vocabulary.kept_ids
    rows = whole(model.encoder.words.weight.detach()).cpu()
    if tuned is not None:
        with safe_open(tuned, framework="pt") as file:
            old_ids, old_rows = file.get_tensor(WORD_IDS).numpy(), file.get_tensor(WORD_ROWS)
        carried = ~np.isin(old_ids, ids)
        ids = np.concatenate([ids, old_ids[carried]])
        rows = torch.cat([rows, old_rows[torch.from_numpy(carried)]])
    order = np.argsort(ids)
    tensors[WORD_IDS] = torch.from_numpy(ids[order].astype(np.int64))
    tensors[WORD_ROWS] = rows[torch.from_numpy(order)].contiguous()
    return tensors


@cache
def choose_device() -> torch.device:
    """A GPU that no other process has claimed if there is one, else the CPU.

    The same in every call: the claim holds until the process ends.
    """
    if not torch.cuda.is_available():
        return torch.device("cpu")
    count = torch.cuda.device_count()
    index = claim_device([str(torch.cuda.get_device_properties(i).uuid) for i in range(count)])
    torch.cuda.set_device(index)
    return torch.device("cuda", index)


def compute_dtype(device: torch.device, precision: str) -> torch.dtype:
    """Matrices are multiplied in bf16 if asked for, or where `auto` finds hardware that has it."""
    wanted = precision == "bf16" or (precision == "auto" and _has_bf16(device))
    return torch.bfloat16 if wanted else torch.float32


def autocast(device: torch.device, precision: str) -> AbstractContextManager:
    """Mixed precision, where `compute_dtype` is bf16."""
    wanted = compute_dtype(device, precision) == torch.bfloat16
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=wanted)


def _has_bf16(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
