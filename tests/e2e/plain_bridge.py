"""What one would write instead of ingest: subscribe, and insert each message as it comes. Not ours, but fair.

Like `mqtt2influxdb` and its kin, with the settings of a careful person: quality of service 1, a session that
the broker keeps, the next node where one is gone, a new connection to the database after an error.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from ingest.ways.papers import Papers

log = logging.getLogger(__name__)

TABLE: Final = "create table plain (reading_id uuid not null, arrived_at timestamptz not null default now())"


class Bridge(msgspec.Struct, frozen=True):
    """What it is told, as JSON on its command line."""

    database_url: str
    ports: tuple[int, ...]
    topic: str
    ca: str
    certificate: str
    key: str


class Reading(msgspec.Struct, frozen=True):
    reading_id: str


@dataclass
class Table:
    """The connection is made when it is needed."""

    url: str
    connection: psycopg.Connection[Any] | None = None

    def insert(self, payload: bytes) -> None:
        reading = msgspec.json.decode(payload, type=Reading)
        try:
            if self.connection is None:
                self.connection = psycopg.connect(self.url, autocommit=True)
            self.connection.execute("insert into plain (reading_id) values (%s)", (reading.reading_id,))
        except psycopg.Error:
            log.exception("not written")
            self.connection = None


def run(told: Bridge) -> None:
    table = Table(told.database_url)
    client = nodes(Client(CallbackAPIVersion.VERSION2, client_id="bridge", clean_session=False), told.ports)
    client.tls_set_context(Papers(Path(told.ca), Path(told.certificate), Path(told.key)).as_client())
    client.on_connect = lambda connected, *_: connected.subscribe(told.topic, qos=1)

    def insert(_client: Client, _data: object, message: MQTTMessage) -> None:
        table.insert(bytes(message.payload))

    client.on_message = insert
    client.loop_forever(retry_first_connection=True)


def nodes(client: Client, ports: Sequence[int]) -> Client:
    """A client that goes to the next node when one is lost."""
    coming = cycle(ports)

    def aim(*_lost: object) -> None:
        client.connect_async("127.0.0.1", next(coming), keepalive=30)

    client.on_disconnect = client.on_connect_fail = aim
    client.reconnect_delay_set(1, 5)
    aim()
    return client


if __name__ == "__main__":
    run(msgspec.json.decode(sys.argv[1], type=Bridge))
