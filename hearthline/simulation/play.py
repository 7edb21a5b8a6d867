"""Plays one scenario in simulated time: people measure, meters fail, gateways listen, the cloud answers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

import psycopg

from device_drivers.wire.batch import Body, open_envelope
from device_drivers.wire.codec import WireError, decode
from firmware_sim import bleak_backend, virtual_time
from firmware_sim.home import HOME_ZONE
from firmware_sim.plan import PERSONS_PER_HOME, Kind
from firmware_sim.scenario.events import BondLost, Event, Measured, events, planned_hash
from firmware_sim.scenario.file import Fault, Trial
from firmware_sim.scenario.room import Room, lose_bonds
from hearthline.simulation import tables
from hearthline.simulation.box import Box, Place
from hearthline.simulation.cloud import Cloud
from hearthline.simulation.judge import Shown, judge
from hearthline.simulation.outcome import Outcome
from ingest.door.intake import Message

BEGIN: Final = datetime(2026, 3, 2, 6, 0, tzinfo=HOME_ZONE)
_NAMES: Final = UUID("6f0f3f0e-9d0f-4f0a-8a53-5d7b1e4c2a10")
LOOK_S: Final = 5.0
HELP_S: Final = 300.0
"""Seconds without an end after which somebody pairs the meters again that still hold records."""
PATIENCE_S: Final = 1800.0
"""Seconds after the last measurement; what has not arrived by then is said to be missing."""


def play(trial: Trial, cloud: Cloud, connection: psycopg.Connection) -> Outcome:
    """On a loop of its own. The database may hold other seeds' readings, and none of this one's."""
    with bleak_backend.several():
        return virtual_time.run(_Stage(trial, cloud, connection).play())


@dataclass
class _Stage:
    trial: Trial
    cloud: Cloud
    connection: psycopg.Connection
    rooms: list[Room] = field(default_factory=list)
    boxes: dict[UUID, Box] = field(default_factory=dict)
    standing: dict[int, list[Box]] = field(default_factory=dict)
    """The gateways of each home."""
    delivered: dict[UUID, set[UUID]] = field(default_factory=dict)
    """By which gateways each reading was delivered."""
    helped: int = 0

    async def play(self) -> Outcome:
        self.cloud.open(self.now())
        planned = events(self.trial)
        for home in range(self.trial.homes):
            await self._furnish(home)
        living = [asyncio.create_task(box.run()) for box in self.boxes.values()]
        errands = [asyncio.create_task(self._carry_out(event)) for event in planned]
        try:
            await asyncio.gather(*errands)
            await self._drain()
            return self._outcome(planned)
        finally:
            await _cancel(living)
            for room in self.rooms:
                room.close()

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=asyncio.get_running_loop().time())

    # The world

    async def _furnish(self, home: int) -> None:
        room = Room(self.trial, home, self.now)
        await room.open()
        self.rooms.append(room)
        gateways = 2 if self.trial.of(Fault.TWO_GATEWAYS) else 1
        place = self._name(f"home {home}")
        self.standing[home] = [self._box(room, home * 2 + number, place) for number in range(gateways)]
        for kind, meter in room.meters.items():
            for slot in range(1, PERSONS_PER_HOME + 1) if kind is Kind.BLOOD_PRESSURE else (None,):
                resident = self._name(f"home {home} user {slot or 1}")
                self.cloud.bind(
                    home=place, meter=meter.nameplate.serial, slot=slot, resident=resident, now=self.now()
                )

    def _box(self, room: Room, number: int, place: UUID) -> Box:
        stands = Place(room.air, number, self.trial.tag, self.now)
        box = Box(stands, root=self.cloud.root, greeting=self.cloud.greeting, take=self._take)
        self.cloud.enrol(box.signer, home=place, now=self.now())
        self.boxes[box.signer.gateway] = box
        return box

    def _name(self, name: str) -> UUID:
        return uuid5(_NAMES, f"{self.trial.tag} {name}")

    def _take(self, message: Message) -> None:
        self._note(message.payload)
        for gateway, receipt in self.cloud.take([message], self.now()):
            self.boxes[gateway].answer(receipt)

    def _note(self, payload: bytes) -> None:
        with suppress(WireError):
            sealed = open_envelope(payload)
            for reading in decode(bytes(sealed.body), Body).readings:
                self.delivered.setdefault(reading.reading_id, set()).add(sealed.gateway)

    # What happens

    async def _carry_out(self, event: Event) -> None:
        await self._until(event.at_ms)
        room = self.rooms[event.home]
        match event:
            case Measured():
                room.measure(event)
            case BondLost():
                await lose_bonds(room.meters[event.kind])
                await self._until(event.repaired_ms)
                await self._pair_again(event.home, event.kind)

    async def _until(self, at_ms: int) -> None:
        await asyncio.sleep(at_ms / 1000 - asyncio.get_running_loop().time())

    async def _pair_again(self, home: int, kind: Kind) -> None:
        """As a helper would: the gateway forgets the bond, and the meter is switched on once more."""
        meter = self.rooms[home].meters[kind]
        for box in self.standing[home]:
            await box.forget(meter.nameplate.address)
        meter.on_air.carry(is_near=True)
        meter.on_air.announce()

    async def _drain(self) -> None:
        """Until everything has arrived and is receipted, or nobody would wait any longer."""
        looks = round(PATIENCE_S / LOOK_S)
        for look in range(1, looks + 1):
            await asyncio.sleep(LOOK_S)
            if self._is_drained():
                return
            if look % round(HELP_S / LOOK_S) == 0:
                await self._help()

    def _is_drained(self) -> bool:
        is_sent = not any(box.outbox.counts().unsent for box in self.boxes.values())
        return is_sent and not any(meter.pending for room in self.rooms for meter in room.meters.values())

    async def _help(self) -> None:
        for room in self.rooms:
            for kind in [kind for kind, meter in room.meters.items() if meter.pending]:
                self.helped += 1
                await self._pair_again(room.home, kind)

    # What came of it

    def _outcome(self, planned: Sequence[Event]) -> Outcome:
        counts = [box.outbox.counts() for box in self.boxes.values()]
        found = tables.found(self.connection, self.boxes)
        undecodable = sum(one.undecodable for one in counts)
        fired = self._fired()
        return Outcome(
            name=self.trial.name,
            seed=self.trial.seed,
            planned_hash=planned_hash(planned),
            verdict=judge(self._shown(), found, undecodable=undecodable),
            unsent=sum(one.unsent for one in counts),
            fired=dict(sorted(fired.items())),
            silent=tuple(one.fault for one in self.trial.faults if not fired[one.fault]),
            helped=self.helped,
            simulated_s=round(asyncio.get_running_loop().time()),
            failures=tuple(self._failures()),
        )

    def _fired(self) -> Counter[str]:
        total: Counter[str] = Counter()
        for room in self.rooms:
            total += room.fired()
        twice = sum(len(gateways) > 1 for gateways in self.delivered.values())
        return total + Counter({Fault.TWO_GATEWAYS.value: twice})

    def _shown(self) -> list[Shown]:
        return [
            Shown(
                meter.nameplate.serial,
                record,
                is_pending=record in meter.pending,
                is_spoiled=(meter.nameplate.serial, record.number) in room.spoiled,
            )
            for room in self.rooms
            for meter in room.meters.values()
            for record in meter.history
        ]

    def _failures(self) -> list[str]:
        """What a gateway's outermost loop had to catch: our own mistakes."""
        events = Counter[str]()
        for box in self.boxes.values():
            events += box.log.events
        violations = [word for room in self.rooms for m in room.meters.values() for word in m.violations]
        return [event for event in events if event.startswith("contact.failed: ")] + violations


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
