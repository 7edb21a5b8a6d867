"""One home of a scenario: its meters on one air, with the faults that they have. Plans nothing."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from firmware_sim.controller import Air
from firmware_sim.faults import Faults
from firmware_sim.home import CLOCK_ERROR_S, HOME_ZONE, Meter, nameplate
from firmware_sim.measured import Pressure, Sugar, Taken
from firmware_sim.meters.blood_pressure import BloodPressureMeter
from firmware_sim.meters.glucometer import Glucometer
from firmware_sim.meters.peripheral import Habits, Nameplate
from firmware_sim.meters.stranger import Stranger
from firmware_sim.plan import Kind
from firmware_sim.scenario.events import Measured
from firmware_sim.scenario.file import Fault, Trial

WINDOW_S = 3.0
PAUSE_S = 2.5
LINGER_S = 45.0
SPOILED_BYTES = 5
LOW_PERCENT = 3
RESET = datetime(2019, 1, 1)
THIRTIETH_OF_FEBRUARY = bytes.fromhex("ea07021e080000")
YEAR_NOUGHT = bytes.fromhex("00000301081e00")


@dataclass(frozen=True, slots=True)
class WrongClock:
    """Either a clock that stands elsewhere, or words that are no date."""

    clock: Callable[[datetime], datetime]
    words: bytes | None = None


@dataclass
class Room:
    """The meters of one home. `now` is the true time, with a zone."""

    trial: Trial
    home: int
    now: Callable[[], datetime]
    air: Air = field(default_factory=Air)
    meters: dict[Kind, Meter] = field(default_factory=dict)
    strangers: list[Stranger] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)
    """Faults of records that were measured, by name."""
    spoiled: set[tuple[str, int]] = field(default_factory=set)
    """Meter and number of each record whose frame was cut short."""

    async def open(self) -> None:
        for kind in self.trial.meters:
            self.meters[kind] = self._meter(kind)
        if self.trial.of(Fault.GARBAGE_SERVICE) is not None:
            self.strangers = [
                self._stranger(place, service) for place, service in enumerate(("1810", "1808"))
            ]
        for one in (*self.meters.values(), *self.strangers):
            await one.start()

    def close(self) -> None:
        for one in (*self.meters.values(), *self.strangers):
            one.stop()

    def measure(self, event: Measured) -> Taken:
        """The person measures, and carries the meter to the gateway or away from it."""
        meter = self.meters[event.kind]
        self._count(event)
        self._prepare(meter, event)
        self._carry(meter, event)
        meter.on_air.fade(event.losses)
        match meter, event.values:
            case BloodPressureMeter(), Pressure() as values:
                return meter.measure(values)
            case Glucometer(), Sugar() as values:
                return meter.measure(values)
        raise TypeError(event.kind)

    def fired(self) -> Counter[str]:
        """How often each fault happened."""
        total = Counter(self.struck)
        for one in (*self.meters.values(), *self.strangers):
            total += one.on_air.fired
        return total

    def has(self, fault: Fault, kind: Kind) -> bool:
        trouble = self.trial.of(fault)
        return trouble is not None and trouble.strikes(kind)

    def _carry(self, meter: Meter, event: Measured) -> None:
        """What two gateways shall hear goes on advertising for a while, and would never end by itself."""
        meter.on_air.carry(is_near=event.is_near)
        if event.is_near and self.has(Fault.TWO_GATEWAYS, event.kind):
            loop = asyncio.get_running_loop()
            loop.call_later(LINGER_S, lambda: meter.on_air.carry(is_near=False))

    def _count(self, event: Measured) -> None:
        """Duplicates and lost radios are counted when they happen."""
        counted_there = {Fault.DUPLICATE, Fault.RADIO_LOSS}
        self.struck.update(fault.value for fault in event.faults if fault not in counted_there)
        for fault in (Fault.WRONG_CLOCK, Fault.LOW_BATTERY):
            if self.has(fault, event.kind) and fault not in event.faults:
                self.struck[fault.value] += 1

    def _prepare(self, meter: Meter, event: Measured) -> None:
        """The faults that the next record will have."""
        number = len(meter.history)
        is_cut = Fault.GARBLED in event.faults
        if is_cut:
            self.spoiled.add((meter.nameplate.serial, number))
        repeated = {number} if Fault.DUPLICATE in event.faults else set()
        meter.faults = replace(
            meter.faults,
            keep_bytes=SPOILED_BYTES if is_cut else None,
            repeated=meter.faults.repeated | repeated,
        )

    def _meter(self, kind: Kind) -> Meter:
        plate = _plate(self.trial.tag, self.home, kind)
        wrong = self._wrong_clock(kind)
        faults = Faults(
            is_newest_first=self.has(Fault.OUT_OF_ORDER, kind),
            pause_s=PAUSE_S if self.has(Fault.SLOW, kind) else 0,
            time_words=None if wrong is None else wrong.words,
        )
        make = BloodPressureMeter if kind is Kind.BLOOD_PRESSURE else Glucometer
        return make(
            self.air,
            plate,
            clock=lambda: self._clock(kind, wrong),
            on_confirmed=lambda _record: None,
            habits=self._habits(kind),
            faults=faults,
        )

    def _habits(self, kind: Kind) -> Habits:
        return Habits(
            window_s=WINDOW_S if self.has(Fault.SHORT_WINDOW, kind) else None,
            always_advertises=self.has(Fault.TWO_GATEWAYS, kind),
            battery_percent=LOW_PERCENT if self.has(Fault.LOW_BATTERY, kind) else 80,
        )

    def _clock(self, kind: Kind, wrong: WrongClock | None) -> datetime:
        local = self.now().astimezone(HOME_ZONE).replace(tzinfo=None)
        return local + self._error(kind) if wrong is None else wrong.clock(local)

    def _error(self, kind: Kind) -> timedelta:
        """Every meter's clock is somewhat off."""
        chance = random.Random(f"clock {self.trial.seed} {self.home} {kind}")
        return timedelta(seconds=chance.randint(-CLOCK_ERROR_S, CLOCK_ERROR_S))

    def _wrong_clock(self, kind: Kind) -> WrongClock | None:
        if not self.has(Fault.WRONG_CLOCK, kind):
            return None
        begin = self.now().astimezone(HOME_ZONE).replace(tzinfo=None)
        chance = random.Random(f"clock {self.trial.seed} {self.home} {kind}")
        return chance.choice(
            (
                WrongClock(lambda local: RESET + (local - begin)),
                WrongClock(lambda local: local + timedelta(days=10)),
                WrongClock(lambda local: local - timedelta(hours=12)),
                WrongClock(lambda local: local, THIRTIETH_OF_FEBRUARY),
                WrongClock(lambda local: local, YEAR_NOUGHT),
            )
        )

    def _stranger(self, place: int, service: str) -> Stranger:
        number = self.trial.seed % 0x100
        plate = Nameplate(
            address=f"D1:00:{number:02X}:{self.home >> 8:02X}:{self.home & 0xFF:02X}:{place:02X}",
            name=f"Gadget {place}",
            manufacturer="Anybody",
            model="Thing",
            serial=f"STR{self.home:04d}{place}-{self.trial.tag}",
        )
        return Stranger(self.air, plate, service=service, seed=self.trial.seed + place)


def _plate(tag: str, home: int, kind: Kind) -> Nameplate:
    plain = nameplate(home, kind)
    return replace(plain, serial=f"{plain.serial}-{tag}")


async def lose_bonds(meter: Meter) -> None:
    """Let the meter forget whom it knows, and count it."""
    await meter.on_air.forget_bonds()
    meter.on_air.fired["bond_lost"] += 1
    await asyncio.sleep(0)
