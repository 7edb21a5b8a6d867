"""One contact with one meter: what its conversation wants kept goes to the outbox here. Knows no radio."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from device_drivers.conversation import Adopt, Emit, Learn, Memory, Refused, Remember, Spoil, Time
from device_drivers.driver import Driver
from device_drivers.measurement import BatteryLevel, ClockEvidence, DeviceInformation, Fact, Measurement
from device_drivers.quirks.look import look
from device_drivers.quirks.quirk import Quirk
from device_drivers.quirks.table import named
from device_drivers.reader import DecodeError
from device_drivers.wire.codec import WireError
from device_drivers.wire.reading import Heard, Reading
from gateway.clock.own import Clock, elapsed
from gateway.log import Log
from gateway.outbox.frames import Contact, Frame, Unsettled
from gateway.outbox.keeping import Kept
from gateway.outbox.store import Outbox
from gateway.radio.naming import meter_at
from gateway.radio.readings import ClockRead, Facts, draft
from gateway.radio.recalling import Said, recalled

NAME_PATIENCE: Final = timedelta(minutes=10)
"""How long frames of a meter never met before wait for a contact that reads its names; longer than any
contact, so that a frame this old belongs to none that is under way."""

Wanted = Emit | Spoil | Learn | Adopt | Remember


@dataclass(frozen=True, slots=True)
class Desk:
    """Where transfers are written down, and who is told of each new reading."""

    outbox: Outbox
    clock: Clock
    kept: Callable[[Kept], None]
    log: Log
    zone: ZoneInfo | None = None
    """Of the home, where its meters' clocks are to be set; None: no clock is ever written."""
    unsaved: Callable[[], None] = lambda: None
    """Called when a reading was heard that cannot be written down."""


