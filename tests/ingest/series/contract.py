"""What every time-series store must answer. Subclass it, and say where the store stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from device_drivers.wire.reading import BloodPressure, Context, Glucose, Reading
from ingest.desk.revision import correct, reattribute
from ingest.series.port import Series
from ingest.store.corrections import Correction
from ingest.store.steps import Deed
from tests.ingest.making import NOON, Gateway, make_arrival, make_body, make_reading
from tests.ingest.store.tables import Tables

HOUR = timedelta(hours=1)
DAY = date(2026, 3, 5)


@dataclass
class Home:
    """One resident with a cuff and a glucometer, whose readings go through the real store."""

    tables: Tables
    gateway: Gateway
    resident: UUID
    project: Callable[[], None]
    """Let the store under test take over what was stored."""

    def take(self, *readings: Reading, now: datetime = NOON + 12 * HOUR) -> None:
        self.tables.send(self.gateway, self.gateway.seal_body(make_body(*readings)), now=now)
        self.project()


def pressure(at: datetime, systolic: str = "128", *, number: int = 1, unit: str = "mmHg") -> Reading:
    like = make_reading(number)
    assert isinstance(like.values, BloodPressure)
    values = replace(like.values, systolic=systolic, unit="kPa" if unit == "kPa" else "mmHg")
    return replace(like, values=values, heard=replace(like.heard, at=at))


def glucose(
    at: datetime, concentration: str | None = "5.6", *, number: int = 1, quality: str = "ok", **more: str
) -> Reading:
    values = Glucose(
        unit="mmol/L",
        concentration=concentration,
        beyond="HI" if more.get("beyond") == "HI" else None,
        sample=more.get("sample"),
        location=None,
    )
    like = make_reading(number)
    return replace(like, values=values, quality=quality, heard=replace(like.heard, at=at))


class Contract:
    @pytest.fixture
    def home(self, tables: Tables) -> Home:
        gateway, resident = Gateway(), uuid4()
        tables.bind(gateway, make_reading().meter.key, resident)
        return Home(tables, gateway, resident, lambda: None)

    def test_a_window_holds_its_begin_and_not_its_end(self, home: Home, series: Series) -> None:
        home.take(*(pressure(NOON + hour * HOUR, number=hour + 1) for hour in range(4)))
        found = series.window(home.resident, NOON + HOUR, NOON + 3 * HOUR)
        assert [sample.taken_at for sample in found] == [NOON + HOUR, NOON + 2 * HOUR]

    def test_a_sample_holds_the_meters_own_numbers(self, home: Home, series: Series) -> None:
        home.take(pressure(NOON, "17.1", unit="kPa"))
        (sample,) = series.window(home.resident, NOON, NOON + HOUR)
        assert (sample.systolic, sample.unit, sample.concentration) == (Decimal("17.1"), "kPa", None)

    def test_what_was_measured_before_and_came_later_stands_in_its_place(
        self, home: Home, series: Series
    ) -> None:
        home.take(pressure(NOON + HOUR, number=2))
        home.take(pressure(NOON, number=1))
        found = series.window(home.resident, NOON, NOON + 2 * HOUR)
        assert [sample.taken_at for sample in found] == [NOON, NOON + HOUR]

    def test_a_context_that_came_later_supersedes_and_doubles_nothing(
        self, home: Home, series: Series
    ) -> None:
        first = glucose(NOON)
        home.take(first)
        home.take(replace(first, context=Context(meal="fasting")))
        (sample,) = series.window(home.resident, NOON, NOON + HOUR)
        assert sample.meal == "fasting"

    def test_hi_is_no_number_and_is_not_lost(self, home: Home, series: Series) -> None:
        home.take(glucose(NOON, None, beyond="HI", quality="out_of_range_high"))
        (sample,) = series.window(home.resident, NOON, NOON + HOUR)
        assert (sample.beyond, sample.concentration) == ("HI", None)
        assert series.aggregates(home.resident, DAY, DAY, "day") == []

    def test_another_residents_readings_are_not_there(self, home: Home, series: Series) -> None:
        home.take(pressure(NOON))
        assert series.window(uuid4(), NOON, NOON + HOUR) == []
        assert series.latest([uuid4()], "blood_pressure") == {}

    def test_a_day_begins_at_midnight_where_the_residents_live(self, home: Home, series: Series) -> None:
        late, early = datetime(2026, 3, 5, 15, 59, tzinfo=UTC), datetime(2026, 3, 5, 16, tzinfo=UTC)
        home.take(pressure(late, "120", number=1), pressure(early, "140", number=2), now=early + HOUR)
        days = series.aggregates(home.resident, DAY, DAY + timedelta(days=1), "day")
        assert [(one.begin, one.mean) for one in days if one.measure == "systolic"] == [
            (datetime(2026, 3, 4, 16, tzinfo=UTC), Decimal(120)),
            (early, Decimal(140)),
        ]

    def test_a_morning_ends_at_noon(self, home: Home, series: Series) -> None:
        morning, afternoon = datetime(2026, 3, 5, 3, 59, tzinfo=UTC), datetime(2026, 3, 5, 4, tzinfo=UTC)
        home.take(pressure(morning, "120", number=1), pressure(afternoon, "140", number=2))
        halves = series.aggregates(home.resident, DAY, DAY, "half_day")
        assert [one.mean for one in halves if one.measure == "systolic"] == [120, 140]

    def test_an_aggregate_counts_and_bounds_what_it_averages(self, home: Home, series: Series) -> None:
        home.take(*(pressure(NOON, text, number=n) for n, text in enumerate(("110", "120", "136"), 1)))
        (one,) = [
            each for each in series.aggregates(home.resident, DAY, DAY, "day") if each.measure == "systolic"
        ]
        assert (one.readings, one.mean, one.lowest, one.highest) == (
            3,
            Decimal(122),
            Decimal(110),
            Decimal(136),
        )

    def test_units_are_never_averaged_together(self, home: Home, series: Series) -> None:
        home.take(pressure(NOON, "120", number=1), pressure(NOON, "16.0", number=2, unit="kPa"))
        found = series.aggregates(home.resident, DAY, DAY, "day")
        assert {(one.unit, one.mean) for one in found if one.measure == "systolic"} == {
            ("mmHg", Decimal(120)),
            ("kPa", Decimal(16)),
        }

    @pytest.mark.parametrize("quality", ["device_error", "control_solution", "implausible"])
    def test_what_did_not_measure_the_resident_is_in_no_mean(
        self, home: Home, series: Series, quality: str
    ) -> None:
        home.take(glucose(NOON, "5.0", number=1), glucose(NOON, "9.0", number=2, quality=quality))
        (one,) = series.aggregates(home.resident, DAY, DAY, "day")
        assert (one.measure, one.readings, one.mean) == ("glucose", 1, Decimal(5))

    def test_a_ketone_is_no_glucose(self, home: Home, series: Series) -> None:
        home.take(glucose(NOON, "5.0", number=1), glucose(NOON, "0.6", number=2, quality="ketone"))
        found = series.aggregates(home.resident, DAY, DAY, "day")
        assert {(one.measure, one.mean) for one in found} == {
            ("glucose", Decimal(5)),
            ("ketone", Decimal("0.6")),
        }
        assert series.latest([home.resident], "ketone")[home.resident].concentration == Decimal("0.6")
        assert series.latest([home.resident], "glucose")[home.resident].concentration == Decimal(5)

    def test_equal_readings_of_a_meter_without_a_clock_count_once(self, home: Home, series: Series) -> None:
        home.take(make_arrival(heard_at=NOON), make_arrival(heard_at=NOON + timedelta(seconds=30)))
        found = series.aggregates(home.resident, DAY, DAY, "day")
        assert [one.readings for one in found if one.measure == "systolic"] == [1]

    def test_days_in_the_wrong_order_are_refused(self, home: Home, series: Series) -> None:
        with pytest.raises(ValueError, match="before"):
            series.aggregates(home.resident, DAY, DAY - timedelta(days=1), "day")

    def test_the_latest_is_the_last_measured_and_not_the_last_stored(
        self, home: Home, series: Series
    ) -> None:
        home.take(pressure(NOON + HOUR, "150", number=2))
        home.take(pressure(NOON, "120", number=1))
        assert series.latest([home.resident], "blood_pressure")[home.resident].systolic == 150

    def test_a_device_error_is_nobodys_latest(self, home: Home, series: Series) -> None:
        home.take(glucose(NOON, "5.0", number=1))
        home.take(glucose(NOON + HOUR, None, number=2, quality="device_error"))
        assert series.latest([home.resident], "glucose")[home.resident].concentration == 5

    def test_a_reading_that_turned_out_to_be_anothers_is_in_the_others_series_alone(
        self, home: Home, series: Series
    ) -> None:
        mine, theirs = pressure(NOON, number=1), pressure(NOON + HOUR, "150", number=2)
        home.take(mine, theirs)
        other, deed = uuid4(), Deed("steward-1", "her husband's", NOON + 12 * HOUR)
        reattribute(home.tables.connection, (theirs.meter.key, theirs.reading_id), other, deed)
        home.project()
        assert [each.systolic for each in series.window(home.resident, NOON, NOON + 2 * HOUR)] == [128]
        assert [each.systolic for each in series.window(other, NOON, NOON + 2 * HOUR)] == [150]
        newest = series.latest([home.resident, other], "blood_pressure")
        assert {resident: each.systolic for resident, each in newest.items()} == {
            home.resident: 128,
            other: 150,
        }
        assert {one.mean for one in series.aggregates(home.resident, DAY, DAY, "day")} == {128, 82, 64}

    def test_a_corrected_quality_is_what_counts(self, home: Home, series: Series) -> None:
        sugar = glucose(NOON)
        home.take(sugar)
        deed, correction = Deed("steward-1", "new strips", NOON), Correction(quality="control_solution")
        correct(home.tables.connection, (sugar.meter.key, sugar.reading_id), correction, deed)
        home.project()
        assert series.latest([home.resident], "glucose") == {}
        assert series.aggregates(home.resident, DAY, DAY, "day") == []
