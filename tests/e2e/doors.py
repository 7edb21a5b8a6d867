"""The doors of ingest behind a broker, in a thread of the test: no worker of its own, no rounds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Condition
from urllib.parse import urlsplit
from uuid import UUID

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from device_drivers.wire.topics import topic
from hearthline.simulation.cloud import Cloud
from ingest.door.intake import Message

NEWS_S = 1.0


class Doors:
    """Answers in paho's thread. `answered` counts receipts."""

    def __init__(self, cloud: Cloud, client: Client, gateway: UUID) -> None:
        self._cloud = cloud
        self._client = client
        self._gateway = gateway
        self._changed = Condition()
        self.answered = 0
        client.on_connect = lambda connected, *_: connected.subscribe(topic("+", "up"), qos=1)
        client.on_subscribe = lambda *_: self._greet()
        client.on_message = self._take

    def wait_for_news(self, known: int) -> None:
        """Until more receipts went out than those known, or for a moment."""
        with self._changed:
            self._changed.wait_for(lambda: self.answered > known, NEWS_S)

    def _greet(self) -> None:
        self._client.publish(topic(self._gateway, "lineage"), self._cloud.greeting, qos=1, retain=True)

    def _take(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        answers = self._cloud.take([Message(message.topic, bytes(message.payload))], datetime.now(UTC))
        for gateway, receipt in answers:
            self._client.publish(topic(gateway, "receipt"), receipt, qos=1)
        with self._changed:
            self.answered += len(answers)
            self._changed.notify_all()


@contextmanager
def doors(broker: str, cloud: Cloud, gateway: UUID) -> Iterator[Doors]:
    client = Client(CallbackAPIVersion.VERSION2)
    made = Doors(cloud, client, gateway)
    place = urlsplit(broker)
    client.connect(str(place.hostname), int(place.port or 0))
    client.loop_start()
    try:
        yield made
    finally:
        client.disconnect()
        client.loop_stop()
        client.on_connect = client.on_subscribe = client.on_message = None  # see gateway.cloud.mqtt
