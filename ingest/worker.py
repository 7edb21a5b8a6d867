"""The cloud's door at work: messages in, one commit for many of them, and only then the receipts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from psycopg import Connection

from device_drivers.wire.answer import Answered
from device_drivers.wire.batch import Sealed
from device_drivers.wire.codec import encode
from device_drivers.wire.topics import topic
from ingest.answers import REFUSED, STORED, Signer
from ingest.database import Database, StoppedError
from ingest.door.accept import Refused
from ingest.door.enrolled import Fleet
from ingest.door.intake import Intake, Message
from ingest.door.ledger import Verdict
from ingest.door.post import Post
from ingest.downlink import heard
from ingest.downlink.dispatch import Dispatch
from ingest.figures import Figures
from ingest.fleet import registry
from ingest.fleet.view import HURRY_S, View
from ingest.keys import Keyring
from ingest.lineage.life import Life
from ingest.lineage.lives import Watch
from ingest.lineage.revocations import Revoked, without
from ingest.probe import lacks_database, new_registry
from ingest.rate import Rate
from ingest.store import beats, heads, home_answers
from ingest.store.group import Group, Store
from ingest.store.ledger import Batch, Entry
from ingest.ways.announcer import Announcer
from ingest.ways.herald import Herald
from ingest.ways.transport import Connect

log = structlog.get_logger(__name__)

_PATIENCE_S: Final = 0.5
_REFUSALS_PER_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a worker works with. `group` is in batches, `intake_bytes` bounds what waits for a commit.
    `transports`: the ways in, which share each commit. `watch` tells when the life has ended,
    `revoked` what was revoked whatever the database says."""

    database_url: str
    transports: tuple[Connect, ...]
    keyring: Keyring
    life: Life
    region: ZoneInfo
    group: int
    intake_bytes: int
    watch: Watch | None = None
    revoked: Callable[[], Revoked] = Revoked
    drain_s: float = 5.0
    """How long, once stopped, it goes on with what it has taken in."""
    name: str = "worker"
    """By which it is missed when it falls silent."""


