"""A loopback HTTP server that answers as scripted: recorded pages, and every kind of fault."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Reply:
    """One scripted answer.

    `stall` is seconds of silence before it; `promise` is the Content-Length sent where that differs
    from the body's, so that the connection breaks off in the middle.
    """

    body: bytes = b""
    status: int = 200
    content_type: str = "application/atom+xml; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    stall: float = 0.0
    promise: int | None = None


class ReplayServer:
    """Answers each path with its scripted replies in order; the last one repeats.

    A path without a script gets a 404, as arXiv gives for what it does not have.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[str] = []
        self.headers: list[Message] = []
        self._scripts: dict[str, list[Reply]] = {}
        self._served: dict[str, int] = defaultdict(int)

    def script(self, path: str, *replies: Reply) -> None:
        """Set what `path` (without its query) answers from now on."""
        self._scripts[path] = list(replies)
        self._served[path] = 0

    def answer(self, path: str) -> Reply:
        """The next reply for a path."""
        replies = self._scripts.get(path, [Reply(b"not found", 404, "text/plain")])
        place = min(self._served[path], len(replies) - 1)
        self._served[path] += 1
        return replies[place]


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.replay.requests.append(self.path)
        self.server.replay.headers.append(self.headers)
        reply = self.server.replay.answer(urlsplit(self.path).path)
        if reply.stall:
            time.sleep(reply.stall)
        try:
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            length = len(reply.body) if reply.promise is None else reply.promise
            self.send_header("Content-Length", str(length))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client gave up, which is what some tests want

    def log_message(self, *arguments: object) -> None:
        """Keep the tests' output clean."""


@contextmanager
def serve() -> Iterator[ReplayServer]:
    """A running server on a free port of 127.0.0.1."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.block_on_close = False
    server.replay = ReplayServer(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.replay
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def feed(*entries: str, total: int | None = None, start: int = 0) -> bytes:
    """An Atom feed as arXiv's API sends it."""
    count = len(entries) if total is None else total
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom">\n'
        '  <link href="http://arxiv.org/api/query" rel="self" type="application/atom+xml"/>\n'
        "  <title>ArXiv Query</title>\n"
        '  <opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
        f"{count}</opensearch:totalResults>\n"
        '  <opensearch:startIndex xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
        f"{start}</opensearch:startIndex>\n" + "".join(entries) + "</feed>\n"
    ).encode()


def entry(arxiv_id: str, title: str = "A Title", comment: str = "8 pages") -> str:
    """One record of a feed; `arxiv_id` with its version."""
    return (
        "  <entry>\n"
        f"    <id>http://arxiv.org/abs/{arxiv_id}</id>\n"
        "    <updated>2020-09-30T10:00:00Z</updated>\n"
        "    <published>2020-05-26T17:59:46Z</published>\n"
        f"    <title>{title}</title>\n"
        "    <summary>  We measure things.\n  They get better. </summary>\n"
        "    <author><name>Ada Example</name></author>\n"
        "    <author><name>Ben Example</name></author>\n"
        f'    <arxiv:comment xmlns:arxiv="http://arxiv.org/schemas/atom">{comment}</arxiv:comment>\n'
        f'    <link title="pdf" href="http://arxiv.org/pdf/{arxiv_id}" rel="related"/>\n'
        "  </entry>\n"
    )


ERROR_FEED = feed(
    "  <entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_foo</id>"
    "<title>Error</title><summary>incorrect id format for foo</summary></entry>\n"
)
