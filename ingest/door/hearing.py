"""When a gateway heard a reading, though its clock was not synchronised then. Pure; overwrites nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from device_drivers.wire.batch import Boot
from device_drivers.wire.reading import Heard

MINUTE: Final = 60

_DRIFT: Final = 10
"""Seconds a day: 100 ppm, the same as is granted to a meter."""


class Moment(NamedTuple):
    """In UTC; `uncertainty_s` (seconds either side) is None where nothing bounds it."""

    at: datetime
    uncertainty_s: int | None


def put_right(heard: Heard, boots: Iterable[Boot], stored_at: datetime) -> Moment | None:
    """By when that boot began, plus the time since; where nobody knows that yet, by how long before sealing
    it was heard, as if the batch had come at once. None where neither can be told. Never raises."""
    boot = next((one for one in boots if one.boot == heard.boot), None)
    if boot is None:
        return None
    try:
        latest = _counted_back(heard, boot, stored_at)
        if boot.began is None:
            return None if latest is None else Moment(latest, None)
        at = boot.began.astimezone(UTC) + timedelta(milliseconds=heard.uptime_ms)
        return Moment(at, _drifted(heard) if boot.by == "clock" else _between(at, latest))
    except OverflowError:
        return None


def _counted_back(heard: Heard, boot: Boot, stored_at: datetime) -> datetime | None:
    """The latest moment it can have been: a batch is stored no sooner than it is sealed."""
    if boot.uptime_ms is None or boot.uptime_ms < heard.uptime_ms:
        return None
    return stored_at.astimezone(UTC) - timedelta(milliseconds=boot.uptime_ms - heard.uptime_ms)


def _drifted(heard: Heard) -> int:
    return MINUTE + _DRIFT * timedelta(milliseconds=heard.uptime_ms).days


def _between(earliest: datetime, latest: datetime | None) -> int | None:
    """Receipts only say that it was no earlier."""
    return None if latest is None else max(MINUTE, int((latest - earliest).total_seconds()))
