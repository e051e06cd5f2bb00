"""Estimate gains over no intermediate task, domain contrasts, domain x format, and scaling."""

import argparse
from pathlib import Path

import pandas as pd

from crosslift.contrasts import estimate_contrasts
from crosslift.effects import (
    averaged,
    chance_levels,
    collapsed_runs,
    estimate_effects,
    lopsided_runs,
)
from crosslift.factorial import estimate_factorial, layout
from crosslift.files import atomic_path, read_json
from crosslift.logs import run
from crosslift.pairing import pair_cells
from crosslift.scaling import estimate_scaling
from crosslift.scores import SCORED_COLUMNS, check_predictions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--predictions", type=Path, nargs="+", required=True, help="prediction tables (Parquet)"
    )
    parser.add_argument("--study", type=Path, required=True, help="study.json")
    parser.add_argument("--resamples", type=int, default=10_000, help="bootstrap draws")
    parser.add_argument("--confidence", type=float, default=0.95, help="coverage of intervals")
    parser.add_argument("--seed", type=int, default=0, help="seed of the bootstrap")
    parser.add_argument(
        "--margin", type=float, default=1.0, help="points of a gain or loss that would matter"
    )
    for table in ("effects", "draws", "contrasts", "factorial", "scaling"):
        parser.add_argument(f"--{table}", type=Path, required=True, help=f"{table} (Parquet)")
    flags = parser.parse_args()
    study = read_json(flags.study)
    predictions = pd.concat(
        [
            pd.read_parquet(path, columns=[*SCORED_COLUMNS, "prediction"])
            for path in flags.predictions
        ],
        ignore_index=True,
    )
    check_predictions(predictions, study["targets"])
    studied = list(pair_cells(predictions))
    untuned = {name for name, target in study["targets"].items() if target["train_on"] is None}
    draw = {
        **{"resamples": flags.resamples, "confidence": flags.confidence, "seed": flags.seed},
        "margin": flags.margin,
    }
    chance = chance_levels(predictions, study["targets"])
    faulty = {
        "collapsed": collapsed_runs(predictions),
        "lopsided": lopsided_runs(predictions, chance),
    }
    effects, draws = estimate_effects(
        studied, **draw, untuned=untuned, chance=chance, faulty=faulty
    )
    contrasts = estimate_contrasts(studied, study["intermediates"], **draw, untuned=untuned)
    declared = study.get("config", {}).get("factorial")
    factorial = estimate_factorial(
        studied,
        layout(study["intermediates"], declared["tasks"] if declared else None),
        **draw,
        in_mean=averaged((cells.target for cells in studied), untuned),
    )
    parameters = {name: encoder["parameters"] for name, encoder in study["encoders"].items()}
    scaling = estimate_scaling(effects, draws, parameters, confidence=flags.confidence)
    for table, output in (
        (effects, flags.effects),
        (draws, flags.draws),
        (contrasts, flags.contrasts),
        (factorial, flags.factorial),
        (scaling, flags.scaling),
    ):
        with atomic_path(output) as path:
            table.to_parquet(path, index=False)


if __name__ == "__main__":
    run(main)
