"""Tune an encoder on one intermediate task or a mixture of them (phase 2)."""

import argparse
import json
from pathlib import Path

from crosslift.logs import run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, required=True, help="folder of a prepared encoder")
    parser.add_argument("--depth", type=int, help="keep this many layers; all without it")
    parser.add_argument("--tasks", nargs="+", required=True, help="catalogue names")
    parser.add_argument("--data", type=Path, required=True, help="folder with one folder a task")
    parser.add_argument(
        "--examples", default="{}", help="JSON: most training examples by task; all without it"
    )
    parser.add_argument("--recipe", required=True, help="the recipe as JSON")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--output", type=Path, required=True, help="folder of the weights")
    parser.add_argument("--work", type=Path, required=True, help="folder of the running state")
    flags = parser.parse_args()

    import torch

    from crosslift.model import Encoder
    from crosslift.phases import TrainingData, train_intermediate
    from crosslift.study import Recipe

    torch.set_num_threads(flags.threads)
    examples = json.loads(flags.examples)
    train_intermediate(
        Encoder(flags.encoder, flags.depth),
        {task: TrainingData(flags.data / task, examples.get(task)) for task in flags.tasks},
        Recipe.model_validate_json(flags.recipe),
        flags.seed,
        flags.output,
        flags.work,
    )


if __name__ == "__main__":
    run(main)
