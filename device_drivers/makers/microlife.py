"""Microlife cuffs (BP3GY1, BP3MW1, B6): the memory of the user whom the cuff is switched to, read whole.

They show minutes and count nothing, so a record is named by its time and its values. For sources see
`microlife_frames.py`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from device_drivers.conversation import (
    Conversation,
    Done,
    Emit,
    Event,
    Listen,
    Memory,
    Note,
    Spoil,
    Subscribe,
    TellTime,
    Time,
    Wish,
    Write,
)
from device_drivers.driver import Driver
from device_drivers.makers import microlife_frames as frames
from device_drivers.measurement import BloodPressure, Measurement, MeterTime, Special, Words
from device_drivers.profiles import facts
from device_drivers.reader import MAX_FRAME, DecodeError, Reader

SERVICE: Final = "FFF0"
ANSWERS: Final = "FFF1"
COMMANDS: Final = "FFF2"

PATIENCE: Final = 10.0
"""Seconds without a part of an answer after which none is coming."""

_RECORDS_AT: Final = 38
_STRIDE: Final = 10
"""Bytes from record to record, of which eight are known."""
_KNOWN: Final = 8

_USERS: Final = (1, 2)


def drain(memory: Memory) -> Conversation:  # noqa: ARG001  its memory is always read whole
    """Ask who the cuff is switched to and for all records; whether it may be told the time comes last."""
    if (yield Subscribe(ANSWERS)) != Done():
        return
    yield from facts.ask()
    user = _user((yield from _ask(frames.READ_USER)))
    payload = yield from _ask(frames.READ_RECORDS)
    if payload is not None:
        yield from _keep(payload, user)
    yield from _tell_time()
    yield Write(COMMANDS, frames.command(frames.HANG_UP))


def decode(record: bytes, user: int | None = None) -> BloodPressure:
    """One record of the memory: systolic, diastolic (mmHg), pulse, year from 2000, month, day, hour, minute,
    and two bytes that nobody has explained. Raises DecodeError."""
    read = Reader(record)
    systolic, diastolic = Decimal(read.u8("systolic")), Decimal(read.u8("diastolic"))
    pulse = Decimal(read.u8("pulse"))
    raw = read.take(5, "time")
    return BloodPressure(
        unit="mmHg",
        systolic=systolic,
        diastolic=diastolic,
        mean=Special.NAN,
        time=MeterTime(raw, _moment(raw)),
        pulse=pulse,
        user=user,
        status=None,
        words=Words(time=raw, value=record[:3], user=b""),
        key="time",
    )


def recover(characteristic: str, value: bytes) -> Measurement:
    """Nothing of this cuff is kept before it is understood: its memory can be read again."""
    raise DecodeError(value, characteristic, "not a characteristic of this driver")


def _keep(payload: bytes, user: int | None) -> Conversation:
    for record in _records(payload):
        try:
            measurement = decode(record, user)
        except DecodeError as error:
            yield Spoil(None, ANSWERS, record, str(error))
        else:
            yield Emit(measurement)


def _records(payload: bytes) -> Iterator[bytes]:
    """All but blank places."""
    for start in range(_RECORDS_AT, len(payload), _STRIDE):
        record = payload[start : start + _STRIDE]
        if set(record[:_KNOWN]) not in ({0x00}, {0xFF}):
            yield record


def _user(payload: bytes | None) -> int | None:
    """The switch stands in the second byte."""
    said = payload[1] if payload is not None and len(payload) > 1 else None
    return said if said in _USERS else None


def _tell_time() -> Conversation:
    """After the records: they were dated by the clock as it was."""
    time = yield TellTime()
    if isinstance(time, Time):
        yield from _ask(frames.set_clock(time.local))


def _ask(payload: bytes) -> Generator[Wish, Event, bytes | None]:
    """The answer's payload; None if it is damaged or does not come."""
    if (yield Write(COMMANDS, frames.command(payload))) != Done():
        return None
    assembly = frames.Assembly()
    for _ in range(frames.MOST):
        note = yield Listen(PATIENCE)
        if not isinstance(note, Note):
            return None
        if note.characteristic != ANSWERS or not note.value:
            continue
        try:
            answer = assembly.take(note.value)
        except DecodeError as error:
            yield Spoil(None, ANSWERS, note.value[:MAX_FRAME], str(error))
            return None
        if answer is not None:
            return answer
    return None


def _moment(raw: bytes) -> datetime | None:
    year, month, day, hour, minute = raw
    try:
        return datetime(2000 + year, month, day, hour, minute)
    except ValueError:
        return None


DRIVER: Final = Driver(
    name="microlife",
    version="1",
    services=(SERVICE,),
    conversation=drain,
    irreplaceable=(),
    recover=recover,
    names=("BP3GY1", "BP3MW1", "Microlife", "B6 Connect"),
)
