"""Make an encoder read a claim with a passage: by a task of inference, or by a study's weights."""

import argparse
import logging
import os
import shutil
from pathlib import Path

from crosslift.errors import DataError
from crosslift.logs import run

logger = logging.getLogger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, required=True, help="folder of a prepared encoder")
    parser.add_argument("--depth", type=int, help="keep this many layers; all without it")
    parser.add_argument("--data", type=Path, required=True, help="folder of the prepared task")
    parser.add_argument(
        "--checkpoint", type=Path, help="weights that phase 2 tuned on the task; else tune now"
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--output", type=Path, required=True, help="what was learned, safetensors")
    parser.add_argument("--card", type=Path, required=True, help="how it reads, JSON")
    flags = parser.parse_args()

    import torch

    from crosslift.checkpoints import MANIFEST
    from crosslift.data.variants import task_of
    from crosslift.files import read_json
    from litreview.files import InputError
    from litreview.verification.inference import measured_reader, tuned_reader

    torch.set_num_threads(flags.threads)
    task = task_of(flags.data)
    places = (flags.data, flags.encoder, flags.output, flags.card)
    try:
        if flags.checkpoint:
            _take(flags.checkpoint, flags.output)
            manifest = read_json(flags.checkpoint.with_name(MANIFEST))
            pooling = manifest["recipe"]["pooling"]
            measured_reader(*places, task.name, task.labels, pooling, flags.depth)
        else:
            tuned_reader(*places, flags.depth)
    except InputError as error:
        raise DataError(str(error)) from error


def _take(weights: Path, output: Path) -> None:
    """The same bytes under another name, shared where the disk can."""
    output.unlink(missing_ok=True)
    try:
        os.link(weights, output)
    except OSError:
        shutil.copyfile(weights, output)


if __name__ == "__main__":
    run(main)
