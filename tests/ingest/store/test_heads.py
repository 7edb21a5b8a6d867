"""Many heartbeats in one group, as a city sends them."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from device_drivers.wire.state import State
from ingest.door.enrolled import GatewayKey
from ingest.door.heartbeat import Heartbeat
from ingest.store import heads
from ingest.store.ledger import Entry
from tests.ingest.making import NOON, Gateway, make_state
from tests.ingest.store.tables import Tables

SIGNER = GatewayKey("")


def hear(tables: Tables, *states: State) -> None:
    with tables.connection.cursor() as cursor:
        heads.note(cursor, [Heartbeat(state, SIGNER) for state in states], Entry(NOON, 1))


def test_one_head_that_was_said_twice_keeps_its_latest_moment_and_highest_rewind(tables: Tables) -> None:
    gateway = Gateway()
    early = replace(make_state(gateway, rewound=2), at=NOON - timedelta(hours=1))
    late = make_state(gateway, rewound=1)
    hear(tables, late, early)
    assert tables.all("select rewound, said_at from ingest.signed_head") == [(2, NOON)]


def test_a_clock_that_is_not_true_dates_no_head(tables: Tables) -> None:
    gateway = Gateway()
    hear(tables, replace(make_state(gateway), clock="unsynced"), make_state(gateway))
    assert tables.all("select said_at from ingest.signed_head") == [(NOON,)]


def test_a_lower_head_goes_once_its_batch_is_here_and_of_no_other_gateway(tables: Tables) -> None:
    here, away = Gateway(), Gateway()
    heard = []
    for gateway in (here, away):
        for _ in range(2):
            sealed = gateway.seal()
            heard.append(make_state(gateway))
            if gateway is here:
                tables.send(gateway, sealed)
    hear(tables, *heard)
    left = tables.all("select gateway, seq from ingest.signed_head order by gateway, seq")
    assert sorted(left) == sorted([(here.gateway, 2), (away.gateway, 1), (away.gateway, 2)])
