"""What the cloud asks, by its channel: commands and configuration. Knows no connection."""

from __future__ import annotations

from collections.abc import Callable

from device_drivers.wire.topics import Channel
from gateway.cloud.status import Heeded
from gateway.orders.configured import Configured
from gateway.orders.obeying import Obeying
from gateway.trust.receipts import Trust


class Downlink:
    """`begin_anew` is called when other settings are to be in force."""

    def __init__(
        self,
        obeying: Obeying,
        configured: Configured,
        trust: Callable[[], Trust],
        begin_anew: Callable[[], None],
    ) -> None:
        self._obeying = obeying
        self._configured = configured
        self._trust = trust
        self._begin_anew = begin_anew

    def asked(self, channel: Channel, payload: bytes) -> bool:
        """Whether there is something new to report."""
        if channel == "command":
            return self._obeying.receive(payload)
        if channel == "config":
            before = self._configured.report()
            if self._configured.receive(payload, self._trust()):
                self._begin_anew()
            return self._configured.report() != before
        return False

    def report(self) -> Heeded:
        return Heeded(self._configured.report(), self._obeying.report())
