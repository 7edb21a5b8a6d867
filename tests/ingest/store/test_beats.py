"""Heartbeats noted on a real database: what is fresh counts, and what a broker repeats does not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from msgspec.structs import replace

from device_drivers.wire.state import State
from ingest.door.enrolled import GatewayKey
from ingest.door.heartbeat import Heartbeat
from ingest.fleet import registry
from ingest.store import beats
from tests.ingest.making import NOON, Gateway, make_state
from tests.ingest.store.tables import Tables

MINUTE = timedelta(minutes=1)


def enrolled(tables: Tables) -> Gateway:
    gateway = Gateway()
    registry.enrol(tables.connection, gateway.gateway, public=gateway.public, home=gateway.home, now=NOON)
    return gateway


def said(
    gateway: Gateway, at: datetime, *, clock: Literal["synced", "unsynced"] = "synced", online: bool = True
) -> State:
    return replace(make_state(gateway), at=at, clock=clock, online=online)


def hear(tables: Tables, now: datetime, *states: State) -> None:
    with tables.connection.cursor() as cursor:
        beats.note(cursor, [Heartbeat(state, GatewayKey("")) for state in states], now)


def heard_at(tables: Tables) -> object:
    return tables.one("select heard_at from ingest.gateway_state")


def test_a_heartbeat_is_kept_as_it_was_said(tables: Tables) -> None:
    gateway = enrolled(tables)
    state = replace(said(gateway, NOON), unsent=7, oldest_unsent_s=90, meters_seen=("C0:FF", "EE:00"))
    hear(tables, NOON + MINUTE, state)
    assert tables.all(
        "select heard_at, said_at, clock, unsent, oldest_unsent_s, adapter, version, meters_seen, left_at"
        " from ingest.gateway_state"
    ) == [(NOON + MINUTE, NOON, "synced", 7, 90, "up", "1", ["C0:FF", "EE:00"], None)]


def test_a_retained_heartbeat_that_comes_again_makes_no_silent_gateway_speak(tables: Tables) -> None:
    gateway = enrolled(tables)
    hear(tables, NOON, said(gateway, NOON))
    hear(tables, NOON + 60 * MINUTE, said(gateway, NOON))
    assert heard_at(tables) == NOON


def test_an_older_heartbeat_that_comes_late_is_not_fresh(tables: Tables) -> None:
    gateway = enrolled(tables)
    hear(tables, NOON + MINUTE, said(gateway, NOON + MINUTE))
    hear(tables, NOON + 9 * MINUTE, said(gateway, NOON))
    assert heard_at(tables) == NOON + MINUTE


def test_a_clock_that_was_not_synchronised_may_go_back(tables: Tables) -> None:
    gateway = enrolled(tables)
    hear(tables, NOON, said(gateway, NOON + 5 * MINUTE, clock="unsynced"))
    hear(tables, NOON + MINUTE, said(gateway, NOON + MINUTE))
    assert heard_at(tables) == NOON + MINUTE


def test_a_clock_far_ahead_of_ours_may_go_back_whatever_it_said_of_itself(tables: Tables) -> None:
    gateway = enrolled(tables)
    hear(tables, NOON, said(gateway, NOON + timedelta(days=4000)))
    hear(tables, NOON + MINUTE, said(gateway, NOON + MINUTE))
    assert heard_at(tables) == NOON + MINUTE


def test_a_last_will_tells_when_it_was_gone_and_the_next_heartbeat_that_it_is_back(tables: Tables) -> None:
    gateway = enrolled(tables)
    hear(tables, NOON + MINUTE, said(gateway, NOON + MINUTE))
    hear(tables, NOON + 3 * MINUTE, said(gateway, NOON, online=False))
    hear(tables, NOON + 8 * MINUTE, said(gateway, NOON, online=False))
    assert tables.all("select heard_at, left_at from ingest.gateway_state") == [
        (NOON + MINUTE, NOON + 3 * MINUTE)
    ]
    hear(tables, NOON + 9 * MINUTE, said(gateway, NOON + 9 * MINUTE))
    assert tables.all("select heard_at, left_at from ingest.gateway_state") == [(NOON + 9 * MINUTE, None)]


def test_of_several_at_once_the_last_counts(tables: Tables) -> None:
    gateway = enrolled(tables)
    hear(tables, NOON, said(gateway, NOON - MINUTE), said(gateway, NOON))
    assert tables.one("select said_at from ingest.gateway_state") == NOON
    hear(tables, NOON + MINUTE, said(gateway, NOON + MINUTE), said(gateway, NOON, online=False))
    assert tables.one("select left_at from ingest.gateway_state") == NOON + MINUTE


def test_a_will_of_a_gateway_never_heard_is_no_heartbeat(tables: Tables) -> None:
    gateway = enrolled(tables)
    hear(tables, NOON, said(gateway, NOON, online=False))
    assert tables.count("gateway_state") == 0
