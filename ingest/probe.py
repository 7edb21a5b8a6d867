"""What a monitor asks of a process, on loopback: is it alive, can it do its work, and its figures.

`/healthz` answers as long as the process does, `/readyz` with 503 and the names of what is missing, and
`/metrics` in Prometheus's text format. No answer holds a person, a reading or a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

import psycopg
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

_TEXT: Final = "text/plain; charset=utf-8"
_PATIENCE_S: Final = 2

Missing = Callable[[], Sequence[str]]
"""The names of what a process lacks to do its work, such as `database`; none if it is ready."""


def new_registry() -> CollectorRegistry:
    """With the process's own figures: memory, processor, open files, garbage."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


def lacks_database(url: str) -> list[str]:
    """Asked over a connection of its own, so that a worker that waits for one does not have to answer."""
    try:
        with psycopg.connect(url, connect_timeout=_PATIENCE_S) as connection:
            connection.execute("select")
    except psycopg.Error:
        return ["database"]
    return []


@contextmanager
def probed(port: int | None, registry: CollectorRegistry, missing: Missing) -> Iterator[int | None]:
    """Answer on a port of loopback, 0 for any free one, until the end; None answers nowhere. Yields the port.

    Raises OSError where the port is taken.
    """
    if port is None:
        yield None
        return
    with ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, registry, missing)) as server:
        thread = Thread(target=server.serve_forever, name="probe", daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server_version = "Hearthline"
    sys_version = ""
    timeout = _PATIENCE_S

    def __init__(self, registry: CollectorRegistry, missing: Missing, *args: Any) -> None:  # noqa: ANN401 - the server's
        self._registry = registry
        self._missing = missing
        super().__init__(*args)

    def do_GET(self) -> None:
        match self.path:
            case "/healthz":
                self._say(200, _TEXT, b"ok\n")
            case "/readyz":
                missing = "".join(f"{one}\n" for one in self._missing())
                self._say(503 if missing else 200, _TEXT, (missing or "ready\n").encode())
            case "/metrics":
                self._say(200, CONTENT_TYPE_LATEST, generate_latest(self._registry))
            case _:
                self._say(404, _TEXT, b"/healthz, /readyz or /metrics\n")

    def log_message(self, *_args: object) -> None:
        """A monitor asks all the time: that is no news."""

    def _say(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
