"""Gateways as one would write them without an outbox: what the broker has acknowledged is done."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final
from uuid import UUID, uuid4

from paho.mqtt.client import Client, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion

from device_drivers.wire.topics import topic
from tests.e2e.crowd import Person
from tests.e2e.plain_bridge import nodes
from tests.nats_cluster import NatsCluster

_END_S: Final = 60.0


class Sender:
    """One connection; the library keeps in memory what is not acknowledged, and sends it again."""

    def __init__(self, person: Person, cluster: NatsCluster) -> None:
        self._name = topic(person.gateway, "up")
        first = person.gateway.int % 3
        ports = [node.mqtt for node in (*cluster.nodes[first:], *cluster.nodes[:first])]
        self._client = nodes(Client(CallbackAPIVersion.VERSION2, client_id=f"plain-{person.gateway}"), ports)
        self._client.tls_set_context(cluster.papers(str(person.gateway)).as_client())
        self._last: MQTTMessageInfo | None = None

    def start(self) -> None:
        self._client.loop_start()

    def send(self) -> UUID:
        reading = uuid4()
        payload = {"reading_id": str(reading), "systolic": 128, "diastolic": 82, "pulse": 64}
        self._last = self._client.publish(self._name, json.dumps(payload), qos=1)
        return reading

    def stop(self) -> None:
        if self._last is not None:
            self._last.wait_for_publish(_END_S)
        self._client.on_disconnect = self._client.on_connect_fail = None
        self._client.disconnect()
        self._client.loop_stop()


class Senders:
    """All of them, in one thread that measures."""

    def __init__(self, people: Sequence[Person], cluster: NatsCluster, *, every_s: float) -> None:
        self._senders = [Sender(person, cluster) for person in people]
        self._every_s = every_s
        self._rests = Event()
        self._thread = Thread(target=self._measure, name="senders")
        self.sent: list[UUID] = []

    def start(self) -> None:
        for sender in self._senders:
            sender.start()
        self._thread.start()

    def rest(self) -> None:
        """Returns when everything is acknowledged, or will not be."""
        self._rests.set()
        self._thread.join()
        while self._senders:
            self._senders.pop().stop()

    def _measure(self) -> None:
        while not self._rests.is_set():
            self.sent += [sender.send() for sender in self._senders]
            time.sleep(self._every_s)


@contextmanager
def senders(people: Sequence[Person], cluster: NatsCluster, *, every_s: float) -> Iterator[Senders]:
    made = Senders(people, cluster, every_s=every_s)
    made.start()
    try:
        yield made
    finally:
        made.rest()
