"""Counting and claiming GPUs, with device files, names and lock folders of the test's own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from crosslift import devices, model
from crosslift.devices import claim_device, count_devices
from crosslift.errors import DataError

ROOT = Path(__file__).parents[2]
TWO = ["GPU-a", "GPU-b"]

CLAIM = """
import sys
from pathlib import Path
from crosslift.devices import claim_device
folder, *names = sys.argv[1:]
print(claim_device(names, Path(folder)), flush=True)
sys.stdin.read()
"""


@contextmanager
def claimed(folder: Path, names: list[str]) -> Iterator[tuple[int, subprocess.Popen]]:
    """A process that claims one of these devices and holds it to the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-c", CLAIM, str(folder), *names],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield int(process.stdout.readline()), process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def device_files(tmp_path):
    for name in ("nvidia0", "nvidia1", "nvidia10", "nvidiactl", "nvidia-uvm", "null"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.fixture(autouse=True)
def _claims_end_with_the_test():
    yield
    while devices._claims:
        devices.os.close(devices._claims.pop())
    model.choose_device.cache_clear()


def test_devices_are_counted_by_their_files(device_files, tmp_path_factory):
    assert count_devices(device_files, {}) == 3
    assert count_devices(tmp_path_factory.mktemp("none"), {}) == 0


@pytest.mark.parametrize(
    ("visible", "count"),
    [("0,10", 2), ("1", 1), ("", 0), ("-1", 0), ("0,-1,1", 1), ("GPU-5d5ba0d6, GPU-90f3", 2)],
)
def test_the_environment_narrows_the_choice(device_files, visible, count):
    assert count_devices(device_files, {"CUDA_VISIBLE_DEVICES": visible}) == count


def test_a_machine_without_device_files_has_no_gpu_whatever_the_environment_says(tmp_path):
    assert count_devices(tmp_path, {"CUDA_VISIBLE_DEVICES": "0,1"}) == 0


def test_processes_claim_different_devices_and_then_share_them_evenly(tmp_path):
    with claimed(tmp_path, TWO) as (first, _), claimed(tmp_path, TWO) as (second, _):
        assert [first, second] == [0, 1]
        with claimed(tmp_path, TWO) as (third, _), claimed(tmp_path, TWO) as (fourth, _):
            assert [third, fourth] == [0, 1]


def test_a_killed_process_frees_its_device(tmp_path):
    with claimed(tmp_path, TWO) as (first, killed), claimed(tmp_path, TWO) as (second, _):
        assert [first, second] == [0, 1]
        killed.kill()
        killed.wait()
        with claimed(tmp_path, TWO) as (third, _):
            assert third == 0


def test_a_device_is_known_by_its_name_whichever_a_process_sees(tmp_path):
    with claimed(tmp_path, ["GPU-b"]) as (only, _), claimed(tmp_path, TWO[::-1]) as (other, _):
        assert only == 0
        assert TWO[::-1][other] == "GPU-a"


def test_many_processes_at_once_take_one_device_each(tmp_path):
    names = [f"GPU-{i}" for i in range(6)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIM, str(tmp_path), *names],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in names
    ]
    taken = [int(process.stdout.readline()) for process in processes]
    for process in processes:
        process.communicate("")
    assert sorted(taken) == list(range(6))


def test_a_folder_that_cannot_be_written_is_named_with_the_remedy(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match=r"file: cannot lock a file for a GPU .* set TMPDIR"):
        claim_device(TWO, tmp_path / "file")


def test_without_a_gpu_the_cpu_is_chosen_and_nothing_claimed(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(devices, "claims_folder", lambda: tmp_path)
    model.choose_device.cache_clear()
    assert model.choose_device() == torch.device("cpu")
    assert not list(tmp_path.iterdir())


def test_a_process_trains_on_the_device_that_it_claimed_once(tmp_path, monkeypatch):
    current = []
    for name, fake in {
        "is_available": lambda: True,
        "device_count": lambda: 2,
        "get_device_properties": lambda i: SimpleNamespace(uuid=TWO[i]),
        "set_device": current.append,
    }.items():
        monkeypatch.setattr(torch.cuda, name, fake)
    monkeypatch.setattr(devices, "claims_folder", lambda: tmp_path)
    model.choose_device.cache_clear()
    with claimed(tmp_path, TWO) as (other, _):
        assert other == 0
        assert model.choose_device() == model.choose_device() == torch.device("cuda", 1)
    assert current == [1]
