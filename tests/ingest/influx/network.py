"""A line to a server on loopback that can be cut at any moment, in the middle of a request or an answer."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread

_PIECE = 512


class Network:
    """Carries bytes from its own port to another one, both ways."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._lines: set[socket.socket] = set()
        self._lock = Lock()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.is_down = False
        self._passed = 0
        self._due: tuple[int, Callable[[], None]] | None = None
        self._thread = Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def cut(self) -> None:
        """End every connection where it is; those to come end too until it is up again."""
        self.is_down = True
        with self._lock:
            for line in self._lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self.is_down = False

    def when(self, passed: int, act: Callable[[], None]) -> None:
        """Once so many more bytes have passed, either way, and before the next ones do."""
        self._due = self._passed + passed, act

    def close(self) -> None:
        self.cut()
        self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with near, suppress(OSError):
            if self.is_down:
                return
            with socket.create_connection(("127.0.0.1", self._to)) as far, self._known(near, far):
                back = Thread(target=self._pour, args=(far, near), daemon=True)
                back.start()
                self._pour(near, far)
                back.join()

    def _pour(self, out_of: socket.socket, into: socket.socket) -> None:
        with suppress(OSError):
            while piece := out_of.recv(_PIECE):
                into.sendall(piece)
                self._count(len(piece))
        with suppress(OSError):
            into.shutdown(socket.SHUT_WR)

    def _count(self, passed: int) -> None:
        with self._lock:
            self._passed += passed
            due = self._due
            if due is None or self._passed < due[0]:
                return
            self._due = None
        due[1]()

    @contextmanager
    def _known(self, *lines: socket.socket) -> Iterator[None]:
        with self._lock:
            self._lines.update(lines)
        try:
            yield
        finally:
            with self._lock:
                self._lines.difference_update(lines)
