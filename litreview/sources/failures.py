"""How a source fails: one exception with the kind of failure, and what a refusal stands for."""

import email.utils
from datetime import UTC, datetime

import requests

from litreview.schema import Outcome


class SourceFailure(Exception):
    """A source did not answer as it should.

    Attributes
    ----------
    outcome : Outcome
        The kind of failure.
    message : str
        What happened, for the search record.
    again : bool
        Whether the same request may succeed later.
    wait_seconds : float or None
        How long the source asked to wait.
    """

    def __init__(
        self, outcome: Outcome, message: str, *, again: bool = False, wait: float | None = None
    ) -> None:
        super().__init__(f"{outcome}: {message}")
        self.outcome: Outcome = outcome
        self.message = message
        self.again = again
        self.wait_seconds = wait


def check_status(response: requests.Response) -> None:
    """Raise the failure that a status other than 200 stands for.

    Raises
    ------
    SourceFailure
        `quota_exhausted` for 402, and for 429 with nothing left; `rate_limited` for any other 429;
        `unavailable` for 401, 403 and 5xx; else `bad_request`. A 403 that says what is left of an
        allowance is read as a 429.
    """
    status, url = response.status_code, response.url
    if status == requests.codes.ok:
        return
    message = f"HTTP {status}: {url}"
    if _quota_is_spent(response):
        raise SourceFailure("quota_exhausted", f"{message}: {_when_again(response)}")
    wait = _retry_after(response.headers.get("Retry-After"))
    if _is_about_rate(response):
        raise SourceFailure("rate_limited", message, again=True, wait=wait)
    if status >= requests.codes.internal_server_error:
        raise SourceFailure("unavailable", message, again=True, wait=wait)
    if status == requests.codes.forbidden:
        # arXiv treats further requests after a 403 as an attack.
        raise SourceFailure("unavailable", f"{message}: access refused, do not ask again now")
    if status == requests.codes.unauthorized:
        raise SourceFailure("unavailable", f"{message}: the key is refused; correct or unset it")
    raise SourceFailure("bad_request", message)


def _is_about_rate(response: requests.Response) -> bool:
    """429, and OpenAlex's 403 for the same (developers.openalex.org, Error Handling)."""
    if response.status_code == requests.codes.forbidden:
        return "X-RateLimit-Remaining" in response.headers
    return response.status_code == requests.codes.too_many_requests


def _quota_is_spent(response: requests.Response) -> bool:
    """Whether a refusal means the allowance of a day rather than the speed of asking.

    OpenAlex says both with 429, and tells them apart by what is left beside what the request
    costs (developers.openalex.org, Authentication & Pricing).
    """
    if response.status_code == requests.codes.payment_required:
        return True
    if not _is_about_rate(response):
        return False
    balances = (
        ("X-RateLimit-Remaining", ("X-RateLimit-Credits-Required",)),
        ("X-RateLimit-Remaining-USD", ("X-RateLimit-Cost-Required-USD", "X-RateLimit-Cost-USD")),
    )
    for remaining, costs in balances:
        left = _number(response.headers.get(remaining))
        cost = next((c for name in costs if (c := _number(response.headers.get(name)))), 0.0)
        if left is not None and (left <= 0 or left < cost):
            return True
    return False


def _when_again(response: requests.Response) -> str:
    reset = _number(response.headers.get("X-RateLimit-Reset"))
    wait = _retry_after(response.headers.get("Retry-After")) if reset is None else reset
    again = "" if wait is None else f", which renews in {wait:.0f} s"
    return f"the quota is spent{again}; wait for it, or set a key with a larger one"


def _number(value: str | None) -> float | None:
    try:
        return None if value is None else float(value.strip().lstrip("$"))
    except ValueError:
        return None


def _retry_after(value: str | None) -> float | None:
    """Seconds to wait, from either form of the header (RFC 9110, section 10.2.3)."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
