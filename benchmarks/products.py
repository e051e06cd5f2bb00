"""The limit: an encoder's matrix products alone, at the sizes that its batches give them."""

import time
from collections.abc import Iterable

import numpy as np
import torch

from crosslift.encoders.bert import BertSizes


def product_seconds(
    sizes: BertSizes,
    depth: int,
    batches: Iterable[np.ndarray],
    dtype: torch.dtype,
    device: torch.device,
    training: bool,
) -> float:
    """Seconds that the products of a pass over some batches take, without anything between them.

    Parameters
    ----------
    sizes : BertSizes
        The architecture.
    depth : int
        Layers run.
    batches : iterable of int arrays
        Lengths of each batch's sequences, in pieces.
    dtype : torch.dtype
        Type of the products.
    device : torch.device
        Where they run.
    training : bool
        With the two products of each gradient.
    """
    hidden, wide = sizes.hidden, sizes.feed_forward
    linear = [(hidden, 3 * hidden), (hidden, hidden), (hidden, wide), (wide, hidden)]
    weights = [torch.randn(out, into, dtype=dtype, device=device) for into, out in linear]
    shapes = [(int(lengths.sum()), len(lengths), int(lengths.max())) for lengths in batches]
    seconds = 0.0
    for repeat in range(2):  # the first builds the library's kernels
        _wait(device)
        began = time.perf_counter()
        for pieces, sequences, longest in shapes:
            _layer_products(weights, pieces, sequences, longest, sizes.heads, depth, training)
        _wait(device)
        seconds = time.perf_counter() - began if repeat else seconds
    return seconds


def _layer_products(
    weights: list[torch.Tensor],
    pieces: int,
    sequences: int,
    longest: int,
    heads: int,
    depth: int,
    training: bool,
) -> None:
    inputs = [weight.new_empty(pieces, weight.shape[1]).fill_(0.5) for weight in weights]
    outputs = [weight.new_empty(pieces, weight.shape[0]).fill_(0.5) for weight in weights]
    gradients = [torch.empty_like(weight) for weight in weights]
    size = weights[0].shape[1] // heads
    states = weights[0].new_empty(sequences * heads, longest, size).fill_(0.5)
    scores = weights[0].new_empty(sequences * heads, longest, longest).fill_(0.5)
    for _ in range(depth):
        for states_in, states_out, weight, gradient in zip(
            inputs, outputs, weights, gradients, strict=True
        ):
            torch.mm(states_in, weight.T, out=states_out)
            if training:
                torch.mm(states_out, weight, out=states_in)
                torch.mm(states_out.T, states_in, out=gradient)
        for _ in range(3 if training else 1):
            torch.bmm(states, states.transpose(1, 2), out=scores)
            torch.bmm(scores, states, out=states.new_empty(states.shape))


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()
