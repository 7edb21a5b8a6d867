"""An MQTT broker in our own process, on loopback alone: it acknowledges what an ACL forbids."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Final

from amqtt.adapters import StreamWriterAdapter  # type: ignore[import-untyped]
from amqtt.broker import Broker  # type: ignore[import-untyped]
from amqtt.contexts import BrokerConfig, ListenerConfig, ListenerType  # type: ignore[import-untyped]

from device_drivers.wire.codec import MAX_MESSAGE

_LISTENER: Final = "default"
_MAX_READ: Final = MAX_MESSAGE + 1024
_PATIENCE_S: Final = 10.0


class PacketTooLargeError(Exception):
    """A packet announced more bytes than any of our messages has. It is not read, and its connection ends."""


class CappedReader:
    """What amqtt reads from. It asks for a packet's announced length in one piece; here that has a limit."""

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self._stream = stream

    async def read(self, n: int = -1) -> bytes:
        if n > _MAX_READ:
            raise PacketTooLargeError(n)
        return await (self._stream.read() if n < 0 else self._stream.readexactly(n))

    def feed_eof(self) -> None:
        self._stream.feed_eof()


@contextmanager
def embedded_broker(port: int = 0) -> Iterator[str]:
    """Run a broker in a thread of its own; its URL. Port 0 is any free one. Raises OSError."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="broker", daemon=True)
    thread.start()
    try:
        broker, server = asyncio.run_coroutine_threadsafe(_start(port), loop).result(_PATIENCE_S)
        try:
            yield f"mqtt://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            asyncio.run_coroutine_threadsafe(_stop(broker, server), loop).result(_PATIENCE_S)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_PATIENCE_S)
        loop.close()


async def _start(port: int) -> tuple[Broker, asyncio.Server]:
    listener = ListenerConfig(type=ListenerType.EXTERNAL)
    anonymous = "amqtt.plugins.authentication.AnonymousAuthPlugin"
    broker = Broker(BrokerConfig({_LISTENER: listener}, plugins={anonymous: {"allow_anonymous": True}}))
    await broker.start()

    async def admit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await broker.external_connected(CappedReader(reader), StreamWriterAdapter(writer), _LISTENER)

    return broker, await asyncio.start_server(admit, "127.0.0.1", port)


async def _stop(broker: Broker, server: asyncio.Server) -> None:
    server.close()
    await broker.shutdown()
