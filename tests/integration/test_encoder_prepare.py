"""Preparing encoders from each source, and what is left when that fails or is killed."""

import os
import runpy
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from crosslift.catalogue import encoders as catalogue
from crosslift.catalogue.encoders import EncoderEntry, HubSource
from crosslift.encoders.folder import folder_appears
from crosslift.encoders.load import load_encoder
from crosslift.encoders.prepare import prepare_encoder
from crosslift.errors import ConfigError, DataError
from crosslift.files import read_json, sha256_of
from tests.encoder_files import e5_file, random_folder, wheel
from tests.encoder_hub import REPOSITORY, REVISION, Hub

PROJECT = Path(__file__).parents[2]


def entry(*sources):
    """A catalogue entry of the size of the tests' encoders."""
    return EncoderEntry(
        name="tiny",
        title="tiny",
        licence="MIT",
        layers=2,
        hidden_size=32,
        depths=(1, 2),
        prefix="query: ",
        note="for tests",
        reference="none",
        sources=sources,
    )


@pytest.fixture
def known(monkeypatch):
    """Puts an entry into the place of the catalogue."""

    def know(*sources):
        monkeypatch.setattr(catalogue, "_load", lambda path: {"tiny": entry(*sources)})

    return know


@pytest.fixture
def wheel_source(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSLIFT_CACHE", str(tmp_path / "cache"))
    return wheel(tmp_path / "cache", e5_file()[0])


def test_an_encoder_from_a_wheel_comes_with_a_card(known, wheel_source, tmp_path):
    known(wheel_source)
    output = tmp_path / "out" / "tiny"
    card = prepare_encoder("tiny-1", output)
    assert read_json(output / "card.json") == card
    assert card["source"]["kind"] == "wheel"
    assert card["source"]["sha256"] == wheel_source.sha256
    assert (card["layers"], card["layers_of_source"], card["prefix"]) == (1, 2, "query: ")
    assert card["licence"] == "MIT"
    # One layer, by hand: see the unit test of the counts; 24 pieces, 16 positions, 2 types.
    assert card["parameters"] == {
        "total": 8544 + 64 + 42 * 32,
        "embedding": 42 * 32,
        "non_embedding": 8544 + 64,
    }
    deeper = prepare_encoder("tiny", tmp_path / "out" / "deeper")
    assert deeper["non_embedding_by_depth"] == {"1": 8544 + 64, "2": 2 * 8544 + 64}
    assert set(card["versions"]) >= {"python", "numpy", "tokenizers", "torch", "transformers"}
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        assert card["files"][name] == sha256_of(output / name)
    assert sorted(path.name for path in output.parent.iterdir()) == ["deeper", "tiny"]


def test_preparing_twice_gives_the_same_bytes(known, wheel_source, tmp_path):
    known(wheel_source)
    prepare_encoder("tiny", tmp_path / "one")
    prepare_encoder("tiny", tmp_path / "two")
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_random_encoders_are_fixed_by_their_seed_and_share_lower_layers(tmp_path):
    prepare_encoder("random-tiny", tmp_path / "deep")
    prepare_encoder("random-tiny-1", tmp_path / "shallow")
    deep = load_encoder(tmp_path / "deep", 1).model.state_dict()
    for name, tensor in load_encoder(tmp_path / "shallow").model.state_dict().items():
        assert torch.equal(tensor, deep[name]), name
    assert deep["words.weight"].std() == pytest.approx(0.02, rel=0.01)


def test_an_encoder_from_a_folder_is_copied_and_cut(known, wheel_source, tmp_path):
    known(wheel_source)
    given = random_folder(tmp_path / "data" / "encoders" / "tiny")
    (given / "pytorch_model.bin").write_bytes(b"pickle")
    output = tmp_path / "out"
    card = prepare_encoder("tiny-1", output, source="files", data_root=tmp_path / "data")
    assert card["source"] == {"kind": "files"}
    assert card["files"]["model.safetensors"] == sha256_of(given / "model.safetensors")
    assert not (output / "pytorch_model.bin").exists()
    assert len(load_encoder(output).model.layers) == 1
    assert read_json(given / "config.json")["num_hidden_layers"] == 2


def test_an_encoder_from_the_hub_is_cut_without_touching_the_hubs_cache(
    known, tmp_path, monkeypatch
):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    files = {path.name: path.read_bytes() for path in random_folder(tmp_path / "given").iterdir()}
    known(HubSource(kind="hub", repository=REPOSITORY, revision=REVISION))
    with Hub(files) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        card = prepare_encoder("tiny-1", tmp_path / "out")
    assert card["source"]["repository"] == REPOSITORY
    assert card["source"]["commit"] == REVISION
    assert len(load_encoder(tmp_path / "out").model.layers) == 1
    (snapshot,) = (tmp_path / "hub").glob("models--*/snapshots/*")
    assert (snapshot / "config.json").read_bytes() == files["config.json"]


def test_files_of_another_encoder_are_refused(known, wheel_source, tmp_path):
    known(wheel_source)
    random_folder(tmp_path / "data" / "encoders" / "tiny", layers=3)
    with pytest.raises(DataError, match=r"num_hidden_layers is 3, tiny has 2; .*another encoder"):
        prepare_encoder("tiny", tmp_path / "out", "files", tmp_path / "data")
    assert not (tmp_path / "out").exists()


def test_all_missing_files_of_a_folder_are_named(known, wheel_source, tmp_path, monkeypatch):
    known(wheel_source)
    (tmp_path / "data").mkdir()
    monkeypatch.delenv("CROSSLIFT_DATA", raising=False)
    with pytest.raises(DataError, match=r"missing config\.json, tokenizer\.json, model\.safet"):
        prepare_encoder("tiny", tmp_path / "out", "files", tmp_path / "data")
    with pytest.raises(ConfigError, match="--data-root"):
        prepare_encoder("tiny", tmp_path / "out", "files")


def test_a_source_that_the_encoder_lacks_is_named(tmp_path):
    with pytest.raises(ConfigError, match="random-tiny has no source 'hub'; it has random, files"):
        prepare_encoder("random-tiny", tmp_path / "out", "hub")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_the_older_encoder_whole(known, wheel_source, tmp_path):
    known(wheel_source)
    output = tmp_path / "out"
    prepare_encoder("tiny", output)
    before = {path.name: path.read_bytes() for path in output.iterdir()}
    known(wheel_source.model_copy(update={"member_sha256": "0" * 64}))
    with pytest.raises(DataError, match="the checksum differs"):
        prepare_encoder("tiny", output)
    assert {path.name: path.read_bytes() for path in output.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "out"]


def test_a_failing_rename_puts_the_older_folder_back(tmp_path, monkeypatch):
    output = tmp_path / "out"
    output.mkdir()
    (output / "card.json").write_text("old")
    rename = Path.rename

    def fail_last(path, target):
        if path.name == ".out.partial":
            raise OSError("no space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_last)
    with pytest.raises(OSError, match="no space left"), folder_appears(output) as folder:
        (folder / "card.json").write_text("new")
    assert (output / "card.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_made_beforehand_is_filled(tmp_path):
    (tmp_path / "out").mkdir()
    with folder_appears(tmp_path / "out") as folder:
        (folder / "card.json").write_text("{}")
    assert (tmp_path / "out" / "card.json").read_text() == "{}"


def test_a_folder_with_other_files_is_never_replaced(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(ConfigError, match=r"holds thesis\.tex"), folder_appears(tmp_path):
        pass
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_a_killed_run_leaves_nothing_half_written_and_the_next_one_succeeds(tmp_path):
    output = tmp_path / "out"
    code = (
        "import os, signal, sys; from pathlib import Path; import crosslift.encoders.prepare as p\n"
        "p.parameter_counts = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"p.prepare_encoder('random-tiny', Path({str(output)!r}))"
    )
    killed = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert [path.name for path in tmp_path.iterdir()] == [".out.partial"]
    prepare_encoder("random-tiny", output)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_script_prepares_what_its_flags_name(tmp_path, monkeypatch):
    main = runpy.run_path(str(PROJECT / "scripts" / "prepare_encoder.py"))["main"]
    flags = ["--encoder", "random-tiny-1", "--output", str(tmp_path / "out"), "--source", "random"]
    monkeypatch.setattr(sys, "argv", ["prepare_encoder.py", *flags])
    main()
    card = read_json(tmp_path / "out" / "card.json")
    assert (card["encoder"], card["layers"]) == ("random-tiny", 1)


def test_the_script_reports_faults_without_a_traceback(tmp_path):
    script = [sys.executable, "scripts/prepare_encoder.py", "--output", str(tmp_path / "out")]
    done = subprocess.run(
        [*script, "--encoder", "random-tinny"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "did you mean random-tiny" in done.stderr
    assert "Traceback" not in done.stderr
