"""Reading a catalogue file: YAML 1.2, every entry validated, every fault of the file at once."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from crosslift.errors import ConfigError
from crosslift.files import read_yaml

Entry = TypeVar("Entry", bound=BaseModel)


def read_entries(path: Path, model: type[Entry], kind: str) -> tuple[dict[str, Entry], list[str]]:
    """Entries by name in the file's order, and the faults of those that are not valid.

    Parameters
    ----------
    path : Path
        A mapping from names to entries.
    model : type
        What an entry is; its field `name` is filled with the key.
    kind : str
        What the names name, for messages.

    Raises
    ------
    ConfigError
        If the file cannot be read, is not YAML, or is no mapping.
    """
    try:
        raw = read_yaml(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is not valid YAML: {error}") from error
    if not isinstance(raw, dict):
        raise ConfigError(f"{path}: must be a mapping from {kind} names to entries")
    entries, faults = {}, []
    for name, entry in raw.items():
        if not isinstance(entry, dict):
            faults.append(f"{name}.entry: found {entry!r}: write a mapping from keys to values")
            continue
        try:
            entries[name] = model.model_validate({"name": name, **entry})
        except ValidationError as error:
            faults += [f"{name}.{_describe(fault)}" for fault in error.errors()]
    return entries, faults


def refuse_faults(path: Path, faults: list[str]) -> None:
    """Raise one ConfigError that lists all faults, if there are any."""
    if faults:
        raise ConfigError("\n  ".join([f"{path}: faults found: {len(faults)}", *faults]))


def _describe(fault: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"]) or "entry"
    match fault["type"]:
        case "missing":
            return f"{where}: missing; add the key"
        case "extra_forbidden":
            return f"{where}: unknown key; delete it or correct its spelling"
        case "value_error":
            return f"{where}: {fault['ctx']['error']}"
    return f"{where}: found {fault['input']!r}: {fault['msg']}"
