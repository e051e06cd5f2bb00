"""A claim and a passage read as one sequence, by an encoder that was tuned on labelled pairs.

Like `litreview.encoder` it imports crosslift: network, training and low-rank adaptation are the
experiment's own. What tuning changed is stored as narrow factors of the upper layers' matrices
(Hu et al. 2021, https://arxiv.org/abs/2106.09685, section 4.1), a hundredth of the encoder's size;
weights that a study tuned on inference data, which are whole matrices, are read too.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from litreview.encoder import SentenceEncoder, most_pieces
from litreview.files import InputError, atomic_path
from litreview.schema import Label

if TYPE_CHECKING:
    import torch

    from crosslift.encoders.load import LoadedEncoder
    from crosslift.model import TransferModel

LABELS: tuple[Label, ...] = ("supported", "refuted", "insufficient")
"""Of a pair, in the order of all columns of logits, scores and probabilities."""
INFERENCE = {"entailment": "supported", "contradiction": "refuted", "neutral": "insufficient"}
"""Labels of natural language inference, and what they say of a claim."""
FILE = "pairs.safetensors"
HEAD = "head"
UPPER, RANK = 6, 8
"""Layers that are tuned, and the rank of what is added to each of their matrices."""
LONGEST = 192
"""Pieces of claim and passage together; the longer of them is cut."""
RECIPE = {
    "learning_rate": 5e-4,
    "epochs": 1,
    "batch_size": 16,
    "warmup": 0.06,
    "dropout": 0.05,
    "pooling": "mean",
}
"""Of tuning, in the keys of a study's recipes."""

LabelledPairs = Sequence[tuple[str, str, Label]]
"""Claim, passage, label."""


