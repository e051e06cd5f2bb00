"""What is unpacked of an archive from outside, in memory, within bounds, and what is refused.

Archives are read member by member and never touch the disk. One that holds links, devices, or
paths out of its folder, or that grows too large, is refused whole.
"""

import gzip
import io
import posixpath
import re
import tarfile
import zlib

MAX_UNPACKED = 200_000_000
MAX_TEXT_FILE = 5_000_000
MAX_MEMBERS = 5_000
MAX_LAYERS = 3

_LATEX_NAMES = re.compile(r"\.(?:tex|ltx|latex)\Z", re.IGNORECASE)
# Macros and bibliographies; not worth refusing an archive for when they are too large.
_HELPING_NAMES = re.compile(r"\.(?:sty|bbl|bib)\Z", re.IGNORECASE)
_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:")
_GZIP = b"\x1f\x8b"


class RefusedSource(ValueError):
    """A download that is not what it should be, or not safe to unpack; the message says why."""


def unpack_source(body: bytes) -> dict[str, bytes]:
    """LaTeX files of an arXiv source: a tar, a gzipped tar, or one (gzipped) file.

    The form is told from the first bytes, since the HTTP layer may have undone the compression.

    Returns
    -------
    dict of str to bytes
        Path in the archive to content, LaTeX files, their macros and bibliographies only; a single
        file is called `main.tex`.

    Raises
    ------
    RefusedSource
        For a path that leaves the archive, a link, a device, a sparse member, more than
        `MAX_MEMBERS` members, more than `MAX_UNPACKED` bytes, or anything damaged or not LaTeX.
    """
    try:
        return _unpack_plain(_opened(body))
    except (EOFError, OSError, zlib.error) as error:
        raise RefusedSource(f"damaged archive: {error}") from error


def gunzipped(body: bytes) -> bytes:
    """A body without its compression, if it has any.

    Raises
    ------
    RefusedSource
        If it is damaged, compressed more than `MAX_LAYERS` times or beyond `MAX_UNPACKED` bytes.
    """
    try:
        return _opened(body).read()
    except (EOFError, OSError, zlib.error) as error:
        raise RefusedSource(f"damaged gzip: {error}") from error


def _opened(body: bytes) -> io.BufferedReader:
    """A stream of what is compressed, perhaps several times over (by a server and by arXiv)."""
    reader = io.BufferedReader(io.BytesIO(body))
    for _ in range(MAX_LAYERS):
        if reader.peek(2)[:2] != _GZIP:
            return reader
        reader = io.BufferedReader(
            _Bounded(gzip.GzipFile(fileobj=reader), MAX_UNPACKED), buffer_size=65_536
        )
    if reader.peek(2)[:2] == _GZIP:
        raise RefusedSource(f"compressed more than {MAX_LAYERS} times")
    return reader


class _Bounded(io.RawIOBase):
    """A stream that refuses to yield more than a number of bytes: the end of a gzip bomb."""

    def __init__(self, stream: gzip.GzipFile, limit: int) -> None:
        self.stream = stream
        self.limit = limit
        self.left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        chunk = self.stream.read(len(buffer))
        self.left -= len(chunk)
        if self.left < 0:
            raise RefusedSource(f"archive expands beyond {self.limit} bytes")
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _unpack_plain(reader: io.BufferedReader) -> dict[str, bytes]:
    head = reader.peek(512)[:512]
    if head[257:262] == b"ustar" or _is_old_tar(head):
        return _unpack_tar(reader)
    content = reader.read(MAX_TEXT_FILE + 1)
    if len(content) > MAX_TEXT_FILE:
        # Reading on would tell a bomb from a large file, but neither is wanted.
        raise RefusedSource(f"single file larger than {MAX_TEXT_FILE} bytes")
    if b"\\" not in content or b"\x00" in content[:2_000]:
        raise RefusedSource("neither an archive nor LaTeX")
    return {"main.tex": content}


def _is_old_tar(head: bytes) -> bool:
    """Whether a header block without the `ustar` mark carries a valid tar checksum."""
    if len(head) < 512 or not head[0]:
        return False
    try:
        stored = int(head[148:156].strip(b"\x00 ") or b"-1", 8)
    except ValueError:
        return False
    return stored == sum(head[:148]) + 8 * 32 + sum(head[156:])


def _unpack_tar(reader: io.BufferedReader) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    total = count = 0
    try:
        with tarfile.open(fileobj=reader, mode="r|") as archive:
            for member in archive:
                count += 1
                total += max(0, member.size)
                _check_member(member, count, total)
                if _is_wanted(member):
                    files[posixpath.normpath(member.name)] = _member_bytes(archive, member)
    except tarfile.TarError as error:
        raise RefusedSource(f"damaged archive: {error}") from error
    if not any(_LATEX_NAMES.search(name) for name in files):
        raise RefusedSource("the archive holds no LaTeX file")
    return files


def _is_wanted(member: tarfile.TarInfo) -> bool:
    helps = _HELPING_NAMES.search(member.name) and member.size <= MAX_TEXT_FILE
    return member.isreg() and bool(helps or _LATEX_NAMES.search(member.name))


def _check_member(member: tarfile.TarInfo, count: int, total: int) -> None:
    name = member.name[:120]
    if _ABSOLUTE.match(member.name) or ".." in re.split(r"[/\\]", member.name):
        raise RefusedSource(f"member leaves the archive: {name!r}")
    if member.issym() or member.islnk():
        raise RefusedSource(f"member is a link: {name!r}")
    if not (member.isreg() or member.isdir()) or member.issparse():
        raise RefusedSource(f"member is a device or of another special kind: {name!r}")
    if count > MAX_MEMBERS:
        raise RefusedSource(f"more than {MAX_MEMBERS} members")
    if total > MAX_UNPACKED:
        raise RefusedSource(f"members add up to more than {MAX_UNPACKED} bytes")


def _member_bytes(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if member.size > MAX_TEXT_FILE:
        raise RefusedSource(f"LaTeX file larger than {MAX_TEXT_FILE} bytes: {member.name[:120]!r}")
    extracted = archive.extractfile(member)
    return extracted.read() if extracted else b""
