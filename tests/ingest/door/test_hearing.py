"""When a gateway heard something before its clock was set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from device_drivers.wire.batch import Boot
from device_drivers.wire.reading import Heard
from ingest.door.hearing import Moment, put_right
from tests.ingest.making import NOON

HEARD = Heard(at=datetime(1970, 1, 1, 0, 10, tzinfo=UTC), synced=False, boot="b1", uptime_ms=600_000)


def test_a_boot_whose_beginning_became_known_dates_what_was_heard_in_it() -> None:
    boot = Boot("b1", NOON - timedelta(hours=2), "clock", None)

    assert put_right(HEARD, [boot], NOON) == Moment(NOON - timedelta(minutes=110), 60)


def test_a_boot_of_weeks_is_less_certain() -> None:
    long = replace(HEARD, uptime_ms=30 * 86_400_000)
    boot = Boot("b1", NOON - timedelta(days=31), "clock", None)

    assert put_right(long, [boot], NOON) == Moment(NOON - timedelta(days=1), 360)


def test_receipts_bound_a_boot_from_below_and_sealing_bounds_it_from_above() -> None:
    boot = Boot("b1", NOON - timedelta(minutes=30), "cloud", uptime_ms=1_500_000)

    assert put_right(HEARD, [boot], NOON) == Moment(NOON - timedelta(minutes=20), 300)


def test_a_boot_that_nobody_can_date_is_counted_back_from_now() -> None:
    boot = Boot("b1", None, None, uptime_ms=660_000)

    assert put_right(HEARD, [boot], NOON) == Moment(NOON - timedelta(minutes=1), None)


def test_another_boot_tells_nothing() -> None:
    assert put_right(HEARD, [Boot("b2", NOON, "clock", 1)], NOON) is None


def test_an_earlier_boot_that_nobody_can_date_tells_nothing() -> None:
    assert put_right(HEARD, [Boot("b1", None, None, None)], NOON) is None


def test_a_board_that_claims_to_have_sealed_before_it_heard_is_not_believed() -> None:
    assert put_right(HEARD, [Boot("b1", None, None, 1)], NOON) is None


@given(
    began=st.none() | st.datetimes(datetime(1970, 1, 2), datetime(9998, 12, 30)),
    by=st.sampled_from(["clock", "cloud"]),
    uptime_ms=st.none() | st.integers(0, 2**53 - 1),
    heard_ms=st.integers(0, 2**53 - 1),
)
def test_whatever_a_gateway_claims_nothing_is_raised(
    began: datetime | None, by: str, uptime_ms: int | None, heard_ms: int
) -> None:
    boot = Boot("b1", began and began.replace(tzinfo=UTC), by, uptime_ms)  # type: ignore[arg-type]
    put_right(replace(HEARD, uptime_ms=heard_ms), [boot], NOON)
