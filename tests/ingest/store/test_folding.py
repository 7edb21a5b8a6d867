"""Folding over real rows: before, between and after, the statement and the answers hold."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from device_drivers.wire.batch import Sealed
from ingest.fleet import registry
from ingest.lineage.life import FIRST
from ingest.loss.day import DayStatement, state_of_day
from ingest.loss.statement import Statement, state
from ingest.series.port import bounds
from ingest.store.folding import Folded, fold
from ingest.store.history import history
from tests.ingest.making import NOON, Gateway, make_reading
from tests.ingest.store.tables import Tables, seal_many

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONTH_LATER = NOON + timedelta(days=31)
AN_HOUR_ON = MONTH_LATER + timedelta(hours=1)


def enrolled(tables: Tables) -> Gateway:
    gateway = Gateway()
    registry.enrol(tables.connection, gateway.gateway, public=gateway.public, home=gateway.home, now=NOON)
    return gateway


def said(tables: Tables, gateway: Gateway) -> tuple[Statement, DayStatement]:
    known = history(tables.connection, gateway.gateway, FIRST)
    begin, end = bounds(NOON.date(), NOON.date(), SHANGHAI)
    return state(known), state_of_day(known, begin, end, now=AN_HOUR_ON)


def fold_twice(tables: Tables, gateway: Gateway) -> list[Folded]:
    """The second pass forgets what the first one folded."""
    return [
        fold(tables.connection, gateway.gateway, now=now, region=SHANGHAI)
        for now in (MONTH_LATER, AN_HOUR_ON)
    ]


def test_the_statement_is_the_same_before_between_and_after(tables: Tables) -> None:
    gateway = enrolled(tables)
    batches = [*seal_many(gateway, 6), gateway.seal_body(b"{}"), *seal_many(gateway, 3)]
    tables.send(gateway, *batches[:4], *batches[5:])
    tables.send(gateway, batches[2])
    before = said(tables, gateway)
    assert fold(tables.connection, gateway.gateway, now=MONTH_LATER, region=SHANGHAI) == Folded(2, 8, 0)
    assert said(tables, gateway) == before
    assert fold(tables.connection, gateway.gateway, now=AN_HOUR_ON, region=SHANGHAI) == Folded(0, 0, 8)
    assert said(tables, gateway) == before
    assert before[0].streams[0].resends == 1


def test_what_is_not_a_month_old_keeps_its_rows(tables: Tables) -> None:
    gateway = enrolled(tables)
    tables.send(gateway, *seal_many(gateway, 3))
    young = NOON + timedelta(days=30, hours=1)
    assert fold(tables.connection, gateway.gateway, now=young, region=SHANGHAI) == Folded(0, 0, 0)


def test_a_repeat_of_a_folded_batch_is_sent_back_and_known_to_be_no_fork(tables: Tables) -> None:
    gateway = enrolled(tables)
    batches = list(seal_many(gateway, 4))
    tables.send(gateway, *batches)
    fold_twice(tables, gateway)
    assert tables.send(gateway, batches[2], now=AN_HOUR_ON) == ["resync"]
    assert tables.all("select kind, seq from ingest.quarantine") == [("folded", 3)]
    assert said(tables, gateway)[0].streams[0].forks == ()
    assert tables.count("unattributed") == 4


def test_a_repeat_between_folding_and_forgetting_gets_the_answer_it_got_before(tables: Tables) -> None:
    gateway = enrolled(tables)
    batches = list(seal_many(gateway, 4))
    tables.send(gateway, *batches)
    fold(tables.connection, gateway.gateway, now=MONTH_LATER, region=SHANGHAI)
    assert tables.send(gateway, batches[2]) == ["stored"]
    resends = said(tables, gateway)[0].streams[0].resends
    fold(tables.connection, gateway.gateway, now=AN_HOUR_ON, region=SHANGHAI)
    assert resends == said(tables, gateway)[0].streams[0].resends == 1


def test_the_first_batch_of_a_stream_is_answered_as_before_for_ever(tables: Tables) -> None:
    gateway = enrolled(tables)
    batches = list(seal_many(gateway, 4))
    tables.send(gateway, *batches)
    fold_twice(tables, gateway)
    assert tables.send(gateway, batches[0]) == ["stored"]


def test_a_batch_that_was_missing_among_ranges_is_taken_in_late(tables: Tables) -> None:
    gateway = enrolled(tables)
    batches: list[Sealed] = list(seal_many(gateway, 7))
    tables.send(gateway, *batches[:3], *batches[4:])
    fold_twice(tables, gateway)
    assert tables.count("fold_range") == 2
    assert tables.send(gateway, batches[3], now=AN_HOUR_ON) == ["stored"]
    assert said(tables, gateway)[0].missing == 0


def test_a_stream_goes_on_after_folding(tables: Tables) -> None:
    gateway = enrolled(tables)
    tables.send(gateway, *seal_many(gateway, 3))
    fold_twice(tables, gateway)
    assert tables.send(gateway, gateway.seal(make_reading(9)), now=AN_HOUR_ON) == ["stored"]
    assert [(each.first, each.last) for each in said(tables, gateway)[0].streams[0].verified] == [(1, 4)]
    fold(tables.connection, gateway.gateway, now=AN_HOUR_ON + timedelta(days=40), region=SHANGHAI)
    assert tables.count("fold_range") == 1, "one batch alone keeps its row"
