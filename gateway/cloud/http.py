"""One HTTP/1.1 connection to the cloud, by h11; the only file here that knows it. Knows no message."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from typing import Final

import h11

from device_drivers.wire.codec import MAX_MESSAGE
from gateway.settings import Node

_PIECE: Final = 16 * 1024
_DIAL_S: Final = 10.0
_ANSWER_S: Final = 40.0
"""Longer than the door waits for a receipt."""


class LostError(OSError):
    """The other side ended, or does not speak as it should."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said to a request."""

    status: int
    body: bytes


class Connection:
    """Asks one thing after the other. After any error it is of no more use."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self._reader = reader
        self._writer = writer
        self._host = host
        self._protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=_PIECE)

    async def ask(self, method: str, path: str, body: bytes = b"") -> Answer:
        """Raises OSError: LostError, TimeoutError, or what the socket says."""
        try:
            async with asyncio.timeout(_ANSWER_S):
                self._writer.write(self._spell(method, path, body))
                await self._writer.drain()
                return await self._answer()
        except h11.ProtocolError as error:
            raise LostError(str(error)) from error

    @property
    def is_open(self) -> bool:
        """Whether another thing may be asked."""
        return self._protocol.our_state is h11.IDLE and not self._reader.at_eof()

    def close(self) -> None:
        """At once."""
        self._writer.transport.abort()

    def _spell(self, method: str, path: str, body: bytes) -> bytes:
        headers = {"Host": self._host, "Content-Length": str(len(body))}
        asked = h11.Request(method=method, target=path, headers=list(headers.items()))
        parts = (asked, h11.Data(data=body), h11.EndOfMessage())
        return b"".join(self._protocol.send(part) or b"" for part in parts)

    async def _answer(self) -> Answer:
        status, body = 0, bytearray()
        while not isinstance(event := await self._next(), h11.EndOfMessage):
            match event:
                case h11.Response(status_code=code):
                    status = code
                case h11.Data(data=data):
                    body += data
                case h11.ConnectionClosed():
                    raise LostError("ended before its answer")
                case _:
                    pass
            if len(body) > MAX_MESSAGE:
                raise LostError("an answer longer than any of our messages")
        if self._protocol.their_state is h11.DONE and self._protocol.our_state is h11.DONE:
            self._protocol.start_next_cycle()
        return Answer(status, bytes(body))

    async def _next(self) -> h11.Event:
        while (event := self._protocol.next_event()) is h11.NEED_DATA:
            self._protocol.receive_data(await self._reader.read(_PIECE))
        if isinstance(event, h11.Event):
            return event
        raise LostError("said more than it was asked")


async def dial(node: Node, context: ssl.SSLContext | None) -> Connection:
    """Raises OSError where nobody answers, or not the one that should."""
    async with asyncio.timeout(_DIAL_S):
        reader, writer = await asyncio.open_connection(node.host, node.port, ssl=context, limit=_PIECE)
    return Connection(reader, writer, node.host)
