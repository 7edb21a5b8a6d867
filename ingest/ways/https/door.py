"""The way in over HTTPS: a batch is posted, and the answer is its receipt. Believes nothing that it carries.

Where there is no room it says 503, and a gateway comes again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event
from typing import Final
from uuid import UUID

from device_drivers.wire.topics import gateway_of
from ingest.door.intake import Message
from ingest.ways.https.errand import Ask, Errand, Keep, Settle, Tell, errand_of
from ingest.ways.https.exchange import Answer, Request
from ingest.ways.https.server import Limits, Server
from ingest.ways.https.waiting import Waiting
from ingest.ways.papers import NONE, Papers
from ingest.ways.transport import Inbox

_OK: Final = 200


class Door:
    """A Transport. Who may come in, and how patiently it waits, is as of its server."""

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
        self._limits = limits or Limits()
        self._pending = pending
        self._server = Server(self._hear, host=host, port=port, papers=papers, limits=self._limits)
        self._waiting = Waiting()
        self._lineage = b""
        self.connected = Event()

    @property
    def is_connected(self) -> bool:
        return self._server.is_open

    @property
    def port(self) -> int:
        """Once it listens."""
        return self._server.port

    def start(self) -> None:
        self._server.start()
        self.connected.set()

    def publish(self, name: str, payload: bytes, *, retain: bool = False) -> None:  # noqa: ARG002 - the port's
        """A receipt goes to whoever waits for it, a lineage to whoever asks: it is the same for all."""
        if name.endswith("/lineage"):
            self._lineage = payload
        elif self._waiting.expects(gateway_of(name)):
            self._server.soon(self._waiting.arrive, payload)

    def stop(self) -> None:
        self._server.stop()

    # In the server's thread

    async def _hear(self, request: Request, caller: UUID | None) -> Answer:
        return await self._attend(errand_of(request, caller))

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
