"""A Bluetooth controller on a loopback TCP port, for a gateway process to plug in. Not its host side."""

from __future__ import annotations

import asyncio
from typing import Self

from bumble.core import InvalidPacketError
from bumble.transport.common import PacketParser

from firmware_sim.controller import Air, Radio

LOOPBACK = "127.0.0.1"


class HciPort:
    """Each client finds a controller fresh from reset; the port outlives clients that are killed."""

    def __init__(self, server: asyncio.Server, plug: _Plug) -> None:
        self._server = server
        self._plug = plug

    @classmethod
    async def open(cls, air: Air, *, public_address: str) -> Self:
        """Listen on a free port; one client at a time, the newest wins."""
        plug = _Plug(air, public_address)
        loop = asyncio.get_running_loop()
        return cls(await loop.create_server(lambda: _Client(plug), host=LOOPBACK, port=0), plug)

    @property
    def url(self) -> str:
        """What bumble's `open_transport` takes."""
        host, port = self._server.sockets[0].getsockname()
        return f"tcp-client:{host}:{port}"

    def close(self) -> None:
        """Pull the plug."""
        self._server.close()
        self._plug.pull()


class _Plug:
    """Where one client at a time is plugged in."""

    def __init__(self, air: Air, public_address: str) -> None:
        self._air = air
        self._public_address = public_address
        self._client: _Client | None = None

    def take(self, client: _Client) -> Radio:
        self.pull()
        self._client = client
        return Radio("gateway", self._air, public_address=self._public_address)

    def pull(self) -> None:
        if self._client is not None:
            self._client.unplug()

    def leave(self, client: _Client) -> None:
        if self._client is client:
            self._client = None


class _Client(asyncio.Protocol):
    """Bytes of one TCP connection to and from one controller."""

    def __init__(self, plug: _Plug) -> None:
        self._plug = plug

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101  # TCP gives nothing else
        self._transport = transport
        self._radio: Radio | None = self._plug.take(self)
        self._radio.host = _Wire(transport)
        self._parser = PacketParser(self._radio)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except InvalidPacketError:
            self.unplug()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._plug.leave(self)
        self.unplug()

    def unplug(self) -> None:
        radio, self._radio = self._radio, None
        if radio is not None:
            radio.vanish()
            self._transport.close()


class _Wire:
    """Packets from the controller to the client's host."""

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self._transport = transport

    def on_packet(self, packet: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(packet)
