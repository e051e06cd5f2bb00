"""An optional language model behind an OpenAI-compatible URL, with every exchange kept.

The model only proposes (`litreview.claims.proposals`); what it says is accepted by rules. In mode
`replay` answers come from the store alone, and a question that is not in it is an error; in mode
`live` a question is asked once and its answer kept, so that a run can be repeated to the byte.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import requests
from pydantic import Field, ValidationError

from litreview.files import InputError, describe_faults, read_json, write_json
from litreview.schema import Record

LLMMode = Literal["none", "replay", "live"]
FailureKind = Literal[
    "not_stored", "rate_limited", "unavailable", "refused", "malformed", "timeout"
]
KEY_VARIABLE = "LITREVIEW_LLM_KEY"
MAX_ANSWER = 2_000_000
MAX_WAIT = 60.0
"""Seconds at most between two tries, whatever `Retry-After` says."""


class LLMFailure(RuntimeError):
    """A question without a usable answer; `kind` says why, `wait_seconds` when to ask again."""

    def __init__(self, kind: FailureKind, message: str, wait_seconds: float = 1.0) -> None:
        super().__init__(message)
        self.kind, self.wait_seconds = kind, wait_seconds


class Message(Record):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class LLMRequest(Record):
    """A question, whole: its SHA-256 names its answer in the store.

    `prompt_id` names the wording of the prompt, so that a new wording asks anew.
    """

    task: str
    prompt_id: str
    model: str = Field(min_length=1)
    messages: list[Message]
    temperature: float = 0.0
    seed: int = 0
    max_tokens: int = Field(2_000, ge=1, le=100_000)

    def key(self) -> str:
        """SHA-256 of the request as JSON with sorted keys."""
        content = json.dumps(self.model_dump(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode("utf-8")).hexdigest()


class LLMResponse(Record):
    """An answer: its text, the model that the service names, and the tokens it counted."""

    text: str
    model: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Exchange(Record):
    """A question with its answer, as kept in the store."""

    request: LLMRequest
    response: LLMResponse
    created: str


@dataclass(frozen=True)
class LLMStore:
    """A folder of exchanges, each `KEY.json`."""

    folder: Path

    def find(self, request: LLMRequest) -> LLMResponse | None:
        """The kept answer, or None.

        Raises
        ------
        InputError
            If the file is not the exchange of this request.
        """
        path = self._path(request)
        if not path.exists():
            return None
        try:
            kept = Exchange.model_validate(read_json(path))
        except ValidationError as error:
            raise InputError(f"{path}: {describe_faults(error)}; delete it and ask anew") from error
        if kept.request != request:
            raise InputError(f"{path}: holds another request than its name says; delete it")
        return kept.response

    def keep(self, request: LLMRequest, response: LLMResponse) -> None:
        """Write an exchange, atomically; the key of the service is no part of it."""
        created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        exchange = Exchange(request=request, response=response, created=created)
        write_json(self._path(request), exchange.model_dump())

    def _path(self, request: LLMRequest) -> Path:
        return self.folder / f"{request.key()}.json"


@dataclass(frozen=True)
class LLMClient:
    """Answers requests from the store, and in mode `live` from the service.

    Attributes
    ----------
    mode : {"replay", "live"}
    store : LLMStore
    url : str or None
        Base URL of the service (`http://127.0.0.1:8000/v1`); `/chat/completions` is added.
    timeout_seconds : float
        For the whole answer.
    tries : int
        Asked again after a rate limit or a fault of the service.
    wait : callable
        ``wait(seconds)`` between tries.
    """

    mode: LLMMode
    store: LLMStore
    url: str | None = None
    timeout_seconds: float = 120.0
    tries: int = 3
    wait: Callable[[float], None] = time.sleep

    def complete(self, request: LLMRequest) -> LLMResponse:
        """Answer a request.

        Raises
        ------
        LLMFailure
            With the kind of failure; nothing is kept of a failed answer.
        """
        kept = self.store.find(request)
        if kept is not None:
            return kept
        if self.mode != "live":
            raise LLMFailure(
                "not_stored",
                f"the store {self.store.folder} has no answer to request {request.key()[:12]}; "
                "run once in mode live with the same settings",
            )
        response = self._ask(request)
        self.store.keep(request, response)
        return response

    def _ask(self, request: LLMRequest) -> LLMResponse:
        if not self.url:
            raise InputError("mode live needs the service's URL (--llm-url)")
        for attempt in range(1, self.tries + 1):
            try:
                return _parse(self._post(request))
            except LLMFailure as failure:
                again = failure.kind in ("rate_limited", "unavailable", "timeout")
                if not again or attempt == self.tries:
                    raise
                self.wait(failure.wait_seconds)
        raise AssertionError("unreachable: the last try returns or raises")

    def _post(self, request: LLMRequest) -> bytes:
        fields = {"model", "messages", "temperature", "seed", "max_tokens"}
        key = os.environ.get(KEY_VARIABLE)
        deadline = time.monotonic() + self.timeout_seconds
        try:
            with requests.post(
                f"{str(self.url).rstrip('/')}/chat/completions",
                json=request.model_dump(include=fields),
                headers={"Authorization": f"Bearer {key}"} if key else {},
                timeout=self.timeout_seconds,
                stream=True,
                allow_redirects=False,
            ) as answer:
                _check_status(answer)
                return _body(answer, deadline)
        except requests.Timeout as error:
            raise LLMFailure("timeout", f"{self.url}: no answer in time") from error
        except requests.RequestException as error:
            raise LLMFailure("unavailable", f"{self.url}: {type(error).__name__}") from error


def _check_status(answer: requests.Response) -> None:
    status = answer.status_code
    if status == 200:
        return
    if status == 429:
        wait_seconds = _retry_after(answer.headers.get("Retry-After"))
        raise LLMFailure("rate_limited", f"{answer.url}: 429, too many requests", wait_seconds)
    if status >= 500:
        raise LLMFailure("unavailable", f"{answer.url}: {status}, the service failed")
    raise LLMFailure(
        "refused", f"{answer.url}: {status}; check the URL, the model and {KEY_VARIABLE}"
    )


def _retry_after(value: str | None) -> float:
    return min(MAX_WAIT, float(value)) if value and value.isdigit() else 5.0


def _body(answer: requests.Response, deadline: float) -> bytes:
    """The whole answer, bounded in size and time: a stalled one ends at the deadline."""
    parts, size = [], 0
    for part in answer.iter_content(65_536):
        size += len(part)
        if size > MAX_ANSWER:
            raise LLMFailure("malformed", f"{answer.url}: more than {MAX_ANSWER} bytes")
        if time.monotonic() > deadline:
            raise LLMFailure("timeout", f"{answer.url}: the answer did not end in time")
        parts.append(part)
    return b"".join(parts)


def _parse(body: bytes) -> LLMResponse:
    try:
        content: Any = json.loads(body.decode("utf-8"))
        text = content["choices"][0]["message"]["content"]
        usage = content.get("usage") or {}
        return LLMResponse(
            text=text,
            model=str(content.get("model", "")),
            prompt_tokens=usage.get("prompt_tokens"),
            completion_tokens=usage.get("completion_tokens"),
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise LLMFailure(
            "malformed", f"the answer is no chat completion ({type(error).__name__})"
        ) from error
