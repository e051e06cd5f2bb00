"""Reading in a process of its own, so that no paper can take more than its time and memory.

A limit within the parsers would have to be checked everywhere, and cannot be inside a library (a
PDF's streams, a regular expression). So one process reads paper after paper; it is killed with the
paper that outlasts its time or breaks it, and started anew for the next. It cannot write files.
Requests and answers are JSON over pipes, so what a paper might do to the process stays there.
"""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from litreview.parsing.archives import RefusedSource
from litreview.parsing.forms import Form, read_form
from litreview.schema import Document, Paper

SECONDS = 120.0
MEMORY = 4 * 2**30


class ReadingFailed(Exception):
    """A paper that took too long, too much memory, or the process with it; the message says."""


class Worker:
    """The process that reads; use as a context manager.

    Parameters
    ----------
    seconds : float
        Time for one form of one paper.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Worker":
        """Nothing is started before the first paper."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the process."""
        self._stop()

    def read(self, form: Form, paper: Paper, body: bytes) -> Document:
        """Read one form of a paper, as `litreview.parsing.forms.read_form` does.

        Raises
        ------
        RefusedSource
            As `read_form`.
        ReadingFailed
            If the time is over, or the process died.
        """
        process = self._started()
        over = threading.Event()
        timer = threading.Timer(self.seconds, lambda: (over.set(), process.kill()))
        timer.start()
        try:
            answer = _ask(process, form, paper, body)
        finally:
            timer.cancel()
        if not answer.endswith(b"\n"):
            self._stop()
            raise ReadingFailed(
                f"reading took longer than {self.seconds:g} s"
                if over.is_set()
                else f"the reading process died (status {process.returncode})"
            )
        told = json.loads(answer)
        if "refused" in told:
            raise RefusedSource(told["refused"])
        if "failed" in told:
            raise ReadingFailed(told["failed"])
        return Document.model_validate(told["document"])

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            root = str(Path(__file__).parents[2])
            paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                _close(pipe)


def _close(pipe: BinaryIO | None) -> None:
    try:
        if pipe is not None:
            pipe.close()
    except OSError:
        pass  # what could not be sent to a dead process


def _ask(process: "subprocess.Popen[bytes]", form: Form, paper: Paper, body: bytes) -> bytes:
    head = {"form": form, "paper": paper.model_dump(), "length": len(body)}
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(head).encode("utf-8") + b"\n" + body)
        process.stdin.flush()
        return process.stdout.readline()
    except OSError:
        return b""


def answer(head: dict, body: bytes) -> dict:
    """What the process says to one request."""
    try:
        document = read_form(head["form"], Paper.model_validate(head["paper"]), body)
    except RefusedSource as error:
        return {"refused": str(error)}
    except MemoryError:
        return {"failed": f"reading took more than {MEMORY} bytes of memory"}
    except Exception as error:
        # A fault of ours on one paper: it is named, and the others are read.
        return {"failed": f"the reader broke: {type(error).__name__}: {str(error)[:200]}"}
    return {"document": document.model_dump(mode="json")}


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    while line := requests.readline():
        head = json.loads(line)
        told = answer(head, requests.read(head["length"]))
        answers.write(json.dumps(told).encode("utf-8") + b"\n")
        answers.flush()


def _limit() -> None:
    """Bound memory, and forbid to write files; only where the system can."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (OSError, ValueError):
            continue  # a lower limit is set already


if __name__ == "__main__":
    _limit()
    serve(sys.stdin.buffer, sys.stdout.buffer)
