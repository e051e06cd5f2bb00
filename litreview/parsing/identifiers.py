"""arXiv ids and DOIs in the text of a bibliography entry."""

import re
from collections.abc import Iterable

from litreview.schema import Reference

MAX_TEXT = 2_000

_ARXIV = re.compile(
    r"(?:arxiv(?:\.org/(?:abs|pdf|html)/|[.:]|\s+preprint\s+arxiv[.:]|\s)\s{0,2}|\babs/)"
    r"((?:\d{4}\.\d{4,5})|(?:[a-z-]{2,10}(?:\.[A-Z]{2})?/\d{7}))(?:v\d{1,2})?(?!\d)",
    re.IGNORECASE,
)
_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>{}|\\^`]{1,150})")
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)\Z", re.IGNORECASE)


def make_reference(key: str, text: str, links: Iterable[str] = ()) -> Reference:
    """A bibliography entry with the identifiers that its text or its links hold."""
    searched = f"{text[:MAX_TEXT]} {' '.join(links)[:MAX_TEXT]}"
    arxiv_id, doi = find_identifiers(searched)
    return Reference(key=key, text=text[:MAX_TEXT], arxiv_id=arxiv_id, doi=doi)


def find_identifiers(text: str) -> tuple[str | None, str | None]:
    """The first arXiv id (without version) and the first DOI (in lower case) of a text."""
    doi_match = _DOI.search(text)
    doi = doi_match.group(1).rstrip(".,;:)]'").lower() if doi_match else None
    arxiv_match = _ARXIV.search(text)
    arxiv_id = arxiv_match.group(1) if arxiv_match else None
    of_arxiv = _ARXIV_DOI.match(doi) if doi else None
    if of_arxiv:
        return arxiv_id or re.sub(r"v\d{1,2}\Z", "", of_arxiv.group(1)), None
    return arxiv_id, doi
