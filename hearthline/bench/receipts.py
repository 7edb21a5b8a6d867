"""A cloud that only answers: it believes every batch and signs its receipt. Stores nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Condition
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from device_drivers.wire.batch import Sealed
from device_drivers.wire.codec import encode
from device_drivers.wire.receipt import CloudKey, KeySet, Lineage, Receipt
from device_drivers.wire.signing import key_id, public_hex, sign
from device_drivers.wire.topics import topic

_PATIENCE_S: Final = 120.0


class ReceiptStub:
    """Answers one gateway over a broker. `root` is what the gateway has to pin."""

    def __init__(self, gateway: UUID) -> None:
        self._gateway = gateway
        self._key = Ed25519PrivateKey.generate()
        self._kid = key_id(public_hex(self._key))
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._changed = Condition()
        self._is_listening = False
        self.payloads: list[bytes] = []
        self.root = public_hex(self._key)

    def wait_for(self, batches: Callable[[list[bytes]], bool]) -> float:
        """When what has been answered makes it true, on the monotonic clock."""
        with self._changed:
            if not self._changed.wait_for(lambda: batches(self.payloads), _PATIENCE_S):
                raise TimeoutError(f"{len(self.payloads)} batches came, then none")
            return time.monotonic()

    @contextmanager
    def on(self, broker: str) -> Iterator[None]:
        """Listen there, with the lineage announced."""
        place = urlsplit(broker)
        self._client.on_connect = lambda client, *_: client.subscribe(topic(self._gateway, "up"), qos=1)
        self._client.on_subscribe = self._subscribed
        self._client.on_message = self._message
        self._client.connect(place.hostname or "", place.port or 0)
        self._client.loop_start()
        with self._changed:
            self._changed.wait_for(lambda: self._is_listening, _PATIENCE_S)
        self._client.publish(topic(self._gateway, "lineage"), encode(self._lineage()), qos=1, retain=True)
        try:
            yield
        finally:
            self._client.disconnect()
            self._client.loop_stop()

    def _subscribed(self, *_: object) -> None:
        with self._changed:
            self._is_listening = True
            self._changed.notify_all()

    def _message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        payload = bytes(message.payload)
        receipt = encode(self._receipt(msgspec.json.decode(payload, type=Sealed)))
        self._client.publish(topic(self._gateway, "receipt"), receipt, qos=1)
        with self._changed:
            self.payloads.append(payload)
            self._changed.notify_all()

    def _lineage(self) -> Lineage:
        keys = sign(KeySet(1, (CloudKey(self._kid, self.root),), ""), self._key)
        return sign(Lineage(self._kid, 1, datetime(2000, 1, 1, tzinfo=UTC), keys, ""), self._key)

    def _receipt(self, batch: Sealed) -> Receipt:
        draft = Receipt(
            kid=self._kid,
            lineage=1,
            gateway=batch.gateway,
            stream=batch.stream,
            seq=batch.seq,
            link=batch.link,
            outcome="stored",
            rejected=(),
            cloud_time=datetime.now(UTC),
            sig="",
        )
        return sign(draft, self._key)
