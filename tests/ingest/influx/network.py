"""A line to a server on loopback that can be cut at any moment, in the middle of a request or an answer."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread


class Network:
    """Carries bytes from its own port to another one, both ways."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._lines: set[socket.socket] = set()
        self._lock = Lock()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.is_down = False
        self.passed = 0
        """Bytes of requests."""
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
                back = Thread(target=_pour, args=(far, near), daemon=True)
                back.start()
                while piece := near.recv(4096):
                    self.passed += len(piece)
                    far.sendall(piece)
                far.shutdown(socket.SHUT_WR)
                back.join()

    @contextmanager
    def _known(self, *lines: socket.socket) -> Iterator[None]:
        with self._lock:
            self._lines.update(lines)
        try:
            yield
        finally:
            with self._lock:
                self._lines.difference_update(lines)


def _pour(out_of: socket.socket, into: socket.socket) -> None:
    with suppress(OSError):
        while piece := out_of.recv(4096):
            into.sendall(piece)
    with suppress(OSError):
        into.shutdown(socket.SHUT_WR)
