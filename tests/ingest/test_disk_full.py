"""A full disk under PostgreSQL: nothing is lost, nothing is answered, and it goes on when there is room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg.errors import DiskFull

from device_drivers.wire.batch import Sealed
from hearthline.tables import upgrade
from ingest.fleet import registry
from ingest.keys import open_keyring
from tests.ingest.disks import Disk, Kept, answers, kept_running, make_database, small_disk, until
from tests.ingest.listening import Ear, listening
from tests.ingest.making import Gateway, make_reading
from tests.ingest.test_worker import working

READINGS: Final = 50
SILENCE_S: Final = 2.0
"""Without a receipt for so long a batch is not answered."""


@pytest.fixture
def disk(short_path: Path) -> Iterator[Disk]:
    with small_disk(short_path / "small", megabytes=160) as disk:
        yield disk
    (short_path / "small").rmdir()


class Scene:
    """A worker over a database, and a gateway that goes on sending."""

    def __init__(self, stack: ExitStack, server: Kept, *, folder: Path, broker: str) -> None:
        self.server = server
        self.gateway = Gateway()
        self.sent: list[Sealed] = []
        upgrade(server.url)
        with psycopg.connect(server.url, autocommit=True) as connection:
            who = {"public": self.gateway.public, "home": self.gateway.home, "now": datetime.now(UTC)}
            registry.enrol(connection, self.gateway.gateway, **who)  # type: ignore[arg-type]
        self.ear: Ear = stack.enter_context(listening(broker, self.gateway))
        stack.enter_context(working(server.url, broker, open_keyring(folder / "keys")))
        self.ear.lineage()

    def send(self) -> None:
        first = len(self.sent) * READINGS
        batch = self.gateway.seal(*(make_reading(each) for each in range(first, first + READINGS)))
        self.sent.append(batch)
        self.ear.send(batch)

    def answered(self) -> list[int]:
        return [receipt.seq for receipt in self.ear.receipts(silence_s=SILENCE_S)]

    def send_until_unanswered(self) -> None:
        self.send()
        while self.answered():
            self.send()

    def all_is_stored_once(self) -> bool:
        with psycopg.connect(self.server.url) as connection:
            query = "select count(*), count(distinct reading_id) from ingest.unattributed"
            return connection.execute(query).fetchall() == [(len(self.sent) * READINGS,) * 2]


def test_while_the_tables_find_no_room_nothing_is_answered_and_then_all_is_stored_once(
    disk: Disk, broker: str, tmp_path: Path, short_path: Path
) -> None:
    make_database(disk.folder, roomy(short_path))
    with ExitStack() as stack:
        server = stack.enter_context(kept_running(disk.folder, short_path / "full"))
        scene = Scene(stack, server, folder=tmp_path, broker=broker)
        disk.fill()
        scene.send_until_unanswered()
        scene.send()
        with psycopg.connect(server.url) as connection, pytest.raises(DiskFull):
            connection.execute("create table public.more as select generate_series(1, 100000)")
        assert scene.answered() == []
        disk.make_room()
        until(scene.all_is_stored_once)
        assert sorted(scene.answered()) == [len(scene.sent) - 1, len(scene.sent)]
        assert server.starts == 1


def test_a_server_that_the_full_disk_of_its_log_ended_comes_back_with_all_that_was_answered(
    disk: Disk, broker: str, tmp_path: Path, short_path: Path
) -> None:
    """PostgreSQL panics when its log finds no room; whoever keeps it running starts it again."""
    data = roomy(short_path) / "data"
    make_database(data, disk.folder)
    with ExitStack() as stack:
        server = stack.enter_context(kept_running(data, short_path / "full"))
        scene = Scene(stack, server, folder=tmp_path, broker=broker)
        scene.send()
        assert scene.answered() == [1]
        disk.fill()
        until(lambda: has_ended(server))
        scene.send()
        assert scene.answered() == []
        disk.make_room()
        until(lambda: answers(server.url))
        until(scene.all_is_stored_once)
        assert scene.answered() == [2]


def has_ended(server: Kept) -> bool:
    """Use up what of the log had been made ready."""
    with suppress(psycopg.OperationalError), psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("create temp table if not exists one (a int); select pg_switch_wal()")
    return server.starts > 1


def roomy(short_path: Path) -> Path:
    """Where the account of the server may write too."""
    folder = short_path / "roomy"
    folder.mkdir(mode=0o777, exist_ok=True)
    folder.chmod(0o777)
    return folder
