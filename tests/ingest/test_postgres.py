"""The embedded server: private, and gone with its parent."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from ingest.postgres import PostgresError, Server, running

PARENT = """
import sys
from pathlib import Path
from ingest.postgres import running
with running(Path(sys.argv[1])) as server:
    print(server.pid, server.url(), flush=True)
    sys.stdin.read()
"""


def test_it_listens_on_a_private_socket_alone(postgres: Server) -> None:
    with psycopg.connect(postgres.url()) as connection:
        shown = [
            connection.execute(f"show {name}".encode()).fetchone()
            for name in ("listen_addresses", "unix_socket_permissions")
        ]
    assert shown == [("",), ("0700",)]
    assert postgres.sockets.stat().st_mode & 0o077 == 0


def test_it_dies_with_a_parent_that_was_killed_and_its_folder_starts_again(short_path: Path) -> None:
    data = short_path / "orphan"
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, data], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    url = parent.stdout.readline().split()[1]
    with psycopg.connect(url) as connection:
        parent.kill()
        parent.communicate()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select pg_sleep(30)")
    with running(data) as server:
        psycopg.connect(server.url()).close()


def test_it_comes_back_at_the_same_address(short_path: Path) -> None:
    sockets = short_path / "same-s"
    with running(short_path / "same", sockets=sockets) as first:
        address = first.url()
    with running(short_path / "same", sockets=sockets) as second:
        assert second.url() == address
        psycopg.connect(address).close()


def test_what_it_said_is_in_the_error_when_it_does_not_start(short_path: Path) -> None:
    with (
        pytest.raises(PostgresError, match="nonsense"),
        running(short_path / "bad", settings={"nonsense": "1"}),
    ):
        pass
