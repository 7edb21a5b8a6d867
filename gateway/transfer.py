"""One contact with one meter: what its conversation wants kept goes to the outbox here. Knows no radio."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace

from device_drivers.conversation import Emit, Learn, Memory, Remember, Spoil
from device_drivers.driver import Driver
from device_drivers.measurement import BatteryLevel, ClockEvidence, DeviceInformation, Fact, Measurement
from device_drivers.reader import DecodeError
from device_drivers.wire.codec import WireError
from device_drivers.wire.reading import Heard, Reading
from gateway.clock import Clock
from gateway.log import Log
from gateway.naming import meter_at
from gateway.outbox.frames import Frame, Unsettled
from gateway.outbox.keeping import Kept
from gateway.outbox.store import Outbox
from gateway.readings import Facts, clock_evidence, draft

Wanted = Emit | Spoil | Learn | Remember


@dataclass(frozen=True, slots=True)
class Desk:
    """Where transfers are written down, and who is told of each new reading."""

    outbox: Outbox
    clock: Clock
    kept: Callable[[Kept], None]
    log: Log


class Transfer:
    """From the first advertisement of a meter until its link is gone."""

    def __init__(self, desk: Desk, address: str, driver: Driver) -> None:
        self._desk = desk
        self._address = address
        self._driver = driver
        self._facts = Facts()
        self._heard: dict[int, Heard] = {}
        self._number = desk.outbox.begin(sends_once=bool(driver.irreplaceable))
        self.gain = 0
        """Readings and frames that this contact brought."""

    @property
    def memory(self) -> Memory:
        return Memory(self._desk.outbox.cursor(self._address))

    def hear(self, characteristic: str, value: bytes) -> int | None:
        """Called by the radio. A frame that never comes again is on disk when this returns; its number."""
        self.gain += 1
        if characteristic not in self._driver.irreplaceable:
            return None
        heard = self._desk.clock()
        try:
            number = self._desk.outbox.hear(self._frame(characteristic, value, heard))
        except sqlite3.Error as error:
            # The conversation still gets the note: its reading may yet be written.
            self._desk.log.warning("frame.unwritten", meter=self._address, error=str(error))
            return None
        self._heard[number] = heard
        return number

    def want(self, wish: Wanted) -> None:
        """Do what a conversation wants kept; durable on return."""
        match wish:
            case Emit(measurement=measurement, frames=frames):
                self._keep(measurement, frames)
            case Spoil():
                self._spoil(wish)
            case Learn(fact=fact):
                self._learn(fact)
            case Remember(mark=mark):
                self._desk.outbox.remember(meter_at(self._address, self._facts.device), mark)

    def finish(self) -> None:
        """Settle what a broken conversation left, then end the transfer."""
        for left in self._desk.outbox.unsettled(self._address):
            recover(self._desk, left, self._driver)
        self._desk.outbox.end(self._number)

    def _frame(self, characteristic: str, value: bytes, heard: Heard) -> Frame:
        return Frame(self._number, self._address, self._driver.name, characteristic, value, heard)

    def _keep(self, measurement: Measurement, frames: tuple[int, ...]) -> None:
        meter = meter_at(self._address, self._facts.device)
        heard = next((self._heard[frame] for frame in frames if frame in self._heard), None)
        reading = draft(
            measurement, heard or self._desk.clock(), meter=meter, facts=self._facts, driver=self._driver
        )
        _keep(self._desk, reading, frames, self._number)

    def _spoil(self, wish: Spoil) -> None:
        frame = wish.frame
        unheard = self._frame(wish.characteristic, wish.value, self._desk.clock())
        self._desk.outbox.spoil(unheard if frame is None else frame, wish.error)
        self._desk.log.warning("frame.spoiled", meter=self._address, characteristic=wish.characteristic)

    def _learn(self, fact: Fact) -> None:
        match fact:
            case DeviceInformation():
                self._facts = replace(self._facts, device=fact)
            case ClockEvidence():
                evidence = clock_evidence(fact, self._desk.clock().at)
                self._facts = replace(self._facts, clock=evidence)
            case BatteryLevel(percent=percent):
                self._facts = replace(self._facts, battery=percent)


def recover(desk: Desk, left: Unsettled, driver: Driver) -> None:
    """Make the reading of a frame that was heard but not settled, as the transfer would have made it. What
    the meter said of itself meanwhile is lost; its key stays as it was at first contact."""
    try:
        measurement = driver.recover(left.frame.characteristic, left.frame.value)
    except DecodeError as error:
        desk.outbox.spoil(left.id, str(error))
        return
    meter = meter_at(left.frame.address, None)
    reading = draft(measurement, left.frame.heard, meter=meter, facts=Facts(), driver=driver)
    _keep(desk, reading, (left.id,), left.frame.transfer)


def recover_all(desk: Desk, drivers: tuple[Driver, ...]) -> int:
    """At start: settle what a crash left behind. Returns how many frames there were."""
    by_name = {driver.name: driver for driver in drivers}
    found = desk.outbox.unsettled()
    for left in found:
        if driver := by_name.get(left.frame.driver):
            recover(desk, left, driver)
        else:
            desk.outbox.spoil(left.id, f"no driver named {left.frame.driver}")
    desk.outbox.recovered()
    return len(found)


def _keep(desk: Desk, reading: Reading, frames: tuple[int, ...], transfer: int) -> None:
    try:
        kept = desk.outbox.keep(reading, frames, transfer=transfer)
    except WireError as error:
        for frame in frames:
            desk.outbox.spoil(frame, str(error))
        desk.log.warning("reading.unfit", meter=reading.meter.address, error=error.reason)
        return
    desk.log.info("reading.kept", reading=str(kept.reading.reading_id), is_new=kept.is_new)
    desk.kept(kept)
