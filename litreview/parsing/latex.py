r"""LaTeX source to text, sections, tables, captions and citations, in one pass.

`latex_expansion` yields tokens of the flattened, expanded source, each with its place;
`latex_reader` puts them where they belong. A construct that never closes ends at the next heading
or at the end, and its text is kept. Citations become `[cite]` and references `[ref]`, which the
later stages know and mask.
"""

import posixpath
import re
from collections.abc import Mapping

from litreview.parsing.bibliography import read_bibliography
from litreview.parsing.document import RawText, Reading
from litreview.parsing.encodings import decode
from litreview.parsing.latex_commands import is_known
from litreview.parsing.latex_expansion import Expander
from litreview.parsing.latex_reader import LatexReader

_DOCUMENT_CLASS = re.compile(r"^[^%\n]*?\\document(?:class|style)\b", re.MULTILINE)
_BEGIN_DOCUMENT = re.compile(r"^[^%\n]*?\\begin\s{0,9}\{document\}", re.MULTILINE)
_USUAL_NAMES = ("main", "ms", "paper", "article", "root", "acl", "emnlp", "naacl")
_SUFFIXES = (".tex", ".ltx", ".latex")


def read_latex(files: Mapping[str, bytes]) -> Reading:
    """Read the files of one LaTeX source.

    Parameters
    ----------
    files : mapping of str to bytes
        Path in the archive to content, as `litreview.parsing.archives.unpack_source` gives them.
    """
    reading = Reading()
    decoded = {name: decode(content) for name, content in sorted(files.items())}
    reading.raw = {name: RawText(*one) for name, one in decoded.items()}
    texts = {name: text for name, (text, _) in decoded.items()}
    main = main_file(texts)
    if main is None:
        reading.warn("no LaTeX file in the source")
        return reading
    expander = Expander(texts, is_known, reading.warn)
    expander.open_file(main)
    reader = LatexReader(expander, reading, started=not _BEGIN_DOCUMENT.search(texts[main]))
    reader.read()
    if not reader.started:
        # The beginning of the document is in a part that was left out.
        reading.warn("the document never begins")
    _add_references(reading, reader, texts, main)
    if not reading.paragraphs and not reading.tables:
        reading.warn("no running text in the source")
    return reading


def main_file(files: Mapping[str, str]) -> str | None:
    """Name of the file to start from, or None when no file looks like LaTeX.

    A file with both a document class and a document body wins; then the usual names (`main`,
    `ms`, ...); then the larger file.
    """
    candidates = [name for name in files if name.lower().endswith(_SUFFIXES)]
    candidates = candidates or [name for name, text in files.items() if "\\" in text]

    def rank(name: str) -> tuple[bool, bool, bool, int, str]:
        stem = posixpath.splitext(posixpath.basename(name))[0].lower()
        return (
            _DOCUMENT_CLASS.search(files[name]) is None,
            _BEGIN_DOCUMENT.search(files[name]) is None,
            stem not in _USUAL_NAMES,
            -len(files[name]),
            name,
        )

    return min(candidates, key=rank, default=None)


def _add_references(
    reading: Reading, reader: LatexReader, files: Mapping[str, str], main: str
) -> None:
    """Read the bibliography from its own file, where the text does not hold it."""
    if reading.references:
        return
    keys = {key for one in reading.paragraphs for _, _, keys in one.content.marks for key in keys}
    printed, reading.references = read_bibliography(files, main, reader.bibliographies, keys)
    if printed is not None:
        expander = Expander(files, is_known, reading.warn)
        expander.macros = reader.expander.macros
        expander.open_file(printed)
        apart = Reading()
        LatexReader(expander, apart, started=True).read()
        reading.references = apart.references
