"""A cloud on the crowd's own loop that greets and answers and nothing else: what a broker alone takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final, cast
from urllib.parse import urlsplit
from uuid import UUID

from device_drivers.wire.batch import Sealed
from device_drivers.wire.codec import encode, parse
from device_drivers.wire.receipt import Receipt
from device_drivers.wire.topics import topic
from hearthline.bench import frames

_NOBODY: Final = "0" * 16


@asynccontextmanager
async def echo(url: str, gateways: Iterable[UUID]) -> AsyncIterator[None]:
    """Answer every batch at that broker with an unsigned receipt."""
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_connection(_Echo, "127.0.0.1", urlsplit(url).port or 1883)
    await protocol.listening
    for gateway in gateways:
        protocol.say(topic(gateway, "lineage"), b"{}", retain=True)
    try:
        yield
    finally:
        transport.close()


class _Echo(asyncio.Protocol):
    def __init__(self) -> None:
        self._splitter = frames.Splitter()
        self._number = 0
        self.listening: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(frames.connect("echo") + frames.subscribe(topic("+", "up")))

    def data_received(self, data: bytes) -> None:
        for frame in self._splitter.feed(data):
            if frame.kind == frames.SUBACK:
                self.listening.set_result(None)
            elif frame.kind == frames.PUBLISH:
                _, number, payload = frames.published(frame)
                self._transport.write(frames.puback(number))
                self._answer(parse(payload, Sealed))

    def say(self, name: str, payload: bytes, *, retain: bool = False) -> None:
        self._number = self._number % 0xFFFF + 1
        self._transport.write(frames.publish(name, payload, self._number, retain=retain))

    def _answer(self, batch: Sealed) -> None:
        receipt = Receipt(
            kid=_NOBODY,
            lineage=0,
            gateway=batch.gateway,
            stream=batch.stream,
            seq=batch.seq,
            link=batch.link,
            outcome="stored",
            rejected=(),
            cloud_time=datetime.now(UTC),
            sig="",
        )
        self.say(topic(batch.gateway, "receipt"), encode(receipt))
