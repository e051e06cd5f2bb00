"""Finding a task's files under the data root, and reading them with errors that name the place."""

import gzip
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from crosslift.catalogue.tasks import FilesSource
from crosslift.errors import ConfigError, DataError

ENVIRONMENT_KEY = "CROSSLIFT_DATA"


class MissingFilesError(DataError):
    """Files that the catalogue names are not under the data root."""


def find_data_root(given: str | Path | None) -> Path | None:
    """The folder that holds the data sets, or None when none was named.

    Parameters
    ----------
    given : path, optional
        The folder, or the one that holds it under the name `data`; without it, the environment
        variable CROSSLIFT_DATA is read.

    Raises
    ------
    ConfigError
        If the folder does not exist.
    """
    given = given or os.environ.get(ENVIRONMENT_KEY)
    if not given:
        return None
    root = Path(given)
    if not root.is_dir():
        raise ConfigError(
            f"data_root {str(given)!r} is not a folder; name the folder that holds the data sets, "
            f"in the key data_root or the environment variable {ENVIRONMENT_KEY}"
        )
    return root / "data" if (root / "data").is_dir() else root


def find_files(
    source: FilesSource, split: str, languages: Sequence[str], root: Path, *, task: str
) -> dict[str, tuple[Path, ...]]:
    """The files of a split, by language: the first alternative that every language has.

    One alternative serves all languages, so a test never mixes a released test in one language
    with the development set of another.

    Raises
    ------
    MissingFilesError
        Naming the files that each alternative lacks.
    """
    if split not in source.splits:
        raise MissingFilesError(f"task {task!r} has no files for its {split} split")
    folder = root / source.folder
    missing: list[str] = []
    remedy = source.access or f"put the files of {source.revision or source.folder} there"
    for patterns in source.splits[split]:
        found, absent = {}, []
        for language in languages:
            paths = [
                (folder / pattern.removeprefix("?").format(language=source.code(language)))
                for pattern in patterns
            ]
            optional = [pattern.startswith("?") for pattern in patterns]
            absent += [
                path
                for path, may_lack in zip(paths, optional, strict=True)
                if not (may_lack or path.is_file())
            ]
            found[language] = tuple(path for path in paths if path.is_file())
        if not absent:
            return found
        missing.append(", ".join(_shorten([str(path) for path in absent])))
    raise MissingFilesError(
        f"task {task!r}, {split} split: missing {'; or instead '.join(missing)}; {remedy}, or set "
        f"data_root (or {ENVIRONMENT_KEY}) to the folder that holds them"
    )


def _shorten(names: Sequence[str], shown: int = 4) -> list[str]:
    more = len(names) - shown
    return [*names[:shown], *([f"and {more} more"] if more > 0 else [])]


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, unpacked where its name ends in `.gz`.

    Raises
    ------
    DataError
        If the file cannot be read, is empty, or its gzip stream is damaged or ends early.
    """
    try:
        raw = path.read_bytes()
        content = gzip.decompress(raw) if path.suffix == ".gz" else raw
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(
            f"{path}: damaged or truncated gzip file: {error}; fetch it anew"
        ) from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from error
    if not content.strip():
        raise DataError(f"{path}: is empty; fetch it anew")
    return content


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, without a byte order mark and with Unix line ends.

    Raises
    ------
    DataError
        As `read_bytes`, and if the file is not UTF-8, with the offset of the first wrong byte.
    """
    content = read_bytes(path)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        wrong = content[error.start]
        raise DataError(
            f"{path}: not UTF-8 at byte offset {error.start} (byte 0x{wrong:02x}: {error.reason}); "
            "convert the file to UTF-8 or fetch it anew"
        ) from error
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def read_lines(path: Path) -> list[str]:
    """The lines of a text file; U+2028 and the like are part of a line, not its end."""
    lines = read_text(path).split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def read_json(path: Path) -> Any:
    """The value in a JSON file; damage is a DataError with line and column."""
    try:
        return json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise DataError(
            f"{path}: damaged or truncated JSON at line {error.lineno}, column {error.colno}: "
            f"{error.msg}; fetch it anew"
        ) from error


def read_json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line's place (for messages) and object; blank lines are passed over."""
    for number, line in enumerate(read_lines(path), start=1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(
                f"{place}: damaged or truncated JSON at column {error.colno}: {error.msg}; "
                "fetch the file anew"
            ) from error
        if not isinstance(value, dict):
            raise DataError(f"{place}: expected a JSON object, got {type(value).__name__}")
        yield place, value