class Worker:
    """One process's share of the post. `at` is told the name of each crash point it comes to."""

    def __init__(self, plan: Plan, stop: Event, *, at: Callable[[str], None]) -> None:
        self._plan = plan
        self._stop = stop
        self._end = Event()
        self._at = at
        self._intake = Intake(limit=plan.intake_bytes, at=at)
        self.registry = new_registry()
        self._figures = Figures(self.registry, self._intake)
        self._transports = [connect(self._intake) for connect in plan.transports]
        self._database = self._connect()
        self._fleet_database = self._connect()
        self._view = View(self._fetch)
        self._announcer = Announcer(
            plan.life,
            plan.keyring,
            [Herald(transport) for transport in self._transports],
            watch=plan.watch,
            behind=lambda n: self._fleet_database.run(lambda connection, _: heads.behind(connection, n)),
        )
        self._dispatch = Dispatch(plan.keyring, self._transports)
        self._signer = Signer(plan.keyring, plan.life.n)
        self._refusals = Rate(_REFUSALS_PER_S)
        self._is_busy = False

    def run(self) -> None:
        """Work until stopped, then settle and answer what was taken in, as long as `drain_s` allows. What is
        left was not answered, so its gateways send it again."""
        ending = Thread(target=self._end_in_time, name="ending")
        ending.start()
        try:
            self._database.run(lambda _, store: store.prepare(datetime.now(UTC)))
            self._is_busy = True
            for transport in self._transports:
                transport.start()
            self._work()
        except StoppedError:
            log.warning("worker.gave_up", database="away")
        finally:
            self._end.set()
            ending.join()
            log.info("worker.stopped", left=self._intake.waiting)
            self._intake.close()
            for transport in self._transports:
                transport.stop()
            self._database.close()
            self._fleet_database.close()

    def _end_in_time(self) -> None:
        """Who waits for the database waits no longer than this."""
        while not self._end.is_set() and not self._stop.wait(_PATIENCE_S):
            pass
        if self._is_busy:
            self._end.wait(self._plan.drain_s)
        self._end.set()

    def is_listening(self) -> bool:
        """Whether what gateways say reaches it, by all its ways."""
        return all(transport.is_connected for transport in self._transports)

    def missing(self) -> list[str]:
        """What keeps it from its work just now: `broker`, `database`, or that it is `stopping`."""
        stopping = ["stopping"] if self._stop.is_set() else []
        broker = [] if self.is_listening() else ["broker"]
        return [*stopping, *broker, *lacks_database(self._plan.database_url)]

    def _connect(self) -> Database:
        plan = self._plan
        return Database(
            plan.database_url,
            lineage=plan.life.n,
            region=plan.region,
            stop=self._end,
            at=self._at,
            watch=plan.watch,
        )

    def _announce(self) -> None:
        self._announcer.announce(self._fleet(), time.monotonic())

    def _say_what_is_due(self) -> None:
        if self._dispatch.is_due(time.monotonic()):
            self._fleet_database.run(lambda connection, _: self._dispatch.say(connection, datetime.now(UTC)))

    def _work(self) -> None:
        """While one group is committed and answered, the next is read: signatures and the database leave the
        interpreter free."""
        with ThreadPoolExecutor(1) as settling:
            last = settling.submit(self._settle_and_answer, Post())
            for messages in self._taken():
                post = self._sort(messages)
                last.result()
                last = settling.submit(self._settle_and_answer, post)
            last.result()

    def _taken(self) -> Iterator[list[Message]]:
        """What comes, and once stopped what had come."""
        while not self._stop.is_set():
            self._announce()
            self._say_what_is_due()
            yield self._intake.take(self._plan.group, _PATIENCE_S)
        self._intake.close()
        while messages := self._intake.take(self._plan.group, 0):
            yield messages

    def _settle_and_answer(self, post: Post) -> None:
        if post.is_empty:
            return
        now = datetime.now(UTC)
        with self._figures.commit_seconds.time():
            verdicts = self._settle(post, now)
        self._figures.count(post, verdicts)
        self._at("commit.after")
        # Dated after the commit: what a receipt from before a backup's start names is then in the backup.
        answered = datetime.now(UTC)
        for batch, verdict in zip(post.batches, verdicts, strict=True):
            self._answer(batch, verdict, answered)
        for answer in post.answers:
            self._send(answer.answered, STORED, answered)
        for refused in post.refused:
            self._refuse(refused, answered)
        log.debug("group.committed", batches=len(post.batches), strays=len(post.strays))

    def _sort(self, messages: Sequence[Message]) -> Post:
        post = Post.of(messages, self._fleet())
        if post.has_unknown:
            return Post.of(messages, self._view.fleet(time.monotonic(), max_age_s=HURRY_S))
        return post

    def _fetch(self) -> Fleet:
        fleet = self._fleet_database.run(lambda connection, _: registry.fleet(connection))
        return without(fleet, self._plan.revoked())

    def _fleet(self) -> Fleet:
        return self._view.fleet(time.monotonic())

    def _settle(self, post: Post, now: datetime) -> list[Verdict | None]:
        entry = Entry(now, self._plan.life.n)

        def commit(connection: Connection, store: Store) -> list[Verdict | None]:
            if post.answers:
                with connection.transaction(), connection.cursor() as cursor:
                    home_answers.keep(cursor, post.answers, now)
            if post.heartbeats:
                with connection.transaction(), connection.cursor() as cursor:
                    heads.note(cursor, post.heartbeats, entry)
                    beats.note(cursor, post.heartbeats, now)
                    heard.note(cursor, post.heartbeats, now)
            if not post.batches and not post.strays:
                return []
            return store.commit(Group(post.batches, post.strays), now)

        return self._database.run(commit)

    def _answer(self, batch: Batch, verdict: Verdict | None, now: datetime) -> None:
        sealed = batch.sealed
        if verdict is None:
            log.error("quarantine.full", gateway=str(sealed.gateway))
            return
        if verdict.conflict == "fork":
            log.error("stream.forked", gateway=str(sealed.gateway), stream=sealed.stream, seq=sealed.seq)
        self._send(sealed, verdict, now)
        self._at("receipt.sent")

    def _refuse(self, refused: Refused, now: datetime) -> None:
        """Anybody can name a gateway that does not exist, so answers to those are few."""
        if refused.why == "revoked" or self._refusals.allows(time.monotonic()):
            self._send(refused.sealed, REFUSED, now)

    def _send(self, sealed: Sealed | Answered, verdict: Verdict, now: datetime) -> None:
        receipt = encode(self._signer.receipt(sealed, verdict, now))
        for transport in self._transports:
            transport.publish(topic(sealed.gateway, "receipt"), receipt)
