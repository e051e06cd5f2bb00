"""Predict the tests of a target that is not tuned, with phase-2 arms of one encoder."""

import argparse
import json
from pathlib import Path

from crosslift.logs import run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, required=True, help="folder of a prepared encoder")
    parser.add_argument("--encoder-name", required=True, help="name in the table, with its depth")
    parser.add_argument("--depth", type=int, help="keep this many layers; all without it")
    parser.add_argument("--target", required=True, help="catalogue name")
    parser.add_argument("--tests", type=Path, required=True, help="test.parquet")
    parser.add_argument("--intermediates", type=Path, required=True, help="phase-2 folder")
    parser.add_argument(
        "--cells", required=True, help="JSON: [[intermediate, intermediate seed, target seed], ...]"
    )
    parser.add_argument("--recipe", required=True, help="the recipe as JSON")
    parser.add_argument("--layer", type=int, help="layer of sentence vectors; the last without it")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--output", type=Path, required=True, help="prediction table (Parquet)")
    flags = parser.parse_args()

    import torch
    from safetensors.torch import load_file

    from crosslift.checkpoints import finished_weights
    from crosslift.encoders.load import load_tokenizer
    from crosslift.evaluation import Evaluator, write_predictions
    from crosslift.model import Encoder
    from crosslift.phases import cell_parent
    from crosslift.study import Cell, Recipe

    torch.set_num_threads(flags.threads)
    evaluator = Evaluator(
        Encoder(flags.encoder, flags.depth),
        flags.encoder_name,
        flags.target,
        flags.tests,
        load_tokenizer(flags.encoder),
        Recipe.model_validate_json(flags.recipe),
        flags.layer,
    )
    tables = []
    for cell in (Cell(*cell) for cell in json.loads(flags.cells)):
        folder = cell_parent(flags.intermediates, cell)
        weights = load_file(finished_weights(folder)) if folder else None
        tables.append(evaluator.predictions(cell, weights))
    write_predictions(tables, flags.output)


if __name__ == "__main__":
    run(main)
