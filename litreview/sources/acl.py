"""The ACL Anthology, searched here: a folder with its XML, or a clone of its repository.

The Anthology has no interface to search by; its data are one XML file a collection
(github.com/acl-org/acl-anthology, folder `data/xml`). A query is answered from titles, abstracts
and authors. Files are read without a document type and without entities, each within bounds.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from lxml import etree

from litreview.schema import Paper, SearchOutcome
from litreview.search.queries import Node, Years, matches, parse_query
from litreview.search.records import make_paper
from litreview.sources.failures import SourceFailure
from litreview.sources.paging import Gathered

NAME = "acl"
MAX_FILES = 20_000
MAX_FILE_BYTES = 100_000_000

_HOMES = ("data/xml", "xml", "")
_COMMIT = re.compile(r"[0-9a-f]{40}")


def search(
    folder: Path, query: str, max_results: int, years: Years, today: date
) -> tuple[list[Paper], SearchOutcome]:
    """Papers of a local Anthology that answer a query, in the order of the files.

    Returns
    -------
    (list of Paper, SearchOutcome)
        `partial` names the files that cannot be read; `unavailable` if there are none at all.
    """
    run = Gathered()
    damaged: list[str] = []
    node = parse_query(query)
    try:
        for path in _files(folder):
            try:
                _search_file(path, node, years, today.isoformat(), run)
            except SourceFailure as failure:
                damaged.append(f"{path.name} ({failure.message})")
    except SourceFailure as failure:
        run.failure = failure
    if damaged:
        run.failure = SourceFailure("parse_error", f"cannot be read: {', '.join(damaged[:5])}")
    run.total = None if run.failure else run.retrieved
    run.keep(max_results)
    outcome = run.outcome(NAME, query, max_results, today)
    commit = _commit(folder)
    return list(run.papers.values()), outcome.model_copy(
        update={"url": f"commit {commit}" if commit else folder.name}
    )


def _files(folder: Path) -> list[Path]:
    for home in _HOMES:
        found = sorted((folder / home).glob("*.xml")) if (folder / home).is_dir() else []
        if len(found) > MAX_FILES:
            raise SourceFailure("unavailable", f"{folder} has more than {MAX_FILES} XML files")
        if found:
            return found
    raise SourceFailure(
        "unavailable",
        f"{folder} has no XML of the Anthology; clone github.com/acl-org/acl-anthology there",
    )


def _search_file(path: Path, node: Node, years: Years, today: str, run: Gathered) -> None:
    for key, paper in _papers(path, today):
        if (years.first or paper.year) > paper.year or (years.last or paper.year) < paper.year:
            continue
        texts = {"ti": paper.title, "abs": paper.abstract or "", "au": " ".join(paper.authors)}
        if matches(node, texts):
            run.papers.setdefault(key, paper)


def _papers(path: Path, today: str) -> Iterator[tuple[str, Paper]]:
    """Papers by their Anthology id; front matter and what has no title are passed over."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise SourceFailure("parse_error", f"larger than {MAX_FILE_BYTES} bytes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except (etree.XMLSyntaxError, OSError) as error:
        raise SourceFailure("parse_error", str(error)[:100]) from error
    if root.tag != "collection":
        raise SourceFailure("parse_error", f"begins with <{root.tag}> instead of <collection>")
    collection = root.get("id", "")
    for volume in root.iterfind("volume"):
        for element in volume.iterfind("paper"):
            try:
                number = _number(collection, volume.get("id", ""), element.get("id", ""))
                yield number, _paper(element, volume, number, today)
            except ValueError:
                continue


def _number(collection: str, volume: str, paper: str) -> str:
    """`P19-1001` in the old form, `2020.acl-main.1` in the new (aclanthology.org/info/ids)."""
    if collection[:1].isdigit():
        return f"{collection}-{volume}.{paper}"
    if collection.startswith("W") or (collection in ("C69", "D19") and int(volume) >= 5):
        return f"{collection}-{int(volume):02d}{int(paper):02d}"
    return f"{collection}-{int(volume)}{int(paper):03d}"


def _paper(element: etree._Element, volume: etree._Element, number: str, today: str) -> Paper:
    gone = [
        (name, note)
        for name in ("retracted", "removed")
        if (note := element.find(name)) is not None
    ]
    evidence = [
        f"ACL Anthology: {name} {note.get('date', '')}: {_text(note)}"[:500] for name, note in gone
    ]
    return make_paper(
        title=_text(element.find("title")),
        year=_text(volume.find("meta/year")),
        source=NAME,
        retrieved=today,
        acl_id=number,
        doi=_text(element.find("doi")),
        authors=[
            " ".join(filter(None, (_text(one.find("first")), _text(one.find("last")))))
            for one in element.iterfind("author")
        ],
        venue=_text(volume.find("meta/booktitle")),
        abstract=_text(element.find("abstract")),
        language=_text(element.find("language")) or "eng",
        status="retracted" if gone else "ok",
        status_evidence=evidence,
    )


def _text(element: etree._Element | None) -> str:
    """All text of an element, markup such as `fixed-case` and formulas included."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _commit(folder: Path) -> str | None:
    """The commit that a clone stands at, if it is one."""
    try:
        head = (folder / ".git" / "HEAD").read_text(encoding="utf-8").strip()
        if head.startswith("ref: "):
            head = (folder / ".git" / head.removeprefix("ref: ")).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return head if _COMMIT.fullmatch(head) else None
