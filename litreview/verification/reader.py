"""What reads a claim against a passage: a fitted model where there is one, else words alone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from litreview.encoder import Encode, encoder_folder, encoder_name, load_encoder
from litreview.files import InputError
from litreview.pair_encoder import FILE as PAIRS_FILE
from litreview.pair_encoder import PairEncoder
from litreview.schema import Label
from litreview.verification import entailment_model
from litreview.verification.entailment import Scorer, lexical_scorer
from litreview.verification.entailment_model import SHIPPED, EntailmentModel, Read

Calibration = Callable[[Label, float], float]
Shares = Callable[[Sequence[tuple[str, str]]], np.ndarray]
WORDS_ALONE = "Passages were compared by their words alone"


@dataclass(frozen=True)
class Reader:
    """What scores words, what a model says beside it, and why it was these.

    Attributes
    ----------
    scorer_for : callable
        ``scorer_for(sentences) -> Scorer``; the sentences are those of the corpus at hand, from
        which a scorer by words takes how rare each word is.
    calibrate : callable or None
        ``calibrate(label, confidence) -> confidence`` for verdicts by words.
    shares : callable or None
        ``shares(pairs)`` gives calibrated probabilities of `LABELS` for pairs of claim and passage,
        shape (n_pairs, 3).
    note : str
        What read, and why it was this, in a sentence.
    least : float
        Confidence below which the model's word decides nothing.
    """

    scorer_for: Callable[[Iterable[str]], Scorer]
    calibrate: Calibration | None
    shares: Shares | None
    note: str
    least: float = 0.0


@lru_cache(maxsize=4)
def load_reader(folder: str | Path | None = None) -> Reader:
    """The model of a folder, else the shipped one, else words alone; the note says which.

    Parameters
    ----------
    folder : path, optional
        What `python -m litreview train` wrote. One that is named but cannot be read is an error;
        without the shipped weights, words alone remain.

    Raises
    ------
    InputError
        If the named folder has no model.
    """
    try:
        model = entailment_model.load(folder)
    except InputError as error:
        if folder is not None:
            raise
        return Reader(lexical_scorer, None, None, f"{WORDS_ALONE}, for {error}.")
    encode, read, note = _encoders(model, _place(folder))
    return Reader(
        lexical_scorer,
        None,
        lambda pairs: model.probabilities(pairs, encode, read),
        f"A model {note}.",
    )


def _place(folder: str | Path | None) -> Path:
    """The folder of a model, whose file may be named instead."""
    path = SHIPPED if folder is None else Path(folder)
    return path if path.is_dir() else path.parent


def _encoders(model: EntailmentModel, folder: Path) -> tuple[Encode | None, Read | None, str]:
    """What the encoder that the environment names gives this model, and what it then reads."""
    prepared = encoder_folder()
    if prepared is None:
        return None, None, "read words of claim and passage; no encoder is set (LITREVIEW_ENCODER)"
    if model.mixture is not None and encoder_name(prepared) == model.mixture.encoder:
        read = PairEncoder(prepared, folder / PAIRS_FILE).logits
        note = "read words and vectors of claim and passage, and both together by a tuned encoder"
        return load_encoder(), read, note
    return load_encoder(), None, "read words and vectors of claim and passage"
