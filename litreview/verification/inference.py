"""A study's inference data, and what an encoder that was tuned on them says of claims.

The study's MNLI checkpoint reads pairs where there is one; else the literature's own encoder is
tuned on the prepared task. Probabilities are scaled on pairs that tuning did not see.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from litreview.files import InputError, read_json, write_json
from litreview.pair_encoder import HEAD, INFERENCE, LABELS, LabelledPairs, PairEncoder, tune
from litreview.schema import Label
from litreview.verification.calibration import Scaling, fit_scaling
from litreview.verification.entailment import lexical_scorer
from litreview.verification.entailment_fitting import measured_by
from litreview.verification.reader import Reader

HELD = 0.1
"""Share of the training pairs that is kept for scaling where there are no development pairs."""
FEWEST_HELD = 30


def tuned_reader(
    data: Path, encoder: Path, output: Path, card: Path, depth: int | None = None
) -> None:
    """Tune an encoder on a prepared task of inference, and write how it reads.

    Parameters
    ----------
    data : path
        Folder with ``train.parquet`` and ``dev.parquet`` (columns text, text_pair, label).
    encoder : path
        The prepared encoder.
    output, card : path
        What was learned (`pair_encoder.tune`), and the card (`measured_reader`).
    """
    training, held = _splits(data)
    _write_card(held, tune(training, encoder, output, depth=depth), card, HEAD, LABELS)


def measured_reader(
    data: Path,
    encoder: Path,
    weights: Path,
    card: Path,
    task: str,
    labels: Sequence[str],
    pooling: str,
    depth: int | None = None,
) -> None:
    """Write how a study's own checkpoint reads: its head's task and labels, scaling, measures."""
    held, unseen = _pairs(data / "dev.parquet"), True
    if len(held) < FEWEST_HELD:
        held, unseen = [*held, *_pairs(data / "train.parquet")], False
    tuned = PairEncoder(encoder, weights, task, labels, pooling=pooling, depth=depth)
    _write_card(held, tuned, card, task, labels, unseen)


def read_reader(encoder: Path, weights: Path, card: Path, depth: int | None = None) -> Reader:
    """The reader that a card describes."""
    said = read_json(card)
    try:
        scaling = Scaling(float(said["temperature"]), tuple(map(float, said["shifts"])))
        settings = {"pooling": said["pooling"], "depth": depth}
        tuned = PairEncoder(encoder, weights, said["task"], said["labels"], **settings)
        least = said["measured"]["confidence_for_accuracy_0.8"]
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{card}: no card of a pair encoder ({error!r}); make it again") from error
    return Reader(
        lexical_scorer,
        None,
        lambda pairs: scaling(tuned.logits(pairs)),
        "An encoder that was tuned on natural language inference read the claim with passages.",
        1.0 if least is None else float(least),
    )


def _splits(data: Path) -> tuple[LabelledPairs, LabelledPairs]:
    """Pairs to tune on, and pairs to scale and measure on."""
    training, held = (_pairs(data / f"{split}.parquet") for split in ("train", "dev"))
    if len(held) >= FEWEST_HELD:
        return training, held
    every = round(1 / HELD)
    kept = [pair for place, pair in enumerate(training) if place % every]
    return kept, training[::every]


def _pairs(path: Path) -> list[tuple[str, str, Label]]:
    import pandas as pd

    rows = pd.read_parquet(path, columns=["text", "text_pair", "label"])
    return [
        (claim, passage, INFERENCE[label])
        for passage, claim, label in rows.itertuples(index=False, name=None)
    ]


def _write_card(
    held: LabelledPairs,
    encoder: PairEncoder,
    card: Path,
    task: str,
    labels: Sequence[str],
    unseen: bool = True,
) -> None:
    logits = encoder.logits([(claim, passage) for claim, passage, _ in held])
    gold = np.array([LABELS.index(label) for *_, label in held])
    scaling = fit_scaling(logits, gold)
    said: dict[str, Any] = {
        "encoder": encoder.name,
        "task": task,
        "labels": list(labels),
        "pooling": encoder.pooling,
        "temperature": scaling.temperature,
        "shifts": list(scaling.shifts),
        "pairs": len(gold),
        "measured": measured_by(scaling(logits), gold),
        "validation": "scaled and measured on the same pairs, which tuning "
        + ("did not see" if unseen else "has seen: it is less sure than this says"),
    }
    write_json(card, said)
