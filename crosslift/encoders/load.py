"""Loading a prepared encoder: some of its layers, some rows of its vocabulary.

This is on the way of every training and prediction job, so it reads only what the job needs and
builds the model without drawing initial weights. torch and transformers are imported on call.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from crosslift.encoders.bert import bert_sizes, is_bert
from crosslift.encoders.card import ParameterCounts, count_parameters
from crosslift.encoders.tensors import StoredTensor, TensorReader, stored_tensors
from crosslift.encoders.vocabulary import TrimmedVocabulary, select_vocabulary, special_ids
from crosslift.errors import ConfigError, DataError
from crosslift.files import read_json

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer


@dataclass(frozen=True)
class LoadedEncoder:
    """A model, the vocabulary rows it holds, and its tokenizer (read when first asked for).

    The tokenizer always gives ids of the full vocabulary; `vocabulary.to_trimmed` maps them to the
    model's rows.
    """

    model: "torch.nn.Module"
    vocabulary: TrimmedVocabulary
    folder: Path

    @cached_property
    def tokenizer(self) -> "Tokenizer":
        """The encoder's tokenizer."""
        return load_tokenizer(self.folder)


def load_tokenizer(folder: str | Path) -> "Tokenizer":
    """Read a prepared encoder's ``tokenizer.json``; it neither pads nor cuts.

    Raises
    ------
    DataError
        If it is missing or no tokenizer.
    """
    from tokenizers import Tokenizer

    path = Path(folder) / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises bare Exception for every fault
        raise DataError(f"{path}: no readable tokenizer ({error}); prepare it again") from error
    # Files from a hub may come with the settings of someone's last use.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def load_encoder(
    folder: str | Path, depth: int | None = None, *, token_ids: Iterable[int] | None = None
) -> LoadedEncoder:
    """Load a prepared encoder in float32 on the CPU, in evaluation mode.

    Parameters
    ----------
    folder : path
        Holds ``config.json``, ``model.safetensors`` (or shards) and ``tokenizer.json``.
    depth : int, optional
        Keep only so many of the lower layers, at least 1; all when None.
    token_ids : iterable of int, optional
        Piece ids in use; only their rows and the special ones are read. All when None.

    Raises
    ------
    ConfigError
        If `depth` is not between 1 and the encoder's layers.
    DataError
        If a file is missing or damaged, a tensor of the model is missing, or an id is too large.
    """
    folder = Path(folder)
    config = _read_config(folder, depth)
    full_size = config["vocab_size"]
    vocabulary = TrimmedVocabulary(np.arange(full_size), full_size)
    if token_ids is not None:
        vocabulary = select_vocabulary(
            token_ids, special_ids(config), config.get("pad_token_id"), full_size
        )
    model = _empty_model(config, len(vocabulary.kept_ids), folder)
    _fill(model, TensorReader(folder), vocabulary, folder)
    return LoadedEncoder(model.eval(), vocabulary, folder)


def parameter_counts(folder: str | Path, depth: int | None = None) -> ParameterCounts:
    """Count the parameters of a prepared encoder, whole vocabulary, without reading its weights.

    Its tensors are checked against the architecture on the way.

    Raises
    ------
    ConfigError, DataError
        As `load_encoder`.
    """
    import torch

    folder = Path(folder)
    config = _read_config(folder, depth)
    with torch.device("meta"):
        model = _empty_model(config, config["vocab_size"], folder)
    _check_tensors(model, _base_names(stored_tensors(folder), model), folder)
    return count_parameters(model)


def truncate_config(config: dict[str, Any], depth: int) -> dict[str, Any]:
    """Cut a ``config.json`` to the first `depth` layers."""
    cut = {**config, "num_hidden_layers": depth}
    if cut.get("layer_types"):
        cut["layer_types"] = cut["layer_types"][:depth]
    return cut


def _read_config(folder: Path, depth: int | None) -> dict[str, Any]:
    path = folder / "config.json"
    if not path.is_file():
        raise DataError(f"{path}: missing; prepare the encoder first (scripts/prepare_encoder.py)")
    try:
        config = read_json(path)
        layers = int(config["num_hidden_layers"])
        if not is_bert(config):
            config = _with_defaults(config)
        if "pad_token_id" not in config or "vocab_size" not in config:
            raise KeyError("pad_token_id or vocab_size")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _no_configuration(folder, error) from error
    if depth is None or depth == layers:
        return config
    if not 1 <= depth <= layers:
        raise ConfigError(f"{path}: depth {depth} asked for, the encoder has layers 1 to {layers}")
    return truncate_config(config, depth)


