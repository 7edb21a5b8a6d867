"""The loss statement from real rows."""

from __future__ import annotations

from datetime import timedelta

from device_drivers.wire.batch import Opens
from ingest.door.heartbeat import Heartbeat
from ingest.fleet import registry
from ingest.lineage.life import FIRST, Life, Restored
from ingest.loss.chain import Range
from ingest.loss.statement import Statement, state
from ingest.store import heads
from ingest.store.history import gateways, history
from ingest.store.ledger import Entry
from tests.ingest.making import NOON, Gateway, make_state
from tests.ingest.store.tables import Tables


def statement(tables: Tables, gateway: Gateway, life: Life = FIRST) -> Statement:
    return state(history(tables.connection, gateway.gateway, life))


def enrol(tables: Tables, gateway: Gateway) -> None:
    registry.enrol(tables.connection, gateway.gateway, public=gateway.public, home=gateway.home, now=NOON)


def beat(tables: Tables, gateway: Gateway, *, rewound: int = 0, lineage: int = 1) -> None:
    (key,) = gateway.enrolled().keys
    with tables.connection.cursor() as cursor:
        heads.note(cursor, [Heartbeat(make_state(gateway, rewound=rewound), key)], Entry(NOON, lineage))


def test_a_batch_that_did_not_come_is_a_hole_until_it_comes(tables: Tables) -> None:
    gateway = Gateway()
    enrol(tables, gateway)
    first, second, third = gateway.seal(), gateway.seal(), gateway.seal()
    tables.send(gateway, first, third)
    assert statement(tables, gateway).streams[0].holes == (Range(2, 2),)
    tables.send(gateway, second)
    assert statement(tables, gateway).complete
    assert statement(tables, gateway).streams[0].verified == (Range(1, 3),)


def test_a_head_that_was_announced_is_missing_until_its_batches_come(tables: Tables) -> None:
    gateway = Gateway()
    batches = [gateway.seal(), gateway.seal()]
    beat(tables, gateway)
    assert statement(tables, gateway).missing == 2
    tables.send(gateway, *batches)
    assert statement(tables, gateway).complete


def test_only_the_highest_head_is_kept_once_lower_batches_are_here(tables: Tables) -> None:
    gateway = Gateway()
    first = gateway.seal()
    beat(tables, gateway)
    tables.send(gateway, first)
    gateway.seal()
    beat(tables, gateway)
    assert tables.all("select seq from ingest.signed_head") == [(2,)]


def test_a_copied_card_is_a_fork_in_the_statement(tables: Tables) -> None:
    gateway = Gateway()
    clone = Gateway(gateway.gateway, gateway.home, gateway.key, gateway.stream)
    tables.send(gateway, gateway.seal())
    tables.send(clone, clone.seal_body(b"{}"))
    assert [unknown.reason for unknown in statement(tables, gateway).unknown] == ["forked"]


def test_a_successor_carries_what_its_predecessor_had_not_sent(tables: Tables) -> None:
    gateway = Gateway()
    tables.send(gateway, gateway.seal())
    gateway.seal()
    beat(tables, gateway)
    opens = Opens(stream=gateway.stream, seq=2, link=gateway.link, resealed=1)
    successor = Gateway(gateway.gateway, gateway.home, gateway.key, opens=opens)
    tables.send(successor, successor.seal())
    assert statement(tables, gateway).complete


def test_a_restore_is_unknown_until_the_gateway_has_rewound(tables: Tables) -> None:
    gateway = Gateway()
    enrol(tables, gateway)
    tables.send(gateway, gateway.seal())
    hour = timedelta(hours=1)
    life = Life(2, FIRST.safe_before, (Restored(2, NOON + hour, NOON + 2 * hour),))
    assert [each.reason for each in statement(tables, gateway, life).unknown] == ["restored"]
    beat(tables, gateway, rewound=2, lineage=2)
    assert statement(tables, gateway, life).complete


def test_every_enrolled_gateway_is_asked_about(tables: Tables) -> None:
    gateway = Gateway()
    enrol(tables, gateway)
    assert gateways(tables.connection) == [gateway.gateway]
