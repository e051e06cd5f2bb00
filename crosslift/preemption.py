"""A request to end, as clusters send it before they take a job away."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Preempted(SystemExit):
    """The job was asked to end and has saved its state; the exit code is that of SIGTERM."""

    def __init__(self) -> None:
        super().__init__(128 + signal.SIGTERM)


@contextmanager
def termination() -> Iterator[threading.Event]:
    """An event that SIGTERM sets while the block runs; outside it SIGTERM ends the process.

    Only the main thread may listen for signals; in another one the event is never set.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = signal.signal(signal.SIGTERM, lambda number, frame: asked.set())
    try:
        yield asked
    finally:
        signal.signal(signal.SIGTERM, before)
