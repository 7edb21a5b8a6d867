"""Servers that may be killed and started again where they were: PostgreSQL, and Mosquitto's settings."""

from __future__ import annotations

import secrets
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

import psutil
import psycopg
from psycopg import sql

from hearthline.tables import upgrade
from ingest.postgres import Server, running

_SMALL: Final = {"shared_buffers": "64MB", "max_connections": "40"}

_MOSQUITTO: Final = """\
listener {port} 127.0.0.1
allow_anonymous true
user root
log_type error
persistence {persistence}
persistence_location {folder}/
autosave_on_changes true
autosave_interval 5
"""


class Database:
    """PostgreSQL as it comes, so with fsync on. Its socket's folder changes at each start; `url` does not."""

    def __init__(self, folder: Path, binaries: Path | None = None) -> None:
        self._data = folder / "data"
        self._binaries = binaries
        self._socket = folder / "socket"
        self._running = ExitStack()
        self._server = self._start()
        self.is_dead = False

    @property
    def url(self) -> str:
        return self._server.url().replace(str(self._server.sockets), str(self._socket))

    @property
    def data(self) -> Path:
        """Its folder, which may be replaced while it is stopped."""
        return self._data

    @property
    def log(self) -> str:
        """What it said since its last start."""
        return (self._data / "server.log").read_text(encoding="utf-8")

    def kill(self) -> None:
        """The first process first, so that it starts no other; then all it had started."""
        first = psutil.Process(self._server.pid)
        family = [first, *first.children(recursive=True)]
        for process in family:
            process.send_signal(signal.SIGKILL)
        gone, alive = psutil.wait_procs(family, timeout=10)
        assert not alive, f"of {len(gone) + len(alive)} processes {alive} outlived SIGKILL"
        self.is_dead = True

    def stop(self) -> None:
        """In good order."""
        self._running.close()

    def start(self) -> None:
        """Again, on the same data."""
        self._server = self._start()
        self.is_dead = False

    def _start(self) -> Server:
        self._running.close()
        server = self._running.enter_context(running(self._data, binaries=self._binaries, settings=_SMALL))
        self._socket.unlink(missing_ok=True)
        self._socket.symlink_to(server.sockets)
        return server


@contextmanager
def database(folder: Path, binaries: Path | None = None) -> Iterator[Database]:
    """With all tables, in a folder that any account may enter and whose path is short."""
    made = Database(folder, binaries)
    try:
        upgrade(made.url)
        yield made
    finally:
        made.stop()


@contextmanager
def fresh_database(server: Server) -> Iterator[str]:
    """Of the tests' own server, with all tables, for longer than one test; its URL."""
    name = sql.Identifier(f"world_{uuid4().hex}")
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(sql.SQL("create database {} template template strategy file_copy").format(name))
        yield server.url(name.as_string().strip('"'))
        connection.execute(sql.SQL("drop database {} with (force)").format(name))


def mosquitto_settings(folder: Path, port: int, *, persists: bool) -> Path:
    """A configuration file in the broker's own folder."""
    folder.mkdir(exist_ok=True)
    settings = folder / "mosquitto.conf"
    settings.write_text(_MOSQUITTO.format(port=port, folder=folder, persistence=str(persists).lower()))
    return settings


def free_port() -> int:
    """On loopback, out of the kernel's range for outgoing connections: one of those would take it before a
    server that is slow to start, or down for a while."""
    while True:
        port = 15_000 + secrets.randbelow(15_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
