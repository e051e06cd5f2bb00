"""BERT's tensors and configuration, as transformers' BertModel (without a pooler) names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# RoBERTa and XLM-R are BERT with positions counted from behind the padding piece's id.
_COUNTED_FROM_PADDING = {"bert": False, "roberta": True, "xlm-roberta": True}


@dataclass(frozen=True)
class BertSizes:
    """Architecture of a BERT (counts; `layer_norm_epsilon` is unitless)."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_epsilon: float
    position_offset: int = 0


def is_bert(config: Mapping[str, Any]) -> bool:
    """True if a ``config.json`` describes a BERT, RoBERTa or XLM-R as they were published."""
    return (
        config.get("model_type") in _COUNTED_FROM_PADDING
        and config.get("hidden_act", "gelu") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
    )


def bert_sizes(config: Mapping[str, Any]) -> BertSizes:
    """Sizes that a ``config.json`` gives; keys that it may leave out have BERT's values."""
    from_padding = _COUNTED_FROM_PADDING[config["model_type"]]
    return BertSizes(
        hidden=config["hidden_size"],
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        feed_forward=config["intermediate_size"],
        vocabulary=config["vocab_size"],
        positions=config.get("max_position_embeddings", 512),
        token_types=config.get("type_vocab_size", 2),
        layer_norm_epsilon=config.get("layer_norm_eps", 1e-12),
        position_offset=config["pad_token_id"] + 1 if from_padding else 0,
    )


def bert_shapes(sizes: BertSizes) -> dict[str, tuple[int, ...]]:
    """Shapes of all tensors by name, in the order of the network."""
    hidden, wide = sizes.hidden, sizes.feed_forward
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (sizes.vocabulary, hidden),
        "embeddings.position_embeddings.weight": (sizes.positions, hidden),
        "embeddings.token_type_embeddings.weight": (sizes.token_types, hidden),
        "embeddings.LayerNorm.weight": (hidden,),
        "embeddings.LayerNorm.bias": (hidden,),
    }
    parts: dict[str, tuple[int, ...]] = {
        "attention.self.query": (hidden, hidden),
        "attention.self.key": (hidden, hidden),
        "attention.self.value": (hidden, hidden),
        "attention.output.dense": (hidden, hidden),
        "attention.output.LayerNorm": (hidden,),
        "intermediate.dense": (wide, hidden),
        "output.dense": (hidden, wide),
        "output.LayerNorm": (hidden,),
    }
    for layer in range(sizes.layers):
        for part, shape in parts.items():
            shapes[f"encoder.layer.{layer}.{part}.weight"] = shape
            shapes[f"encoder.layer.{layer}.{part}.bias"] = shape[:1]
    return shapes


def bert_config(sizes: BertSizes, pad: int, bos: int, eos: int) -> dict:
    """The ``config.json`` of such an encoder; `pad`, `bos`, `eos` are piece ids."""
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "vocab_size": sizes.vocabulary,
        "hidden_size": sizes.hidden,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.feed_forward,
        "max_position_embeddings": sizes.positions,
        "type_vocab_size": sizes.token_types,
        "layer_norm_eps": sizes.layer_norm_epsilon,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "pad_token_id": pad,
        "bos_token_id": bos,
        "eos_token_id": eos,
        "dtype": "float32",
    }
