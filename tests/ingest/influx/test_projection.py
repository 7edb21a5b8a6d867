"""The copy on a real server that is killed; what it holds is compared with the readings, row by row."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from msgspec.structs import replace

from ingest.influx.bucket import Bucket
from ingest.influx.projection import BusyError, Projection, alone
from ingest.influx.troubles import AwayError
from ingest.influx.verification import Verification
from tests.ingest.influx.in_force import samples
from tests.ingest.influx.server import Victoria, VictoriaCopy
from tests.ingest.making import CUFF, NOON, Gateway, make_body, make_reading
from tests.ingest.store.tables import Tables

pytestmark = pytest.mark.influx

LATER = NOON + timedelta(hours=1)
SINCE, UNTIL = NOON - timedelta(days=30), NOON + timedelta(days=1)


@dataclass
class Copy:
    tables: Tables
    server: Victoria
    bucket: Bucket
    gateway: Gateway

    def store(self, first: int, count: int) -> None:
        readings = [
            replace(each, heard=replace(each.heard, at=NOON - timedelta(minutes=5 * number)))
            for number in range(first, first + count)
            for each in [make_reading(number)]
        ]
        self.tables.send(self.gateway, self.gateway.seal_body(make_body(*readings)), now=LATER)

    def projection(self, most: int = 5_000) -> Projection:
        return Projection(self.tables.connection, self.bucket, most=most)

    def wanted(self) -> set[tuple[str, str, int, float]]:
        return samples(self.tables.connection)

    def compared(self) -> Verification:
        return Verification(self.tables.connection, VictoriaCopy(self.server, self.bucket), most=50)


@pytest.fixture
def copy(database_url: str, tmp_path: Path) -> Iterator[Copy]:
    server = Victoria(tmp_path / "victoria")
    server.start()
    tables = Tables.at(database_url)
    gateway = Gateway()
    tables.bind(gateway, CUFF.key, uuid4())
    with Bucket(server.url, token="test", org="test", name="test") as bucket:
        yield Copy(tables, server, bucket, gateway)
    tables.connection.close()
    server.kill()


def copied(projection: Projection) -> int:
    """Until nothing is left."""
    return sum(iter(lambda: projection.step(LATER), 0))


def test_what_is_stored_is_copied_row_by_row(copy: Copy) -> None:
    copy.store(1, 50)
    copy.store(51, 20)
    assert copied(copy.projection(most=30)) == 70
    assert copy.server.held() == copy.wanted()


def test_nothing_is_copied_twice_once_the_cursor_has_moved(copy: Copy) -> None:
    copy.store(1, 5)
    assert copied(copy.projection()) == 5
    assert copied(copy.projection()) == 0


class Crash(Exception):  # noqa: N818 - the end of a process
    pass


def crash(_point: str) -> None:
    raise Crash


def test_a_crash_between_the_copy_and_its_cursor_doubles_nothing(copy: Copy) -> None:
    copy.store(1, 10)
    with pytest.raises(Crash):
        Projection(copy.tables.connection, copy.bucket, at=crash).step(LATER)
    assert copied(copy.projection()) == 10
    assert copy.server.held() == copy.wanted()


def test_a_server_killed_at_any_time_holds_everything_once_the_gaps_are_mended(copy: Copy) -> None:
    chance = random.Random(7)
    for first in range(1, 201, 20):
        copy.store(first, 20)
        projection = copy.projection(most=7)
        for _ in range(chance.randrange(2)):
            projection.step(LATER)
        copy.server.kill()
        with pytest.raises(AwayError):
            copied(projection)
        copy.server.start()
    copied(copy.projection())
    # What a server had taken and not yet synced when it was killed is its to lose, and no cursor can know.
    assert copy.server.held() <= copy.wanted()
    found = copy.compared().repair(SINCE, UNTIL, LATER)
    assert (found.readings, found.equal) == (200, True)
    assert copy.server.held() == copy.wanted()
    assert copy.compared().verify(SINCE, UNTIL, LATER).equal


def test_a_row_that_commits_late_is_not_passed_over(copy: Copy, database_url: str) -> None:
    with psycopg.connect(database_url) as slow:
        slow.execute("select pg_current_xact_id()")
        copy.store(1, 3)
        assert copied(copy.projection()) == 0, "somebody may still commit before these"
        slow.commit()
    assert copied(copy.projection()) == 3
    assert copy.server.held() == copy.wanted()


def test_two_do_not_copy_at_once(copy: Copy, database_url: str) -> None:
    with (
        psycopg.connect(database_url, autocommit=True) as other,
        alone(copy.tables.connection),
        pytest.raises(BusyError),
        alone(other),
    ):
        pass


def test_the_command_copies_what_comes_and_ends_when_told(copy: Copy, database_url: str) -> None:
    copy.store(1, 5)
    told = {"INFLUX_URL": copy.server.url, "INFLUX_TOKEN": "test", "INFLUX_ORG": "test"}
    command = [sys.executable, "-m", "hearthline", "ingest", "influx", "run", "--database-url", database_url]
    with subprocess.Popen(command, env=os.environ | told, stderr=subprocess.PIPE, text=True) as child:
        try:
            assert child.stderr is not None
            assert child.stderr.readline() == "ready: copying\n"
            copy.store(6, 5)
            until = time.monotonic() + 30
            while copy.server.held() != copy.wanted():
                assert time.monotonic() < until
        finally:
            child.terminate()
    assert child.returncode == 0
