"""Tells a transport's gateways the lineage, once a connect. Signs nothing and reads no table."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from device_drivers.wire.topics import topic
from ingest.ways.transport import Transport


class Herald:
    """All gateways after a connect, the new ones after an enrolment."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._told: set[UUID] = set()
        self._last: Collection[UUID] | None = None

    def forget(self, gateways: Collection[UUID]) -> None:
        """Tell these again at the next turn."""
        self._told.difference_update(gateways)
        self._last = None

    def tell(self, gateways: Collection[UUID], payload: bytes) -> None:
        """`gateways` are those enrolled, such as a fleet: never changed, only replaced by another."""
        if self._transport.connected.is_set():
            self._transport.connected.clear()
            self._told.clear()
        elif gateways is self._last:  # a city's are too many to go through for each group
            return
        for gateway in set(gateways) - self._told:
            self._transport.publish(topic(gateway, "lineage"), payload, retain=True)
        self._told.update(gateways)
        self._last = gateways
