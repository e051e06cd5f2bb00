"""transformers' encoders of other architectures, behind the interface of `BertEncoder`."""

import torch
from torch import nn

from crosslift.encoders.packing import Packing


class AdaptedEncoder(nn.Module):
    """A `transformers` base model, fed packed pieces: they are padded for it.

    Parameters
    ----------
    model : transformers.PreTrainedModel
        XLM-R XL, DeBERTa, ModernBERT and the like.
    pad : int
        Row of the padding piece.
    """

    def __init__(self, model: nn.Module, pad: int) -> None:
        super().__init__()
        self.model = model
        self.pad = pad
        self.hidden_size = model.config.hidden_size

    @property
    def words(self) -> nn.Embedding:
        """The word-embedding matrix."""
        return self.model.get_input_embeddings()

    def recompute(self) -> None:
        """As `BertEncoder.recompute`."""
        self.model.gradient_checkpointing_enable({"use_reentrant": False})

    def forward(
        self, pieces: torch.Tensor, packing: Packing, layer: int | None = None
    ) -> torch.Tensor:
        """States of one layer, as `BertEncoder.forward`."""
        output = self.model(
            input_ids=packing.pad(pieces, self.pad),
            attention_mask=packing.mask,
            output_hidden_states=layer is not None,
        )
        states = output.last_hidden_state if layer is None else output.hidden_states[layer]
        return packing.unpad(states)

    def stored_names(self) -> dict[str, tuple[str, ...]]:
        """As `BertEncoder.stored_names`."""
        return {f"model.{name}": (name,) for name in self.model.state_dict()}
