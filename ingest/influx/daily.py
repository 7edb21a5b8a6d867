"""Each resident's days, so that years of them are cheap to draw: mean, bounds and count of each measure.

Computed from the readings and not from the copy, by a cursor of its own: a reading that comes days late
changes its day, and no mean is made of means. InfluxDB's own tasks look back so far and no further.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection

from ingest.influx.point import EPOCH, Key, Point
from ingest.influx.refusals import Refusals
from ingest.influx.rows import BEGINNING, Place, Rows
from ingest.influx.writing import Sink, Writer
from ingest.series.port import Aggregate, midnight
from ingest.series.postgres import PostgresSeries

NAME: Final = "influx_daily"
_TENTH_OF_A_THOUSANDTH: Final = Decimal("0.0001")
"""As fine as a meter says a number on the wire."""

_NEXT: Final = """
select r.tx::text::bigint, r.seq, r.resident, (r.taken_at at time zone %s)::date, r.revision > 0
from ingest.readings r
where (r.tx, r.seq) > (%s::text::xid8, %s) and r.tx < pg_snapshot_xmin(pg_current_snapshot())
order by r.tx, r.seq limit %s
"""


# Of whatever was ever said of readings of that time: a figure that is none any more.
_EVER: Final = """
select distinct m.measure, m.unit
from ingest.readings r cross join lateral (values
    ('systolic', r.unit, r.systolic), ('diastolic', r.unit, r.diastolic), ('pulse', '/min', r.pulse),
    (case when r.quality = 'ketone' then 'ketone' else 'glucose' end, r.unit, r.concentration)
) as m (measure, unit, value)
where r.resident = %s and r.taken_at >= %s and r.taken_at < %s and m.value is not null and m.unit is not null
"""


class ResidentsDay(NamedTuple):
    resident: UUID
    day: date


class Daily:
    """Over a connection that commits by itself. `region` says where a day begins."""

    def __init__(self, connection: Connection, sink: Sink, region: ZoneInfo, *, most: int = 1_000) -> None:
        self._connection = connection
        self._sink = sink
        self._region = region
        self._most = most
        self._rows = Rows(connection, NAME)
        self._refusals = Refusals(connection, NAME)
        self._writer = Writer(sink, self._rows, self._refusals)
        self._series = PostgresSeries(connection, region)

    def step(self, now: datetime) -> int:
        """Compute the days anew of what was stored next; how many readings were read. Raises as the sink
        does, with the cursor where it was."""
        place = self._rows.place()
        asked = (str(self._region), str(place.tx), place.seq, self._most)
        found = self._connection.execute(_NEXT, asked).fetchall()
        if found:
            days: dict[ResidentsDay, bool] = {}
            for _, _, resident, day, is_revised in found:
                one = ResidentsDay(resident, day)
                days[one] = days.get(one, False) or is_revised
            self._draw(days, now)
            self._rows.move(Place(found[-1][0], found[-1][1]))
        return len(found)

    def rebuild(self, now: datetime) -> None:
        """Clear the days and begin anew. Raises as the sink does."""
        self._sink.clear(now + timedelta(days=1))
        self._refusals.settle_all(now)
        self._rows.move(BEGINNING)

    def _draw(self, days: Mapping[ResidentsDay, bool], now: datetime) -> None:
        """Where a reading was revised, a measure of its day may be gone: then nothing of the day stays."""
        points: list[Point] = []
        for one, is_revised in days.items():
            figures = self.points(one)
            begin = midnight(one.day, self._region)
            if is_revised and self._ever(one, begin) - {
                (each.key.measurement, each.key.unit) for each in figures
            }:
                self._sink.erase(one.resident, begin, begin + timedelta(seconds=1))
            points += figures
        self._writer.write(points, now)

    def _ever(self, one: ResidentsDay, begin: datetime) -> set[tuple[str, str | None]]:
        end = midnight(one.day + timedelta(days=1), self._region)
        found = self._connection.execute(_EVER, (one.resident, begin, end))
        return {(f"{measure}_daily", unit) for measure, unit in found}

    def points(self, one: ResidentsDay) -> list[Point]:
        """A resident's day as the readings have it."""
        found = self._series.aggregates(one.resident, one.day, one.day, "day")
        return [day_point(one.resident, each) for each in found]


def day_point(resident: UUID, one: Aggregate) -> Point:
    at = (one.begin - EPOCH) // timedelta(seconds=1) * 10**9
    key = Key(f"{one.measure}_daily", resident, one.unit, at)
    numbers = {
        "mean": one.mean.quantize(_TENTH_OF_A_THOUSANDTH),
        "lowest": one.lowest,
        "highest": one.highest,
    }
    return Point(key, {"readings": one.readings, **numbers})
