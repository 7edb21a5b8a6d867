"""The cloud over HTTPS, for homes whose network lets nothing else through: a receipt answers its batch.

A few connections carry what is waiting, each of them one thing at a time. Without any answer from a node the
gateway goes on at the next. Nothing here can be a last will: that a gateway is gone shows by its silence.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from random import Random
from typing import Final, Literal
from uuid import UUID

from device_drivers.wire.codec import WireError, decode_envelope
from device_drivers.wire.downlink import Pending
from device_drivers.wire.topics import Channel
from gateway.cloud.http import Answer, Connection, LostError, dial
from gateway.cloud.line import Listener
from gateway.settings import Node, Settings, SettingsError, doors

CONNECTIONS: Final = 4
MOST_QUEUED: Final = 32
MOST_WAIT_S: Final = 30.0
POLL_S: Final = 10.0
"""How often to ask what the cloud wants, which cannot call."""

GOODBYE_S: Final = 2.0

_OK: Final = 200
_DECLINED: Final = range(400, 500)


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to ask, and the channel on which the answer's body counts as a message; `pending` holds those
    of two channels."""

    method: str
    path: str
    body: bytes = b""
    answers_on: Channel | Literal["pending"] | None = None


_LINEAGE: Final = Errand("GET", "/v1/lineage", answers_on="lineage")


@asynccontextmanager
async def connected(settings: Settings, gateway: UUID, listener: Listener) -> AsyncIterator[None]:
    """Keep in touch with the cloud's door, again and again. Raises nothing when there is none."""
    https = Https(settings, gateway, listener)
    listener.starting(https)
    https.start()
    try:
        yield
    finally:
        listener.stopping(https)
        await https.stop()


class Https:
    """A Line. Make it and use it in the event loop."""

    def __init__(self, settings: Settings, gateway: UUID, listener: Listener) -> None:
        self._nodes = doors(settings)
        self._aim = gateway.int % len(self._nodes)  # gateways begin at different nodes
        self._context = _context(settings) if self._nodes[0].is_encrypted else None
        self._pause = settings.backoff_base_s, min(settings.backoff_cap_s, MOST_WAIT_S)
        self._poll_s = min(POLL_S, settings.heartbeat_s)
        self._pending = Errand("GET", f"/v1/downlink/{gateway}", answers_on="pending")
        self._listener = listener
        self._chance = Random(gateway.int)  # noqa: S311  jitter, no secret
        self._errands: asyncio.Queue[Errand] = asyncio.Queue(MOST_QUEUED)
        self._visit: asyncio.Task[None] | None = None
        self._is_connected = False
        self._living: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._living = asyncio.create_task(self._live())

    async def stop(self) -> None:
        """What was said last is said, if somebody listens; the rest is sealed in the outbox."""
        goodbye = self._last_word() if self._is_connected else None
        if self._living is not None:
            self._living.cancel()
            await asyncio.gather(self._living, return_exceptions=True)
        if goodbye is not None:
            with suppress(OSError):
                async with asyncio.timeout(GOODBYE_S):
                    await self._ask_once(goodbye)

    def publish(self, channel: Channel, payload: bytes, *, retain: bool = False) -> None:  # noqa: ARG002
        if channel == "up":
            self._want(Errand("POST", "/v1/batches", payload, answers_on="receipt"))
        elif channel == "state":
            self._want(Errand("POST", "/v1/state", payload))
            self._want(_LINEAGE)  # nobody can tell us otherwise that it has risen

    def refresh(self) -> None:
        self._want(_LINEAGE)

    def leave(self, payload: bytes) -> None:
        """Nobody would say it for us."""

    def renew(self) -> bool:
        """Go to the next node."""
        if self._visit is None:
            return False
        return self._visit.cancel()

    def _want(self, errand: Errand) -> None:
        with suppress(asyncio.QueueFull):  # it is sealed, and is sent again
            self._errands.put_nowait(errand)

    def _last_word(self) -> Errand | None:
        last = None
        while not self._errands.empty():
            errand = self._errands.get_nowait()
            last = errand if errand.path == "/v1/state" else last
        return last

    async def _live(self) -> None:
        """For ever, one visit after the other."""
        least, most = self._pause
        wait = least
        while True:
            async with asyncio.TaskGroup() as group:
                self._visit = group.create_task(self._stay(self._nodes[self._aim]))
            wait = least if self._is_connected else min(most, wait * 2)
            self._lose()
            self._aim = (self._aim + 1) % len(self._nodes)
            await asyncio.sleep(self._chance.uniform(0, wait))

    def _lose(self) -> None:
        while not self._errands.empty():  # what went unanswered is sent again by whoever keeps it
            self._errands.get_nowait()
        if self._is_connected:
            self._is_connected = False
            self._listener.disconnected()

    async def _stay(self, node: Node) -> None:
        """Until the node is lost. A door that does not say the lineage is none for us."""
        try:
            connection, answer = await self._ask(node, None, _LINEAGE)
            connection.close()
            if answer.status == _OK:
                self._is_connected = True
                self._listener.connected(self)
            self._heed(_LINEAGE, answer)
            if self._is_connected:
                await self._carry_all(node)
        except* OSError:
            pass

    async def _carry_all(self, node: Node) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._poll())
            for _ in range(CONNECTIONS):
                group.create_task(self._carry(node))

    async def _poll(self) -> None:
        """For ever."""
        while True:
            self._want(self._pending)
            await asyncio.sleep(self._poll_s)

    async def _carry(self, node: Node) -> None:
        """Raises OSError when the node is lost."""
        connection: Connection | None = None
        try:
            while True:
                errand = await self._errands.get()
                connection, answer = await self._ask(node, connection, errand)
                self._heed(errand, answer)
        finally:
            if connection is not None:
                connection.close()

    async def _ask(self, node: Node, kept: Connection | None, errand: Errand) -> tuple[Connection, Answer]:
        """A connection that was kept may have been ended meanwhile: that says nothing of the node."""
        if kept is not None:
            try:
                if kept.is_open:
                    return kept, await kept.ask(errand.method, errand.path, errand.body)
            except (LostError, ConnectionError):
                pass
            kept.close()
        connection = await dial(node, self._context)
        try:
            return connection, await connection.ask(errand.method, errand.path, errand.body)
        except BaseException:
            connection.close()
            raise

    async def _ask_once(self, errand: Errand) -> None:
        connection, _ = await self._ask(self._nodes[self._aim], None, errand)
        connection.close()

    def _heed(self, errand: Errand, answer: Answer) -> None:
        """503 is no news: there is no room, or no receipt yet."""
        if answer.status in _DECLINED:
            self._listener.declined(answer.status)
        if answer.status != _OK or errand.answers_on is None:
            return
        if errand.answers_on == "pending":
            self._unpack(answer.body)
        else:
            self._listener.received(errand.answers_on, answer.body)

    def _unpack(self, body: bytes) -> None:
        with suppress(WireError):  # an older door's, or nobody's: it can be asked again
            waiting = decode_envelope(body, Pending)
            for command in waiting.commands:
                self._listener.received("command", bytes(command))
            if waiting.configuration is not None:
                self._listener.received("config", bytes(waiting.configuration))


def _context(settings: Settings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.https_ca)
        if settings.https_certificate is not None:
            context.load_cert_chain(settings.https_certificate, settings.https_key)
    except OSError as error:  # of ssl too, whose words name no file
        raise SettingsError(
            f"https_ca, https_certificate or https_key cannot be used: {error.strerror or error}"
        ) from error
    return context
