"""Ragged arrays of word pieces, and the batches cut from them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch

    from crosslift.encoders.packing import Packing

IGNORED = -100
"""Gold value of pieces that carry none; torch's cross entropy skips it by default."""

POOL = 32
"""Batches whose examples are sorted by length together: enough to save padding, few enough to
keep the order random."""


@dataclass(frozen=True)
class Encoded:
    """The word pieces of a split, sequence after sequence.

    Attributes
    ----------
    pieces : int array, shape (n_pieces,)
        Piece ids of the full vocabulary.
    starts : int array, shape (n_sequences + 1,)
        Sequence `i` is `pieces[starts[i]:starts[i + 1]]`.
    examples : int array, shape (n_sequences,)
        Row of the example that a sequence belongs to; sequences of one example are adjacent.
    per_sequence, per_piece : dict of arrays
        What a format's loss and decoder need, shape (n_sequences,) or (n_pieces,).
    """

    pieces: np.ndarray
    starts: np.ndarray
    examples: np.ndarray
    per_sequence: Mapping[str, np.ndarray] = field(default_factory=dict)
    per_piece: Mapping[str, np.ndarray] = field(default_factory=dict)

    @property
    def lengths(self) -> np.ndarray:
        """Pieces of each sequence, shape (n_sequences,)."""
        return np.diff(self.starts)

    def __len__(self) -> int:
        return len(self.examples)

    def groups(self) -> list[np.ndarray]:
        """Indices of each example's sequences."""
        if not len(self):
            return []
        cuts = np.flatnonzero(np.diff(self.examples)) + 1
        return np.split(np.arange(len(self)), cuts)

    def pieces_of(self, sequences: np.ndarray) -> np.ndarray:
        """Places in `pieces` of some sequences, one after another."""
        lengths = self.lengths[sequences]
        within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return np.repeat(self.starts[sequences], lengths) + within

    def take(self, sequences: np.ndarray) -> "Encoded":
        """These sequences alone."""
        places = self.pieces_of(sequences)
        return Encoded(
            self.pieces[places],
            np.concatenate([[0], np.cumsum(self.lengths[sequences])]),
            self.examples[sequences],
            {key: values[sequences] for key, values in self.per_sequence.items()},
            {key: values[places] for key, values in self.per_piece.items()},
        )


@dataclass(frozen=True)
class Batch:
    """Some sequences of an `Encoded`, packed end to end on a device.

    Attributes
    ----------
    pieces : long tensor, shape (n_pieces,)
        Ids of the trimmed vocabulary.
    packing : Packing
        Which sequences they make.
    gold : dict of long tensors
        Per sequence (n_sequences,) or per piece (n_pieces,).
    """

    pieces: "torch.Tensor"
    packing: "Packing"
    gold: dict[str, "torch.Tensor"]


def encoded_from(
    sequences: Sequence[Sequence[int]],
    examples: Sequence[int],
    per_sequence: Mapping[str, Sequence[int]] | None = None,
    per_piece: Mapping[str, Sequence[Sequence[int]]] | None = None,
) -> Encoded:
    """Join lists of pieces into one `Encoded`."""
    lengths = np.fromiter((len(pieces) for pieces in sequences), np.int64, len(sequences))
    return Encoded(
        pieces=_concatenated(sequences),
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        examples=np.asarray(examples, np.int64),
        per_sequence={key: np.asarray(value) for key, value in (per_sequence or {}).items()},
        per_piece={key: _concatenated(value) for key, value in (per_piece or {}).items()},
    )


def _concatenated(lists: Sequence[Sequence[int]]) -> np.ndarray:
    if not lists:
        return np.zeros(0, np.int64)
    return np.concatenate([np.asarray(values, np.int64) for values in lists])


def training_batches(
    encoded: Encoded, batch_size: int, rng: np.random.Generator, most: int | None = None
) -> list[np.ndarray]:
    """Sequence indices of each batch of one epoch, of `most` examples if there are more.

    Examples are shuffled, then sorted by length within pools of `POOL` batches, so that a batch
    holds examples of like length; the order of the batches is shuffled again.
    """
    groups = encoded.groups()
    order = rng.permutation(len(groups))[:most]
    longest = np.array([encoded.lengths[group].max() for group in groups])
    size = batch_size * POOL
    pools = [order[i : i + size] for i in range(0, len(order), size)]
    ordered = [pool[np.argsort(longest[pool], kind="stable")] for pool in pools]
    batches = [
        np.concatenate([groups[i] for i in pool[j : j + batch_size]])
        for pool in ordered
        for j in range(0, len(pool), batch_size)
    ]
    return [batches[i] for i in rng.permutation(len(batches))]


def prediction_batches(encoded: Encoded, piece_budget: int) -> Iterator[np.ndarray]:
    """Sequence indices, longest first, each batch at most `piece_budget` pieces with padding.

    Attention works on padded sequences, so those of like length go together.
    """
    order = np.argsort(-encoded.lengths, kind="stable")
    first = 0
    while first < len(order):
        longest = max(1, int(encoded.lengths[order[first]]))
        count = max(1, piece_budget // longest)
        yield order[first : first + count]
        first += count


def collate(
    encoded: Encoded, sequences: np.ndarray, trimmed: np.ndarray, device: "torch.device"
) -> Batch:
    """Pack the given sequences.

    Parameters
    ----------
    encoded : Encoded
        The split.
    sequences : int array, shape (n_sequences,)
        Which sequences to take.
    trimmed : int array, shape (n_pieces,)
        `encoded.pieces` as ids of the trimmed vocabulary.
    device : torch.device
        Where the batch goes.
    """
    import torch

    from crosslift.encoders.packing import Packing, filled_up_size

    lengths = encoded.lengths[sequences]
    rows = np.repeat(np.arange(len(sequences)), lengths)
    taken = encoded.pieces_of(sequences)
    places = taken - encoded.starts[sequences][rows]

    def tensor(values: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(values).to(device)

    gold = {key: tensor(values[taken]) for key, values in encoded.per_piece.items()}
    gold |= {key: tensor(values[sequences]) for key, values in encoded.per_sequence.items()}
    longest = filled_up_size(int(lengths.max()))
    packing = Packing(tensor(lengths), tensor(rows), tensor(places), longest)
    return Batch(tensor(trimmed[taken]), packing, gold)
