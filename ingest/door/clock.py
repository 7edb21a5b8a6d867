"""When a reading was taken, estimated from three clocks that may all be wrong. Overwrites none of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from device_drivers.wire.batch import Boot
from device_drivers.wire.reading import ClockEvidence, Reading
from ingest.door.hearing import MINUTE, Moment, put_right

Method = Literal[
    "meter_offset", "meter_local", "received", "arrival", "meter_offset_corrected", "received_corrected"
]
"""`…_corrected`: the gateway's clock was not synchronised when it heard the reading, and was put right by
what was known of that boot when the batch was sealed."""

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(minutes=10)

_DRIFT: Final = 10
"""Seconds a day: 100 ppm, five times what a watch crystal is allowed to drift."""

_RESET: Final = timedelta(days=7)
"""For so long after a New Year of the past, a clock that nobody compared counts as one that began anew: a
meter whose battery was changed starts in its maker's first year."""


class Taken(NamedTuple):
    """The estimate, in UTC; `uncertainty_s` (seconds either side) is None where nothing bounds it."""

    at: datetime
    uncertainty_s: int | None
    method: Method


class _Gateway(NamedTuple):
    """When it was heard, and by how much the gateway's clock was behind at that time."""

    heard: Moment
    behind: timedelta
    is_corrected: bool


def taken_at(reading: Reading, stored_at: datetime, region: ZoneInfo, boots: Iterable[Boot] = ()) -> Taken:
    """The best estimate, within [2000-01-01, stored_at + 10 min]. Never raises, whatever the meter said."""
    gateway = _gateway(reading, boots, stored_at)
    best = _from_meter(reading, gateway, region) or _from_gateway(gateway)
    if best is not None and _is_possible(best.at, stored_at):
        return best
    heard = reading.heard.at if gateway is None else gateway.heard.at
    at = heard if _is_possible(heard, stored_at) else stored_at
    return Taken(at.astimezone(UTC), None, "arrival")


def _gateway(reading: Reading, boots: Iterable[Boot], stored_at: datetime) -> _Gateway | None:
    """None where nobody can tell when the gateway heard it."""
    heard = reading.heard
    if heard.synced:
        return _Gateway(Moment(heard.at.astimezone(UTC), MINUTE), timedelta(0), is_corrected=False)
    moment = put_right(heard, boots, stored_at)
    if moment is None or not _is_possible(moment.at, stored_at):
        return None
    return _Gateway(moment, moment.at - heard.at, is_corrected=True)


def _from_meter(reading: Reading, gateway: _Gateway | None, region: ZoneInfo) -> Taken | None:
    try:
        local = _local(reading.meter_time, region)
        if local is None:
            return None
        if reading.clock is not None and gateway is not None:
            return _by_offset(local, reading.clock, gateway, region)
        if gateway is not None and _has_begun_anew(local, gateway.heard.at):
            return Taken(gateway.heard.at, None, "arrival")
        return Taken(local.replace(tzinfo=region).astimezone(UTC), None, "meter_local")
    except OverflowError:
        return None


def _by_offset(local: datetime, clock: ClockEvidence, gateway: _Gateway, region: ZoneInfo) -> Taken:
    # `offset_s` is the gateway's instant less the meter's wall clock read as if it were UTC, so that the
    # meter's time zone cancels out. Both stand on the time line of `heard.at`, wrong as it may be.
    at = local.replace(tzinfo=UTC) + timedelta(seconds=clock.offset_s) + gateway.behind
    read_at = clock.read_at + gateway.behind
    sure = gateway.heard.uncertainty_s
    bound = None if sure is None else sure + _DRIFT * abs(read_at - at).days + _shifted(at, read_at, region)
    return Taken(at, bound, "meter_offset_corrected" if gateway.is_corrected else "meter_offset")


def _shifted(at: datetime, read_at: datetime, region: ZoneInfo) -> int:
    """Seconds by which the region's wall clocks were moved in between: perhaps this one was too."""
    before, after = (moment.astimezone(region).utcoffset() or timedelta(0) for moment in (at, read_at))
    return int(abs(after - before).total_seconds())


def _has_begun_anew(local: datetime, heard: datetime) -> bool:
    is_past = local.year < heard.year - 1
    return is_past and local - datetime(local.year, 1, 1) < _RESET  # noqa: DTZ001  a meter's wall clock


def _from_gateway(gateway: _Gateway | None) -> Taken | None:
    if gateway is None:
        return None
    return Taken(*gateway.heard, "received_corrected" if gateway.is_corrected else "received")


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
