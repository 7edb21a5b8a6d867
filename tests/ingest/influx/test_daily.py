"""Daily figures on the stand-in, against what the series says of the same days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from ingest.influx.bucket import Bucket
from ingest.influx.daily import Daily
from ingest.influx.point import FIGURES
from ingest.series.postgres import PostgresSeries
from tests.ingest.influx.copies import LATER, Copy

REGION = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 8)


@pytest.fixture
def daily(copy: Copy) -> Iterator[Daily]:
    with Bucket(copy.server.url, token="test", org="test", name="days") as bucket:
        yield Daily(copy.tables.connection, bucket, REGION, most=4)


def drawn(daily: Daily) -> int:
    return sum(iter(lambda: daily.step(LATER), 0))


def held(copy: Copy) -> set[tuple[object, ...]]:
    return {
        (
            name.measurement,
            dict(name.tags)["resident"],
            name.at,
            *(fields[figure] for figure in FIGURES),
        )
        for name, fields in copy.server.points.items()
    }


def wanted(copy: Copy) -> set[tuple[object, ...]]:
    series = PostgresSeries(copy.tables.connection, REGION)
    residents = [resident for (resident,) in copy.tables.all("select distinct resident from ingest.readings")]
    return {
        (
            f"{one.measure}_daily",
            str(resident),
            int(one.begin.timestamp()) * 10**9,
            one.readings,
            round(float(one.mean), 4),
            float(one.lowest),
            float(one.highest),
        )
        for resident in residents
        for one in series.aggregates(resident, FIRST, LAST, "day")  # type: ignore[arg-type]  # a uuid
    }


def test_each_day_has_its_figures(copy: Copy, daily: Daily) -> None:
    copy.store(*range(1, 50))
    assert drawn(daily) == 49
    assert held(copy) == wanted(copy)
    assert len({at for _, _, at, *_ in held(copy)}) == 3


def test_a_reading_that_comes_days_late_changes_its_day(copy: Copy, daily: Daily) -> None:
    copy.store(1, 2, 50)
    drawn(daily)
    copy.store(51)
    assert drawn(daily) == 1
    assert held(copy) == wanted(copy)
    assert {count for name, _, _, count, *_ in held(copy) if name == "systolic_daily"} == {2}


def test_a_correction_changes_its_day(copy: Copy, daily: Daily) -> None:
    copy.store(1, 2, 3)
    drawn(daily)
    copy.revise(2, systolic="180")
    drawn(daily)
    assert held(copy) == wanted(copy)
    assert {highest for name, *_, highest in held(copy) if name == "systolic_daily"} == {180}


def test_a_day_whose_readings_are_gone_is_gone(copy: Copy, daily: Daily) -> None:
    copy.store(1, 50)
    drawn(daily)
    copy.revise(50, quality="'device_error'", pulse="null")
    drawn(daily)
    assert held(copy) == wanted(copy)
    assert len({at for _, _, at, *_ in held(copy)}) == 1


def test_a_rebuild_begins_with_the_first_day(copy: Copy, daily: Daily) -> None:
    copy.store(1, 2, 50)
    drawn(daily)
    daily.rebuild(LATER)
    assert copy.server.points == {}
    assert drawn(daily) == 3
    assert held(copy) == wanted(copy)