class PairEncoder(SentenceEncoder):
    """A prepared encoder with what tuning on pairs added to it.

    Parameters
    ----------
    folder : path
        The prepared encoder.
    tuned : path
        What `tune` wrote, or the weights of a study's phase 2 on inference data.
    task : str, optional
        The task of those weights' head, and the order of its labels.
    labels : sequence of str, optional
        Labels of the head's logits, in order.
    pooling : {"mean", "first"}
        What the head was tuned on: the mean over the pieces' states, or the first piece's.
    depth : int, optional
        Lower layers of which the weights are; all when None.

    Raises
    ------
    InputError
        If a file is missing, or the weights are another encoder's.
    """

    def __init__(
        self,
        folder: str | Path,
        tuned: str | Path,
        task: str = HEAD,
        labels: Sequence[str] = LABELS,
        *,
        pooling: str = "mean",
        depth: int | None = None,
    ) -> None:
        self.tuned, self.pooling = Path(tuned), pooling
        self._tensors = _read(self.tuned)
        head = f"{_HEADS}{task}" if _is_whole(self._tensors) else task
        weight, bias = (self._tensors.get(f"{head}.{part}") for part in ("weight", "bias"))
        if weight is None or bias is None:
            raise InputError(f"{self.tuned}: no head {task!r}; train the pair encoder again")
        said = [INFERENCE.get(label, label) for label in labels]
        order = [said.index(label) for label in LABELS]
        self._weight, self._bias = weight.float().numpy()[order], bias.float().numpy()[order]
        super().__init__(folder, depth)
        most = min(LONGEST, most_pieces(self.folder))
        self.tokenizer.enable_truncation(most, strategy="longest_first")

    def logits(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        """Logits of `LABELS` for pairs of claim and passage, shape (n_pairs, 3), float32."""
        pieces = self._pieces([(passage, claim) for claim, passage in pairs])
        return self._pooled(pieces, self.pooling) @ self._weight.T + self._bias

    def _load(self, piece_ids: np.ndarray) -> "LoadedEncoder":
        loaded = super()._load(piece_ids)
        try:
            if _is_whole(self._tensors):
                _lay_over(loaded, self._tensors)
            else:
                from crosslift.low_rank import lay_on

                lay_on(loaded.model, _factors(self._tensors))
        except (AttributeError, KeyError, RuntimeError) as error:
            raise InputError(
                f"{self.tuned}: not for the encoder in {self.folder} ({error}); name the encoder "
                "that it was trained with, or train it again"
            ) from error
        return loaded


_HEADS = "heads."


def _read(path: Path) -> "dict[str, torch.Tensor]":
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise InputError(f"{path}: no weights of a pair encoder ({error})") from error


def _is_whole(tensors: Mapping[str, Any]) -> bool:
    """Whether they are a study's weights, not factors."""
    return any(name.startswith(_HEADS) for name in tensors)


def _lay_over(loaded: "LoadedEncoder", tensors: "Mapping[str, torch.Tensor]") -> None:
    from crosslift.model import TransferModel, lay_over

    lay_over(TransferModel(loaded.model, loaded.vocabulary, {}, "mean"), tensors, heads=False)


def _factors(
    tensors: "Mapping[str, torch.Tensor]",
) -> "dict[str, tuple[torch.Tensor, torch.Tensor]]":
    names = sorted(name.removesuffix(".up") for name in tensors if name.endswith(".up"))
    return {name: (tensors[f"{name}.up"], tensors[f"{name}.down"]) for name in names}


def tune(
    pairs: LabelledPairs,
    folder: str | Path,
    output: str | Path,
    *,
    depth: int | None = None,
    start: str | Path | None = None,
    seed: int = 0,
    **recipe: Any,
) -> PairEncoder:
    """Tune an encoder on labelled pairs and store what changed, in half precision.

    Parameters
    ----------
    pairs : sequence of (claim, passage, label)
    folder : path
        The prepared encoder; it stays as it is.
    output : path
        The safetensors file that appears, whole or not at all. Beside it lies the state of a
        training under way: one that was killed goes on from there.
    depth : int, optional
        Lower layers to tune and to read with; all when None.
    start : path, optional
        What an earlier `tune` wrote; this one goes on from it.
    seed : int
        Of the head, the order of the pairs, and dropout.
    **recipe
        Keys of `RECIPE` with other values.
    """
    import torch
    from safetensors.torch import save_file

    from crosslift import low_rank
    from crosslift.model import Encoder as Tuned
    from crosslift.model import build_model, choose_device
    from crosslift.study import LowRank, Recipe
    from crosslift.training import train

    folder, output = Path(folder), Path(output)
    most = min(LONGEST, most_pieces(folder))
    settings = Recipe.model_validate({**RECIPE, "max_length": most, **recipe})
    task = _training_task(pairs, folder, settings)
    torch.manual_seed(seed)
    model = build_model(
        Tuned(folder, depth), np.unique(task.encoded.pieces), {HEAD: len(LABELS)}, settings.pooling
    )
    earlier = {} if start is None else _start_from(model, _read(Path(start)))
    low_rank.adapt(model.encoder, LowRank(rank=RANK, alpha=2 * RANK), UPPER)
    identity = {"pairs": len(pairs), "start": str(start), "recipe": settings.model_dump()}
    work = output.with_name(f".{output.name}.work")
    train(model, [task], settings, seed, work, identity, choose_device())
    learned = _joined(earlier, low_rank.factors(model.encoder))
    tensors = {f"{name}.up": up for name, (up, _) in learned.items()}
    tensors |= {f"{name}.down": down for name, (_, down) in learned.items()}
    tensors |= {f"{HEAD}.{name}": value for name, value in model.heads[HEAD].state_dict().items()}
    with atomic_path(output) as temporary:
        save_file(
            {name: value.detach().cpu().half().contiguous() for name, value in tensors.items()},
            temporary,
        )
    return PairEncoder(folder, output, depth=depth)


def _training_task(pairs: LabelledPairs, folder: Path, settings: Any) -> Any:
    import pandas as pd

    from crosslift.encoders.load import load_tokenizer
    from crosslift.training import training_task

    examples = pd.DataFrame(
        {
            "text": [passage for _, passage, _ in pairs],
            "text_pair": [claim for claim, _, _ in pairs],
            "label": [label for *_, label in pairs],
        }
    )
    tokenizer = load_tokenizer(folder)
    return training_task(HEAD, "classification", LABELS, examples, tokenizer, settings)


def _start_from(
    model: "TransferModel", tensors: "Mapping[str, torch.Tensor]"
) -> "dict[str, tuple[torch.Tensor, torch.Tensor]]":
    """Lay an earlier tuning on a model; returns its factors."""
    from crosslift.low_rank import lay_on

    learned = _factors(tensors)
    lay_on(model.encoder, learned)
    head = model.heads[HEAD]
    head.load_state_dict({part: tensors[f"{HEAD}.{part}"].float() for part in ("weight", "bias")})
    return learned


def _joined(
    earlier: "Mapping[str, tuple[torch.Tensor, torch.Tensor]]",
    later: "Mapping[str, tuple[torch.Tensor, torch.Tensor]]",
) -> "dict[str, tuple[torch.Tensor, torch.Tensor]]":
    """Factors of the sum of two changes: one after the other along the inner dimension."""
    import torch

    joined = dict(later)
    for name, (up, down) in earlier.items():
        if name in later:
            up = torch.cat([up.float(), later[name][0].cpu()], 1)
            down = torch.cat([down.float(), later[name][1].cpu()], 0)
        joined[name] = (up, down)
    return joined
