"""On one machine jobs queue for as many GPUs as there are, unless the user says otherwise."""

import re
import subprocess

import pytest

from tests.end_to_end.workflow import ROOT, TINY, command, write_study

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("devices", "flags", "limit"),
    [(0, (), None), (3, (), "3"), (3, ("--resources", "gpu=5"), "5")],
)
def test_the_limit_of_jobs_with_a_gpu(devices, flags, limit, tmp_path, monkeypatch):
    # Imported by every Python that starts, so also by the one that runs Snakemake.
    (tmp_path / "sitecustomize.py").write_text(
        f"import crosslift.devices\ncrosslift.devices.count_devices = lambda: {devices}\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{ROOT}")
    parts = command(
        tmp_path, write_study(tmp_path, TINY), "results/tiny/data/mini-nli/test.parquet"
    )
    run = subprocess.run([*parts, *flags], capture_output=True, text=True, timeout=300, check=True)
    found = re.search(r"Provided resources: .*\bgpu=\D*(\d+)", run.stdout + run.stderr)
    assert (found and found[1]) == limit
