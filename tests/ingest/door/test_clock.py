"""When a reading was taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from device_drivers.wire.batch import Boot
from device_drivers.wire.reading import ClockEvidence, Reading
from ingest.door.clock import AHEAD, EARLIEST, Taken, taken_at
from tests.ingest.making import NOON, make_reading

CHINA = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def heard(at: datetime = NOON, *, synced: bool = True, meter_time: str | None = None) -> Reading:
    like = make_reading()
    return replace(like, meter_time=meter_time, heard=replace(like.heard, at=at, synced=synced))


def with_clock(reading: Reading, offset_s: int) -> Reading:
    return replace(reading, clock=ClockEvidence(meter_clock="", read_at=NOON, offset_s=offset_s))


def test_a_meter_whose_clock_was_compared_is_corrected() -> None:
    reading = with_clock(heard(meter_time="2026-03-05T19:00:00"), -8 * 3600 + 120)
    assert taken_at(reading, NOON, CHINA) == Taken(NOON - timedelta(minutes=58), 60, "meter_offset")


def test_a_record_of_long_before_the_comparison_is_less_certain() -> None:
    reading = with_clock(heard(meter_time="2026-02-23T20:00:00"), -8 * 3600)
    assert taken_at(reading, NOON, CHINA).uncertainty_s == 160


def test_a_meter_whose_clock_nobody_compared_is_read_in_its_region() -> None:
    reading = heard(meter_time="2026-03-05T19:30:00")
    assert taken_at(reading, NOON, CHINA) == Taken(NOON - timedelta(minutes=30), None, "meter_local")


def test_a_meter_that_stamps_in_utc_needs_no_region() -> None:
    reading = heard(meter_time="2026-03-05T11:30:00+00:00")
    assert taken_at(reading, NOON, CHINA) == Taken(NOON - timedelta(minutes=30), None, "meter_local")


def test_a_meter_that_stamps_in_utc_is_corrected_by_its_wall_clock() -> None:
    reading = with_clock(heard(meter_time="2026-03-05T11:00:00+00:00"), -8 * 3600 + 120)
    assert taken_at(reading, NOON, CHINA) == Taken(NOON - timedelta(minutes=58), 60, "meter_offset")


def test_a_stamp_in_utc_in_the_hour_that_comes_twice_is_the_hour_it_says() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    later = datetime(2026, 3, 1, tzinfo=UTC)
    for hour in ("00", "01"):
        at = taken_at(heard(meter_time=f"2025-10-26T{hour}:30:00+00:00"), later, berlin).at
        assert at == datetime(2025, 10, 26, int(hour), 30, tzinfo=UTC)


def test_a_stamp_at_the_end_of_the_calendar_never_raises() -> None:
    assert taken_at(heard(meter_time="9999-12-31T23:59:59+00:00"), NOON, CHINA).at == NOON


def test_a_comparison_with_an_unsynchronised_gateway_counts_for_nothing() -> None:
    reading = with_clock(heard(synced=False, meter_time="2026-03-05T19:30:00"), 0)
    assert taken_at(reading, NOON, CHINA).method == "meter_local"


def test_a_meter_without_a_clock_is_dated_by_the_gateway() -> None:
    assert taken_at(heard(), NOON, CHINA) == Taken(NOON, 60, "received")


@pytest.mark.parametrize(
    "meter_time", ["2026-02-30T08:00:00", "0000-00-00T00:00:00", "yesterday", "0001-01-01"]
)
def test_an_impossible_date_never_raises(meter_time: str) -> None:
    assert taken_at(heard(meter_time=meter_time), NOON, CHINA).at == NOON


def test_the_estimate_is_in_utc_wherever_the_gateway_stands() -> None:
    assert taken_at(heard(NOON.astimezone(CHINA)), NOON, CHINA).at.tzinfo is UTC


def test_a_meter_in_the_future_is_dated_by_the_gateway_without_a_bound() -> None:
    reading = heard(meter_time="2031-01-01T00:00:00")
    assert taken_at(reading, NOON, CHINA) == Taken(NOON, None, "arrival")


def test_a_gateway_without_a_clock_is_dated_by_the_cloud() -> None:
    reading = heard(datetime(1970, 1, 1, tzinfo=UTC), synced=False)
    assert taken_at(reading, NOON, CHINA) == Taken(NOON, None, "arrival")


@given(
    meter_time=st.none() | st.datetimes().map(datetime.isoformat) | st.text(max_size=30),
    offset_s=st.none() | st.integers(-(2**40), 2**40),
    at=st.datetimes(datetime(1970, 1, 2), datetime(9998, 12, 30)),
    synced=st.booleans(),
)
def test_an_estimate_is_never_before_2000_nor_in_the_future(
    meter_time: str | None, offset_s: int | None, at: datetime, *, synced: bool
) -> None:
    reading = heard(at.replace(tzinfo=UTC), synced=synced, meter_time=meter_time)
    if offset_s is not None:
        reading = with_clock(reading, offset_s)
    assert EARLIEST <= taken_at(reading, NOON, CHINA).at <= NOON + AHEAD


def unsynced(meter_time: str | None = None) -> Reading:
    """Heard 10 minutes after a boot, by a clock that stands in 1970."""
    like = heard(datetime(1970, 1, 1, tzinfo=UTC), synced=False, meter_time=meter_time)
    return replace(like, heard=replace(like.heard, boot="b1", uptime_ms=600_000))


BEGAN = [Boot("b1", NOON - timedelta(hours=1), "clock", None)]


def test_what_was_heard_before_the_clock_was_set_is_put_right_and_said_to_be() -> None:
    expected = Taken(NOON - timedelta(minutes=50), 60, "received_corrected")
    assert taken_at(unsynced(), NOON, CHINA, BEGAN) == expected


def test_a_comparison_with_a_clock_that_was_put_right_counts() -> None:
    """The meter says 08:00 of 2019; the gateway believed in 1970 and read the meter's clock at 08:05."""
    read_at = datetime(1970, 1, 1, tzinfo=UTC)
    behind = read_at - datetime(2019, 1, 1, 8, 5, tzinfo=UTC)
    evidence = ClockEvidence("", read_at, int(behind.total_seconds()))
    reading = replace(unsynced("2019-01-01T08:00:00"), clock=evidence)

    expected = Taken(NOON - timedelta(minutes=55), 60, "meter_offset_corrected")
    assert taken_at(reading, NOON, CHINA, BEGAN) == expected


