"""Polite GET requests that end in an answer or in a typed failure, never in an empty result."""

import io
import os
import random
import time
import zlib
from collections.abc import Callable, Mapping
from datetime import date

import requests
import urllib3
from pydantic import Field

from litreview.schema import Record
from litreview.sources.cache import Cache, Stored
from litreview.sources.failures import SourceFailure, check_status

USER_AGENT = "litreview/0.1 (part of crosslift; one request at a time)"
MAIL_VARIABLE = "LITREVIEW_MAILTO"
_CHUNK = 65_536
_GIVE_UP_AFTER = 3


class SourceSettings(Record):
    """How to ask: waits in seconds, tries, and how old a cached answer may be.

    arXiv asks for at most one request every three seconds over one connection; `delay_seconds` that
    nobody sets is each source's own (`litreview.sources.registry`).
    """

    delay_seconds: float = Field(3.0, ge=0)
    timeout_seconds: float = Field(30.0, gt=0)
    retries: int = Field(3, ge=0, le=10)
    max_wait_seconds: float = Field(120.0, ge=0)
    max_age_days: int = Field(1, ge=0)


# Raises SourceFailure for a body that is not what was asked for; returns whether it is complete.
Check = Callable[[bytes, str], bool]


class Fetcher:
    """One connection to one source, with waits, retries, a cache and a circuit breaker.

    Parameters
    ----------
    settings : SourceSettings
    cache : Cache or None
        Where complete answers are kept and looked up first.
    offline : bool
        Never ask the network; what is not in the cache is `unavailable`.
    keys : mapping
        Headers that hold a key. They are sent to this source's host alone, and are never stored.
    sleep, today : callable
        The clock, so that tests need not wait.
    """

    def __init__(
        self,
        settings: SourceSettings,
        cache: Cache | None,
        *,
        offline: bool = False,
        keys: Mapping[str, str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.settings = settings
        self.cache = cache
        self.offline = offline
        self.sleep = sleep
        self.today = today
        self._session = _Session(keys or {})
        self._last_request: float | None = None
        self._failures_in_a_row = 0
        self._quota_spent = False

    def get(self, url: str, check: Check, max_bytes: int) -> Stored:
        """Fetch `url`, from the cache or from the network.

        429 and 5xx (and what `check` marks as such) are tried again after the wait that the source
        asks for, else after 1, 2, 4, ... times `delay_seconds` with a little jitter; nothing else
        is, a spent quota neither. After three requests in a row found the source out of reach, and
        after a spent quota, further ones fail at once.

        Raises
        ------
        SourceFailure
            With the outcome of the last try.
        """
        stored = self.cache.find(url, self.today()) if self.cache else None
        if stored is not None:
            return stored
        if self.offline:
            raise SourceFailure(
                "unavailable", f"not in the cache, and mode replay asks nobody: {url}"
            )
        if self._failures_in_a_row >= _GIVE_UP_AFTER:
            raise SourceFailure(
                "unavailable", f"not asked: {_GIVE_UP_AFTER} requests in a row had failed: {url}"
            )
        if self._quota_spent:
            raise SourceFailure("quota_exhausted", f"not asked: the quota was spent: {url}")
        try:
            answer, complete = self._try(url, check, max_bytes)
        except SourceFailure as failure:
            out_of_reach = failure.outcome in ("rate_limited", "unavailable")
            self._failures_in_a_row = self._failures_in_a_row + 1 if out_of_reach else 0
            self._quota_spent |= failure.outcome == "quota_exhausted"
            raise
        self._failures_in_a_row = 0
        if self.cache and complete:
            self.cache.store(url, answer.body, answer.content_type, self.today())
        return answer

    def _try(self, url: str, check: Check, max_bytes: int) -> tuple[Stored, bool]:
        attempt = 0
        while True:
            try:
                answer = self._request(url, max_bytes)
                return answer, check(answer.body, answer.content_type)
            except SourceFailure as failure:
                if not failure.again or attempt == self.settings.retries:
                    raise
                self._back_off(failure, attempt)
            attempt += 1

    def _back_off(self, failure: SourceFailure, attempt: int) -> None:
        wait = failure.wait_seconds
        if wait is None:
            wait = self.settings.delay_seconds * 2**attempt * random.uniform(1.0, 1.25)
        if wait > self.settings.max_wait_seconds:
            raise SourceFailure(
                failure.outcome,
                f"{failure.message}; it asks to wait {wait:.0f} s, more than max_wait_seconds",
                again=True,
            )
        self.sleep(wait)

    def _request(self, url: str, max_bytes: int) -> Stored:
        self._be_polite()
        timeout = self.settings.timeout_seconds
        try:
            with self._session.get(
                url,
                headers={"User-Agent": user_agent(), "Accept-Encoding": "identity"},
                timeout=timeout,
                stream=True,
            ) as response:
                check_status(response)
                body = _read(response, max_bytes, deadline=time.monotonic() + 10 * timeout)
                content_type = response.headers.get("Content-Type", "")
        except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
            raise SourceFailure("unavailable", f"no answer within {timeout} s: {url}") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            reason = type(error).__name__
            raise SourceFailure("unavailable", f"connection failed ({reason}): {url}") from error
        finally:
            self._last_request = time.monotonic()
        return Stored(url, body, content_type, self.today().isoformat())

    def _be_polite(self) -> None:
        if self._last_request is not None:
            elapsed = time.monotonic() - self._last_request
            if elapsed < self.settings.delay_seconds:
                self.sleep(self.settings.delay_seconds - elapsed)


class _Session(requests.Session):
    """Sends the keys to the host that they were made for, and not where it redirects to."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        super().__init__()
        self.max_redirects = 5
        self.keys = dict(keys)
        self.headers.update(keys)

    def rebuild_auth(
        self, prepared_request: requests.PreparedRequest, response: requests.Response
    ) -> None:
        super().rebuild_auth(prepared_request, response)
        if self.should_strip_auth(response.request.url, prepared_request.url):
            for name in self.keys:
                prepared_request.headers.pop(name, None)


def user_agent() -> str:
    """Who asks; with the address of the environment variable LITREVIEW_MAILTO if it is set."""
    address = os.environ.get(MAIL_VARIABLE, "").strip()
    return (
        f"{USER_AGENT[:-1]}; mailto:{address})" if address.isprintable() and address else USER_AGENT
    )


def _read(response: requests.Response, max_bytes: int, deadline: float) -> bytes:
    """The body as sent (not decompressed), within the bounds of size and time."""
    body = io.BytesIO()
    while chunk := response.raw.read(_CHUNK, decode_content=False):
        body.write(chunk)
        if body.tell() > max_bytes:
            raise SourceFailure("parse_error", f"answer larger than {max_bytes} bytes")
        if time.monotonic() > deadline:
            raise SourceFailure("unavailable", "answer came too slowly")
    return body.getvalue()


def gunzip(body: bytes, max_bytes: int) -> bytes:
    """Decompress `body` if it is gzip, else return it as it is.

    Raises
    ------
    SourceFailure
        `parse_error` if it is damaged or grows beyond `max_bytes`.
    """
    if body[:2] != b"\x1f\x8b":
        return body
    decoder = zlib.decompressobj(wbits=31)
    try:
        plain = decoder.decompress(body, max_bytes + 1)
    except zlib.error as error:
        raise SourceFailure("parse_error", f"damaged gzip: {error}") from error
    if len(plain) > max_bytes:
        raise SourceFailure("parse_error", f"gzip expands beyond {max_bytes} bytes")
    if not decoder.eof:
        raise SourceFailure("parse_error", "gzip is cut off")
    return plain
