"""Bibliographic records: ids in their many spellings, and a record from what a source says."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from litreview.files import InputError
from litreview.schema import Paper

NOTICE = "notice of retraction"
"""The publication type of a record that is no paper, but says that one is retracted."""

_NEW_ID = r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}"
_OLD_ID = r"[a-z][a-z-]*(?:\.[A-Z]{2})?/\d{2}(?:0[1-9]|1[0-2])\d{3}"
_ARXIV_ID = re.compile(
    r"(?:https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html|src|e-print)/|arxiv:\s*)?"
    rf"({_NEW_ID}|{_OLD_ID})(v[1-9]\d*)?(?:\.pdf)?/?\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ArxivId:
    """An arXiv identifier and, if given, its version (`v2`)."""

    number: str
    version: str | None = None

    def __str__(self) -> str:
        return f"{self.number}{self.version or ''}"


def parse_arxiv_id(text: str) -> ArxivId:
    """Read an id from any usual spelling.

    Examples
    --------
    >>> str(parse_arxiv_id("http://arxiv.org/abs/2005.13013v2"))
    '2005.13013v2'

    Raises
    ------
    InputError
        If `text` is not an arXiv id of either form (YYMM.NNNNN since April 2007, archive/YYMMNNN
        before).
    """
    match = _ARXIV_ID.match(text.strip())
    if match is None:
        raise InputError(
            f"{text!r} is not an arXiv id; write it as 2005.13013, 2005.13013v2 or hep-th/9901001"
        )
    version = match.group(2)
    return ArxivId(match.group(1), version.lower() if version else None)


_DOI = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{1,9}(?:\.\d{1,9}){0,5}/\S+)\Z", re.IGNORECASE
)
ARXIV_DOI = "10.48550/arxiv."
_ACL_DOIS = ("10.18653/v1/", "10.3115/v1/")
# Tags of JATS, MathML and HTML alone: in an abstract, "a<b and c>d" is arithmetic.
_TAG = re.compile(
    r"</?(?:jats:[\w-]{1,30}|mml:\w{1,30}|i|b|u|em|strong|sub|sup|p|br|div|span|h[1-6]|tt|li|ul|ol"
    r"|scp|italic|bold|sc|sec|title)(?:\s{1,9}[\w:.-]{1,40}=(?:\"[^\"<>]{0,200}\"|'[^'<>]{0,200}'))*"
    r"\s{0,9}/?>",
    re.IGNORECASE,
)
_GONE_TITLE = re.compile(
    r"\W*(retracted|withdrawn)(?:\s+(?:article|paper))?\s*[:\]\)]", re.IGNORECASE
)
_LANGUAGES = {
    "chi zho": "zh",
    "dut nld": "nl",
    "eng": "en",
    "fre fra": "fr",
    "ger deu": "de",
    "ita": "it",
    "jpn": "ja",
    "kor": "ko",
    "pol": "pl",
    "por": "pt",
    "rus": "ru",
    "spa": "es",
    "tur": "tr",
}
_SHORT_LANGUAGES = {long: short for both, short in _LANGUAGES.items() for long in both.split()}


def parse_doi(text: str | None) -> str | None:
    """A DOI in lower case and without its resolver, or None if `text` is none.

    Examples
    --------
    >>> parse_doi("https://doi.org/10.18653/V1/2020.acl-main.467")
    '10.18653/v1/2020.acl-main.467'
    """
    match = _DOI.match((text or "").strip())
    return match.group(1).lower() if match else None


def plain_text(markup: str | None) -> str:
    """Text without tags and character references, its words parted by one space."""
    return " ".join(html.unescape(_TAG.sub(" ", markup or "")).split())


def language_code(code: str | None) -> str | None:
    """A language by its code of two letters (ISO 639-1) where the code of three is a common one."""
    plain = (code or "").strip().lower()
    return _SHORT_LANGUAGES.get(plain, plain) or None


def make_paper(
    *, title: str | None, year: int | str | None, source: str, retrieved: str, **fields: Any
) -> Paper:
    """A record from what a source says, its ids in one form and as many as can be told.

    arXiv's own DOI (10.48550/arXiv.ID) becomes the arXiv id, and is not kept as the DOI; the DOI of
    an Anthology paper gives its Anthology id.

    Parameters
    ----------
    title, year, source, retrieved
        As in `Paper`; markup in titles and abstracts is removed.
    **fields
        Other fields of `Paper`; None where the source is silent.

    Raises
    ------
    ValueError
        If there is no title, no year or no id.
    """
    known = {name: value for name, value in fields.items() if value not in (None, "")}
    doi = parse_doi(known.pop("doi", None))
    if doi and doi.startswith(ARXIV_DOI):
        known.setdefault("arxiv_id", doi.removeprefix(ARXIV_DOI))
        doi = None
    acl = next((doi[len(start) :] for start in _ACL_DOIS if doi and doi.startswith(start)), None)
    if acl:
        known.setdefault("acl_id", acl if acl[:1].isdigit() else acl.upper())
    if "arxiv_id" in known:
        number = parse_arxiv_id(known["arxiv_id"])
        known["arxiv_id"] = number.number
        known.setdefault("version", number.version)
    if doi:
        known["doi"] = doi
    known["language"] = language_code(known.get("language"))
    named = plain_text(title)
    if not named:
        raise ValueError("a record without a title")
    _note_title(named, source, known)
    known["abstract"] = plain_text(known.get("abstract")) or None
    paper_id = identify(known)
    known.setdefault("url", _address(paper_id, known))
    known.setdefault("authors", [])
    return Paper(
        paper_id=paper_id,
        title=named,
        year=int(year or 0) or _no_year(),
        source=source,
        sources=[source],
        retrieved=retrieved,
        **known,
    )


def _note_title(title: str, source: str, known: dict[str, Any]) -> None:
    """Publishers mark what is gone in the title; a source's own word on it weighs more."""
    match = _GONE_TITLE.match(title)
    if match and known.get("status", "unknown") not in ("retracted", "withdrawn"):
        known["status"] = match.group(1).lower()
        known["status_evidence"] = [
            *known.get("status_evidence", []),
            f"{source}: the title begins with {match.group().strip()!r}",
        ]


_ID_FIELDS = {
    "arxiv": "arxiv_id",
    "doi": "doi",
    "acl": "acl_id",
    "pmid": "pmid",
    "openalex": "openalex_id",
    "s2": "s2_id",
}


def identify(fields: Mapping[str, Any]) -> str:
    """`paper_id` of a record with these fields.

    Raises
    ------
    ValueError
        If none of the fields is an id.
    """
    for kind, name in _ID_FIELDS.items():
        if fields.get(name):
            return f"{kind}:{fields[name]}"
    raise ValueError("a record without an id")


_ADDRESSES = {
    "arxiv": "https://arxiv.org/abs/{}",
    "doi": "https://doi.org/{}",
    "acl": "https://aclanthology.org/{}/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/",
    "openalex": "https://openalex.org/{}",
    "s2": "https://www.semanticscholar.org/paper/{}",
}


def _address(paper_id: str, fields: Mapping[str, Any]) -> str:
    kind, _, number = paper_id.partition(":")
    version = (fields.get("version") or "") if kind == "arxiv" else ""
    return _ADDRESSES[kind].format(number + version)


def _no_year() -> NoReturn:
    raise ValueError("a record without a year")
