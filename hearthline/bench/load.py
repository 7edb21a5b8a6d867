"""Gateways without homes: batches sealed beforehand, sent through a broker, counted when receipted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Condition
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from device_drivers.wire import reading as wire
from device_drivers.wire.batch import GENESIS, Body, Sealed, seal
from device_drivers.wire.codec import encode
from device_drivers.wire.signing import public_hex
from device_drivers.wire.topics import topic

_IN_FLIGHT: Final = 16
"""Unreceipted batches a gateway may have (wire.md, "Sending")."""

_OF_ALL: Final = 640
"""More would only wait in the broker's memory."""

_PATIENCE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Sender:
    """A gateway with a cuff, whose one user is bound to a resident, and all its batches in order."""

    gateway: UUID
    home: UUID
    resident: UUID
    key: Ed25519PrivateKey
    meter: str
    batches: tuple[Sealed, ...]

    @property
    def public(self) -> str:
        return public_hex(self.key)


def make_sender(number: int, *, batches: int, readings: int) -> Sender:
    """A gateway with that many batches of that many readings."""
    key = Ed25519PrivateKey.generate()
    gateway, stream, link = uuid4(), uuid4().hex, GENESIS
    # Beside the keys of the meters that filled the tables, and never one that was there before.
    meter = wire.Meter(
        key=f"BP-{number:06}-{stream[:8]}",
        key_kind="serial",
        recipe=1,
        model="Cuff",
        address="C0:FF:EE:00:00:01",
    )
    sealed = []
    for seq in range(1, batches + 1):
        first = (seq - 1) * readings
        body = encode(
            Body(1, _BEGIN, "synced", tuple(_reading(meter, first + each) for each in range(readings)))
        )
        batch = seal(body, gateway=gateway, stream=stream, seq=seq, prev_link=link, opens=None, key=key)
        link = batch.link
        sealed.append(batch)
    return Sender(gateway, uuid4(), uuid4(), key, meter.key, tuple(sealed))


def window(gateways: int) -> int:
    """How many batches of all of them are unreceipted at one time."""
    return min(_OF_ALL, _IN_FLIGHT * gateways)


def deliver(url: str, senders: Sequence[Sender]) -> float:
    """Seconds from the first batch sent to the last receipt, each gateway with at most 16 in flight."""
    crowd = _Crowd(url, senders)
    try:
        return crowd.run()
    finally:
        crowd.stop()


_BEGIN: Final = datetime.now(UTC) - timedelta(days=20)


def _reading(meter: wire.Meter, number: int) -> wire.Reading:
    local = (_BEGIN + timedelta(minutes=number)).replace(microsecond=0)
    year = local.year.to_bytes(2, "little")
    time_words = year + bytes([local.month, local.day, local.hour, local.minute, local.second])
    words = wire.Words(time=time_words.hex(), value=f"{number % 2**32:016x}", user="01")
    identity = wire.ByTime(occurrence=0)
    return wire.Reading(
        reading_id=wire.reading_id(meter, identity, words),
        meter=meter,
        identity=identity,
        words=words,
        values=wire.BloodPressure("mmHg", str(110 + number % 40), str(70 + number % 20), "92", "66"),
        quality="ok",
        flags=(),
        user=1,
        context=None,
        meter_time=local.replace(tzinfo=None).isoformat(),
        heard=wire.Heard(at=local + timedelta(seconds=2), synced=True, boot="boot", uptime_ms=number),
        clock=wire.ClockEvidence(time_words.hex(), local, 1),
        battery=90,
        driver=wire.Program("blood_pressure", "1"),
        quirk=None,
    )


class _Crowd:
    """One connection that speaks for all gateways, so that the load costs little beside what is measured."""

    def __init__(self, url: str, senders: Sequence[Sender]) -> None:
        self._place = urlsplit(url)
        self._senders = senders
        self._window = window(len(senders))
        self._greeted = 0
        self._receipted = 0
        self._heard = Condition()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.max_inflight_messages_set(self._window)
        self._client.on_connect = self._connected
        self._client.on_message = self._message

    def run(self) -> float:
        self._client.connect(self._place.hostname or "", self._place.port or 0)
        self._client.loop_start()
        posts = list(self._interleaved())
        self._wait(lambda: self._greeted >= len(self._senders))
        begin = time.perf_counter()
        for sent, (name, payload) in enumerate(posts):
            self._wait_for_room(sent)
            self._client.publish(name, payload, qos=1)
        self._wait(lambda: self._receipted == len(posts))
        return time.perf_counter() - begin

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _interleaved(self) -> Iterator[tuple[str, bytes]]:
        """Each gateway's first batch, then each one's second, and so on."""
        for batches in zip(*(sender.batches for sender in self._senders), strict=True):
            for batch in batches:
                yield topic(batch.gateway, "up"), encode(batch)

    def _wait_for_room(self, sent: int) -> None:
        self._wait(lambda: sent - self._receipted < self._window)

    def _wait(self, until: Callable[[], bool]) -> None:
        with self._heard:
            if not self._heard.wait_for(until, _PATIENCE_S):
                raise TimeoutError(f"{self._receipted} receipts came, then none for {_PATIENCE_S:.0f} s")

    def _connected(self, client: Client, *_: object) -> None:
        client.subscribe([(topic("+", "receipt"), 1), (topic("+", "lineage"), 1)])

    def _message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        with self._heard:
            if message.topic.endswith("/lineage"):
                self._greeted += 1
            else:
                self._receipted += 1
            self._heard.notify_all()
