"""When a reading was taken, estimated from three clocks that may all be wrong. Overwrites none of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from device_drivers.wire.reading import ClockEvidence, Reading

Method = Literal["meter_offset", "meter_local", "received", "arrival"]

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(minutes=10)

_MINUTE: Final = 60
_DRIFT: Final = 10
"""Seconds a day: 100 ppm, five times what a watch crystal is allowed to drift."""


class Taken(NamedTuple):
    """The estimate, in UTC; `uncertainty_s` (seconds either side) is None where nothing bounds it."""

    at: datetime
    uncertainty_s: int | None
    method: Method


def taken_at(reading: Reading, stored_at: datetime, region: ZoneInfo) -> Taken:
    """The best estimate, within [2000-01-01, stored_at + 10 min]. Never raises, whatever the meter said."""
    best = _from_meter(reading, region) or _from_gateway(reading)
    if best is not None and _is_possible(best.at, stored_at):
        return best
    at = reading.heard.at if _is_possible(reading.heard.at, stored_at) else stored_at
    return Taken(at.astimezone(UTC), None, "arrival")


def _from_meter(reading: Reading, region: ZoneInfo) -> Taken | None:
    try:
        local = _local(reading.meter_time, region)
        if local is None:
            return None
        if reading.clock is not None and reading.heard.synced:
            return _by_offset(local, reading.clock)
        return Taken(local.replace(tzinfo=region).astimezone(UTC), None, "meter_local")
    except OverflowError:
        return None


def _by_offset(local: datetime, clock: ClockEvidence) -> Taken:
    # `offset_s` is the gateway's instant less the meter's wall clock read as if it were UTC, so that the
    # meter's time zone cancels out.
    at = local.replace(tzinfo=UTC) + timedelta(seconds=clock.offset_s)
    return Taken(at, _MINUTE + _DRIFT * abs(clock.read_at - at).days, "meter_offset")


def _from_gateway(reading: Reading) -> Taken | None:
    return Taken(reading.heard.at.astimezone(UTC), _MINUTE, "received") if reading.heard.synced else None


def _local(text: str | None, region: ZoneInfo) -> datetime | None:
    """What the meter's clock showed, without a zone; None for 30 February, year 0 or no date at all.

    A meter that stamps in UTC is taken to show its region's time, so that a comparison corrects it as well.
    """
    try:
        said = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return said if said.tzinfo is None else said.astimezone(region).replace(tzinfo=None)


def _is_possible(at: datetime, stored_at: datetime) -> bool:
    return EARLIEST <= at <= stored_at + AHEAD
