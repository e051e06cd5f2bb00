"""Sequences of word pieces laid end to end, without padding."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch.autograd import Function


def filled_up_size(size: int) -> int:
    """A size of matrix products, not much larger: 16 between a power of two and the next.

    A CPU's library builds a kernel for each size it meets and keeps it. With ragged batches these
    come to gigabytes and take longer to build than to run; filling up costs a thirtieth on average.
    """
    step = max(8, 1 << max(0, (size - 1).bit_length() - 5))
    return -(-size // step) * step


@dataclass(frozen=True)
class Packing:
    """Where each piece of a packed batch belongs.

    Attributes
    ----------
    lengths : long tensor, shape (n_sequences,)
        Pieces of each sequence, at least 1.
    sequences, places : long tensors, shape (n_pieces,)
        The sequence of each piece, and its place in it from 0.
    longest : int
        Length of a padded sequence, at least the largest of `lengths`.
    """

    lengths: torch.Tensor
    sequences: torch.Tensor
    places: torch.Tensor
    longest: int

    @cached_property
    def cells(self) -> torch.Tensor:
        """Place of each piece in a padded batch that is read row by row, shape (n_pieces,)."""
        return self.sequences * self.longest + self.places

    @cached_property
    def even(self) -> bool:
        """True if all sequences are equally long, so that padding would add nothing."""
        return len(self.sequences) == len(self.lengths) * self.longest

    @cached_property
    def firsts(self) -> torch.Tensor:
        """First piece of each sequence, shape (n_sequences,)."""
        return self.lengths.cumsum(0) - self.lengths

    @cached_property
    def mask(self) -> torch.Tensor:
        """True on pieces, False on padding, shape (n_sequences, longest)."""
        columns = torch.arange(self.longest, device=self.lengths.device)
        return columns < self.lengths.unsqueeze(1)

    def pad(self, values: torch.Tensor, fill: float = 0.0) -> torch.Tensor:
        """From shape (n_pieces, ...) to (n_sequences, longest, ...), `fill` where no piece is."""
        if not self.even:
            values = _Pad.apply(values, self.cells, len(self.lengths) * self.longest, fill)
        return values.unflatten(0, (len(self.lengths), self.longest))

    def unpad(self, values: torch.Tensor) -> torch.Tensor:
        """From shape (n_sequences, longest, ...) to (n_pieces, ...)."""
        flat = values.flatten(0, 1)
        return flat if self.even else _Unpad.apply(flat, self.cells)

    def mean(self, values: torch.Tensor) -> torch.Tensor:
        """Mean over the pieces of each sequence, shape (n_sequences, ...)."""
        return torch.segment_reduce(values, "mean", lengths=self.lengths, unsafe=True)


# Each piece has a cell of its own, so the two are each other's transposes, and neither needs the
# sums that torch's gradients of indexing allow for.


class _Pad(Function):
    @staticmethod
    def forward(ctx, values, cells, count, fill):
        ctx.save_for_backward(cells)
        padded = values.new_full((count, *values.shape[1:]), fill)
        return padded.index_copy_(0, cells, values)

    @staticmethod
    def backward(ctx, gradient):
        (cells,) = ctx.saved_tensors
        return gradient.index_select(0, cells), None, None, None


class _Unpad(Function):
    @staticmethod
    def forward(ctx, padded, cells):
        ctx.save_for_backward(cells)
        ctx.count = len(padded)
        return padded.index_select(0, cells)

    @staticmethod
    def backward(ctx, gradient):
        (cells,) = ctx.saved_tensors
        padded = gradient.new_zeros((ctx.count, *gradient.shape[1:]))
        return padded.index_copy_(0, cells, gradient), None
