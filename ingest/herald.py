"""Tells a transport's gateways the lineage, once a connect. Signs nothing and reads no table."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from uuid import UUID

from device_drivers.wire.topics import topic
from ingest.transport import Transport


class Herald:
    """All gateways after a connect, the new ones after an enrolment."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._told: set[UUID] = set()

    def tell(self, gateways: AbstractSet[UUID], payload: bytes) -> None:
        if self._transport.connected.is_set():
            self._transport.connected.clear()
            self._told.clear()
        for gateway in gateways - self._told:
            self._transport.publish(topic(gateway, "lineage"), payload, retain=True)
        self._told |= gateways
