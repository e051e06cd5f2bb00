"""References rendered from records, never by hand: order, names, links."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from litreview.language.wording import listing
from litreview.schema import Paper
from litreview.synthesis.model import Reference

MAX_AUTHORS = 8
_LINK = re.compile(r"https?://[^\s<>\"'`\\{}|^]+\Z")
_SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    """Text from outside in one line, without control and direction characters."""
    kept = (c for c in text if unicodedata.category(c) not in ("Cc", "Cf") or c.isspace())
    return _SPACE.sub(" ", "".join(kept)).strip()


def surname(author: str) -> str:
    """Last name of an author written `First Last` or `Last, First`."""
    name = clean(author)
    return name.split(",")[0] if "," in name else name.rsplit(" ", 1)[-1]


def short_citation(paper: Paper) -> str:
    """A paper in running text: `Phang et al. (2020)`."""
    last = [surname(author) for author in paper.authors]
    if not last:
        return f"{clean(paper.title)} ({paper.year})"
    names = listing(last) if len(last) <= 2 else f"{last[0]} et al."
    return f"{names} ({paper.year})"


def number_references(
    cited: Iterable[str], papers: Mapping[str, Paper]
) -> tuple[list[Reference], list[str]]:
    """Number the cited papers by first author, year and title.

    A reference resolves where its record has authors, a title and an http link.

    Returns
    -------
    (list of Reference, list of str)
        The resolved references, and the ids of those that do not resolve.
    """
    resolved, unresolved = [], []
    for paper_id in dict.fromkeys(cited):
        paper = papers.get(paper_id)
        if paper and paper.authors and clean(paper.title) and _LINK.match(paper.url):
            resolved.append(paper)
        else:
            unresolved.append(paper_id)
    resolved.sort(key=_order)
    return [_reference(n, paper) for n, paper in enumerate(resolved, start=1)], sorted(unresolved)


def _order(paper: Paper) -> tuple[str, int, str, str]:
    return surname(paper.authors[0]).casefold(), paper.year, paper.title.casefold(), paper.paper_id


def _reference(number: int, paper: Paper) -> Reference:
    authors = [clean(author) for author in paper.authors]
    named = listing(authors)
    if len(authors) > MAX_AUTHORS:
        named = f"{', '.join(authors[:MAX_AUTHORS])} et al."
    venue = clean(paper.venue or "")
    if not venue and paper.arxiv_id:
        venue = f"arXiv:{clean(paper.arxiv_id)}{paper.version or ''}"
    return Reference(
        number=number,
        paper_id=paper.paper_id,
        authors=named,
        year=paper.year,
        title=clean(paper.title).rstrip("."),
        venue=venue,
        url=paper.url,
        status=paper.status,
        names=authors,
        eprint=f"{clean(paper.arxiv_id)}{paper.version or ''}" if paper.arxiv_id else "",
        doi=clean(paper.doi or ""),
    )


def number_ranges(numbers: Iterable[int]) -> str:
    """Reference numbers in brackets with runs closed up: `[1-3, 7]` with an en dash."""
    parts: list[list[int]] = []
    for number in sorted(set(numbers)):
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    written = [
        f"{part[0]}\N{EN DASH}{part[-1]}" if len(part) > 2 else ", ".join(map(str, part))
        for part in parts
    ]
    return f"[{', '.join(written)}]"
