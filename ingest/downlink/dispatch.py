"""Says what is due, once a second, by all ways: who of them reaches the gateway is not known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from psycopg import Connection

from device_drivers.wire.topics import topic
from ingest.downlink import due, words
from ingest.keys import Keyring
from ingest.ways.transport import Transport

_LOOK_S: Final = 1.0


class Dispatch:
    """Of one worker; several share what is due."""

    def __init__(self, keyring: Keyring, transports: Sequence[Transport]) -> None:
        self._keyring = keyring
        self._transports = transports
        self._look_at = float("-inf")

    def is_due(self, now: float) -> bool:
        """Whether to look, at this moment of a monotonic clock. Not while no way is open: what is due would
        be taken from a worker that has one."""
        if now < self._look_at or not any(each.is_connected for each in self._transports):
            return False
        self._look_at = now + _LOOK_S
        return True

    def say(self, connection: Connection, now: datetime) -> None:
        for command in due.commands(connection, now):
            self._publish(topic(command.gateway, "command"), words.command(command, self._keyring))
        for each in due.configurations(connection, now):
            self._publish(
                topic(each.gateway, "config"), words.configuration(each, self._keyring), retain=True
            )

    def _publish(self, name: str, payload: bytes, *, retain: bool = False) -> None:
        for transport in self._transports:
            transport.publish(name, payload, retain=retain)
