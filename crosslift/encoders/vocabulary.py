"""Trimming an encoder's vocabulary to the pieces that a study uses.

Most of a multilingual encoder's weights are rows of its word-embedding matrix, and a study touches
a few percent of them. Leaving the others out changes no output for the pieces kept, and saves
memory, start-up and optimiser state.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from crosslift.errors import DataError


@dataclass(frozen=True)
class TrimmedVocabulary:
    """Which rows of the full word-embedding matrix a model holds.

    Attributes
    ----------
    kept_ids : array of int64, shape (n_kept,)
        Piece ids of the full vocabulary, rising; row i of the trimmed matrix is piece kept_ids[i].
    full_size : int
        Rows of the full matrix.
    """

    kept_ids: np.ndarray
    full_size: int

    @cached_property
    def _position(self) -> np.ndarray:
        position = np.full(self.full_size, -1, np.int64)
        position[self.kept_ids] = np.arange(len(self.kept_ids))
        return position

    def to_trimmed(self, ids: np.ndarray) -> np.ndarray:
        """Map piece ids of the full vocabulary to rows of the trimmed matrix.

        Parameters
        ----------
        ids : array of int, any shape

        Raises
        ------
        DataError
            If an id was not kept, or is no id of the full vocabulary.
        """
        ids = np.asarray(ids)
        outside = (ids < 0) | (ids >= self.full_size)
        trimmed = self._position[np.where(outside, 0, ids)]
        missing = np.unique(ids[outside | (trimmed < 0)])
        if missing.size:
            raise DataError(
                f"{missing.size} piece ids are outside the trimmed vocabulary of "
                f"{len(self.kept_ids)} pieces (of {self.full_size}), such as "
                f"{missing[:5].tolist()}; trim with the pieces of every text that the study reads"
            )
        return trimmed

    def to_full(self, trimmed: np.ndarray) -> np.ndarray:
        """Map rows of the trimmed matrix back to piece ids of the full vocabulary."""
        return self.kept_ids[np.asarray(trimmed)]


def select_vocabulary(
    token_ids: Iterable[int], special_ids: Iterable[int], pad_id: int | None, full_size: int
) -> TrimmedVocabulary:
    """Choose the rows to keep: those asked for, the special ones, and all up to the padding id.

    XLM-R counts positions from its padding id, so that id must not move; keeping all rows before it
    holds it in place.

    Raises
    ------
    DataError
        If an id is negative or not below `full_size`.
    """
    # A configuration may keep its class's default ids, which a small vocabulary does not have.
    wanted = {i for i in special_ids if i < full_size} | set(range((pad_id or 0) + 1))
    kept = np.union1d(np.fromiter(token_ids, np.int64), np.array(sorted(wanted), np.int64))
    bad = kept[(kept < 0) | (kept >= full_size)]
    if bad.size:
        raise DataError(
            f"piece ids {bad[:5].tolist()} are outside the encoder's vocabulary of {full_size}; "
            "take the ids from this encoder's own tokenizer"
        )
    return TrimmedVocabulary(kept, full_size)


def special_ids(config: Mapping[str, Any]) -> list[int]:
    """Ids that a model's ``config.json`` names as special."""
    names = ("bos", "cls", "eos", "sep", "pad", "unk", "mask")
    found = [config.get(f"{name}_token_id") for name in names]
    return [value for value in found if isinstance(value, int) and value >= 0]
