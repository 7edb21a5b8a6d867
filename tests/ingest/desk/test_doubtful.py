"""Doubted readings on a real database: the list, and that one was looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from ingest.desk import reading as reading_desk
from ingest.desk.doubtful import Doubtful, WhichDoubtful, count_doubtful, doubtful
from ingest.store.steps import Deed
from tests.ingest.making import CUFF, NOON, Gateway, make_arrival, make_reading
from tests.ingest.store.tables import Tables

LATER = NOON + timedelta(hours=1)
ANY = WhichDoubtful()
DEED = Deed("steward 7", "the resident says so too", LATER)


@pytest.fixture
def tables(either_database_url: str) -> Iterator[Tables]:
    tables = Tables.at(either_database_url)
    yield tables
    tables.connection.close()


def bound(tables: Tables) -> tuple[Gateway, UUID]:
    gateway, resident = Gateway(), uuid4()
    tables.bind(gateway, CUFF.key, resident)
    return gateway, resident


def doubts(tables: Tables) -> list[tuple[str, ...]]:
    return [row.doubts for row in doubtful(tables.connection, ANY)]


def test_a_twin_is_doubted_and_the_first_of_both_is_not(tables: Tables) -> None:
    gateway, _ = bound(tables)
    tables.send(gateway, gateway.seal(make_arrival(), make_arrival()), now=LATER)
    assert doubts(tables) == [("duplicate",)]


def test_an_implausible_value_and_an_impossible_clock_are_doubted_together(tables: Tables) -> None:
    gateway, resident = bound(tables)
    live = make_arrival()
    heard = replace(live.heard, synced=False)
    odd = replace(live, quality="implausible", meter_time="2026-02-30T08:00:00", heard=heard)
    tables.send(gateway, gateway.seal(odd), now=LATER)
    (row,) = doubtful(tables.connection, ANY)
    assert (row.resident, row.doubts, row.meter_time) == (
        resident, ("implausible", "clock"), "2026-02-30T08:00:00"
    )  # fmt: skip


def test_an_ordinary_reading_is_not_doubted(tables: Tables) -> None:
    gateway, _ = bound(tables)
    tables.send(gateway, gateway.seal(make_reading(1)), now=LATER)
    assert doubts(tables) == []


def test_a_reading_that_was_found_plausible_later_is_doubted_no_more(tables: Tables) -> None:
    gateway, _ = bound(tables)
    tables.send(gateway, gateway.seal(replace(make_reading(1), quality="implausible")), now=LATER)
    again = make_reading(1)
    heard = replace(again.heard, at=again.heard.at + timedelta(minutes=1))
    tables.send(gateway, gateway.seal(replace(again, heard=heard)), now=LATER)
    assert tables.count("readings") == 2
    assert doubts(tables) == []


def look_at(tables: Tables, row: Doubtful) -> None:
    reading_desk.look_at(tables.connection, (row.meter, row.reading_id), DEED)


def test_what_was_looked_at_leaves_the_list_and_stands_in_the_other(tables: Tables) -> None:
    gateway, _ = bound(tables)
    tables.send(gateway, gateway.seal(replace(make_reading(1), quality="implausible")), now=LATER)
    (row,) = doubtful(tables.connection, ANY)
    look_at(tables, row)
    look_at(tables, row)
    assert doubts(tables) == []
    (seen,) = doubtful(tables.connection, WhichDoubtful(looked_at=True))
    assert seen.looked_at is not None
    assert (seen.looked_at.by, seen.looked_at.why) == (DEED.by, DEED.why)
    assert tables.count("reading_step") == 1


def test_only_ones_own_residents_are_seen_page_by_page(tables: Tables) -> None:
    gateway, resident = bound(tables)
    odd = [replace(make_reading(number), quality="implausible") for number in (1, 2, 3)]
    tables.send(gateway, gateway.seal(*odd), now=LATER)
    own = WhichDoubtful(residents=(resident,))
    paged: list[Doubtful] = []
    while page := doubtful(tables.connection, own, most=2, after=paged[-1].place if paged else None):
        paged += page
    assert len(paged) == len({row.reading_id for row in paged}) == count_doubtful(tables.connection, own) == 3
    assert count_doubtful(tables.connection, WhichDoubtful(residents=())) == 0
    assert count_doubtful(tables.connection, WhichDoubtful(institutions=(uuid4(),))) == 0
