"""Many real gateways without radios in one thread: each keeps readings in its outbox and delivers them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from threading import Event, Thread
from typing import Final
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device_drivers.wire.signing import public_hex
from gateway.clock.own import system_clock
from gateway.cloud.sender import Sender
from gateway.cloud.sending import Patience, Schedule
from gateway.cloud.uplink import Heart, Uplink
from gateway.cloud.way import connected
from gateway.outbox.store import Outbox, Surroundings
from gateway.settings import Settings
from gateway.trust.sealing import Signer
from tests.e2e.world import eventually
from tests.gateway.home import draft
from tests.gateway.quiet_log import QuietLog

_LOOK_S: Final = 0.05
_START_S: Final = 240.0
_END_S: Final = 60.0


@dataclass(frozen=True)
class Person:
    """A gateway's name and key, and the home and resident it is enrolled for."""

    home: UUID = field(default_factory=uuid4)
    resident: UUID = field(default_factory=uuid4)
    signer: Signer = field(default_factory=lambda: Signer(uuid4(), Ed25519PrivateKey.generate()))

    @property
    def gateway(self) -> UUID:
        return self.signer.gateway

    @property
    def public(self) -> str:
        return public_hex(self.signer.key)


class Crowd:
    """What anybody may look at is written down again and again by its thread, the only one at outboxes."""

    def __init__(self, people: Sequence[tuple[Person, Settings]], *, every_s: float) -> None:
        """`every_s`: seconds between two readings of one gateway."""
        self._people = people
        self._every_s = every_s
        self._rests = Event()
        self._rested = Event()
        self._ended = Event()
        self._thread = Thread(target=lambda: asyncio.run(self._live()), name="crowd")
        self.kept: list[UUID] = []
        """The ids of everything that was measured."""
        self.waiting: dict[UUID, int] = {}
        """Readings without a receipt, of each gateway that has any."""
        self.oldest_unsent = datetime.now(UTC)
        """When the oldest of them was measured, of anybody; when it was looked, if there is none."""

    def start(self) -> None:
        self._thread.start()

    def rest(self) -> None:
        """Measure no more, and look once again after the last; what waits is still delivered."""
        self._rests.set()
        assert self._rested.wait(_END_S)

    def end(self) -> None:
        self._ended.set()
        self._thread.join(_END_S)

    async def _live(self) -> None:
        boxes: dict[UUID, Outbox] = {}
        async with asyncio.TaskGroup() as group:
            for person, settings in self._people:
                group.create_task(self._home(person, settings, boxes))
            while not self._ended.is_set():
                self._look(boxes)
                await asyncio.sleep(_LOOK_S)

    def _look(self, boxes: Mapping[UUID, Outbox]) -> None:
        now, is_resting = datetime.now(UTC), self._rests.is_set()
        if len(self.kept) < len(self._people):
            return  # nobody knows yet whether anything will be answered
        counts = {gateway: box.counts() for gateway, box in boxes.items()}
        oldest = [one.oldest_unsent for one in counts.values() if one.oldest_unsent]
        self.oldest_unsent = min(oldest, default=now)
        self.waiting = {gateway: one.unsent for gateway, one in counts.items() if one.unsent}
        if is_resting:
            self._rested.set()

    async def _home(self, person: Person, settings: Settings, boxes: dict[UUID, Outbox]) -> None:
        clock = system_clock()
        with closing(
            Outbox(":memory:", person.signer, Surroundings(settings.root, clock, os.urandom))
        ) as box:
            boxes[person.gateway] = box
            patience = Patience(settings.receipt_wait_s, settings.backoff_base_s, settings.backoff_cap_s)
            schedule = Schedule(patience, Random(1))
            sender = Sender(box, schedule, QuietLog(), lambda _point: None, silence_s=settings.silence_s)
            heart = Heart(box, person.signer, clock, adapter=None, meters=())
            uplink = Uplink(sender, heart, QuietLog(), every_s=settings.heartbeat_s)
            async with connected(settings, person.gateway, uplink):
                beating = asyncio.create_task(uplink.beat())
                while not self._ended.is_set():
                    if not self._rests.is_set():
                        self._measure(box, sender)
                    await asyncio.sleep(self._every_s)
                beating.cancel()
            del boxes[person.gateway]

    def _measure(self, box: Outbox, sender: Sender) -> None:
        transfer = box.begin(sends_once=False)
        kept = box.keep(draft(heard=system_clock()()), (), transfer=transfer)
        box.end(transfer)
        self.kept.append(kept.reading.reading_id)
        sender.kept(kept)


@contextmanager
def crowd(people: Sequence[tuple[Person, Settings]], *, every_s: float) -> Iterator[Crowd]:
    """Once everybody has had a receipt."""
    made = Crowd(people, every_s=every_s)
    made.start()
    try:
        eventually(lambda: len(made.kept) > len(people), lambda: "nobody measures", within_s=_START_S)
        began = datetime.now(UTC)
        eventually(lambda: made.oldest_unsent > began, lambda: str(made.waiting), within_s=_START_S)
        yield made
    finally:
        made.end()
