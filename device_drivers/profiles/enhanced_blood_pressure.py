"""Enhanced Blood Pressure Measurement (2B34, Blood Pressure Service 1.1): 2A35 with its times in seconds."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from device_drivers.measurement import BloodPressure, MeterTime, Words
from device_drivers.profiles.pressure_status import read_status
from device_drivers.reader import Reader

MEASUREMENT: Final = "2B34"


class Flag(IntEnum):
    KPA = 0x01
    STAMP = 0x02
    PULSE = 0x04
    USER = 0x08
    STATUS = 0x10
    SHOWN = 0x20
    SINCE_2000 = 0x40


_KNOWN_FLAGS: Final = sum(Flag)

_EPOCH_1900: Final = datetime(1900, 1, 1)
_EPOCH_2000: Final = datetime(2000, 1, 1)


def decode(frame: bytes) -> BloodPressure:
    """A Blood Pressure Measurement but for its times: a stamp in UTC after the pressures, and at the end the
    time that the user was shown, each 32 bits of seconds since the epoch that the flags name.

    Raises DecodeError.
    """
    read = Reader(frame)
    flags = read.u8("flags")
    read.note_reserved(flags & ~_KNOWN_FLAGS, "flags")
    pressures = read.sfloat("systolic"), read.sfloat("diastolic"), read.sfloat("mean")
    stamp = read.take(4, "time") if flags & Flag.STAMP else b""
    pulse = read.sfloat("pulse") if flags & Flag.PULSE else None
    user = read.u8("user_id") if flags & Flag.USER else None
    status = read_status(read) if flags & Flag.STATUS else None
    shown = read.take(4, "user_facing_time") if flags & Flag.SHOWN else b""
    time = _time(stamp, shown, _EPOCH_2000 if flags & Flag.SINCE_2000 else _EPOCH_1900)
    after_time = 7 + len(stamp)
    return BloodPressure(
        unit="kPa" if flags & Flag.KPA else "mmHg",
        systolic=pressures[0],
        diastolic=pressures[1],
        mean=pressures[2],
        time=time,
        pulse=pulse,
        user=user,
        status=status,
        words=Words(
            time=stamp + shown,
            value=frame[1:7] + (b"" if pulse is None else frame[after_time : after_time + 2]),
            user=b"" if user is None else bytes((user,)),
        ),
        notes=read.finish(),
    )


def _time(stamp: bytes, shown: bytes, epoch: datetime) -> MeterTime | None:
    """The wall clock if it was sent: everything else that a meter says of time is wall clock too."""
    if not stamp and not shown:
        return None
    seconds = int.from_bytes(shown or stamp, "little")
    return MeterTime(stamp + shown, epoch + timedelta(seconds=seconds), is_utc=not shown)
