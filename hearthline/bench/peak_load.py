"""The peak's load: a few connections speak for a city, on time, and write down how long each receipt took."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Condition
from typing import Final
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from device_drivers.wire.codec import encode
from device_drivers.wire.topics import topic
from hearthline.bench.load import Sender

_PATIENCE_S: Final = 120.0
_IN_FLIGHT: Final = 60_000


class Load:
    """Nobody waits for anybody: what is due is sent, whatever is still unanswered."""

    def __init__(self, url: str, senders: Sequence[Sender]) -> None:
        self._posts = [
            (topic(sender.gateway, "receipt"), topic(sender.gateway, "up"), encode(sender.batches[0]))
            for sender in senders
        ]
        self._sent: dict[str, float] = {}
        self._waits: dict[str, float] = {}
        self._greeted = 0
        self._heard = Condition()
        self._ears = self._connect(url, self._listen)
        self._mouth = self._connect(url, lambda *_: None)

    def greet(self) -> None:
        """Until every gateway has been told the lineage."""
        self._wait(lambda: self._greeted >= len(self._posts), lambda: self._greeted)

    def run(self, moments: Sequence[float]) -> tuple[list[float], float]:
        """Send one batch at each moment. How long each receipt took, and how late the load was at most."""
        begin, late = time.perf_counter(), 0.0
        for moment, (name, up, payload) in zip(moments, self._posts, strict=True):
            behind = time.perf_counter() - begin - moment
            if behind < 0:
                time.sleep(-behind)
            late = max(late, behind)
            self._sent[name] = time.perf_counter()
            self._mouth.publish(up, payload, qos=1)
        self._wait(lambda: len(self._waits) == len(self._posts), lambda: len(self._waits))
        return list(self._waits.values()), late

    def stop(self) -> None:
        for client in (self._mouth, self._ears):
            client.disconnect()
            client.loop_stop()

    def _connect(self, url: str, begin: Callable[..., None]) -> Client:
        client = Client(CallbackAPIVersion.VERSION2)
        client.max_inflight_messages_set(_IN_FLIGHT)
        client.on_connect = begin
        client.on_message = self._message
        place = urlsplit(url)
        client.connect(place.hostname or "", place.port or 0)
        client.loop_start()
        return client

    def _listen(self, client: Client, *_: object) -> None:
        client.subscribe([(topic("+", "receipt"), 0), (topic("+", "lineage"), 0)])

    def _message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        now, name = time.perf_counter(), message.topic
        with self._heard:
            if name.endswith("/receipt"):
                self._waits.setdefault(name, now - self._sent[name])
            else:
                self._greeted += 1
            self._heard.notify_all()

    def _wait(self, until: Callable[[], bool], known: Callable[[], int]) -> None:
        with self._heard:
            if not self._heard.wait_for(until, _PATIENCE_S):
                raise TimeoutError(f"{known()} of {len(self._posts)} came within {_PATIENCE_S:.0f} s")
