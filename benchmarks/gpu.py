"""Training of XLM-R Base and Large shapes at question-answering lengths, for a GPU.

    python -m benchmarks.gpu

Weights and word pieces are random, since speed depends on shapes alone: windows of 384 pieces with
shorter ones among them, and pieces drawn by Zipf's law from the whole vocabulary. Needs no data, no
hub and, on an H100, less than ten minutes.
"""

import argparse
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import torch
from torch import nn

from benchmarks import comparison, inputs, training
from crosslift.batching import Encoded
from crosslift.catalogue import get_task
from crosslift.encoders.bert import BertSizes, bert_config, bert_shapes
from crosslift.encoders.network import BertLayer
from crosslift.encoders.packing import Packing
from crosslift.encoders.tensors import SINGLE_FILE, write_float32
from crosslift.files import write_json
from crosslift.model import choose_device

LONGEST = 384
SHAPES = {
    "xlm-r-base": BertSizes(768, 12, 12, 3072, 250002, 514, 1, 1e-5),
    "xlm-r-large": BertSizes(1024, 24, 16, 4096, 250002, 514, 1, 1e-5),
    "tiny": BertSizes(64, 2, 2, 128, 1000, 514, 1, 1e-5),
}


def write_encoder(name: str) -> Path:
    """An encoder of a shape, with random weights."""
    sizes, folder = SHAPES[name], inputs.FOLDER / "encoders" / f"random-{name}"
    if (folder / "config.json").is_file():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    drawn = np.random.default_rng(0)

    def values(name: str, shape: tuple[int, ...]) -> Iterable[np.ndarray]:
        if "LayerNorm" in name or name.endswith(".bias"):
            yield np.full(shape, float(name.endswith("LayerNorm.weight")), np.float32)
        else:
            yield drawn.standard_normal(shape, np.float32) * np.float32(0.02)

    tensors = [(name, shape, values(name, shape)) for name, shape in bert_shapes(sizes).items()]
    write_float32(folder / SINGLE_FILE, tensors)
    write_json(folder / "config.json", bert_config(sizes, pad=1, bos=0, eos=2))
    return folder


def random_work(examples: int, vocabulary: int) -> inputs.Work:
    """Sequences of three classes: two thirds full windows, one third the ends of contexts."""
    drawn = np.random.default_rng(1)
    full = drawn.random(examples) < 2 / 3
    lengths = np.where(full, LONGEST, drawn.integers(64, LONGEST, examples))
    pieces = np.minimum(drawn.zipf(1.2, lengths.sum()) + 3, vocabulary - 1)
    labels = drawn.integers(0, 3, examples)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    encoded = Encoded(pieces.astype(np.int64), starts, np.arange(examples), {"label": labels})
    task = get_task("xnli")
    few = encoded.take(np.arange(min(64, examples)))
    names = [(task.labels or [])[label] for label in few.per_sequence["label"]]
    return inputs.Work(task, None, encoded, few, pd.DataFrame({"label": names}))


def attend_by_lengths(self: BertLayer, query_key_value: torch.Tensor, packing: Packing) -> Any:
    """Attention without padding, by torch's kernel for ragged batches (half precision alone)."""
    from torch.nn.attention.varlen import varlen_attn

    query, key, value = query_key_value.unflatten(-1, (3, self.heads, -1)).unbind(1)
    edges = nn.functional.pad(packing.lengths.cumsum(0), (1, 0)).int()
    longest = packing.longest
    return varlen_attn(query, key, value, edges, edges, longest, longest).flatten(1)


def product_rate(device: torch.device, size: int) -> float:
    """Floating-point operations a second of one large bf16 product."""
    one, other = (torch.randn(size, size, dtype=torch.bfloat16, device=device) for _ in range(2))
    for _ in range(3):
        one @ other
    with comparison.stopwatch() as seconds:
        for _ in range(20):
            one @ other
    return 20 * 2 * size**3 / seconds()


def operations(sizes: BertSizes, lengths: np.ndarray) -> float:
    """Floating-point operations of a training pass: three times a forward pass's products.

    As counted by Chowdhery et al. 2022 (PaLM, appendix B), without the embeddings.
    """
    linear = 4 * sizes.hidden**2 + 2 * sizes.hidden * sizes.feed_forward
    attention = 2 * sizes.hidden * (lengths.astype(float) ** 2).sum()
    return 3 * 2 * sizes.layers * (linear * lengths.sum() + attention)


def measure(name: str, examples: int, batch_size: int, rounds: int) -> dict[str, Any]:
    """One shape: beside the Trainer, part by part, and in operations a second."""
    sizes, folder = SHAPES[name], write_encoder(name)
    work = random_work(examples, sizes.vocabulary)
    recipe = inputs.RECIPE.model_copy(
        update={"batch_size": batch_size, "max_length": LONGEST, "precision": "bf16"}
    )
    setting = training.Setting(folder, sizes.layers, work, recipe)
    pieces = int(work.training.lengths.sum())
    training.run_crosslift(setting)
    record = {
        "machine": comparison.machine(),
        "encoder": name,
        "depth": sizes.layers,
        "task": f"random windows of up to {LONGEST} pieces",
        "examples": examples,
        "pieces": pieces,
        "recipe": recipe.model_dump(),
        **training.beside_trainer(setting, pieces, rounds, compiled=True),
        "ablations": training.ablations(setting, pieces, rounds),
    }
    if choose_device().type == "cuda":
        with patch.object(BertLayer, "_attend", attend_by_lengths):
            run = training.run_crosslift(setting)
        rate = comparison.rates(pieces, [run])
        last = float(np.array_split(run.made.losses, 5)[-1].mean())
        name = "attention by lengths instead of padded"
        record["ablations"].append({"switched off": name, **rate, "last loss": last})
    most = product_rate(choose_device(), 8192 if torch.cuda.is_available() else 512)
    own = record["contestants"][0]["median"] / pieces * operations(sizes, work.training.lengths)
    record |= {"product_rate": most, "operation_rate": own, "utilisation": own / most}
    print(f"{own / 1e12:.1f} of {most / 1e12:.1f} TFLOP/s: {own / most:.0%}")
    return record


def main() -> None:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shapes", nargs="+", default=["xlm-r-base", "xlm-r-large"])
    parser.add_argument("--examples", type=int, default=1024)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=2)
    flags = parser.parse_args()
    comparison.keep_memory()
    for name in flags.shapes:
        began = time.monotonic()
        record = measure(name, flags.examples, flags.batch_size, flags.rounds)
        print(f"{name}: {time.monotonic() - began:.0f} s")
        comparison.write_record(f"training-{name}", record)


if __name__ == "__main__":
    main()
