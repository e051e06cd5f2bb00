"""Tune an encoder on intermediate tasks or mixtures of them, each by itself (phase 2)."""

import argparse
import json
from pathlib import Path

from crosslift.logs import run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, required=True, help="folder of a prepared encoder")
    parser.add_argument("--depth", type=int, help="keep this many layers; all without it")
    parser.add_argument("--data", type=Path, required=True, help="folder with one folder a task")
    parser.add_argument(
        "--arms",
        required=True,
        help="JSON: what to tune on, a list of {intermediate, seed, examples, recipe}, where "
        "examples gives for each task the most training examples, or null; with cap, the most of "
        "an epoch, and masked_lm: {texts, share}",
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--shard", action="store_true", help="each of several processes holds a part of the model"
    )
    parser.add_argument("--work", type=Path, required=True, help="folder of the running states")
    parser.add_argument("--output", type=Path, required=True, help="manifests; weights beside it")
    flags = parser.parse_args()

    import torch

    from crosslift.encoders.load import load_tokenizer
    from crosslift.files import write_json
    from crosslift.model import Encoder, choose_device
    from crosslift.parallel import join, leave
    from crosslift.phases import TrainingData, Unlabelled, train_intermediate
    from crosslift.study import Recipe

    torch.set_num_threads(flags.threads)
    processes = join(choose_device(), flags.shard)
    tokenizer = load_tokenizer(flags.encoder)
    manifests = {}
    for arm in json.loads(flags.arms):
        folder = f"{arm['intermediate']}/seed{arm['seed']}"
        beside = arm.get("masked_lm")
        manifests[folder] = train_intermediate(
            Encoder(flags.encoder, flags.depth),
            {task: TrainingData(flags.data / task, most) for task, most in arm["examples"].items()},
            tokenizer,
            Recipe.model_validate(arm["recipe"]),
            arm["seed"],
            flags.output.parent / folder,
            flags.work / folder,
            cap=arm.get("cap"),
            unlabelled=Unlabelled(Path(beside["texts"]), beside["share"]) if beside else None,
            processes=processes,
        )
    if processes.first:
        write_json(flags.output, manifests)
    leave(processes)


if __name__ == "__main__":
    run(main)
