"""BERT, RoBERTa and XLM-R on packed word pieces.

Written out rather than taken from transformers because every step of every cell runs through it:
no work on padding outside attention, one product for query, key and value, and start-up without the
import of a model class (two seconds a process). Outputs are those of transformers' models.
"""

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from crosslift.encoders.bert import BertSizes
from crosslift.encoders.packing import Packing, filled_up_size


def _filled_up(states: torch.Tensor) -> torch.Tensor:
    """States with rows of zeros below, on a CPU alone: a GPU has kernels for every size."""
    if states.device.type != "cpu":
        return states
    return nn.functional.pad(states, (0, 0, 0, filled_up_size(len(states)) - len(states)))


class Linear(nn.Linear):
    """A linear layer that draws no initial weights: they are read from a file."""

    def reset_parameters(self) -> None:
        """Leave the weights as they are."""


class Embedding(nn.Embedding):
    """A lookup table that draws no initial weights."""

    def reset_parameters(self) -> None:
        """Leave the weights as they are."""


class BertEncoder(nn.Module):
    """A BERT without a pooler, all sequences of token type 0 (Devlin et al. 2019, section 3).

    Parameters
    ----------
    sizes : BertSizes
        The architecture.
    rows : int
        Rows of the word-embedding matrix, which may be trimmed.
    """

    def __init__(self, sizes: BertSizes, rows: int) -> None:
        super().__init__()
        self.hidden_size = sizes.hidden
        self.position_offset = sizes.position_offset
        self.words = Embedding(rows, sizes.hidden)
        self.positions = Embedding(sizes.positions, sizes.hidden)
        self.types = Embedding(sizes.token_types, sizes.hidden)
        self.norm = nn.LayerNorm(sizes.hidden, sizes.layer_norm_epsilon)
        self.dropout = nn.Dropout()
        self.layers = nn.ModuleList(BertLayer(sizes) for _ in range(sizes.layers))
        self._recomputes = False

    def recompute(self) -> None:
        """Keep no layer's inner states for the backward pass, which computes them once more."""
        self._recomputes = True

    def forward(
        self, pieces: torch.Tensor, packing: Packing, layer: int | None = None
    ) -> torch.Tensor:
        """States of one layer, shape (n_pieces, hidden).

        Parameters
        ----------
        pieces : long tensor, shape (n_pieces,)
            Rows of the word-embedding matrix.
        packing : Packing
            Which sequences they make.
        layer : int, optional
            Layers to run, 0 for the embeddings alone; all when None.
        """
        places = packing.places + self.position_offset
        states = self.words(pieces) + self.positions(places) + self.types.weight[0]
        states = _filled_up(self.dropout(self.norm(states)))
        for block in self.layers[:layer]:
            if self._recomputes and self.training:
                states = checkpoint(block, states, packing, use_reentrant=False)
            else:
                states = block(states, packing)
        return states[: len(pieces)]

    def stored_names(self) -> dict[str, tuple[str, ...]]:
        """For each tensor of the state, those of a file that make it, one below the other."""
        names = {
            "words.weight": ("embeddings.word_embeddings.weight",),
            "positions.weight": ("embeddings.position_embeddings.weight",),
            "types.weight": ("embeddings.token_type_embeddings.weight",),
            "norm.weight": ("embeddings.LayerNorm.weight",),
            "norm.bias": ("embeddings.LayerNorm.bias",),
        }
        for layer in range(len(self.layers)):
            for own, stored in _LAYER_NAMES.items():
                for kind in ("weight", "bias"):
                    names[f"layers.{layer}.{own}.{kind}"] = tuple(
                        f"encoder.layer.{layer}.{part}.{kind}" for part in stored
                    )
        return names


_LAYER_NAMES = {
    "query_key_value": ("attention.self.query", "attention.self.key", "attention.self.value"),
    "attention_output": ("attention.output.dense",),
    "attention_norm": ("attention.output.LayerNorm",),
    "widen": ("intermediate.dense",),
    "narrow": ("output.dense",),
    "norm": ("output.LayerNorm",),
}


class BertLayer(nn.Module):
    """Attention and feed-forward, each added to its input and then normalised."""

    def __init__(self, sizes: BertSizes) -> None:
        super().__init__()
        hidden, epsilon = sizes.hidden, sizes.layer_norm_epsilon
        self.heads = sizes.heads
        self.query_key_value = Linear(hidden, 3 * hidden)
        self.attention_output = Linear(hidden, hidden)
        self.attention_norm = nn.LayerNorm(hidden, epsilon)
        self.widen = Linear(hidden, sizes.feed_forward)
        self.narrow = Linear(sizes.feed_forward, hidden)
        self.norm = nn.LayerNorm(hidden, epsilon)
        self.attention_dropout = nn.Dropout()
        self.dropout = nn.Dropout()

    def forward(self, states: torch.Tensor, packing: Packing) -> torch.Tensor:
        """From states to states, shape (n_pieces, hidden)."""
        attended = self.attention_output(self._attend(self.query_key_value(states), packing))
        states = self.attention_norm(states + self.dropout(attended))
        wide = nn.functional.gelu(self.widen(states))
        return self.norm(states + self.dropout(self.narrow(wide)))

    def _attend(self, query_key_value: torch.Tensor, packing: Packing) -> torch.Tensor:
        padded = packing.pad(query_key_value[: len(packing.places)]).unflatten(
            -1, (3, self.heads, -1)
        )
        query, key, value = padded.permute(2, 0, 3, 1, 4)  # each (n_sequences, heads, length, size)
        mask = None if packing.even else packing.mask[:, None, None]
        if query.device.type == "cpu":
            # Plain products are faster there than the fused kernel at the lengths of sentences,
            # by a third in training.
            attended = self._attend_plainly(query, key, value, mask)
        else:
            rate = self.attention_dropout.p if self.training else 0.0
            attended = nn.functional.scaled_dot_product_attention(query, key, value, mask, rate)
        return _filled_up(packing.unpad(attended.transpose(1, 2).flatten(2)))

    def _attend_plainly(
        self,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        mask: torch.Tensor | None,
    ) -> torch.Tensor:
        scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-2, -1)
        if mask is not None:
            scores = scores.masked_fill(~mask, -torch.inf)
        weights = scores.softmax(-1, dtype=torch.float32).to(value.dtype)
        return self.attention_dropout(weights) @ value
