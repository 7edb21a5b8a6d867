"""The way in over HTTPS: a batch is posted, and the answer is its receipt. Believes nothing that it carries.

No client can make it hold much: a message has the wire's length, a head 8 KiB, connections are counted, and
each of them gets so many seconds for each thing it does. Where there is no room it says 503, and a gateway
comes again.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event
from typing import Final
from uuid import UUID

from device_drivers.wire.topics import gateway_of
from ingest.door.intake import Message
from ingest.ways.https.errand import Ask, Errand, Keep, Settle, Tell, errand_of
from ingest.ways.https.exchange import MOST_AT_ONCE, Answer, Exchange, RefusedError, Request
from ingest.ways.https.waiting import Waiting
from ingest.ways.loop_thread import LoopThread
from ingest.ways.papers import NONE, Papers
from ingest.ways.transport import Inbox

_FOREIGN: Final = 403
_SLOW: Final = 408
_OK: Final = 200
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


class Door:
    """Listens on one port. With a certificate it speaks TLS; with an authority as well, whoever comes must
    show a certificate of that authority, named as its gateway."""

    def __init__(
        self,
        inbox: Inbox,
        *,
        host: str,
        port: int,
        papers: Papers = NONE,
        limits: Limits | None = None,
        pending: Callable[[UUID], bytes | None] = lambda _gateway: None,
    ) -> None:
        """`pending`: what waits for a gateway, None where that cannot be known now. It may take its time."""
        self._inbox = inbox
        self._where = host, port
        self._papers = papers
        self._limits = limits or Limits()
        self._thread = LoopThread("door")
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self._waiting = Waiting()
        self._pending = pending
        self._lineage = b""
        self.connected = Event()

    @property
    def is_connected(self) -> bool:
        return self._server is not None

    @property
    def port(self) -> int:
        """Once it listens."""
        assert self._server is not None  # noqa: S101 - said above
        return int(self._server.sockets[0].getsockname()[1])

    def start(self) -> None:
        self._thread.start()
        self._thread.run(self._listen())
        self.connected.set()

    def publish(self, name: str, payload: bytes, *, retain: bool = False) -> None:  # noqa: ARG002 - the port's
        """A receipt goes to whoever waits for it, a lineage to whoever asks: it is the same for all."""
        if name.endswith("/lineage"):
            self._lineage = payload
        elif self._waiting.expects(gateway_of(name)):
            self._thread.soon(self._waiting.arrive, payload)

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
                answer = await self._attend(errand_of(request, _caller(writer)))
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

    async def _attend(self, errand: Errand) -> Answer:
        match errand:
            case Tell():
                return _json(self._lineage) if self._lineage else self._later()
            case Keep(answer=answer):
                return answer if self._inbox.offer(Message(errand.name, errand.payload)) else self._later()
            case Settle():
                return await self._settle(errand)
            case Ask(gateway=gateway):
                waits = await asyncio.to_thread(self._pending, gateway)
                return _json(waits) if waits is not None else self._later()
            case _:
                return errand

    async def _settle(self, errand: Settle) -> Answer:
        with self._waiting.waits(errand.place) as receipt:
            if not self._inbox.offer(Message(errand.name, errand.payload)):
                return self._later()
            try:
                async with asyncio.timeout(self._limits.receipt_s):
                    return _json(await receipt)
            except TimeoutError:
                return self._later()

    def _later(self) -> Answer:
        return Answer(503, headers={"Retry-After": str(self._limits.again_s)})


def _json(body: bytes) -> Answer:
    return Answer(_OK, body, {"Content-Type": "application/json"})


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
