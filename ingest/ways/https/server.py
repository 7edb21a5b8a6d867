"""A server of small requests over HTTP/1.1 in a thread of its own. Knows none of the things that are asked.

No client can make it hold much: a message has the wire's length, a head 8 KiB, connections are counted, and
each of them gets so many seconds for each thing it does.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from ingest.ways.https.exchange import MOST_AT_ONCE, Answer, Exchange, RefusedError, Request
from ingest.ways.loop_thread import LoopThread
from ingest.ways.papers import NONE, Papers

_FOREIGN: Final = 403
_SLOW: Final = 408
_BACKLOG: Final = 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How many connections, and seconds: for a handshake or a request to come, between two requests, until a
    receipt, for an answer to be taken, and after which to come again."""

    connections: int = 1000
    request_s: float = 10
    idle_s: float = 75
    receipt_s: float = 20
    answer_s: float = 10
    again_s: int = 5


Attend = Callable[[Request, UUID | None], Awaitable[Answer]]
"""In the server's loop: the answer to a request, given the gateway of the certificate that was shown."""


class Server:
    """Listens on one port. With a certificate it speaks TLS; with an authority as well, whoever comes must
    show a certificate of that authority, named as its gateway."""

    def __init__(
        self,
        attend: Attend,
        *,
        host: str,
        port: int,
        papers: Papers = NONE,
        limits: Limits | None = None,
        name: str = "door",
    ) -> None:
        self._attend = attend
        self._where = host, port
        self._papers = papers
        self._limits = limits or Limits()
        self._thread = LoopThread(name)
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    @property
    def is_open(self) -> bool:
        return self._server is not None

    @property
    def port(self) -> int:
        """Once it listens."""
        assert self._server is not None  # noqa: S101 - said above
        return int(self._server.sockets[0].getsockname()[1])

    def start(self) -> None:
        """Raises OSError where the port is taken."""
        self._thread.start()
        self._thread.run(self._listen())

    def soon(self, call: Callable[..., None], *arguments: object) -> None:
        """In the server's loop, from any thread."""
        self._thread.soon(call, *arguments)

    def stop(self) -> None:
        if self._server is not None:
            self._thread.run(self._close())
        self._thread.stop()

    # In the thread

    async def _listen(self) -> None:
        is_encrypted = self._papers.certificate is not None
        host, port = self._where
        self._server = await asyncio.start_server(
            self._admit,
            host,
            port,
            limit=MOST_AT_ONCE,
            backlog=_BACKLOG,
            ssl=self._papers.as_server() if is_encrypted else None,
            ssl_handshake_timeout=self._limits.request_s if is_encrypted else None,
        )

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _admit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None  # noqa: S101 - asyncio calls us in one
        self._talks.add(talk)
        try:
            if len(self._talks) <= self._limits.connections:
                with suppress(OSError):  # of ssl and timeouts too: the other side has gone
                    await self._talk(reader, writer)
        finally:
            self._talks.discard(talk)
            writer.transport.abort() if talk.cancelling() else writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        exchange, patience = Exchange(), self._limits.request_s
        while not exchange.is_over:
            try:
                request = await self._hear(exchange, reader, writer, patience)
                if request is None:
                    return
                answer = await self._attend(request, _caller(writer))
            except RefusedError as refused:
                answer = Answer(refused.status)
            writer.write(exchange.answer(answer, datetime.now(UTC)))
            async with asyncio.timeout(self._limits.answer_s):
                await writer.drain()
            patience = self._limits.idle_s

    async def _hear(
        self, exchange: Exchange, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience: float
    ) -> Request | None:
        """None where the other side has ended, or has said nothing. Raises RefusedError."""
        if (request := exchange.next()) is not None:
            return request
        async with asyncio.timeout(patience):
            exchange.receive(await reader.read(MOST_AT_ONCE))
        try:
            async with asyncio.timeout(self._limits.request_s):
                while (request := exchange.next()) is None and not exchange.is_over:
                    writer.write(exchange.go_ahead())
                    exchange.receive(await reader.read(MOST_AT_ONCE))
        except TimeoutError as error:
            raise RefusedError(_SLOW) from error
        return request


def _caller(writer: asyncio.StreamWriter) -> UUID | None:
    """The gateway whose certificate was shown; None where none is asked for. Raises RefusedError."""
    context = writer.get_extra_info("sslcontext")
    if context is None or context.verify_mode != ssl.CERT_REQUIRED:
        return None
    subject = writer.get_extra_info("peercert")["subject"]
    names = [value for part in subject for name, value in part if name == "commonName"]
    try:
        return UUID(names[-1])
    except (IndexError, ValueError) as error:
        raise RefusedError(_FOREIGN) from error
