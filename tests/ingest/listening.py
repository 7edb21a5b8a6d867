"""A gateway's end of the wire for tests: publishes, and waits for what the cloud says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, Queue
from threading import Event
from urllib.parse import urlsplit

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from device_drivers.wire.batch import Sealed
from device_drivers.wire.codec import decode, encode
from device_drivers.wire.receipt import Lineage, Receipt
from device_drivers.wire.topics import topic
from tests.ingest.making import Gateway

PATIENCE_S = 20.0


class Ear:
    """What came for one gateway."""

    def __init__(self, url: str, gateway: Gateway) -> None:
        self.gateway = gateway
        self._url = urlsplit(url)
        self._heard: Queue[MQTTMessage] = Queue()
        self._ready = Event()
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv311)
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_connect = self._subscribe
        self._client.on_message = lambda _client, _data, message: self._heard.put(message)

    def _subscribe(self, client: Client, *_: object) -> None:
        client.subscribe(f"hl/v1/{self.gateway.gateway}/+", 1)

    def start(self) -> None:
        self._client.connect(self._url.hostname or "", self._url.port or 0)
        self._client.loop_start()
        assert self._ready.wait(PATIENCE_S)

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        # paho closes its wake-up sockets when it is freed, so nothing of it may point back at us.
        self._client.on_connect = self._client.on_subscribe = self._client.on_message = None

    def send(self, sealed: Sealed) -> None:
        self.send_bytes(topic(self.gateway.gateway, "up"), encode(sealed))

    def send_bytes(self, name: str, payload: bytes) -> None:
        self._client.publish(name, payload, qos=1).wait_for_publish(PATIENCE_S)

    def receipt(self) -> Receipt:
        return decode(self._next("receipt"), Receipt)

    def receipts(self, *, silence_s: float) -> list[Receipt]:
        """All that come until none has come for so long."""
        found: list[Receipt] = []
        while True:
            try:
                message = self._heard.get(timeout=silence_s)
            except Empty:
                return found
            if message.topic.endswith("/receipt"):
                found.append(decode(bytes(message.payload), Receipt))

    def lineage(self) -> Lineage:
        return decode(self._next("lineage"), Lineage)

    def _next(self, channel: str) -> bytes:
        while True:
            try:
                message = self._heard.get(timeout=PATIENCE_S)
            except Empty:
                pytest.fail(f"no {channel} came")
            if message.topic.endswith(f"/{channel}"):
                return bytes(message.payload)


@contextmanager
def listening(url: str, gateway: Gateway) -> Iterator[Ear]:
    ear = Ear(url, gateway)
    ear.start()
    try:
        yield ear
    finally:
        ear.stop()
