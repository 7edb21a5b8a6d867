"""The door with a worker behind it and a real database, beside a broker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from zoneinfo import ZoneInfo

import psycopg
import pytest
from paho.mqtt.enums import MQTTProtocolVersion

from device_drivers.wire.codec import decode, encode
from device_drivers.wire.receipt import Lineage, Receipt
from ingest.fleet import registry
from ingest.keys import open_keyring
from ingest.lineage.life import FIRST
from ingest.ways.https.door import Door
from ingest.ways.link import Link
from ingest.ways.transport import Inbox
from ingest.worker import Plan, Worker
from tests.ingest.listening import listening
from tests.ingest.making import Gateway, make_reading

PATIENCE_S = 30.0


class Kept:
    """Makes the worker's door, and keeps it for the test."""

    door: Door

    def __call__(self, inbox: Inbox) -> Door:
        self.door = Door(inbox, host="127.0.0.1", port=0)
        return self.door


@contextmanager
def working(database_url: str, broker: str, keys: Path) -> Iterator[Door]:
    """The door of a worker with two ways in."""
    stop, kept = Event(), Kept()
    plan = Plan(
        database_url=database_url,
        transports=(lambda inbox: Link(broker, inbox.put, version=MQTTProtocolVersion.MQTTv5), kept),
        keyring=open_keyring(keys),
        life=FIRST,
        region=ZoneInfo("Asia/Shanghai"),
        group=100,
        intake_bytes=1_000_000,
    )
    worker = Thread(target=Worker(plan, stop, at=lambda _point: None).run)
    worker.start()
    try:
        assert kept.door.is_connected or kept.door.connected.wait(PATIENCE_S)
        yield kept.door
    finally:
        stop.set()
        worker.join()


@pytest.fixture
def gateway(database_url: str) -> Gateway:
    made = Gateway()
    with psycopg.connect(database_url, autocommit=True) as connection:
        registry.enrol(connection, made.gateway, public=made.public, home=made.home, now=datetime.now(UTC))
    return made


def ask(door: Door, method: str, path: str, body: bytes | None = None) -> bytes:
    with closing(HTTPConnection("127.0.0.1", door.port, timeout=PATIENCE_S)) as connection:
        connection.request(method, path, body)
        answer = connection.getresponse()
        assert answer.status == 200
        return answer.read()


def stored(database_url: str) -> int:
    with psycopg.connect(database_url) as connection:
        row = connection.execute("select count(*) from ingest.unattributed").fetchone()
    assert row is not None
    return int(row[0])


def test_what_is_posted_is_in_the_tables_when_the_receipt_is_answered(
    database_url: str, broker: str, gateway: Gateway, tmp_path: Path
) -> None:
    with listening(broker, gateway) as ear, working(database_url, broker, tmp_path / "keys") as door:
        ear.lineage()
        batch = gateway.seal(make_reading(1), make_reading(2))
        receipt = decode(ask(door, "POST", "/v1/batches", encode(batch)), Receipt)
        assert stored(database_url) == 2
        assert decode(ask(door, "GET", "/v1/lineage"), Lineage).n == 1
    assert (receipt.link, receipt.outcome) == (batch.link, "stored")


def test_a_batch_that_came_both_ways_is_stored_once_and_answered_both_ways(
    database_url: str, broker: str, gateway: Gateway, tmp_path: Path
) -> None:
    batch = gateway.seal()
    with listening(broker, gateway) as ear, working(database_url, broker, tmp_path / "keys") as door:
        ear.lineage()
        ear.send(batch)
        assert ear.receipt().link == batch.link
        assert decode(ask(door, "POST", "/v1/batches", encode(batch)), Receipt).outcome == "stored"
    assert stored(database_url) == 1
