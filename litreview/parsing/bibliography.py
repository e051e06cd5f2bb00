"""Entries of a LaTeX source's bibliography: .bbl as LaTeX prints it or biblatex keeps it, .bib."""

import re
from collections.abc import Iterable, Iterator, Mapping

from litreview.parsing.identifiers import make_reference
from litreview.schema import Reference

MAX_ENTRY = 5_000

_BIB_ENTRY = re.compile(r"@([A-Za-z]{2,30})\s{0,20}[{(]\s{0,20}([^\s,{}()=]{1,200})\s{0,20},")
_BIBLATEX_ENTRY = re.compile(r"\\entry\{([^{}\n]{1,200})\}")
_BRACES = re.compile(r"[{}]")
_EPRINT = re.compile(
    r"eprint\W{1,12}(?:\\verb\s{1,4})?([A-Za-z.-]{0,12}/?\d[\d.]{3,10}(?:v\d)?)", re.I
)
_NOT_PRINTED = re.compile(r"\\(?:field|verb|strng|name|list|endverb|true|endentry)\b")


def read_bibliography(
    files: Mapping[str, str], main: str, named: Iterable[str], keys: set[str]
) -> tuple[str | None, list[Reference]]:
    r"""Where the entries are, when the text itself holds none.

    Returns
    -------
    (str or None, list of Reference)
        The .bbl file that LaTeX has to read, where there is one; else the entries of a biblatex
        .bbl, or those of the .bib files named by `\bibliography` that are in `keys`.
    """
    stem = main.rsplit(".", 1)[0]
    printed = sorted(
        (name for name in files if name.endswith(".bbl")), key=lambda n: (n != f"{stem}.bbl", n)
    )
    for name in printed[:1]:
        if _BIBLATEX_ENTRY.search(files[name]):
            return None, list(_entries(files[name], _BIBLATEX_ENTRY, keys))
        return name, []
    references = []
    for name in named:
        text = files.get(name if name.endswith(".bib") else f"{name}.bib", "")
        references += _entries(text, _BIB_ENTRY, keys)
    return None, references


def _entries(text: str, opening: re.Pattern[str], keys: set[str]) -> Iterator[Reference]:
    matches = list(opening.finditer(text))
    ends = [match.start() for match in matches[1:]] + [len(text)]
    for match, end in zip(matches, ends, strict=True):
        key = match.group(match.lastindex or 1)
        if key in keys:
            yield _entry(key, text[match.end() : min(end, match.end() + MAX_ENTRY)])


def _entry(key: str, body: str) -> Reference:
    eprint = _EPRINT.search(body)
    links = [f"arXiv:{eprint.group(1)}"] if eprint else []
    plain = _BRACES.sub("", _NOT_PRINTED.sub(" ", body))
    return make_reference(key, " ".join(plain.split()), links)
