"""Bytes of unknown encoding to text, always, and always the same."""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"(?:charset|encoding)\s{0,8}=\s{0,8}[\"']?([A-Za-z0-9_.:-]{2,40})", re.I)
# Python's other codecs (zip, rot13, escapes) are no character sets.
_CHARACTER_SETS = re.compile(r"iso8859|iso2022|cp\d|koi8|gb|big5|euc|shift|mac|utf-(?:16|32)")
_SAMPLE = 2_000


def decode(content: bytes) -> tuple[str, str]:
    """Decode a text file, with the name of the encoding.

    A byte order mark decides, else zeros in every other byte (UTF-16), else UTF-8 where it fits,
    else what the first bytes declare (`charset=`, `encoding=`); what is left is read as UTF-8 with
    each byte that does not fit as Windows-1252 (`mixed`), since sources are pasted together from
    files of several encodings. The mark is dropped; line ends stay as they are.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, errors="replace"), name
    name = _wide(content[:_SAMPLE])
    if name:
        return content.decode(name, errors="replace"), name
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    declared = _declared(content[:_SAMPLE])
    if declared:
        return content.decode(declared, errors="replace"), declared
    return content.decode("utf-8", errors=_FALLBACK), "mixed"


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark: Latin letters leave zeros at every other place."""
    pairs = len(sample) // 2
    if pairs < 8:
        return None
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = sample[first::2].count(0), sample[1 - first :: 2].count(0)
        if zeros > 0.4 * pairs and others < 0.1 * pairs:
            return name
    return None


def _declared(sample: bytes) -> str | None:
    match = _DECLARED.search(sample)
    if match is None:
        return None
    try:
        found = codecs.lookup(match.group(1).decode("ascii"))
    except LookupError:
        return None
    return found.name if _CHARACTER_SETS.match(found.name) else None


_FALLBACK = "litreview.windows-1252"


def _byte_by_byte(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    letters = [_letter(bytes([byte])) for byte in wrong]
    return "".join(letters), error.end


def _letter(byte: bytes) -> str:
    try:
        return byte.decode("cp1252")
    except UnicodeDecodeError:
        return byte.decode("latin-1")


codecs.register_error(_FALLBACK, _byte_by_byte)
