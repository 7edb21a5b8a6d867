"""A settled month is put in the order of its key, and nothing of it is ever missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from msgspec.structs import replace
from psycopg.errors import LockNotAvailable

from device_drivers.wire.reading import Reading
from ingest.months import Month
from ingest.store.ordering import IncompleteError, advance, in_order
from ingest.store.retiring import bring_back, detach, finish
from ingest.store.steps import Deed
from tests.ingest.making import CUFF, Gateway, make_body, make_reading
from tests.ingest.store.tables import Row, Tables

THEN = datetime(2026, 1, 5, 12, tzinfo=UTC)
NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
MONTH = Month(2026, 1)
FIRST, SECOND = UUID(int=1), UUID(int=2)


def reading(number: int, *, slot: int = 1, day: int | None = None) -> Reading:
    like = make_reading(number, user=slot)
    at = THEN + timedelta(days=number if day is None else day)
    return replace(like, heard=replace(like.heard, at=at))


class Home:
    """Two who use a cuff in turn, so that none of their readings lies beside another of the same."""

    def __init__(self, tables: Tables) -> None:
        self.tables, self.gateway = tables, Gateway()
        tables.bind(self.gateway, CUFF.key, FIRST, slot=1)
        tables.bind(self.gateway, CUFF.key, SECOND, slot=2)
        for number in range(1, 9):
            self.send(reading(number, slot=1 + number % 2))

    def send(self, sent: Reading) -> None:
        assert self.tables.send(self.gateway, self.gateway.seal_body(make_body(sent)), now=NOW) == ["stored"]

    def rows(self) -> list[Row]:
        return self.tables.all("select r::text from ingest.readings r order by 1")

    def owners(self) -> list[object]:
        """Of the month's readings, as they lie."""
        return [resident for (resident,) in self.tables.all(f"select resident from ingest.{MONTH.table}")]  # noqa: S608

    def put_in_order(self) -> None:
        while advance(self.tables.connection, NOW, piece=3):
            pass


@pytest.fixture
def home(tables: Tables) -> Home:
    return Home(tables)


@pytest.fixture
def another(either_database_url: str) -> Iterator[psycopg.Connection]:
    """Somebody in a transaction of their own."""
    with psycopg.connect(either_database_url) as connection:
        connection.execute("select from ingest.readings limit 1")
        yield connection


def test_a_settled_month_lies_in_order_and_is_what_it_was(home: Home) -> None:
    before = home.rows()
    assert home.owners() == [SECOND, FIRST] * 4
    home.put_in_order()
    assert home.owners() == [FIRST] * 4 + [SECOND] * 4
    assert home.rows() == before
    assert in_order(home.tables.connection) == [MONTH]


def test_what_is_in_order_or_not_settled_is_left_alone(home: Home) -> None:
    home.send(replace(make_reading(90), heard=replace(make_reading().heard, at=NOW)))
    home.put_in_order()
    where = "select tableoid from ingest.readings order by 1"
    before = home.tables.all(where)
    home.put_in_order()
    assert home.tables.all(where) == before
    assert home.tables.one("select to_regclass('ingest.ordered_2026_03')") is None


def test_its_indexes_are_those_of_every_month(home: Home) -> None:
    indexes = "select count(*) from pg_index where indrelid = 'ingest.{}'::regclass"
    before = home.tables.one(indexes.format(MONTH.table))
    home.put_in_order()
    assert home.tables.one(indexes.format(MONTH.table)) == before
    home.send(reading(12))
    home.send(reading(12))
    assert len(home.rows()) == 9


def test_a_late_reading_of_what_is_copied_already_is_there(home: Home) -> None:
    for _ in range(3):
        advance(home.tables.connection, NOW, piece=3)
    late = reading(20, day=0)
    home.send(late)
    home.put_in_order()
    assert home.owners() == [FIRST] * 4 + [SECOND] * 4 + [FIRST]
    assert home.tables.one("select resident from ingest.readings order by taken_at limit 1") == FIRST


def test_what_was_being_stored_as_the_copying_began_is_there(home: Home, another: psycopg.Connection) -> None:
    """It commits after its place was passed."""
    another.execute(
        "insert into ingest.readings select (jsonb_populate_record(r, jsonb_build_object("
        "'tx', pg_current_xact_id()::text, 'reading_id', gen_random_uuid()))).* from ingest.readings r"
        " order by resident, taken_at limit 1"
    )
    for _ in range(3):
        advance(home.tables.connection, NOW, piece=3)
    another.commit()
    home.put_in_order()
    assert len(home.rows()) == 9


def test_another_process_goes_on_where_one_was_killed(home: Home, either_database_url: str) -> None:
    before = home.rows()
    for _ in range(2):
        advance(home.tables.connection, NOW, piece=3)
    with psycopg.connect(either_database_url, autocommit=True) as next_one:
        while advance(next_one, NOW, piece=3):
            pass
    assert (home.rows(), home.owners()) == (before, [FIRST] * 4 + [SECOND] * 4)


def test_it_waits_for_who_reads_and_lets_nobody_wait_for_long(
    home: Home, another: psycopg.Connection
) -> None:
    with pytest.raises(LockNotAvailable):
        home.put_in_order()
    home.send(reading(13))
    another.rollback()
    home.put_in_order()
    assert len(home.rows()) == 9
    assert in_order(home.tables.connection) == [MONTH]


def test_a_copy_that_lacks_a_row_is_thrown_away(home: Home) -> None:
    before = home.rows()
    for _ in range(2):
        advance(home.tables.connection, NOW, piece=3)
    home.tables.connection.execute(
        "delete from ingest.ordered_2026_01 where taken_at = "
        "(select min(taken_at) from ingest.ordered_2026_01)"
    )
    with pytest.raises(IncompleteError):
        home.put_in_order()
    assert home.rows() == before
    home.put_in_order()
    assert (home.rows(), in_order(home.tables.connection)) == (before, [MONTH])


def test_a_month_brought_back_meanwhile_is_whole(home: Home, tmp_path: Path) -> None:
    """Its rows are of transactions that had long ended when the copying began."""
    connection = home.tables.connection
    before = home.rows()
    detach(connection, MONTH, Deed("operator-1", "by mistake", NOW))
    finish(connection, tmp_path, NOW, drop=True)
    for number in range(14, 18):
        home.send(reading(number, slot=2))
    for _ in range(2):
        advance(connection, NOW, piece=3)
    bring_back(connection, "retired_2026_01_1", tmp_path)
    home.put_in_order()
    assert len(home.rows()) == 4 + len(before)
    assert set(before) < set(home.rows())


def test_a_month_that_was_retired_meanwhile_is_given_up(home: Home) -> None:
    advance(home.tables.connection, NOW, piece=3)
    detach(home.tables.connection, MONTH, Deed("operator-1", "kept long enough", NOW))
    home.put_in_order()
    assert home.rows() == []
    assert home.tables.count("ordering") == 0
    assert home.tables.one("select to_regclass('ingest.ordered_2026_01')") is None
