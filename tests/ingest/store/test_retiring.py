"""Old months leave the tables whole, and what comes of them afterwards is still known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from msgspec.structs import replace
from psycopg.errors import QueryCanceled

from device_drivers.wire.reading import Reading
from ingest.desk.revision import RevisionError, reattribute
from ingest.fleet import registry
from ingest.months import Month
from ingest.retention import hindrance
from ingest.series.postgres import PostgresSeries
from ingest.store.archive import ArchiveError
from ingest.store.months import standing
from ingest.store.retiring import bring_back, detach, finish, state_of
from ingest.store.steps import Deed
from tests.ingest.making import CUFF, Gateway, make_body, make_reading
from tests.ingest.store.tables import Row, Tables

THEN = datetime(2023, 1, 5, 12, tzinfo=UTC)
NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
MONTH = Month(2023, 1)
DEED = Deed("operator-1", "kept for three years", NOW)


def reading(number: int, at: datetime) -> Reading:
    like = make_reading(number)
    return replace(like, heard=replace(like.heard, at=at))


OLD, OLDER = reading(2, THEN), reading(1, THEN - timedelta(days=40))


class Shop:
    """A home with a reading of the month and one before it."""

    def __init__(self, tables: Tables) -> None:
        self.tables, self.gateway, self.resident = tables, Gateway(), uuid4()
        tables.bind(self.gateway, CUFF.key, self.resident)
        self.send(OLDER, now=THEN)
        self.send(OLD, now=THEN)

    def send(self, *readings: Reading, now: datetime = NOW) -> None:
        sealed = self.gateway.seal_body(make_body(*readings))
        assert self.tables.send(self.gateway, sealed, now=now) == ["stored"]

    def seen(self) -> list[UUID]:
        series = PostgresSeries(self.tables.connection, ZoneInfo("Asia/Shanghai"))
        begin = datetime(2020, 1, 1, tzinfo=UTC)
        return [each.reading_id for each in series.window(self.resident, begin, NOW)]

    def newest(self) -> UUID | None:
        series = PostgresSeries(self.tables.connection, ZoneInfo("Asia/Shanghai"))
        found = series.latest([self.resident], "blood_pressure").get(self.resident)
        return None if found is None else found.reading_id

    def rows(self) -> list[Row]:
        return self.tables.all("select r::text from ingest.readings r order by 1")


@pytest.fixture
def shop(tables: Tables) -> Shop:
    return Shop(tables)


@pytest.fixture
def reader(either_database_url: str) -> Iterator[psycopg.Connection]:
    """Somebody in the middle of a long look at the readings."""
    with psycopg.connect(either_database_url) as connection:
        connection.execute("select from ingest.readings limit 1")
        yield connection


def test_a_month_goes_whole_and_its_identities_stay(shop: Shop, tmp_path: Path) -> None:
    detach(shop.tables.connection, MONTH, DEED)
    (retired,) = finish(shop.tables.connection, tmp_path, NOW, drop=True)
    assert (retired.rows, retired.is_dropped) == (1, True)
    assert shop.seen() == [OLDER.reading_id]
    assert shop.tables.count("reading_identity") == 2
    assert shop.tables.one("select to_regclass('ingest.retired_2023_01_1')") is None


def test_the_newest_reading_is_an_older_one_or_none(shop: Shop) -> None:
    detach(shop.tables.connection, MONTH, DEED)
    assert shop.newest() == OLDER.reading_id
    detach(shop.tables.connection, Month(2022, 11), DEED)
    assert (shop.newest(), shop.tables.count("latest")) == (None, 0)


def test_without_being_asked_to_drop_it_stays_detached(shop: Shop, tmp_path: Path) -> None:
    detach(shop.tables.connection, MONTH, DEED)
    finish(shop.tables.connection, tmp_path, NOW, drop=False)
    assert shop.tables.count("retired_2023_01_1") == 1
    (dropped,) = finish(shop.tables.connection, tmp_path, NOW, drop=True)
    assert dropped.is_dropped


def test_a_reading_of_a_retired_month_that_comes_again_is_stored_by_nobody(shop: Shop) -> None:
    detach(shop.tables.connection, MONTH, DEED)
    shop.send(OLD)
    assert shop.seen() == [OLDER.reading_id]


def test_a_new_reading_of_a_retired_month_finds_its_month_again(shop: Shop) -> None:
    """The store still believes that the month stands, and finds out by what the database says."""
    detach(shop.tables.connection, MONTH, DEED)
    late = reading(3, THEN)
    shop.send(late)
    assert shop.seen() == [OLDER.reading_id, late.reading_id]
    assert shop.newest() == late.reading_id


def test_a_month_that_came_back_is_retired_beside_its_first_part(shop: Shop, tmp_path: Path) -> None:
    detach(shop.tables.connection, MONTH, DEED)
    shop.send(reading(3, THEN))
    detach(shop.tables.connection, MONTH, DEED)
    done = finish(shop.tables.connection, tmp_path, NOW, drop=True)
    assert [each.relation for each in done] == ["retired_2023_01_1", "retired_2023_01_2"]


def test_what_is_brought_back_is_what_went(shop: Shop, tmp_path: Path) -> None:
    before = shop.rows()
    detach(shop.tables.connection, MONTH, DEED)
    finish(shop.tables.connection, tmp_path, NOW, drop=True)
    assert bring_back(shop.tables.connection, "retired_2023_01_1", tmp_path) == 1
    assert (shop.rows(), shop.newest()) == (before, OLD.reading_id)


@pytest.mark.parametrize("harm", ["cut", "changed", "gone"])
def test_a_month_whose_archive_is_not_whole_is_not_dropped(shop: Shop, tmp_path: Path, harm: str) -> None:
    detach(shop.tables.connection, MONTH, DEED)
    finish(shop.tables.connection, tmp_path, NOW, drop=False)
    (file,) = tmp_path.iterdir()
    match harm:
        case "cut":
            file.write_bytes(file.read_bytes()[:-20])
        case "changed":
            file.write_bytes(b"\x1f\x8b" + file.read_bytes()[2:-9] + b"123456789")
        case _:
            file.unlink()
    with pytest.raises(ArchiveError):
        finish(shop.tables.connection, tmp_path, NOW, drop=True)
    assert shop.tables.count("retired_2023_01_1") == 1


def test_whoever_reads_is_not_disturbed_and_whoever_writes_does_not_wait(
    shop: Shop, reader: psycopg.Connection
) -> None:
    """Detaching waits for the reader. Cut off there, it has taken the month out for all who come later."""
    with pytest.raises(QueryCanceled):
        give_up_detaching(shop)
    shop.send(reading(9, NOW))
    assert len(reader.execute("select from ingest.readings").fetchall()) == 2
    assert MONTH not in standing(shop.tables.connection)
    reader.rollback()


def test_a_half_detached_month_is_finished_by_the_next_call(
    shop: Shop, reader: psycopg.Connection, tmp_path: Path
) -> None:
    with pytest.raises(QueryCanceled):
        give_up_detaching(shop)
    reader.rollback()
    detach(shop.tables.connection, MONTH, DEED)
    assert [each.rows for each in finish(shop.tables.connection, tmp_path, NOW, drop=True)] == [1]


def test_a_reading_of_a_half_detached_month_is_stored(shop: Shop, reader: psycopg.Connection) -> None:
    with pytest.raises(QueryCanceled):
        give_up_detaching(shop)
    reader.rollback()
    shop.send(reading(3, THEN))
    assert shop.seen() == [OLDER.reading_id, reading(3, THEN).reading_id]
    assert shop.tables.one("select by from ingest.retired_month") is None


def give_up_detaching(shop: Shop) -> None:
    shop.tables.connection.execute("set statement_timeout = '300ms'")
    try:
        detach(shop.tables.connection, MONTH, DEED)
    finally:
        shop.tables.connection.execute("set statement_timeout = 0")


def test_an_archived_reading_changes_hands_no_more(shop: Shop) -> None:
    detach(shop.tables.connection, MONTH, DEED)
    with pytest.raises(RevisionError) as refused:
        reattribute(shop.tables.connection, (CUFF.key, OLD.reading_id), uuid4(), DEED)
    assert refused.value.trouble == "archived"


def test_one_that_waited_longer_than_its_month_stood_still_finds_its_owner(shop: Shop) -> None:
    waiting = replace(reading(5, THEN), user=4)
    shop.send(waiting, now=THEN)
    detach(shop.tables.connection, MONTH, DEED)
    binding = registry.forever(4, shop.resident)
    registry.bind(shop.tables.connection, home=shop.gateway.home, meter=CUFF.key, binding=binding, now=NOW)
    assert waiting.reading_id in shop.seen()


def test_a_month_says_when_something_of_it_was_said_last(shop: Shop) -> None:
    at_rest = state_of(shop.tables.connection, MONTH)
    assert (at_rest.rows, at_rest.last_at, at_rest.is_followed) == (1, THEN, True)
    reattribute(shop.tables.connection, (CUFF.key, OLD.reading_id), uuid4(), DEED)
    assert hindrance(state_of(shop.tables.connection, MONTH), NOW) == "stirring"
