"""A city's gateways on one event loop, each with a connection of its own: what each sends at its time, and
how long until the receipt for it is back. They trust what they hear, and send nothing twice."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, cast
from urllib.parse import urlsplit
from uuid import UUID

from device_drivers.wire.codec import parse
from device_drivers.wire.receipt import Receipt
from device_drivers.wire.topics import Channel, topic
from hearthline.bench import frames

_AT_ONCE: Final = 200
"""Connections that are being made at one time; a listener's queue is not long."""

_SPARE_DESCRIPTORS: Final = 500
_PATIENCE_S: Final = 60.0


class TooManyError(RuntimeError):
    """This machine does not let a process open so many connections."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What one gateway publishes, in seconds after the beginning; `seq` of a batch, None for a heartbeat."""

    at_s: float
    gateway: UUID
    channel: Channel
    payload: bytes
    seq: int | None


@dataclass(slots=True)
class Heard:
    """Seconds from a batch's time to its receipt, by gateway and sequence, and what was said of them."""

    waits: dict[tuple[UUID, int], float] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    repeated: int = 0
    seconds: float = 0.0
    """From the beginning to the last receipt."""


class _Tally:
    def __init__(self) -> None:
        self.due: dict[tuple[UUID, int], float] = {}
        self.heard = Heard()
        self.changed = asyncio.Event()

    def note(self, payload: bytes) -> None:
        receipt = parse(payload, Receipt)
        key = (receipt.gateway, receipt.seq)
        if key in self.heard.waits or key not in self.due:
            self.heard.repeated += 1
            return
        self.heard.waits[key] = time.perf_counter() - self.due[key]
        self.heard.outcomes[receipt.outcome] = self.heard.outcomes.get(receipt.outcome, 0) + 1
        self.changed.set()

    @property
    def waiting(self) -> int:
        return len(self.due) - len(self.heard.waits)


class _Connection(asyncio.Protocol):
    """One gateway's. `ready` is done once the cloud has greeted it with its lineage: somebody listens."""

    def __init__(self, gateway: UUID, tally: _Tally) -> None:
        self._gateway = gateway
        self._tally = tally
        self._splitter = frames.Splitter()
        self._number = 0
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        mine = [topic(self._gateway, channel) for channel in ("receipt", "lineage")]
        self._transport.write(frames.connect(str(self._gateway)) + frames.subscribe(*mine))

    def data_received(self, data: bytes) -> None:
        for frame in self._splitter.feed(data):
            match frame.kind:
                case frames.PUBLISH:
                    self._take(frame)
                case frames.CONNACK if frame.body[1]:
                    self.ready.set_exception(ConnectionRefusedError(f"the broker says {frame.body[1]}"))

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_exception(exc or ConnectionResetError("the broker closed the connection"))

    def publish(self, channel: Channel, payload: bytes, *, retain: bool) -> None:
        self._number = self._number % 0xFFFF + 1
        name = topic(self._gateway, channel)
        self._transport.write(frames.publish(name, payload, self._number, retain=retain))

    def close(self) -> None:
        self.ready.cancel()
        self._transport.close()

    def _take(self, frame: frames.Frame) -> None:
        name, number, payload = frames.published(frame)
        if number:
            self._transport.write(frames.puback(number))
        if name.endswith("/receipt"):
            self._tally.note(payload)
        elif not self.ready.done():
            self.ready.set_result(None)


class Crowd:
    """Gateways that are connected."""

    def __init__(self, connections: dict[UUID, _Connection], tally: _Tally) -> None:
        self._connections = connections
        self._tally = tally

    async def send(self, plan: Sequence[Sending], *, window: int | None = None) -> Heard:
        """Send each at its time, or as late as fewer than `window` batches wait for their receipts.

        Without a window a batch's wait begins when it was due to leave, so that a slow sender hides no delay.
        Raises TimeoutError where receipts stop.
        """
        tally, begin = self._tally, time.perf_counter()
        for sending in sorted(plan, key=lambda each: each.at_s):
            # Sleeps even for no time at all: what came in is heard in between.
            await asyncio.sleep(max(0.0, begin + sending.at_s - time.perf_counter()))
            if sending.seq is not None:
                await self._until_fewer(window)
                due = begin + sending.at_s if window is None else time.perf_counter()
                tally.due[sending.gateway, sending.seq] = due
            connection = self._connections[sending.gateway]
            connection.publish(sending.channel, sending.payload, retain=sending.channel == "state")
        await self._until_fewer(1)
        tally.heard.seconds = time.perf_counter() - begin
        return tally.heard

    async def _until_fewer(self, window: int | None) -> None:
        while window is not None and self._tally.waiting >= window:
            self._tally.changed.clear()
            async with asyncio.timeout(_PATIENCE_S):
                await self._tally.changed.wait()


@asynccontextmanager
async def crowd(url: str, gateways: Sequence[UUID]) -> AsyncIterator[Crowd]:
    """Connected to a broker of this machine for as long as it lasts, once the cloud has greeted each.

    Raises TooManyError, OSError, and TimeoutError where nobody greets.
    """
    if room(len(gateways)) < len(gateways):
        raise TooManyError(f"{len(gateways)} connections are too many for one process here: see ulimit -Hn")
    port, tally = urlsplit(url).port or 1883, _Tally()
    connections: dict[UUID, _Connection] = {}
    try:
        for first in range(0, len(gateways), _AT_ONCE):
            some = gateways[first : first + _AT_ONCE]
            made = await asyncio.gather(*(_connect(port, gateway, tally) for gateway in some))
            connections.update(zip(some, made, strict=True))
        async with asyncio.timeout(_PATIENCE_S):
            await asyncio.gather(*(connection.ready for connection in connections.values()))
        yield Crowd(connections, tally)
    finally:
        for connection in connections.values():
            connection.close()


def room(wanted: int) -> int:
    """How many connections a process, and a broker that it starts, may have; at most `wanted`.

    Raises TooManyError where that is hardly any.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted + _SPARE_DESCRIPTORS:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    found = min(wanted, hard - _SPARE_DESCRIPTORS) if hard != resource.RLIM_INFINITY else wanted
    if found < 1:
        raise TooManyError(f"this process may open {hard} files: allow more (ulimit -Hn)")
    return found


async def _connect(port: int, gateway: UUID, tally: _Tally) -> _Connection:
    loop = asyncio.get_running_loop()
    # An address has 28 000 ports to spare, so each broker is called from another one of 127.0.0.0/8.
    source = f"127.1.{port // 256}.{port % 256}"
    _, connection = await loop.create_connection(
        lambda: _Connection(gateway, tally), "127.0.0.1", port, local_addr=(source, 0)
    )
    return connection
