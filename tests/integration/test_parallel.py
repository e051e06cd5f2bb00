"""Two processes that tune one model, on CPUs by gloo, against one process alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file

from crosslift.data.tables import write_rows
from crosslift.encoders.prepare import prepare_encoder
from crosslift.parallel import ALONE, Processes, join

ROOT = Path(__file__).parents[2]
RECIPE = {
    **{"learning_rate": 1e-3, "epochs": 2, "batch_size": 5, "max_length": 32, "stride": 8},
    **{"dropout": 0.0, "precision": "fp32", "evaluate_every": 3, "patience": 9},
}
LABELS = ["sports", "travel", "health"]


def rows(count, start=0):
    return [
        {
            "example_id": str(i),
            "language": "en",
            "text": f"the {LABELS[i % 3]} number {i}",
            "text_pair": None,
            "label": LABELS[i % 3],
        }
        for i in range(start, start + count)
    ]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parallel")
    prepare_encoder("random-tiny", folder / "encoder")
    data = folder / "data" / "sib200"
    # 21 examples in batches of 5: the last batch of an epoch has one, and a process none.
    for split, examples in (("train", rows(21)), ("dev", rows(6, 50)), ("test", rows(9, 80))):
        write_rows(data / f"{split}.parquet", examples, "classification")
    (data / "training.json").write_text(json.dumps({"task": "sib200"}))
    return folder


def run(prepared, output, *, count, shard=False, recipe=RECIPE):
    start = [sys.executable]
    if count > 1:
        start += ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={count}"]
    flags = {
        "encoder": prepared / "encoder",
        "encoder-name": "random-tiny",
        "target": "sib200",
        "data": prepared / "data" / "sib200",
        "tests": prepared / "data" / "sib200" / "test.parquet",
        "intermediates": prepared / "intermediate",
        "cells": json.dumps([["none", 0, 0], ["none", 0, 1]]),
        "recipe": json.dumps(recipe),
        "work": output / "work",
        "output": output / "cells.json",
        "predictions": output / "predictions.parquet",
    }
    named = [part for name, value in flags.items() for part in (f"--{name}", str(value))]
    named += ["--shard"] if shard else []
    done = subprocess.run(
        [*start, str(ROOT / "scripts" / "train_target.py"), *named],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shard", "changes"),
    [
        (False, {}),
        (True, {}),
        (True, {"micro_batch": 2, "recompute": True}),
        (True, {"lora": {"rank": 2, "alpha": 4}}),
    ],
)
def test_two_processes_tune_the_weights_that_one_does(prepared, tmp_path, shard, changes):
    recipe = {**RECIPE, **changes}
    run(prepared, tmp_path / "one", count=1, recipe=recipe)
    run(prepared, tmp_path / "two", count=2, shard=shard, recipe=recipe)
    for cell in ("none-seed0-seed0", "none-seed0-seed1"):
        one = load_file(tmp_path / "one" / cell / "model.safetensors")
        two = load_file(tmp_path / "two" / cell / "model.safetensors")
        assert one.keys() == two.keys()
        for name, tensor in one.items():
            torch.testing.assert_close(two[name], tensor, atol=2e-5, rtol=1e-4, msg=name)
    manifests = [json.loads((tmp_path / n / "cells.json").read_text()) for n in ("one", "two")]
    for cell, manifest in manifests[0].items():
        assert manifest["outcome"]["best_step"] == manifests[1][cell]["outcome"]["best_step"]
        assert manifest["identity"] == manifests[1][cell]["identity"]
    tables = [pd.read_parquet(tmp_path / n / "predictions.parquet") for n in ("one", "two")]
    pd.testing.assert_frame_equal(tables[0], tables[1])


def test_processes_share_out_examples_whole_and_once():
    examples = np.array([3, 3, 8, 1, 1, 1, 9])
    parts = [Processes(rank, 2).part(examples) for rank in range(2)]
    assert (parts[0] ^ parts[1]).all()
    assert list(examples[parts[0]]) == [3, 3, 1, 1, 1]
    assert not Processes(4, 5).part(examples).any()


def test_one_process_joins_nobody():
    assert join(torch.device("cpu"), environment={}) is ALONE
    assert ALONE.first
    assert ALONE.agree(2.5) == 2.5
