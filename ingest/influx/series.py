"""The series as the copy in InfluxDB holds them: for long windows and dashboards, never for a judgement.

A copy may be behind: what it answers is as old as its cursor. Readings are asked in Flux; figures are
computed here from a window, so that a mean is exact and means the same in every store.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from ingest.influx import flux, sampling
from ingest.influx.bucket import Bucket
from ingest.influx.point import Point
from ingest.series.port import Aggregate, Kind, Sample, Step, bounds

_SECOND: Final = timedelta(seconds=1)
_AT_ONCE: Final = 100
"""Residents in one question: each is a term of its filter."""


class InfluxSeries:
    """Over a bucket. `region` says where a day begins. Raises AwayError, WrongSettingError."""

    def __init__(self, bucket: Bucket, region: ZoneInfo) -> None:
        self._bucket = bucket
        self._region = region

    def window(self, resident: UUID, begin: datetime, end: datetime) -> list[Sample]:
        return [sampling.sample(one) for one in self._between(resident, begin, end)]

    def aggregates(self, resident: UUID, first: date, last: date, step: Step) -> list[Aggregate]:
        begin, end = bounds(first, last, self._region)
        return sampling.aggregates(self._between(resident, begin, end), step, self._region)

    def latest(self, residents: Collection[UUID], kind: Kind) -> dict[UUID, Sample]:
        wanted = sorted(residents)
        found: dict[UUID, Sample] = {}
        for first in range(0, len(wanted), _AT_ONCE):
            asked = flux.latest(self._bucket.name, wanted[first : first + _AT_ONCE], kind)
            found |= {one.key.resident: sampling.sample(one) for one in self._bucket.points(asked)}
        return found

    def _between(self, resident: UUID, begin: datetime, end: datetime) -> list[Point]:
        """A point's time is its second: when in it the reading was taken, its field says."""
        whole = begin.replace(microsecond=0), end.replace(microsecond=0) + _SECOND
        found = self._bucket.points(flux.window(self._bucket.name, resident, *whole))
        return sampling.ordered(one for one in found if begin <= sampling.taken_at(one) < end)
