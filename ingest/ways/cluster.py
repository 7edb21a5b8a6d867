"""Our connection to a NATS cluster, whose MQTT side the gateways use. Trusts nothing that it carries.

Workers share a queue group: each batch goes to one of them. An MQTT topic is a subject with dots for slashes.
A server of 2.9 retains only what comes over MQTT, so what is retained here is said again to each gateway that
speaks of its state, which it does at every connect and at each beat of its heart.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import deque
from collections.abc import Coroutine
from contextlib import suppress
from threading import Event
from typing import Final

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error, MaxPayloadError

from device_drivers.wire.codec import MAX_MESSAGE
from device_drivers.wire.topics import Channel, gateway_of, topic
from ingest.door.intake import Message
from ingest.rate import Rate
from ingest.ways.loop_thread import LoopThread
from ingest.ways.papers import NONE, Papers
from ingest.ways.transport import Inbox

log = structlog.get_logger(__name__)

_GROUP: Final = "ingest"
_LISTENS_TO: Final[tuple[Channel, ...]] = ("up", "state")
_CONNECT_S: Final = 2
_RETRY_S: Final = 1
_PING_S: Final = 10
"""A node that hangs, or a net that is cut, is given up after two unanswered pings."""

_MOST_WAITING: Final = 8 * 1024 * 1024
"""Bytes that the library may hold for us while the inbox is full; beyond them it drops."""

_NEWS_PER_S: Final = 1.0


class Cluster:
    """Goes to another node when one is lost. `connected` is set at each of them."""

    def __init__(self, servers: str, inbox: Inbox, *, papers: Papers = NONE) -> None:
        """`servers`: nats:// or tls:// URLs with commas between."""
        self._servers = [server.strip() for server in servers.split(",")]
        self._inbox = inbox
        self._papers = papers
        self._thread = LoopThread("cluster")
        self._client = Client()
        self._retained: dict[str, bytes] = {}
        self._leaving: deque[tuple[str, bytes]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = Rate(_NEWS_PER_S)
        self.connected = Event()

    @property
    def is_connected(self) -> bool:
        return self._client.is_connected

    def start(self) -> None:
        is_encrypted = any(server.startswith("tls://") for server in self._servers)
        context = self._papers.as_client() if is_encrypted else None
        self._thread.start()
        self._thread.soon(self._begin, context)

    def publish(self, name: str, payload: bytes, *, retain: bool = False) -> None:
        if retain:
            self._retained[name] = payload
        if self._client.is_connected:
            self._leaving.append((name, payload))
            if len(self._leaving) == 1:
                self._thread.soon(self._begin_sending)

    def stop(self) -> None:
        self._thread.run(self._leave())
        self._thread.stop()

    # In the thread

    def _begin(self, context: ssl.SSLContext | None) -> None:
        self._keep(self._connect(context))

    def _begin_sending(self) -> None:
        self._keep(self._send())

    def _keep(self, work: Coroutine[None, None, None]) -> None:
        """The loop itself holds its tasks weakly."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, context: ssl.SSLContext | None) -> None:
        await self._client.connect(
            self._servers,
            tls=context,
            error_cb=self._note_error,
            reconnected_cb=self._note_connect,
            connect_timeout=_CONNECT_S,
            reconnect_time_wait=_RETRY_S,
            max_reconnect_attempts=-1,
            ping_interval=_PING_S,
        )
        for channel in _LISTENS_TO:
            await self._client.subscribe(
                _subject(topic("+", channel)),
                queue=_GROUP,
                cb=self._receive,
                pending_bytes_limit=_MOST_WAITING,
            )
        await self._client.flush()
        await self._note_connect()

    async def _leave(self) -> None:
        with suppress(Error, TimeoutError):
            await self._client.close()

    async def _note_connect(self) -> None:
        log.info("broker.connected")
        self.connected.set()

    async def _note_error(self, error: Exception) -> None:
        """Each message that is dropped while the database is away is one as well."""
        if self._news.allows(time.monotonic()):
            log.warning("broker.error", error=type(error).__name__)

    async def _receive(self, message: Msg) -> None:
        if len(message.data) > MAX_MESSAGE:  # a server of 2.9 holds MQTT clients to no length at all
            await self._note_error(MaxPayloadError())
            return
        came = Message(message.subject.replace(".", "/"), message.data)
        if not self._inbox.offer(came):
            await asyncio.to_thread(self._inbox.put, came)
        if came.topic.endswith("/state"):
            await self._say_again(came.topic)

    async def _say_again(self, name: str) -> None:
        gateway = gateway_of(name)
        wanted = topic(gateway, "lineage") if gateway else ""
        if payload := self._retained.get(wanted):
            await self._publish(wanted, payload)

    async def _send(self) -> None:
        while self._leaving:
            await self._publish(*self._leaving.popleft())

    async def _publish(self, name: str, payload: bytes) -> None:
        with suppress(Error):  # away again: it will be asked for
            await self._client.publish(_subject(name), payload)


def _subject(name: str) -> str:
    return name.replace("/", ".").replace("+", "*")
