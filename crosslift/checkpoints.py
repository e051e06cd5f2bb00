"""Finished weights with their manifest, and the state from which a killed run goes on.

A finished folder holds `model.safetensors` and `manifest.json`, the manifest last. Its `identity`
says all that the weights depend on (recipe, seed, checksums of data and parent weights, version of
the training code), so a folder is up to date exactly when the identity is the one asked for.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from crosslift.early_stopping import Best
from crosslift.errors import DataError
from crosslift.files import atomic_path, digest, read_json, sha256_of, write_json
from crosslift.optimizer import AdamW

WEIGHTS, MANIFEST, STATE = "model.safetensors", "manifest.json", "state.safetensors"


def is_finished(folder: Path, identity: Mapping[str, Any]) -> bool:
    """True if the folder holds complete weights of exactly this identity."""
    manifest = folder / MANIFEST
    if not manifest.exists() or not (folder / WEIGHTS).exists():
        return False
    found = read_json(manifest)
    return found["identity"] == digest(identity) and found["weights_sha256"] == sha256_of(
        folder / WEIGHTS
    )


def write_finished(
    folder: Path,
    tensors: dict[str, torch.Tensor],
    identity: Mapping[str, Any],
    outcome: Mapping[str, Any],
) -> dict[str, Any]:
    """Store weights, then the manifest that proves them complete; returns the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    with atomic_path(folder / WEIGHTS) as temporary:
        save_file(tensors, temporary)
    manifest = {
        "identity": digest(identity),
        **identity,
        "outcome": dict(outcome),
        "weights_sha256": sha256_of(folder / WEIGHTS),
    }
    write_json(folder / MANIFEST, manifest)
    return manifest


def finished_weights(folder: Path) -> Path:
    """Path of a folder's weights.

    Raises
    ------
    DataError
        If the weights are not there, or are not those that the manifest describes.
    """
    manifest, weights = folder / MANIFEST, folder / WEIGHTS
    if not manifest.exists() or not weights.exists():
        raise DataError(f"{folder}: no finished weights; run the rule that trains them again")
    expected, found = read_json(manifest)["weights_sha256"], sha256_of(weights)
    if expected != found:
        raise DataError(
            f"{weights}: SHA-256 is {found} but {manifest.name} says {expected}; "
            "delete the folder, and the run will train it again"
        )
    return weights


def remove_weights(folder: Path) -> None:
    """Delete finished weights, and leave the manifest that tells what they were."""
    (folder / WEIGHTS).unlink(missing_ok=True)


def save_state(
    folder: Path, optimizer: AdamW, best: Best, step: int, identity: Mapping[str, Any]
) -> None:
    """Store all that the next step depends on, so that a killed run ends with the same bytes."""
    tensors = {f"optimizer.{name}": tensor for name, tensor in optimizer.state().items()}
    tensors |= best.state()
    tensors["random.cpu"] = torch.get_rng_state()
    if torch.cuda.is_available():
        tensors["random.cuda"] = torch.cuda.get_rng_state()
    metadata = {"identity": digest(identity), "step": str(step)}
    with atomic_path(folder / STATE) as temporary:
        save_file(
            {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()},
            temporary,
            metadata,
        )


def load_state(folder: Path, optimizer: AdamW, best: Best, identity: Mapping[str, Any]) -> int:
    """Restore the state of the same identity; returns the steps done, 0 if there is none."""
    path = folder / STATE
    if not path.exists():
        return 0
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
        if metadata["identity"] != digest(identity):
            return 0
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    optimizer.restore({name.removeprefix("optimizer."): tensor for name, tensor in tensors.items()})
    best.restore(tensors)
    torch.set_rng_state(tensors["random.cpu"])
    if "random.cuda" in tensors and torch.cuda.is_available():
        torch.cuda.set_rng_state(tensors["random.cuda"])
    return int(metadata["step"])


def remove_state(folder: Path) -> None:
    """Delete the work folder of a finished run."""
    shutil.rmtree(folder, ignore_errors=True)
