"""Texts as unit vectors, by an encoder that crosslift prepared and runs.

The one module of litreview that imports crosslift: the weights, the tokenizer and the network are
the experiment's own, so that the review needs no second engine. torch is imported on call.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from litreview.files import InputError, read_json

if TYPE_CHECKING:
    from crosslift.encoders.load import LoadedEncoder

QUERY, PASSAGE = "query: ", "passage: "
"""Prefixes that E5 was trained with (Wang et al. 2022, arXiv 2212.03533, section 4): questions and
passages where one searches for the other, `QUERY` on both sides where they are compared."""

FOLDER_VARIABLE = "LITREVIEW_ENCODER"
LONGEST = 510
"""Pieces of a text that are read, or fewer for an encoder of fewer positions; the rest is cut."""
BATCH_PIECES = 1024
"""Pieces of a batch, with padding: its states stay in a CPU's cache."""

Encode = Callable[..., np.ndarray]
"""``encode(texts, prefix=QUERY)`` gives float32 vectors of length 1, shape (n_texts, width)."""


def encoder_folder(folder: str | Path | None = None) -> Path | None:
    """The folder of the prepared encoder: `folder`, else ``$LITREVIEW_ENCODER``, else None."""
    named = folder or os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else None


def encoder_name(folder: str | Path) -> str | None:
    """The catalogue's name of a prepared encoder, as its card has it; None without a card."""
    return _read_if_there(Path(folder) / "card.json").get("encoder")


def load_encoder(folder: str | Path | None = None, *, depth: int | None = None) -> Encode:
    """Load an encoder that ``scripts/prepare_encoder.py`` prepared.

    Parameters
    ----------
    folder : path, optional
        ``$LITREVIEW_ENCODER`` when None.
    depth : int, optional
        Lower layers to run; all when None.

    Returns
    -------
    callable
        ``encode(texts, prefix=QUERY)``: a text's vector is the mean over its pieces' states,
        divided by its length; shape (n_texts, width), float32. What stands beside a text changes
        its vector by the rounding of sums alone (1e-6).

    Raises
    ------
    InputError
        If no folder is named, or it holds no encoder that can be read.
    """
    found = encoder_folder(folder)
    if found is None:
        raise InputError(
            f"no encoder is named: give a folder, or set {FOLDER_VARIABLE} to one that "
            "`python -m scripts.prepare_encoder --encoder e5-small --output FOLDER` made"
        )
    return SentenceEncoder(found, depth)


class SentenceEncoder:
    """An encoder that holds the rows of its vocabulary that texts have needed so far.

    A multilingual vocabulary is most of the weights, and a review uses a few percent of it. An
    encoder whose card names no prefix was trained without: it is given none.

    Parameters
    ----------
    folder : path
        A prepared encoder.
    depth : int, optional
        Lower layers to run; all when None.
    """

    def __init__(self, folder: str | Path, depth: int | None = None) -> None:
        from crosslift.encoders.load import load_tokenizer
        from crosslift.errors import CrossliftError

        self.folder, self.depth = Path(folder), depth
        try:
            self.tokenizer = load_tokenizer(self.folder)
            self._loaded = self._load(np.zeros(0, np.int64))
        except CrossliftError as error:
            raise InputError(str(error)) from error
        card = _read_if_there(self.folder / "card.json")
        self.name, self.prefixed = encoder_name(self.folder), bool(card.get("prefix"))
        self.tokenizer.enable_truncation(min(LONGEST, most_pieces(self.folder)))

    def __call__(self, texts: Sequence[str], prefix: str = QUERY) -> np.ndarray:
        """Vectors of length 1, shape (n_texts, width), float32."""
        put = prefix if self.prefixed else ""
        return _unit(self._pooled(self._pieces([put + text for text in texts])))

    def _pieces(self, texts: Sequence[str]) -> list[list[int]]:
        pieces = [one.ids for one in self.tokenizer.encode_batch(list(texts))]
        used = np.unique(np.concatenate([np.zeros(0, np.int64), *map(np.asarray, pieces)]))
        held = self._loaded.vocabulary.kept_ids
        if not np.isin(used, held).all():
            self._loaded = self._load(np.union1d(used, held))
        return pieces

    def _load(self, piece_ids: np.ndarray) -> "LoadedEncoder":
        from crosslift.encoders.load import load_encoder as load

        return load(self.folder, self.depth, token_ids=piece_ids.astype(np.int64))

    def _pooled(self, pieces: Sequence[Sequence[int]], pooling: str = "mean") -> np.ndarray:
        """Mean of each sequence's states, or its first state; shape (n_sequences, width)."""
        import torch

        from crosslift.batching import collate, encoded_from, prediction_batches

        model, vocabulary = self._loaded.model, self._loaded.vocabulary
        encoded = encoded_from(pieces, range(len(pieces)))
        trimmed = vocabulary.to_trimmed(encoded.pieces)
        vectors = np.zeros((len(encoded), model.hidden_size), np.float32)
        with torch.inference_mode():
            for sequences in prediction_batches(encoded, BATCH_PIECES):
                batch = collate(encoded, sequences, trimmed, torch.device("cpu"))
                states = model(batch.pieces, batch.packing)
                first = pooling == "first"
                pooled = states[batch.packing.firsts] if first else batch.packing.mean(states)
                vectors[sequences] = pooled.numpy()
        return vectors


def most_pieces(folder: Path) -> int:
    """Pieces of the longest sequence that a prepared encoder reads."""
    positions = _read_if_there(folder / "config.json").get("max_position_embeddings", 512)
    # RoBERTa counts positions from behind its padding piece, so that two go unused.
    return positions - 2


def _read_if_there(path: Path) -> dict[str, Any]:
    return read_json(path) if path.is_file() else {}


def _unit(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
