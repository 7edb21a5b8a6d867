"""A cloud reduced to its receipts, on a real broker: believes every batch, remembers it, answers as told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition
from urllib.parse import urlsplit
from uuid import UUID

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from device_drivers.wire.batch import Body, Sealed, open_envelope
from device_drivers.wire.codec import decode, encode
from device_drivers.wire.reading import Reading
from device_drivers.wire.receipt import Receipt
from device_drivers.wire.topics import gateway_of, topic
from tests.gateway.home import Cloud, announcement

PATIENCE_S = 30

Answer = Callable[[Sealed], list[Receipt]]


class StubCloud:
    """Ask it from the test's thread; it hears in paho's."""

    def __init__(self, client: Client, answer: Answer) -> None:
        self._client = client
        self._answer = answer
        self._changed = Condition()
        self._payloads: list[bytes] = []

    def hear(self, name: str, payload: bytes) -> None:
        gateway = gateway_of(name)
        assert gateway is not None
        with self._changed:
            self._payloads.append(payload)
            self._changed.notify_all()
        for receipt in self._answer(open_envelope(payload)):
            self.say(gateway, receipt)

    def say(self, gateway: UUID, receipt: Receipt) -> None:
        self._client.publish(topic(gateway, "receipt"), encode(receipt), qos=1)

    def announce(self, gateway: UUID) -> None:
        self._client.publish(topic(gateway, "lineage"), encode(announcement()), qos=1, retain=True)

    def payloads(self) -> list[bytes]:
        with self._changed:
            return list(self._payloads)

    def readings(self) -> list[Reading]:
        """Every reading that came, repeats included."""
        bodies = [decode(bytes(open_envelope(payload).body), Body) for payload in self.payloads()]
        return [reading for body in bodies for reading in body.readings]

    def wait_until(self, condition: Callable[[StubCloud], bool], *, patience_s: float = PATIENCE_S) -> None:
        """Until something that came makes it true."""
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self), patience_s)


@contextmanager
def stub_cloud(broker: str, gateway: UUID, answer: Answer | None = None) -> Iterator[StubCloud]:
    """A cloud that listens when this yields. By default every batch is stored."""
    cloud = Cloud()
    client = Client(CallbackAPIVersion.VERSION2)
    stub = StubCloud(client, answer or (lambda batch: [cloud.receipt(batch)]))
    listening = Condition()

    def on_connect(connected: Client, *_: object) -> None:
        connected.subscribe(topic("+", "up"), qos=1)

    def on_subscribe(*_: object) -> None:
        with listening:
            listening.notify_all()

    def on_message(_client: Client, _userdata: object, message: MQTTMessage) -> None:
        stub.hear(message.topic, bytes(message.payload))

    client.on_connect = on_connect
    client.on_subscribe = on_subscribe
    client.on_message = on_message
    url = urlsplit(broker)
    with listening:
        client.connect(str(url.hostname), int(url.port or 0))
        client.loop_start()
        assert listening.wait(PATIENCE_S)
    stub.announce(gateway)
    try:
        yield stub
    finally:
        client.disconnect()
        client.loop_stop()
        client.on_connect = client.on_subscribe = client.on_message = None  # see gateway.cloud.mqtt
