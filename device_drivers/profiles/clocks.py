"""Meters' own clocks: read as evidence, and written only with the time that the gateway tells for it.

Current Time Service and Date Time (0x2A08) of the GATT Specification Supplement; what makers add to them is
said in `quirks`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from device_drivers.conversation import (
    Conversation,
    Done,
    Learn,
    Note,
    Read,
    Spoil,
    Subscribe,
    TellTime,
    Time,
    Value,
    Write,
)
from device_drivers.profiles import current_time, date_time
from device_drivers.reader import DecodeError

CONTOUR: Final = "00001026-0002-11E2-9E96-0800200C9A66"

TOLERANCE: Final = timedelta(minutes=10)
"""A clock that may be set but once is left alone within this."""

_BY_HAND: Final = 0x01
"""Adjust reason "manual time update"."""


def learn_date_time() -> Conversation:
    """What 2A08 says, before anybody writes it: the records in memory were dated by it."""
    event = yield Read(date_time.DATE_TIME)
    if not isinstance(event, Value):
        return
    try:
        fact = date_time.decode(event.value)
    except DecodeError as error:
        yield Spoil(None, date_time.DATE_TIME, event.value, str(error))
    else:
        yield Learn(fact)


def set_date_time() -> Conversation:
    """Write 2A08, if the home wants it. A refusal changes nothing else."""
    time = yield TellTime()
    if isinstance(time, Time):
        yield Write(date_time.DATE_TIME, to_date_time(time.local))


def set_current_time(note: Note) -> Conversation:
    """Answer a meter that tells its clock (2A2B) with the right time, if it is too far off."""
    try:
        said = current_time.decode(note.value)
    except DecodeError as error:
        yield Spoil(note.frame, note.characteristic, note.value, str(error))
        return
    time = yield TellTime()
    if isinstance(time, Time) and _is_far_off(said.clock.local, time.local):
        yield Write(current_time.CURRENT_TIME, _current_time(time.local))


def set_contour() -> Conversation:
    """The clock of a Contour takes universal time and the zone's offset, once it is listened to."""
    time = yield TellTime()
    if not isinstance(time, Time) or (yield Subscribe(CONTOUR)) != Done():
        return
    universal = time.local - timedelta(minutes=time.offset_min)
    offset = time.offset_min.to_bytes(2, "little", signed=True)
    yield Write(CONTOUR, b"\x01" + to_date_time(universal) + offset)


def to_date_time(moment: datetime) -> bytes:
    """Seven bytes of Date Time."""
    day = (moment.month, moment.day, moment.hour, moment.minute, moment.second)
    return moment.year.to_bytes(2, "little") + bytes(day)


def _current_time(moment: datetime) -> bytes:
    """Ten bytes of Current Time: the day of the week from Monday, no fraction, set by hand."""
    return to_date_time(moment) + bytes((moment.isoweekday(), 0, _BY_HAND))


def _is_far_off(said: datetime | None, right: datetime) -> bool:
    """A clock that shows no moment is far off."""
    return said is None or abs(right - said) > TOLERANCE
