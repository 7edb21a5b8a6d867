"""Rounds beside the door: what fails is told and stops nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from threading import Event, Thread
from zoneinfo import ZoneInfo

import psycopg
import pytest
from prometheus_client import CollectorRegistry
from psycopg import Connection
from psycopg.errors import QueryCanceled

from ingest.chores import chores_of
from ingest.database import Database, StoppedError
from ingest.lineage.life import FIRST
from ingest.rounds import Chore, Rounds
from ingest.store.rounds import last_done, take
from tests.ingest.making import NOON, Gateway
from tests.ingest.store.tables import Tables

REGION = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)


class Walk:
    """Rounds over a test's database."""

    def __init__(self, url: str, chores: Mapping[str, Chore]) -> None:
        self.registry = CollectorRegistry()
        self.stop = Event()
        self._database = Database(url, lineage=1, region=REGION, stop=self.stop, at=lambda _point: None)
        self._rounds = Rounds(self._database, chores, self.registry, stop=self.stop, name="one")

    def once(self, now: datetime) -> None:
        try:
            self._rounds.walk(now)
        finally:
            self._database.close()

    def begin(self) -> Thread:
        thread = Thread(target=self._rounds.run)
        thread.start()
        return thread

    def end(self) -> None:
        self._rounds.end()


@pytest.fixture
def tables(database_url: str) -> Iterator[Tables]:
    tables = Tables.at(database_url)
    yield tables
    tables.connection.close()


def done_at(tables: Tables) -> dict[str, datetime]:
    return last_done(tables.connection)


def nothing(_connection: Connection, _now: datetime) -> None:
    """Is done."""


def test_a_round_does_each_chore_and_says_when(database_url: str, tables: Tables) -> None:
    chores = chores_of(FIRST, REGION, is_listening=lambda: True)
    Walk(database_url, chores).once(NOON)
    assert done_at(tables) == dict.fromkeys(sorted(chores), NOON)


def test_what_rings_is_a_figure(database_url: str, tables: Tables) -> None:
    gateway = Gateway()
    gateway.seal()
    tables.send(gateway, gateway.seal())
    walk = Walk(database_url, chores_of(FIRST, REGION, is_listening=lambda: True))
    walk.once(NOON + HOUR)
    told = walk.registry.get_sample_value("hearthline_ingest_alarms", {"code": "hole", "kind": "operations"})
    assert told == 1


def test_a_chore_that_fails_is_counted_and_the_next_one_done(database_url: str, tables: Tables) -> None:
    def fail(_connection: Connection, _now: datetime) -> None:
        raise ValueError("a mistake of ours")

    walk = Walk(database_url, {"first": fail, "second": nothing})
    walk.once(NOON)
    assert done_at(tables) == {"second": NOON}
    failed = "hearthline_ingest_chores_failed_total"
    assert walk.registry.get_sample_value(failed, {"chore": "first"}) == 1


def test_a_chore_that_takes_too_long_is_left_for_the_next_round(database_url: str, tables: Tables) -> None:
    def slow(_connection: Connection, _now: datetime) -> None:
        raise QueryCanceled

    Walk(database_url, {"first": slow, "second": nothing}).once(NOON)
    assert done_at(tables) == {"second": NOON}


def test_of_several_workers_one_walks(database_url: str, tables: Tables) -> None:
    with psycopg.connect(database_url, autocommit=True) as other:
        assert take(other)
        Walk(database_url, {"only": nothing}).once(NOON)
        assert done_at(tables) == {}
    Walk(database_url, {"only": nothing}).once(NOON)
    assert done_at(tables) == {"only": NOON}


def test_rounds_end_at_once_when_they_are_stopped_while_the_database_is_away() -> None:
    walk = Walk("postgresql://127.0.0.1:1/none", {"only": nothing})
    walk.stop.set()
    with pytest.raises(StoppedError):
        walk.once(NOON)


def test_a_statement_that_rounds_are_at_holds_up_no_end(database_url: str, tables: Tables) -> None:
    begun = Event()

    def endless(connection: Connection, _now: datetime) -> None:
        begun.set()
        connection.execute("select pg_sleep(600)")

    walk = Walk(database_url, {"endless": endless})
    thread = walk.begin()
    assert begun.wait(30)
    walk.end()
    thread.join(20)
    assert not thread.is_alive()
    assert done_at(tables) == {}
