"""Blood Pressure Profile (service 0x1810): decoders, and the conversation that takes what a cuff sends."""

from __future__ import annotations

from collections.abc import Callable, Generator
from enum import IntEnum
from typing import Final

from device_drivers.conversation import (
    Conversation,
    Done,
    Emit,
    Event,
    Gone,
    Listen,
    Memory,
    Note,
    Subscribe,
    Wish,
    spoil,
)
from device_drivers.driver import Driver
from device_drivers.measurement import BloodPressure, CuffPressure, MeterTime, Number, Words
from device_drivers.profiles import clocks, current_time, enhanced_blood_pressure, manners
from device_drivers.profiles.pressure_status import read_status
from device_drivers.quirks.look import look
from device_drivers.quirks.quirk import Clock, Quirk
from device_drivers.reader import DecodeError, Reader

SERVICE: Final = "1810"
NAME: Final = "blood-pressure-profile"
MEASUREMENT: Final = "2A35"
CUFF_PRESSURE: Final = "2A36"

PATIENCE: Final = 10.0
"""Seconds without a note after which a cuff has sent all it had; most drop the link sooner."""


class Flag(IntEnum):
    KPA = 0x01
    TIME = 0x02
    PULSE = 0x04
    USER = 0x08
    STATUS = 0x10


_KNOWN_FLAGS: Final = sum(Flag)


def decode(frame: bytes) -> BloodPressure:
    """A Blood Pressure Measurement (2A35). Raises DecodeError."""
    read = Reader(frame)
    flags = read.u8("flags")
    read.note_reserved(flags & ~_KNOWN_FLAGS, "flags")
    systolic, diastolic, mean = read.sfloat("systolic"), read.sfloat("diastolic"), read.sfloat("mean")
    time = read.clock("time") if flags & Flag.TIME else None
    pulse = read.sfloat("pulse") if flags & Flag.PULSE else None
    user = read.u8("user_id") if flags & Flag.USER else None
    status = read_status(read) if flags & Flag.STATUS else None
    return BloodPressure(
        unit="kPa" if flags & Flag.KPA else "mmHg",
        systolic=systolic,
        diastolic=diastolic,
        mean=mean,
        time=time,
        pulse=pulse,
        user=user,
        status=status,
        words=_words(frame, time=time, pulse=pulse, user=user),
        notes=read.finish(),
    )


def decode_cuff_pressure(frame: bytes) -> CuffPressure:
    """An Intermediate Cuff Pressure (2A36): the same layout. Raises DecodeError."""
    return CuffPressure(decode(frame))


def drain(memory: Memory) -> Conversation:
    """Take what the cuff sends. Slow questions come after subscribing: its notes are kept meanwhile."""
    quirk = manners.foreseen(NAME, memory)
    yield from manners.before_results(quirk)
    if (characteristic := (yield from _subscribe())) is None:
        return
    quirk = yield from manners.get_to_know(NAME, memory, quirk)
    may_set = quirk is not None and quirk.clock is Clock.CURRENT_TIME_ONCE
    if may_set:
        yield Subscribe(current_time.CURRENT_TIME)
    while isinstance(note := (yield Listen(PATIENCE)), Note):
        if note.characteristic == characteristic:
            yield from _keep(note, quirk)
        elif note.characteristic == current_time.CURRENT_TIME and may_set:
            may_set = False
            yield from clocks.set_current_time(note)


def recover(characteristic: str, value: bytes) -> BloodPressure:
    """Decode a frame that was kept but never settled. Raises DecodeError."""
    if characteristic not in RESULTS:
        raise DecodeError(value, characteristic, "not a characteristic of this driver")
    return RESULTS[characteristic](value)


def _subscribe() -> Generator[Wish, Event, str | None]:
    """The first characteristic that the cuff lets itself be heard on. Only one: a cuff that has several says
    one result on each."""
    for characteristic in RESULTS:
        match (yield Subscribe(characteristic)):
            case Done():
                return characteristic
            case Gone():
                break
    return None


def _keep(note: Note, quirk: Quirk | None) -> Conversation:
    try:
        measurement = look(quirk, note.characteristic, RESULTS[note.characteristic], note.value)
    except DecodeError as error:
        yield spoil(note, error)
    else:
        yield Emit(measurement, () if note.frame is None else (note.frame,))


def _words(frame: bytes, *, time: MeterTime | None, pulse: Number | None, user: int | None) -> Words:
    after_time = 7 if time is None else 14
    pulse_words = b"" if pulse is None else frame[after_time : after_time + 2]
    return Words(
        time=b"" if time is None else time.raw,
        value=frame[1:7] + pulse_words,
        user=b"" if user is None else bytes((user,)),
    )


RESULTS: Final[dict[str, Callable[[bytes], BloodPressure]]] = {
    MEASUREMENT: decode,
    enhanced_blood_pressure.MEASUREMENT: enhanced_blood_pressure.decode,
}
"""How a finished measurement may come, the form that every cuff has first."""


DRIVER: Final = Driver(
    name=NAME,
    version="1",
    services=(SERVICE,),
    conversation=drain,
    irreplaceable=tuple(RESULTS),
    recover=recover,
)
