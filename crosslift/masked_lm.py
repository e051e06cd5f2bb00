"""Masked-language modelling beside a task: the encoder's pretraining goes on in phase 2.

Of 15 % of the pieces, 80 % are masked, 10 % replaced by a random piece and 10 % left as they are,
and the encoder tells what stood there (Devlin et al. 2019, section 3.1, arXiv 1810.04805). It
chooses among the pieces in use, by the word embeddings and a bias of its own: an encoder's original
head, which few checkpoints hold, is not needed.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pandas as pd
import torch
from tokenizers import Tokenizer
from torch import nn

from crosslift.batching import IGNORED, Batch, Encoded, encoded_from
from crosslift.encoders.vocabulary import TrimmedVocabulary
from crosslift.errors import ConfigError
from crosslift.formats.pieces import encode_texts

NAME = "masked-lm"
"""Its name among the tasks that a model is tuned on."""

CHOSEN, MASKED, RANDOM = 0.15, 0.8, 0.1
"""Share of the pieces to tell, and of these the shares that are masked and that are replaced."""


class TiedHead(nn.Module):
    """Logits of the pieces in use: products with the word embeddings, and a bias.

    Parameters
    ----------
    words : nn.Embedding
        The encoder's, with the trimmed vocabulary; it stays the encoder's own.
    """

    def __init__(self, words: nn.Embedding) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(words.num_embeddings))
        self._words = [words]  # in a list, so that its weights are not counted as the head's too

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """From states, shape (n, hidden), to logits, shape (n, n_pieces)."""
        return nn.functional.linear(states, self._words[0].weight, self.bias.to(states.dtype))


def featurise_texts(texts: pd.DataFrame, tokenizer: Tokenizer, max_length: int) -> Encoded:
    """One sequence a text, cut to `max_length` pieces."""
    pieces = encode_texts(tokenizer, texts["text"], [None] * len(texts), max_length)
    return encoded_from(pieces, range(len(pieces)))


def mask_piece(tokenizer: Tokenizer) -> int:
    """Id of the piece that stands for a hidden one.

    Raises
    ------
    ConfigError
        If the tokenizer has none: the encoder was not pretrained in this way.
    """
    for name in ("<mask>", "[MASK]"):
        if (found := tokenizer.token_to_id(name)) is not None:
            return found
    raise ConfigError(
        "masked_lm: the encoder's tokenizer has no mask piece; leave masked_lm out for it"
    )


def corruption(tokenizer: Tokenizer, vocabulary: TrimmedVocabulary) -> Callable[[Batch], Batch]:
    """What hides pieces of a batch, by torch's own random numbers: a resumed run hides the same."""
    special = [
        piece
        for piece in range(len(vocabulary.kept_ids))
        if tokenizer.id_to_token(int(vocabulary.kept_ids[piece])) in _added(tokenizer)
    ]
    mask = int(vocabulary.to_trimmed([mask_piece(tokenizer)])[0])
    return partial(
        corrupt, mask=mask, special=torch.tensor(special), pieces=len(vocabulary.kept_ids)
    )


def corrupt(batch: Batch, mask: int, special: torch.Tensor, pieces: int) -> Batch:
    """Hide some pieces; `gold["hidden"]` holds what stood there, `IGNORED` elsewhere.

    Parameters
    ----------
    batch : Batch
        Its pieces are rows of the trimmed vocabulary.
    mask : int
        Row of the mask piece.
    special : long tensor
        Rows of pieces that are never hidden.
    pieces : int
        Rows of the trimmed vocabulary, to draw random pieces from.
    """
    device = batch.pieces.device
    free = ~torch.isin(batch.pieces, special.to(device))
    drawn = torch.rand(len(batch.pieces), device=device)
    chosen = free & (drawn < CHOSEN)
    if not chosen.any():  # a batch of short texts must have something to learn from
        chosen = free & (drawn <= drawn.masked_fill(~free, 1.0).min())
    fate = torch.rand(len(batch.pieces), device=device)
    others = torch.randint(pieces, (len(batch.pieces),), device=device)
    hidden = torch.where(fate < MASKED, mask, batch.pieces)
    hidden = torch.where((fate >= MASKED) & (fate < MASKED + RANDOM), others, hidden)
    gold = {"hidden": batch.pieces.masked_fill(~chosen, IGNORED)}
    return replace(batch, pieces=torch.where(chosen, hidden, batch.pieces), gold=gold)


def loss(states: torch.Tensor, pooled: torch.Tensor, head: TiedHead, batch: Batch) -> torch.Tensor:
    """Mean cross entropy over the hidden pieces; 0 where there is none."""
    hidden = batch.gold["hidden"]
    told = hidden != IGNORED
    if not told.any():
        return states.sum() * 0
    return nn.functional.cross_entropy(head(states[told]).float(), hidden[told])


def _added(tokenizer: Tokenizer) -> set[str]:
    """Pieces with a meaning of their own: beginning, end, padding, unknown, mask."""
    return {token.content for token in tokenizer.get_added_tokens_decoder().values()}
