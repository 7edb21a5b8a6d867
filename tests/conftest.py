"""Real servers for tests: PostgreSQL on private sockets, MQTT brokers on loopback, ended with their users."""

from __future__ import annotations

import gc
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from hearthline.tables import upgrade
from ingest.postgres import Server, running
from tests.folders import roomy_folder

# The same examples each time, however slow the machine; HYPOTHESIS_PROFILE=drawn draws others.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("drawn", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

DEBIAN = Path("/usr/lib/postgresql/15/bin")
MOSQUITTO = "/usr/sbin/mosquitto"

# What a test writes need not survive a power cut.
_HASTE = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "40",
    "max_wal_size": "128MB",
}


def pytest_collection_finish() -> None:
    """What is imported stays until the end. To look through it for garbage each time a test makes an
    application was a fifth of such tests' time, and more the longer a process ran."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)


def missing(what: str) -> None:
    """Leave a test out where a server is not installed; on CI every server must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="session")
def short_path() -> Iterator[Path]:
    """A folder that any account may enter, in memory if it fits: PostgreSQL does not run as root."""
    with roomy_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def postgres(short_path: Path) -> Iterator[Server]:
    """PostgreSQL 18 from the wheel, with a migrated database `template`."""
    with running(short_path / "pg18", settings=_HASTE) as server:
        _make_template(server)
        yield server


@pytest.fixture(scope="session")
def postgres_15(short_path: Path) -> Iterator[Server]:
    """The oldest PostgreSQL we promise to run on."""
    if not DEBIAN.exists():
        missing("PostgreSQL 15")
    with running(short_path / "pg15", binaries=DEBIAN, settings=_HASTE) as server:
        _make_template(server)
        yield server


@pytest.fixture
def database_url(postgres: Server) -> Iterator[str]:
    """A fresh database with all tables."""
    with fresh(postgres) as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(postgres: Server) -> Iterator[str]:
    """One for all tests of a module, which keep to residents of their own."""
    with fresh(postgres) as url:
        yield url


@pytest.fixture(params=["postgres", "postgres_15"])
def either_database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh database on the newest and on the oldest PostgreSQL."""
    with fresh(request.getfixturevalue(request.param)) as url:
        yield url


def _make_template(server: Server) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("create database template")
    upgrade(server.url("template"))


@contextmanager
def fresh(server: Server) -> Iterator[str]:
    """A database with all tables, for as long as it is needed; for fixtures of other scopes."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template template strategy file_copy").format(sql.Identifier(name))
        )
        yield server.url(name)
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    """The URL of a Mosquitto of our own."""
    if not Path(MOSQUITTO).exists():
        missing("Mosquitto")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings = tmp_path / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nlog_type error\n")
    child = subprocess.Popen([MOSQUITTO, "-c", settings], stdout=subprocess.DEVNULL)
    try:
        wait_for_broker(port, child)
        yield f"mqtt://127.0.0.1:{port}"
    finally:
        child.terminate()
        child.wait()


def wait_for_broker(port: int, child: subprocess.Popen[bytes]) -> None:
    """Until it listens."""
    while child.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            continue
        return
    pytest.fail("Mosquitto ended")
