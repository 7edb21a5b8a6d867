"""The stream behind open pages: ids of what changed, to those who may see it. Carries no health data.

One connection of the process listens; each page has a queue. A page that lost something is told so.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import psycopg
import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.clock import Clock
from clinician_api.db import Sessions
from clinician_api.feed import CHANNEL
from clinician_api.identity import logins
from clinician_api.identity import service as identity
from clinician_api.identity.routes import CurrentActor
from clinician_api.triage import worklist

log = structlog.get_logger()
router = APIRouter()

BEAT_S: Final = 15.0
_RETRY_S: Final = 1.0
_MOST: Final = 500
"""What a page may leave unheard before it is told to ask anew."""


@dataclass(frozen=True, slots=True)
class Change:
    kind: Literal["episode", "reading", "notice"]
    id: UUID
    version: int


Heard = Change | Literal["missed"]
Queue = asyncio.Queue[Heard]


@dataclass(slots=True)
class Hub:
    """Spreads what the database tells among the pages of this process."""

    database_url: str
    queues: set[Queue] = field(default_factory=set)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._run())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    @asynccontextmanager
    async def joined(self) -> AsyncIterator[Queue]:
        queue: Queue = asyncio.Queue(_MOST)
        self.queues.add(queue)
        try:
            yield queue
        finally:
            self.queues.discard(queue)

    def spread(self, heard: Heard) -> None:
        for queue in self.queues:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait("missed")
            else:
                queue.put_nowait(heard)

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
            except psycopg.OperationalError as error:
                log.warning("feed.lost", error=type(error).__name__)
            await asyncio.sleep(_RETRY_S)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(self.database_url, autocommit=True) as connection:
            await connection.execute(f"listen {CHANNEL}")
            # Whatever happened while nobody listened.
            self.spread("missed")
            async for notice in connection.notifies():
                change = change_of(notice.payload)
                if change is not None:
                    self.spread(change)


def change_of(payload: str) -> Change | None:
    """None for what is no message of ours: anybody who may connect may notify."""
    try:
        said = json.loads(payload)
        return Change(_kind(said["kind"]), UUID(said["id"]), int(said["version"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _kind(word: str) -> Literal["episode", "reading", "notice"]:
    match word:
        case "episode" | "reading" | "notice":
            return word
    raise ValueError(word)


@dataclass(frozen=True, slots=True)
class Listener:
    """One page, and what it may hear of."""

    sessions: Sessions
    actor: Actor
    clock: Clock

    def may_hear(self, change: Change) -> bool:
        now = self.clock()
        with self.sessions() as db:
            actor = self._actor(db, now)
            if actor is None:
                return False
            if change.kind == "notice":
                return change.id in {actor.account, actor.resident}
            resident = change.id if change.kind == "reading" else worklist.resident_of(db, change.id)
            return resident is not None and access.may_see(db, actor, resident, now=now)

    def is_logged_in(self) -> bool:
        with self.sessions() as db:
            return self._actor(db, self.clock()) is not None

    def _actor(self, db: Session, now: datetime) -> Actor | None:
        """With the teams and the shift of now: a page stays open longer than those."""
        login = self.actor.login
        if not logins.holds(db, login, now=now):
            return None
        return identity.actor_of(db, self.actor.account, login=login, behalf=self.actor.behalf, now=now)


async def stream(hub: Hub, listener: Listener, *, beat_s: float = BEAT_S) -> AsyncIterator[str]:
    """Until the login ends: what may be heard, and a beat where there is nothing."""
    async with hub.joined() as queue:
        yield written("beat", {})
        checked = monotonic()
        while True:
            heard = await _next(queue, beat_s)
            # Where there is always something to hear no beat comes, and the login ends all the same.
            if heard is None or monotonic() - checked >= beat_s:
                if not await run_in_threadpool(listener.is_logged_in):
                    return
                checked = monotonic()
            if heard is None:
                yield written("beat", {})
            elif heard == "missed":
                yield written("missed", {})
            elif await run_in_threadpool(partial(listener.may_hear, heard)):
                said = {"kind": heard.kind, "id": str(heard.id), "version": heard.version}
                yield written(heard.kind, said)


async def _next(queue: Queue, beat_s: float) -> Heard | None:
    try:
        return await asyncio.wait_for(queue.get(), beat_s)
    except TimeoutError:
        return None


def written(event: str, said: dict[str, Any]) -> str:
    return f"event: {event}\ndata: {json.dumps(said)}\n\n"


def _listener(request: Request, actor: CurrentActor) -> Listener:
    return Listener(request.app.state.sessions, actor, request.app.state.clock)


@router.get("/events", include_in_schema=False)
def events(request: Request, listener: Annotated[Listener, Depends(_listener)]) -> StreamingResponse:
    # A proxy that gathers an answer before passing it on would hold back the beat as well.
    headers = {"X-Accel-Buffering": "no"}
    return StreamingResponse(
        stream(request.app.state.hub, listener), media_type="text/event-stream", headers=headers
    )
