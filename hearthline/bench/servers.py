"""The servers a measurement runs on: real ones, durable, of its own. Ended with it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg

from hearthline.tables import upgrade
from ingest.postgres import running

_START_S: Final = 60.0


class MissingError(RuntimeError):
    """A program that the measurement needs is not installed."""


@contextmanager
def databases(*names: str) -> Iterator[list[str]]:
    """URLs of fresh databases with all tables, on one PostgreSQL that syncs to disk."""
    folder = Path(tempfile.mkdtemp(prefix="hl-bench-"))
    folder.chmod(0o755)
    try:
        with running(folder / "postgresql", settings=_as_a_server()) as server:
            with psycopg.connect(server.url(), autocommit=True) as connection:
                for name in names:
                    connection.execute(f"create database {name}".encode())
            for name in names:
                upgrade(server.url(name))
            yield [server.url(name) for name in names]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_a_server() -> dict[str, str]:
    """As PostgreSQL's documentation advises (section 20.4.1), for a machine of its own: a quarter of memory.

    Checkpoints come by time, not by how much was written.
    """
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {"shared_buffers": f"{min(megabytes // 4, 4096)}MB", "max_wal_size": "8GB"}


@contextmanager
def mosquitto() -> Iterator[str]:
    """The URL of a Mosquitto that drops nothing for want of room. Raises MissingError."""
    # Debian keeps servers off an ordinary user's PATH.
    program = shutil.which("mosquitto", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
    if program is None:
        raise MissingError("mosquitto is not installed")
    port = free_port()
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as settings:
        Path(settings.name).chmod(0o644)
        settings.write(f"listener {port} 127.0.0.1\nallow_anonymous true\nlog_type error\n")
        settings.write("max_queued_messages 0\nmax_inflight_messages 1000\nset_tcp_nodelay true\n")
        settings.flush()
        child = subprocess.Popen([program, "-c", settings.name])
        try:
            wait_for(port)
            yield f"mqtt://127.0.0.1:{port}"
        finally:
            child.terminate()
            child.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Until somebody accepts there."""
    deadline = time.monotonic() + _START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
        else:
            return
