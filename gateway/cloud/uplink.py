"""The gateway's side of a line's events: they move sender and heartbeat. Knows no protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from device_drivers.wire.codec import encode
from device_drivers.wire.topics import Channel
from gateway.clock.own import Clock
from gateway.cloud import status
from gateway.cloud.line import Line
from gateway.cloud.sender import Sender
from gateway.log import Log
from gateway.outbox.store import Outbox
from gateway.trust.sealing import Signer

DEAF_S: Final = 15.0
"""Seconds without an answer to any subscription after which the connection is given up."""


class Heart:
    """What the heartbeat says, and the forgetting that keeps its pace."""

    def __init__(
        self,
        outbox: Outbox,
        signer: Signer,
        clock: Clock,
        *,
        adapter: str | None,
        meters: Iterable[str],
        heeded: Callable[[], status.Heeded] = status.Heeded,
    ) -> None:
        self._outbox = outbox
        self._signer = signer
        self._clock = clock
        self._adapter = adapter
        self._meters = meters
        self._heeded = heeded

    def state(self, *, online: bool) -> bytes:
        return encode(
            status.heartbeat(
                self._outbox,
                self._signer,
                self._clock(),
                adapter=self._adapter,
                meters=self._meters,
                online=online,
                heeded=self._heeded(),
            )
        )

    def forget(self) -> int:
        """Purge what may go, and begin a new key where it is time; how many readings went."""
        self._outbox.turn_key()
        return self._outbox.purge()


class Uplink:
    """A Listener of the way to the cloud."""

    def __init__(
        self,
        sender: Sender,
        heart: Heart,
        log: Log,
        *,
        every_s: float,
        deaf_s: float = DEAF_S,
        asked: Callable[[Channel, bytes], bool] = lambda _channel, _payload: False,
    ) -> None:
        """`asked` hears what the cloud wants; whether there is something new to say of it."""
        self._asked = asked
        self._sender = sender
        self._heart = heart
        self._log = log
        self._every_s = every_s
        self._deaf_s = deaf_s
        self._loop = asyncio.get_running_loop()
        self._line: Line | None = None
        self._wanted: Line | None = None
        self._deaf_since = self._loop.time()

    def starting(self, line: Line) -> None:
        self._wanted = line
        line.leave(self._heart.state(online=False))

    def connected(self, line: Line) -> None:
        if self._line is None:
            self._line = line
            self._log.info("broker.connected")
            self._say()
            self._sender.connect(line)

    def disconnected(self) -> None:
        self._deaf_since = self._loop.time()
        if self._line is not None:
            self._line = None
            self._log.warning("broker.lost")
            self._sender.disconnect()

    def received(self, channel: Channel, payload: bytes) -> None:
        self._sender.receive(channel, payload)
        if self._asked(channel, payload):
            self._say()

    def declined(self, status: int) -> None:
        self._log.warning("cloud.declined", status=status)

    def stopping(self, line: Line) -> None:
        self._sender.close()
        line.publish("state", self._heart.state(online=False), retain=True)

    async def beat(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(self._every_s)
            self._heart.forget()
            if self._line is None and self._wanted is not None:
                self._insist(self._wanted)
            elif self._line is not None and self._sender.is_unheard() and self._line.renew():
                self._log.warning("cloud.unheard")
            self._say()

    def _insist(self, line: Line) -> None:
        """A broker may take a connection and lose the subscription, or answer nothing more at all (both seen
        of amqtt, with many clients at once): ask again, then connect anew. Nobody else would."""
        now = self._loop.time()
        if now - self._deaf_since < self._deaf_s:
            line.refresh()
            return
        self._deaf_since = now
        if line.renew():
            self._log.warning("broker.deaf")

    def _say(self) -> None:
        """The state now, and the will for the next connection."""
        if self._line is not None:
            self._line.publish("state", self._heart.state(online=True), retain=True)
            self._line.leave(self._heart.state(online=False))
