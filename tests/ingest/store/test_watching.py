"""The facts of watching, from real rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from device_drivers.wire.signing import sign
from ingest.chores import watch
from ingest.door.heartbeat import Heartbeat
from ingest.door.quarantine import CAP
from ingest.fleet import registry
from ingest.store import beats, bells, watching
from tests.ingest.making import NOON, Gateway, make_reading, make_state
from tests.ingest.store.tables import Tables

MINUTE = timedelta(minutes=1)


def beat(tables: Tables, gateway: Gateway, now: datetime, *, ahead: timedelta) -> None:
    (key,) = gateway.enrolled().keys
    state = sign(replace(make_state(gateway), at=now + ahead, sig=""), gateway.key)
    with tables.connection.cursor() as cursor:
        beats.note(cursor, [Heartbeat(state, key)], now)


def enrolled(tables: Tables) -> Gateway:
    gateway = Gateway()
    registry.enrol(tables.connection, gateway.gateway, public=gateway.public, home=gateway.home, now=NOON)
    return gateway


def ringing(tables: Tables) -> set[tuple[str, str]]:
    return {each.key for each in bells.standing(tables.connection)}


def test_a_gateways_clock_is_off_since_the_first_heartbeat_that_was(tables: Tables) -> None:
    gateway = enrolled(tables)
    beat(tables, gateway, NOON, ahead=timedelta())
    for minute in (1, 3, 7):
        beat(tables, gateway, NOON + minute * MINUTE, ahead=timedelta(hours=2))
    (clock,) = watching.facts(tables.connection).clocks
    assert (clock.gateway, clock.since, clock.seconds) == (gateway.gateway, NOON + MINUTE, 7200)
    assert clock.heard_at == NOON + 7 * MINUTE
    beat(tables, gateway, NOON + 8 * MINUTE, ahead=timedelta())
    assert watching.facts(tables.connection).clocks == ()


def test_a_gateway_can_save_nothing_since_it_first_said_so_and_until_it_says_otherwise(
    tables: Tables,
) -> None:
    gateway = enrolled(tables)
    (key,) = gateway.enrolled().keys
    seen = []
    for minute, trouble in enumerate((None, "full", "full", None)):
        now = NOON + minute * MINUTE
        state = replace(make_state(gateway), at=now, trouble=trouble)
        with tables.connection.cursor() as cursor:
            beats.note(cursor, [Heartbeat(state, key)], now)
        seen.append([(one.since, one.trouble) for one in watching.facts(tables.connection).unsaving])
    assert seen == [[], [(NOON + MINUTE, "full")], [(NOON + MINUTE, "full")], []]


def test_a_source_that_fills_its_quarantine_is_a_fact_and_others_are_not(tables: Tables) -> None:
    tables.connection.execute(
        "insert into ingest.quarantine_use values ('anybody', %s, 2), ('other', 10, 0)", (CAP - 10,)
    )
    assert [use.source for use in watching.facts(tables.connection).uses] == ["anybody"]


def test_a_reading_waits_behind_an_older_transaction_and_no_longer(
    tables: Tables, either_database_url: str
) -> None:
    gateway = Gateway()
    other = Tables.at(either_database_url)
    with other.connection.transaction():
        other.connection.execute("select pg_current_xact_id()")
        tables.send(gateway, gateway.seal(make_reading(1)))
        assert watching.waiting_since(tables.connection) == NOON
    other.connection.close()
    while watching.waiting_since(tables.connection) is not None:  # others on the server, for moments
        pass


def test_a_worker_is_missed_until_it_beats_again_or_is_forgotten(tables: Tables) -> None:
    now = datetime.now(UTC)
    watching.beat(tables.connection, "one", now - 2 * MINUTE)
    watching.beat(tables.connection, "two", now - 2 * MINUTE)
    watching.goodbye(tables.connection, "two", now - 2 * MINUTE)
    watch(tables.connection, now)
    assert ringing(tables) == {("worker", "one")}
    watching.beat(tables.connection, "one", now)
    watch(tables.connection, now)
    assert ringing(tables) == set()
    assert watching.forget(tables.connection, "one")
    assert not watching.forget(tables.connection, "one")