def test_a_boot_said_to_begin_in_the_future_puts_nothing_right() -> None:
    boots = [Boot("b1", NOON + timedelta(days=1), "clock", None)]
    assert taken_at(unsynced(), NOON, CHINA, boots) == Taken(NOON, None, "arrival")


def test_a_meter_that_began_anew_in_its_makers_first_year_is_dated_by_the_gateway() -> None:
    assert taken_at(heard(meter_time="2019-01-01T00:07:00"), NOON, CHINA) == Taken(NOON, None, "arrival")


def test_an_old_record_of_a_meter_with_a_true_clock_stays_old() -> None:
    assert taken_at(heard(meter_time="2019-06-01T08:00:00"), NOON, CHINA).at.year == 2019


def test_the_hour_that_a_summer_time_leaves_out_is_no_error() -> None:
    reading = heard(datetime(2026, 3, 29, 6, tzinfo=UTC), meter_time="2026-03-29T02:30:00")
    taken = taken_at(reading, datetime(2026, 3, 29, 6, tzinfo=UTC), BERLIN)
    assert taken.at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_record_from_before_a_change_of_the_clocks_is_an_hour_less_certain() -> None:
    """The meter was put forward by hand, or not: nobody can tell which of both its record was stamped by."""
    reading = replace(
        heard(meter_time="2026-03-28T20:00:00"),
        clock=ClockEvidence("", datetime(2026, 3, 29, 12, tzinfo=UTC), -2 * 3600),
    )
    taken = taken_at(reading, datetime(2026, 3, 29, 12, tzinfo=UTC), BERLIN)
    assert (taken.at, taken.uncertainty_s) == (datetime(2026, 3, 28, 18, tzinfo=UTC), 60 + 3600)


@given(
    began=st.datetimes(datetime(1970, 1, 2), datetime(9998, 12, 30)),
    uptime_ms=st.none() | st.integers(0, 2**53 - 1),
    meter_time=st.none() | st.datetimes().map(datetime.isoformat),
    offset_s=st.none() | st.integers(-(2**40), 2**40),
)
def test_whatever_is_said_of_boots_an_estimate_is_never_in_the_future(
    began: datetime, uptime_ms: int | None, meter_time: str | None, offset_s: int | None
) -> None:
    reading = unsynced(meter_time)
    if offset_s is not None:
        reading = with_clock(reading, offset_s)
    boots = [Boot("b1", began.replace(tzinfo=UTC), "cloud", uptime_ms)]
    assert EARLIEST <= taken_at(reading, NOON, CHINA, boots).at <= NOON + AHEAD