class Transfer:
    """From the first advertisement of a meter until its link is gone."""

    def __init__(self, desk: Desk, address: str, driver: Driver, *, name: str | None = None) -> None:
        self._desk = desk
        self._address = address
        self._driver = driver
        self._name = name
        self._facts = Facts(quirk=desk.outbox.quirk(address))
        self._heard: dict[int, Heard] = {}
        contact = Contact(address, driver.name, desk.clock())
        self._number = desk.outbox.begin(contact, sends_once=bool(driver.irreplaceable))
        self.gain = 0
        """New readings and undecodable frames that this contact brought."""

    @property
    def memory(self) -> Memory:
        return Memory(self._desk.outbox.cursor(self._address), self._name, self._facts.quirk)

    def tell_time(self) -> Time | Refused:
        """What a meter's clock may be set to: the home's wall time, if it is wanted and known."""
        now = self._desk.clock()
        if self._desk.zone is None:
            return Refused("the home does not have its meters' clocks set")
        if not now.synced:
            return Refused("the gateway's own clock is not synchronised")
        local = now.at.astimezone(self._desk.zone)
        ahead = local.utcoffset() or timedelta(0)
        self._desk.log.info("meter.told_time", meter=self._address)
        return Time(local.replace(tzinfo=None), ahead // timedelta(minutes=1))

    def hear(self, characteristic: str, value: bytes) -> int | None:
        """Called by the radio. A frame that never comes again is on disk when this returns; its number."""
        if characteristic not in self._driver.irreplaceable:
            return None
        heard = self._desk.clock()
        try:
            number = self._desk.outbox.hear(self._frame(characteristic, value, heard))
        except sqlite3.Error as error:
            # The conversation still gets the note: its reading may yet be written.
            self._desk.log.warning("frame.unwritten", meter=self._address, error=str(error))
            self._desk.unsaved()
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
            case Adopt(quirk=quirk):
                self._facts = replace(self._facts, quirk=quirk)
                self._desk.log.info("meter.quirk", meter=self._address, driver=self._driver.name, quirk=quirk)
            case Remember() if not self._is_named():
                pass  # its records were not kept either, and can be read again
            case Remember(mark=mark):
                self._desk.outbox.remember(meter_at(self._address, self._facts.device), mark)

    def finish(self, *, is_broken: bool = False) -> None:
        """Settle what a broken conversation left, then end the transfer. `is_broken`: the radio's stack died
        while the meter was linked."""
        try:
            self._settle()
        except sqlite3.Error as error:  # the frames are on disk, and settled once it can be written again
            self._desk.log.warning("transfer.unsettled", meter=self._address, error=str(error))
        end = self._desk.outbox.break_off if is_broken else self._desk.outbox.end
        end(self._number)

    def _settle(self) -> None:
        if self._is_named():
            if self._facts.quirk is not None:
                self._desk.outbox.adopt(self._address, self._facts.quirk)
            for left in self._desk.outbox.unsettled(self._address):
                self.gain += recover(self._desk, left, self._driver, self._facts.device)

    def _is_named(self) -> bool:
        """Whether the meter's names are known, now or from an earlier contact."""
        return self._facts.device is not None or self._desk.outbox.meter(self._address) is not None

    def _frame(self, characteristic: str, value: bytes, heard: Heard) -> Frame:
        return Frame(self._number, self._address, self._driver.name, characteristic, value, heard)

    def _keep(self, measurement: Measurement, frames: tuple[int, ...]) -> None:
        can_wait = bool(frames) or not self._driver.irreplaceable
        if can_wait and not self._is_named():
            return  # a key made from the address now would be the meter's for good
        meter = meter_at(self._address, self._facts.device)
        heard = next((self._heard[frame] for frame in frames if frame in self._heard), None)
        reading = draft(
            measurement, heard or self._desk.clock(), meter=meter, facts=self._facts, driver=self._driver
        )
        try:
            self.gain += _keep(self._desk, reading, frames, self._number)
        except sqlite3.Error as error:
            self._hold(reading, frames, error)

    def _hold(self, reading: Reading, frames: tuple[int, ...], error: sqlite3.Error) -> None:
        """What is neither on disk as a frame nor in the meter's own memory is held in ours."""
        if self._driver.irreplaceable and not frames:
            self._desk.outbox.hold(reading, transfer=self._number)
        self._desk.log.warning("reading.unwritten", meter=self._address, error=str(error))
        self._desk.unsaved()

    def _spoil(self, wish: Spoil) -> None:
        self.gain += 1
        frame = wish.frame
        unheard = self._frame(wish.characteristic, wish.value, self._desk.clock())
        self._desk.outbox.spoil(unheard if frame is None else frame, wish.error)
        self._desk.log.warning("frame.spoiled", meter=self._address, characteristic=wish.characteristic)

    def _learn(self, fact: Fact) -> None:
        match fact:
            case DeviceInformation():
                self._facts = replace(self._facts, device=fact)
            case ClockEvidence():
                self._facts = replace(self._facts, clock=ClockRead(fact, self._desk.clock()))
            case BatteryLevel(percent=percent):
                self._facts = replace(self._facts, battery=percent)


def recover(desk: Desk, left: Unsettled, driver: Driver, device: DeviceInformation | None) -> bool:
    """Make the reading of a frame that was heard but not settled, as the transfer would have made it; whether
    it is new. What the meter said of its clock meanwhile is lost."""
    facts = Facts(quirk=desk.outbox.quirk(left.frame.address))
    try:
        measurement = _understand(left.frame, driver, named(facts.quirk))
    except DecodeError as error:
        desk.outbox.spoil(left.id, str(error))
        return True
    meter = meter_at(left.frame.address, device)
    reading = draft(measurement, left.frame.heard, meter=meter, facts=facts, driver=driver)
    return _keep(desk, reading, (left.id,), left.frame.transfer)


def _understand(frame: Frame, driver: Driver, quirk: Quirk | None) -> Measurement:
    """As the conversation would have. Raises DecodeError."""
    return look(quirk, frame.characteristic, partial(driver.recover, frame.characteristic), frame.value)


def recall(desk: Desk, drivers: tuple[Driver, ...], held: Iterable[Said]) -> int:
    """At start, before `recover_all`: write down what the radio's stack still holds of contacts that a crash
    cut off. Returns how many frames that were."""
    outbox = desk.outbox
    irreplaceable = {driver.name: driver.irreplaceable for driver in drivers}
    missed = recalled(
        held, outbox.interrupted(), irreplaceable, was_heard=lambda said: outbox.was_last(*astuple(said))
    )
    written = 0
    for frame in missed:
        try:
            outbox.hear(frame)
        except sqlite3.Error as error:
            desk.log.warning("frame.unwritten", meter=frame.address, error=str(error))
        else:
            desk.log.info("frame.recalled", meter=frame.address, characteristic=frame.characteristic)
            written += 1
    return written


def recover_all(desk: Desk, drivers: tuple[Driver, ...]) -> int:
    """At start: settle what a crash left behind, but for frames that still wait for their meter's names.
    Returns how many were settled."""
    found = desk.outbox.unsettled()
    settled = _settle(
        desk, [left for left in found if _is_overdue(desk, left) or _is_met(desk, left)], drivers
    )
    desk.outbox.recovered()
    return settled


def recover_overdue(desk: Desk, drivers: tuple[Driver, ...]) -> int:
    """From time to time: a meter whose names nobody could read is called by its address in the end. Late is
    worse than unattributed. Returns how many frames were settled."""
    return _settle(desk, [left for left in desk.outbox.unsettled() if _is_overdue(desk, left)], drivers)


def _settle(desk: Desk, lefts: Sequence[Unsettled], drivers: tuple[Driver, ...]) -> int:
    by_name = {driver.name: driver for driver in drivers}
    settled = 0
    try:
        for left in lefts:
            if driver := by_name.get(left.frame.driver):
                recover(desk, left, driver, None)
            else:
                desk.outbox.spoil(left.id, f"no driver named {left.frame.driver}")
            settled += 1
    except sqlite3.Error as error:
        desk.log.warning("frames.unsettled", error=str(error))
    return settled


def recover_held(desk: Desk) -> int:
    """From time to time: write down what could not be written when it was heard. Returns how many were."""
    try:
        kept = desk.outbox.keep_held()
    except sqlite3.Error:
        return 0
    for one in kept:
        desk.log.info("reading.kept", reading=str(one.reading.reading_id), is_new=one.is_new)
        desk.kept(one)
    return len(kept)


def _is_met(desk: Desk, left: Unsettled) -> bool:
    return desk.outbox.meter(left.frame.address) is not None


def _is_overdue(desk: Desk, left: Unsettled) -> bool:
    return not timedelta(0) <= elapsed(left.frame.heard, desk.clock()) < NAME_PATIENCE


def _keep(desk: Desk, reading: Reading, frames: tuple[int, ...], transfer: int) -> bool:
    try:
        kept = desk.outbox.keep(reading, frames, transfer=transfer)
    except WireError as error:
        for frame in frames:
            desk.outbox.spoil(frame, str(error))
        desk.log.warning("reading.unfit", meter=reading.meter.address, error=error.reason)
        return True
    desk.log.info("reading.kept", reading=str(kept.reading.reading_id), is_new=kept.is_new)
    desk.kept(kept)
    return kept.is_new