def _no_configuration(folder: Path, error: Exception) -> DataError:
    path = folder / "config.json"
    return DataError(f"{path}: no encoder's configuration ({error!r}); prepare it again")


def _with_defaults(config: dict[str, Any]) -> dict[str, Any]:
    """A configuration with what its transformers class adds to it."""
    from transformers import AutoConfig

    given = {key: value for key, value in config.items() if key != "model_type"}
    return AutoConfig.for_model(config["model_type"], **given).to_dict()


def _empty_model(config: Mapping[str, Any], rows: int, folder: Path) -> "torch.nn.Module":
    """Build a model without drawing its weights, with `rows` rows of word embeddings."""
    import torch

    if not is_bert(config):
        return _adapted_model(config, rows)
    from crosslift.encoders.network import BertEncoder

    try:
        with torch.device("meta"):
            return BertEncoder(bert_sizes(config), rows)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise _no_configuration(folder, error) from error


def _adapted_model(config: Mapping[str, Any], rows: int) -> "torch.nn.Module":
    from transformers import AutoConfig, AutoModel
    from transformers.initialization import no_init_weights

    from crosslift.encoders.adapted import AdaptedEncoder

    given = {key: value for key, value in config.items() if key != "model_type"}
    described = AutoConfig.for_model(config["model_type"], **given)
    described.vocab_size = rows
    options = {"add_pooling_layer": False} if config["model_type"] in _WITH_POOLER else {}
    with no_init_weights():
        return AdaptedEncoder(AutoModel.from_config(described, **options), config["pad_token_id"])


_WITH_POOLER = {"bert", "roberta", "xlm-roberta", "xlm-roberta-xl"}


def _fill(
    model: "torch.nn.Module", reader: TensorReader, vocabulary: TrimmedVocabulary, folder: Path
) -> None:
    import torch

    stored = _base_names(reader.tensors, model)
    trimmed = len(vocabulary.kept_ids) < vocabulary.full_size
    words = word_embedding_name(model)
    _check_tensors(model, stored, folder, but=words if trimmed else None)
    state = {}
    for name, parts in model.stored_names().items():
        rows = vocabulary.kept_ids if trimmed and name == words else None
        tensors = [reader.read(stored[part], rows) for part in parts]
        state[name] = tensors[0] if len(tensors) == 1 else torch.cat(tensors)
    model.load_state_dict(state, assign=True)


def _base_names(
    tensors: Mapping[str, StoredTensor], model: "torch.nn.Module"
) -> dict[str, StoredTensor]:
    """Stored tensors by their name in the base model; files with a head put a prefix before it."""
    wanted = {part for parts in model.stored_names().values() for part in parts}
    named = dict(tensors)
    for name, tensor in tensors.items():
        short = name.partition(".")[2]
        if short in wanted:
            named.setdefault(short, tensor)
    return named


def _check_tensors(
    model: "torch.nn.Module",
    stored: Mapping[str, StoredTensor],
    folder: Path,
    but: str | None = None,
) -> None:
    shapes = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    faults = []
    for name, parts in model.stored_names().items():
        shape = (shapes[name][0] // len(parts), *shapes[name][1:])
        for part in parts:
            if part not in stored:
                faults.append(f"{part} is missing")
            elif name != but and stored[part].shape != shape:
                faults.append(f"{part} has shape {stored[part].shape}, not {shape}")
    if faults:
        raise DataError(
            f"{folder}: the weights do not fit {type(model).__name__}: {'; '.join(faults[:5])} "
            f"({len(faults)} faults in all); prepare the encoder again, or give that model's files"
        )


def word_embedding_name(model: "torch.nn.Module") -> str:
    """Name of the word-embedding matrix in the state of an encoder, or of a model around one."""
    words = getattr(model, "encoder", model).words
    return next(f"{name}.weight" for name, part in model.named_modules() if part is words)
