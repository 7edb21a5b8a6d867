"""A second client on the homes' broker: hears everything that passes, and may say anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, Event
from typing import Final
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

PATIENCE_S: Final = 30.0

Heard = tuple[str, bytes]
"""A topic's name and the bytes that came on it."""


class Bystander:
    """Ask it from the test's thread; it hears in paho's. Comes back when the broker does."""

    def __init__(self, url: str) -> None:
        self._heard: list[Heard] = []
        self._changed = Condition()
        self._listens = Event()
        self._watchers: list[Callable[[str, bytes], None]] = []
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda client, *_: client.subscribe("hl/v1/#", qos=1)
        self._client.on_subscribe = lambda *_: self._listens.set()
        self._client.on_message = self._hear
        # By itself it would wait ever longer, and a broker that came up is missed by as much.
        self._client.reconnect_delay_set(min_delay=1, max_delay=1)
        place = urlsplit(url)
        self._client.connect_async(str(place.hostname), int(place.port or 0))

    def start(self) -> None:
        self._client.loop_start()

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        # paho closes its wake-up sockets when it is freed, so nothing of it may point back at us.
        self._client.on_connect = self._client.on_subscribe = self._client.on_message = None

    def listens(self) -> bool:
        return self._listens.is_set()

    def watch(self, watcher: Callable[[str, bytes], None]) -> None:
        """From now on, tell of each message, in the network's thread."""
        self._watchers.append(watcher)

    def say(self, name: str, payload: bytes) -> None:
        """Publish, and wait until the broker has it."""
        self._client.publish(name, payload, qos=1).wait_for_publish(PATIENCE_S)

    def heard(self, channel: str) -> list[Heard]:
        """What came on the topics that end so."""
        with self._changed:
            return [heard for heard in self._heard if heard[0].endswith(f"/{channel}")]

    def wait_for(self, channel: str, times: int) -> list[Heard]:
        """Until at least so many messages came there; all of them."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.heard(channel)) >= times, PATIENCE_S), channel
        return self.heard(channel)

    def _hear(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        name, payload = message.topic, bytes(message.payload)
        for watcher in self._watchers:
            watcher(name, payload)
        with self._changed:
            self._heard.append((name, payload))
            self._changed.notify_all()


@contextmanager
def bystander(url: str) -> Iterator[Bystander]:
    """Listening as soon as the broker is up."""
    made = Bystander(url)
    made.start()
    try:
        yield made
    finally:
        made.stop()
