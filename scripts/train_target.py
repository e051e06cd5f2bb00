"""Tune cells of one encoder and target (phase 3), and predict the tests with each."""

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
    parser.add_argument("--data", type=Path, required=True, help="folder of the training task")
    parser.add_argument("--examples", type=int, help="most training examples; all without it")
    parser.add_argument("--tests", type=Path, required=True, help="test.parquet of the target")
    parser.add_argument("--intermediates", type=Path, required=True, help="phase-2 folder")
    parser.add_argument(
        "--cells", required=True, help="JSON: [[intermediate, intermediate seed, target seed], ...]"
    )
    parser.add_argument("--recipe", required=True, help="the recipe as JSON")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--shard", action="store_true", help="each of several processes holds a part of the model"
    )
    parser.add_argument(
        "--remove-weights", action="store_true", help="keep none once all tests are predicted"
    )
    parser.add_argument("--work", type=Path, required=True, help="folder of the running state")
    parser.add_argument("--output", type=Path, required=True, help="manifests; weights beside it")
    parser.add_argument("--predictions", type=Path, required=True, help="table (Parquet)")
    flags = parser.parse_args()

    import torch

    from crosslift.checkpoints import remove_weights
    from crosslift.encoders.load import load_tokenizer
    from crosslift.evaluation import Evaluator, write_predictions
    from crosslift.files import write_json
    from crosslift.model import Encoder, choose_device
    from crosslift.parallel import join, leave
    from crosslift.phases import Job, TrainingData, cell_parent, tune_cells
    from crosslift.study import Cell, Recipe

    torch.set_num_threads(flags.threads)
    encoder = Encoder(flags.encoder, flags.depth)
    recipe = Recipe.model_validate_json(flags.recipe)
    cells = [Cell(*cell) for cell in json.loads(flags.cells)]
    tokenizer = load_tokenizer(encoder.folder)
    processes = join(choose_device(), flags.shard)
    if processes.first:
        evaluator = Evaluator(
            encoder, flags.encoder_name, flags.target, flags.tests, tokenizer, recipe
        )
    manifests, tables = {}, []
    for cell, manifest, weights in tune_cells(
        encoder,
        flags.target,
        TrainingData(flags.data, flags.examples),
        tokenizer,
        recipe,
        [Job(cell, cell_parent(flags.intermediates, cell)) for cell in cells],
        flags.output.parent,
        flags.work,
        processes,
    ):
        if processes.first:  # the others wait for it in the next cell
            manifests[cell.name] = manifest
            tables.append(evaluator.predictions(cell, weights))
    if processes.first:
        write_predictions(tables, flags.predictions)
        write_json(flags.output, manifests)
        for name in manifests if flags.remove_weights else ():
            remove_weights(flags.output.parent / name)
    leave(processes)


if __name__ == "__main__":
    run(main)
