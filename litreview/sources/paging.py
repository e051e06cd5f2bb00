"""From pages of answers to records and one typed outcome, the same for every source."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from litreview.schema import Outcome, Paper, SearchOutcome
from litreview.sources.failures import SourceFailure
from litreview.sources.http import Fetcher, gunzip

MAX_PAGE_BYTES = 50_000_000
MAX_PAGES = 1_000


@dataclass(frozen=True)
class Page:
    """What one answer holds.

    Attributes
    ----------
    papers : dict
        Records by the source's own key, so that a page sent twice counts once.
    total : int or None
        How many records the service says that there are.
    following : str or None
        What to ask for the next page with; None after the last one.
    unusable : int
        Records without a title, a year or an id, which nothing can be done with.
    """

    papers: dict[str, Paper]
    total: int | None
    following: str | None = None
    unusable: int = 0


@dataclass
class Gathered:
    """One search as it went: records so far, the service's total, and what went wrong."""

    papers: dict[str, Paper] = field(default_factory=dict)
    unusable: int = 0
    total: int | None = None
    cut_off: bool = False
    failure: SourceFailure | None = None
    pages: list[str] = field(default_factory=list)
    newest: str = ""

    @property
    def retrieved(self) -> int:
        """Records that came, usable or not."""
        return len(self.papers) + self.unusable

    def lacks(self, wanted: int) -> bool:
        """Whether there is more to ask for: some services name a next page after the last."""
        return self.retrieved < (wanted if self.total is None else min(self.total, wanted))

    def note_page(self, body: bytes, total: int | None, retrieved: str) -> None:
        """Remember what came; a total that shrinks from page to page does not hide records."""
        self.pages.append(hashlib.sha256(body).hexdigest())
        self.newest = max(self.newest, retrieved)
        if total is not None:
            self.total = max(total, self.total or 0)

    def keep(self, wanted: int) -> None:
        """Drop what came beyond the number wanted."""
        self.papers = dict(list(self.papers.items())[:wanted])
        self.unusable = min(self.unusable, wanted - len(self.papers))

    def outcome(self, source: str, query: str, wanted: int, today: date) -> SearchOutcome:
        """`ok` only if all came that the service counts, up to the number wanted.

        It is dated by the newest answer, so that a replay gives what the live run gave.
        """
        expected = None if self.total is None else min(self.total, wanted)
        kind, message = self._kind(expected)
        return SearchOutcome(
            source=source,
            query=query,
            outcome=kind,
            expected=expected,
            retrieved=self.retrieved,
            unusable=self.unusable,
            date=self.newest or today.isoformat(),
            message=message,
            total=self.total,
            pages=self.pages,
        )

    def _kind(self, expected: int | None) -> tuple[Outcome, str]:
        some = bool(self.papers)
        if self.failure is not None:
            return ("partial" if some else self.failure.outcome), self.failure.message
        if expected is None:
            return ("partial" if some else "parse_error"), "the answer gives no total"
        if self.retrieved < expected:
            message = f"{self.retrieved} of {expected} records could be read"
            if self.cut_off:
                message += "; an answer was cut off"
            return ("partial" if some else "parse_error"), message
        if self.unusable:
            message = f"{self.unusable} of {self.retrieved} records lack a title, year or id"
            return ("ok" if some else "parse_error"), message
        if self.total is not None and self.total > expected:
            return "ok", f"the first {expected} of {self.total}, as max_results asks"
        return "ok", ""


def gather(
    fetcher: Fetcher,
    page_url: Callable[[str], str],
    read: Callable[[bytes, str], Page],
    first: str,
    wanted: int,
) -> Gathered:
    """Ask for page after page until all wanted records are there, or something goes wrong.

    A page that is empty, or that is asked for again, ends the search: what is then missing from
    the total makes the outcome `partial`.

    Parameters
    ----------
    fetcher : Fetcher
    page_url : callable
        From what a page is asked for with (a cursor, an offset) to its URL.
    read : callable
        From a body and the day it was retrieved on to a `Page`; raises SourceFailure for a body
        that is none.
    first : str
        What the first page is asked for with.
    wanted : int
        At most this many records.
    """
    run = Gathered()
    following: str | None = first
    asked: set[str] = set()
    while following is not None and following not in asked and run.lacks(wanted):
        if len(asked) == MAX_PAGES:
            run.failure = SourceFailure("partial", f"more than {MAX_PAGES} pages")
            break
        asked.add(following)
        try:
            answer = fetcher.get(page_url(following), _checked(read), MAX_PAGE_BYTES)
            body = gunzip(answer.body, MAX_PAGE_BYTES)
            page = read(body, answer.retrieved)
        except SourceFailure as failure:
            run.failure = failure
            break
        run.note_page(body, page.total, answer.retrieved)
        before = run.retrieved
        for key, paper in page.papers.items():
            run.papers.setdefault(key, paper)
        run.unusable += page.unusable
        if run.retrieved == before:
            break
        following = page.following
    run.keep(wanted)
    return run


def _checked(read: Callable[[bytes, str], Page]) -> Callable[[bytes, str], bool]:
    def check(body: bytes, content_type: str) -> bool:
        del content_type  # the body says what it is
        read(gunzip(body, MAX_PAGE_BYTES), "")
        return True

    return check


def read_json_object(body: bytes, service: str) -> dict[str, Any]:
    """The object that an answer consists of.

    Raises
    ------
    SourceFailure
        `parse_error` for a page, half an answer, or JSON that is no object or nested too deeply.
    """
    start = body[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<"):
        kind = "an HTML page" if b"<html" in start else "XML"
        raise SourceFailure("parse_error", f"{service} answered with {kind} instead of JSON")
    try:
        value = json.loads(body)
    except UnicodeDecodeError as error:
        raise SourceFailure("parse_error", f"{service} answered with what is no text") from error
    except json.JSONDecodeError as error:
        raise SourceFailure(
            "parse_error", f"{service} answered with what is no whole JSON: {error}"
        ) from error
    except RecursionError as error:
        raise SourceFailure("parse_error", f"{service} answered with JSON too deep") from error
    if not isinstance(value, dict):
        raise SourceFailure("parse_error", f"{service} answered with JSON that is no object")
    return value


def read_records(
    items: Any, read: Callable[[dict[str, Any]], tuple[str, Paper]], service: str
) -> tuple[dict[str, Paper], int]:
    """Records by their own key, and how many items are unusable.

    `read` raises KeyError, TypeError, ValueError, AttributeError or IndexError for an item that is
    not as it should be.

    Raises
    ------
    SourceFailure
        `parse_error` if `items` is no list.
    """
    if not isinstance(items, list):
        raise SourceFailure("parse_error", f"{service} answered without a list of records")
    papers: dict[str, Paper] = {}
    unusable = 0
    for item in items:
        try:
            key, paper = read(item)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            unusable += 1
        else:
            papers[key] = paper
    return papers, unusable


def read_total(value: Any, service: str) -> int:
    """A total as a number.

    Raises
    ------
    SourceFailure
        `parse_error` if it is missing or no number: without one, a cut-off result looks whole.
    """
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise SourceFailure("parse_error", f"{service} answered without a total")
    return value
