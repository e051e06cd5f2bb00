"""Event frames: what can happen, where, and within which bounds, without words."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from crosslift.files import read_yaml

FRAMES_FILE = Path(__file__).with_name("frames.yaml")

UsedIn = Literal["all", "intermediate", "test"]


@dataclass(frozen=True)
class Frame:
    """A kind of event.

    Attributes
    ----------
    name : str
        Key in ``frames.yaml`` and in the languages' files.
    domain : str
        general, legal or medical.
    used_in : str
        Which training may use it: ``all`` (targets and intermediates), ``intermediate``, or
        ``test`` (none). Development and test sets use every frame.
    units : tuple of str, shape (2,)
        Units of the two amounts.
    amounts : tuple of int, shape (3,)
        Lowest and highest amount (both included) and the step between them.
    """

    name: str
    domain: str
    used_in: UsedIn
    units: tuple[str, str]
    amounts: tuple[int, int, int]


@functools.cache
def load_frames() -> dict[str, Frame]:
    """All frames by name, in the order of ``frames.yaml``."""
    return {
        name: Frame(
            name,
            entry["domain"],
            entry["used_in"],
            tuple(entry["units"]),
            tuple(entry["amounts"]),
        )
        for name, entry in _content()["frames"].items()
    }


@functools.cache
def load_places() -> dict[str, tuple[str, ...]]:
    """Names of places: ``all`` for every split, ``test`` for development and test sets only."""
    return {used_in: tuple(names) for used_in, names in _content()["places"].items()}


@functools.cache
def _content() -> dict:
    return read_yaml(FRAMES_FILE)
