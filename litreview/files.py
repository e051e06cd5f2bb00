"""Files that appear whole or not at all, and JSON Lines of validated records."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

Parsed = TypeVar("Parsed")
RecordType = TypeVar("RecordType", bound=BaseModel)


class InputError(ValueError):
    """A file or setting that cannot be used; the message names it, the value and the remedy."""


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it to `path` when the block succeeds.

    The temporary file is flushed to disk before the rename, so after a power cut the name holds
    either the old content or the new, never a part of it. When the block raises, nothing is left.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        # mkstemp makes files private; results are meant to be shared like any other file.
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: str | Path, content: bytes) -> None:
    """Write `content`, atomically."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: str | Path, text: str) -> None:
    """Write `text` as UTF-8, atomically; line ends are written as they are."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: str | Path, value: Any) -> None:
    """Write `value` as indented UTF-8 JSON, atomically."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def write_jsonl(path: str | Path, records: Iterable[BaseModel]) -> None:
    """Write one record a line as UTF-8 JSON, atomically."""
    write_text(path, "".join(record.model_dump_json() + "\n" for record in records))


def read_json(path: str | Path) -> Any:
    """Parse a UTF-8 JSON file; `InputError` names the file and the place where it breaks."""
    return _parse(path, _read_text(path), "the file")


def read_as(path: Path, model: type[Parsed]) -> Parsed:
    """A JSON file as a record or list of records; faults are named with the file."""
    try:
        return TypeAdapter(model).validate_python(read_json(path))
    except ValidationError as error:
        raise InputError(f"{path}: {describe_faults(error)}") from error


def read_jsonl(path: str | Path, model: type[RecordType]) -> list[RecordType]:
    """Read one record a line.

    Parameters
    ----------
    path : path
        A file that `write_jsonl` wrote; blank lines are ignored.
    model : type
        The record's class.

    Raises
    ------
    InputError
        If the file is missing, not UTF-8, or a line is not JSON or not such a record; the message
        names the file and the line.
    """
    records = []
    for number, line in enumerate(_read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        value = _parse(path, line, f"line {number}")
        try:
            records.append(model.model_validate(value))
        except ValidationError as error:
            raise InputError(f"{path}: line {number}: {describe_faults(error)}") from error
    return records


def describe_faults(error: ValidationError) -> str:
    """All faults of a validation in one line: key, what is wrong, value found."""
    faults = []
    for fault in error.errors(include_url=False):
        key = ".".join(str(part) for part in fault["loc"]) or "(record)"
        value = repr(fault["input"])
        faults.append(f"{key}: {fault['msg']} (found {value[:80]})")
    return "; ".join(faults)


def _read_text(path: str | Path) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; run the stage that writes it first") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}; write it as UTF-8") from error


def _parse(path: str | Path, text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path}: {place} is not JSON ({error.msg} at character {error.pos}); "
            "it may be cut off: delete it and run its stage again"
        ) from error


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
