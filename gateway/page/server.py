"""Serves the page by h11, to a few at a time and not for long. Knows no route."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

import h11

from gateway.page.requests import Request, Response, form_of

MOST_BODY: Final = 4096
MOST_HEAD: Final = 8192
MOST_AT_ONCE: Final = 8
PATIENCE_S: Final = 10.0
_PIECE: Final = 4096

# No script, no frame, nothing from elsewhere: whatever got into the page could do nothing there.
_ALWAYS: Final = (
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
    ("Connection", "close"),
)

Answering = Callable[[Request], Response]


@asynccontextmanager
async def serving(host: str, port: int, answer: Answering) -> AsyncIterator[int]:
    """Until the end of this; gives the port, which 0 leaves to the system. Raises OSError if it is taken."""
    room = asyncio.Semaphore(MOST_AT_ONCE)

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with room, asyncio.timeout(PATIENCE_S):
                writer.write(await _exchange(reader, answer))
                await writer.drain()
        except (TimeoutError, OSError, EOFError):
            pass  # whoever asked has gone, or never came to the point
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    server = await asyncio.start_server(attend, host, port, limit=MOST_HEAD)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


async def _exchange(reader: asyncio.StreamReader, answer: Answering) -> bytes:
    """One request and its answer; then the connection ends. Raises EOFError."""
    protocol = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_HEAD)
    try:
        request = await _read(reader, protocol)
    except (h11.RemoteProtocolError, ValueError):
        return _spell(protocol, Response(400, b"Bad request"))
    return _spell(protocol, answer(request))


async def _read(reader: asyncio.StreamReader, protocol: h11.Connection) -> Request:
    """Raises h11.RemoteProtocolError, ValueError or EOFError."""
    asked: h11.Request | None = None
    body = bytearray()
    while not isinstance(event := protocol.next_event(), h11.EndOfMessage):
        match event:
            case h11.NEED_DATA:
                protocol.receive_data(await reader.read(_PIECE))
            case h11.Request():
                asked = event
            case h11.Data(data=data):
                body += data
            case _:
                raise EOFError
        if len(body) > MOST_BODY:
            raise ValueError("a form longer than any of ours")
    if asked is None:
        raise EOFError
    headers = {name.decode().lower(): value.decode(errors="replace") for name, value in asked.headers}
    path = asked.target.decode(errors="replace").partition("?")[0]
    return Request(asked.method.decode(), path, headers, form_of(bytes(body)))


def _spell(protocol: h11.Connection, response: Response) -> bytes:
    told = [("Content-Type", response.kind), ("Content-Length", str(len(response.body)))]
    head = h11.Response(status_code=response.status, headers=[*told, *_ALWAYS, *response.headers])
    if protocol.our_state is h11.ERROR:  # it cannot even be told so
        return b""
    parts = (head, h11.Data(data=response.body), h11.EndOfMessage())
    return b"".join(protocol.send(part) or b"" for part in parts)
