r"""The references as BibTeX, in UTF-8.

Every entry is a `@misc`: whether a venue is a journal or a conference is in no record. arXiv papers
have `eprint` and `archivePrefix` (https://info.arxiv.org/help/hypertex/bibstyles/), so that styles
which know them link the version read. Titles stand in double braces, which keep their capitals.
"""

import re
import unicodedata
from collections.abc import Iterable

from litreview.synthesis.model import Reference

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
}
_WORD = re.compile(r"[A-Za-z0-9]+")
MARKED = ("withdrawn", "retracted")
SMALL_WORDS = frozenset({"a", "an", "the", "on", "in", "of", "for", "to", "how", "what", "when"})


def render_bibtex(references: Iterable[Reference]) -> str:
    """One entry a reference, in the order of the report; keys are unique."""
    entries, taken = [], set()
    for reference in references:
        key = _unique(citation_key(reference), taken)
        fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(reference))
        entries.append(f"@misc{{{key},\n{fields}}}\n")
    return "\n".join(entries)


def citation_key(reference: Reference) -> str:
    """Surname, year and first word of the title in ASCII: `phang2020english`."""
    first = reference.names[0] if reference.names else "anonymous"
    surname = first.split(",")[0] if "," in first else first.rsplit(" ", 1)[-1]
    words = [word.lower() for word in _WORD.findall(_ascii(reference.title))]
    chosen = next((word for word in words if word not in SMALL_WORDS), "")
    name = "".join(_WORD.findall(_ascii(surname))).lower() or "anonymous"
    return f"{name}{reference.year}{chosen}"


def escape(text: str) -> str:
    """Text in which TeX sees no command."""
    return "".join(_SPECIAL.get(character, character) for character in text)


def _fields(reference: Reference) -> list[tuple[str, str]]:
    venue = reference.venue if not reference.venue.startswith("arXiv:") else ""
    fields = [
        ("author", " and ".join(_name(name) for name in reference.names)),
        ("title", f"{{{escape(reference.title)}}}"),
        ("year", str(reference.year)),
        ("howpublished", escape(venue)),
        ("eprint", reference.eprint),
        ("archivePrefix", "arXiv" if reference.eprint else ""),
        ("doi", reference.doi),
        ("url", reference.url),
        ("note", reference.status.capitalize() if reference.status in MARKED else ""),
    ]
    return [(name, value) for name, value in fields if value]


def _name(name: str) -> str:
    """A name that stays one name: an ` and ` in it would part it."""
    escaped = escape(name)
    return f"{{{escaped}}}" if re.search(r"\band\b", name) else escaped


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _unique(key: str, taken: set[str]) -> str:
    """The key, with a letter behind it where it is taken (two letters from the 27th on)."""
    number, found = 0, key
    while found in taken:
        number += 1
        found = key + _letters(number)
    taken.add(found)
    return found


def _letters(number: int) -> str:
    """`a`, `b`, ..., `z`, `aa`, `ab`, ..."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters
