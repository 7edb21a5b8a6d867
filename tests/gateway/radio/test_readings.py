"""From what a meter measured to what travels: the decimal point moves, nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_drivers import measurement as measured
from device_drivers.profiles import blood_pressure, enhanced_blood_pressure, glucose
from device_drivers.quality import judge
from device_drivers.reader import DecodeError
from device_drivers.registry import DRIVERS
from device_drivers.wire import reading as wire
from device_drivers.wire.codec import decode, encode
from gateway.radio.naming import meter_at
from gateway.radio.readings import ClockRead, Facts, clock_evidence, draft, number
from tests.device_drivers.mutation import Damaged, damaged, words
from tests.device_drivers.mutation import number as sfloat_worth
from tests.gateway.home import METER, NOON, TestClock

CUFF = blood_pressure.decode(bytes.fromhex("1e780050006200ea0703010800114800010400"))
ENHANCED = bytes.fromhex("62 7800 5000 6200 a8f67e2d 28677f2d")
DECODERS: dict[str, Callable[[bytes], measured.Measurement]] = {
    "2A35": blood_pressure.decode,
    "2B34": enhanced_blood_pressure.decode,
    "2A18": glucose.decode,
}
SUGAR = glucose.decode(bytes.fromhex("020500ea07030108001169b011"))  # 105e-5 kg/L


def on_the_wire(measurement: measured.Measurement) -> wire.Reading:
    reading = draft(measurement, TestClock()(), meter=METER, facts=Facts(), driver=DRIVERS[0])
    return decode(encode(reading), wire.Reading)


def sugar(**changes: object) -> wire.Glucose:
    values = on_the_wire(replace(SUGAR, **changes)).values  # type: ignore[arg-type]
    assert isinstance(values, wire.Glucose)
    return values


def test_a_cuffs_reading_travels_as_the_meter_sent_it() -> None:
    reading = on_the_wire(CUFF)

    assert reading.values == wire.BloodPressure("mmHg", "120", "80", "98", "72")
    assert reading.identity == wire.ByTime(0)
    assert reading.words == wire.Words("ea070301080011", "7800500062004800", "01")
    assert reading.meter_time == "2026-03-01T08:00:17"
    assert reading.user == 1
    assert reading.flags == ("irregular_pulse",)


def test_an_enhanced_result_travels_with_the_wall_clock_that_the_user_was_shown() -> None:
    reading = on_the_wire(enhanced_blood_pressure.decode(ENHANCED))

    assert reading.values == wire.BloodPressure("mmHg", "120", "80", "98", None)
    assert reading.identity == wire.ByTime(0)
    assert reading.words == wire.Words("a8f67e2d28677f2d", "780050006200", "")
    assert reading.meter_time == "2024-03-09T18:30:00"


def test_a_stamp_in_utc_says_so_on_the_wire() -> None:
    stamped = enhanced_blood_pressure.decode(bytes.fromhex("42 7800 5000 6200 a8f67e2d"))
    assert on_the_wire(stamped).meter_time == "2024-03-09T10:30:00+00:00"


@pytest.mark.parametrize(
    ("unit", "sent", "shown", "shown_unit"),
    [
        ("kg/L", "0.00105", "105", "mg/dL"),
        ("kg/L", "0.001052", "105.2", "mg/dL"),
        ("mol/L", "0.0058", "5.8", "mmol/L"),
        ("mol/L", "0.00580", "5.80", "mmol/L"),
    ],
)
def test_only_the_decimal_point_of_a_concentration_moves(
    unit: str, sent: str, shown: str, shown_unit: str
) -> None:
    values = sugar(unit=unit, concentration=Decimal(sent))

    assert (values.concentration, values.unit) == (shown, shown_unit)


@pytest.mark.parametrize("value", ["12345", "1.23456", "1e9", "NaN"])
def test_a_number_that_fits_no_field_is_sent_as_no_value(value: str) -> None:
    assert number(Decimal(value)) is None


@pytest.mark.parametrize("special", list(measured.Special))
def test_a_special_word_is_no_value_and_its_raw_words_stay(special: measured.Special) -> None:
    reading = on_the_wire(replace(CUFF, systolic=special))

    assert isinstance(reading.values, wire.BloodPressure)
    assert reading.values.systolic is None
    assert reading.words.value == "7800500062004800"


@settings(max_examples=500)
@given(frame=st.one_of(*(damaged(name) for name in DECODERS)))
def test_a_sound_value_travels_as_its_own_bytes_say_whatever_happened_to_the_frame(frame: Damaged) -> None:
    try:
        measurement = DECODERS[frame.characteristic](frame.after)
    except DecodeError:
        return
    if judge(measurement) is measured.Quality.OK:
        reading, said = on_the_wire(measurement), words(frame.characteristic, frame.after)
        for name, value in numbers(reading).items():
            worth = sfloat_worth(said[name]) if name in said else None
            if value is not None and worth is not None:
                assert Fraction(value) == worth * point(reading)
            else:
                # A mean or a pulse of 10 900 fits no field, and is none.
                assert value is None
                assert worth is None or name in {"mean", "pulse"}


def numbers(reading: wire.Reading) -> dict[str, str | None]:
    match reading.values:
        case wire.BloodPressure() as values:
            return {
                "systolic": values.systolic,
                "diastolic": values.diastolic,
                "mean": values.mean,
                "pulse": values.pulse,
            }
        case wire.Glucose() as values:
            return {"concentration": values.concentration}


def point(reading: wire.Reading) -> int:
    """kg/L travels as mg/dL and mol/L as mmol/L; pressures travel as they are."""
    return {"mg/dL": 100_000, "mmol/L": 1_000}.get(reading.values.unit or "", 1)


@pytest.mark.parametrize(("flag", "beyond"), [("result_too_high", "HI"), ("result_too_low", "LO")])
def test_hi_and_lo_are_said_and_never_a_number(flag: str, beyond: str) -> None:
    values = sugar(status=(flag,))

    assert (values.beyond, values.concentration) == (beyond, None)


def test_a_numbered_record_is_known_by_its_number() -> None:
    assert on_the_wire(SUGAR).identity == wire.BySequence(5)


def test_a_meter_without_a_clock_gives_a_reading_known_by_its_arrival() -> None:
    assert on_the_wire(replace(CUFF, time=None)).identity == wire.ByArrival()


def test_a_clock_that_runs_eight_hours_ahead_of_utc_is_behind_us_by_minus_eight_hours() -> None:
    shown = measured.MeterTime(b"", datetime(2026, 3, 1, 20))
    said = measured.ClockEvidence(b"\xea\x07", shown, None, 0, ())

    evidence = clock_evidence(ClockRead(said, TestClock()()), TestClock()())

    assert evidence is not None
    assert evidence.offset_s == -timedelta(hours=8).total_seconds()


def test_a_clock_that_shows_no_moment_is_no_evidence() -> None:
    said = measured.ClockEvidence(b"", measured.MeterTime(b"", None), None, 0, ())

    assert clock_evidence(ClockRead(said, TestClock()()), TestClock()()) is None


def test_a_clock_that_was_set_during_a_transfer_compares_on_one_time_line() -> None:
    clock = TestClock(now=datetime(1970, 1, 1, tzinfo=UTC), synced=False)
    shown = measured.MeterTime(b"", datetime(2026, 3, 1, 12))
    read = ClockRead(measured.ClockEvidence(b"", shown, None, 0, ()), clock())
    clock.forward(seconds=4)
    clock.synchronise(NOON)

    evidence = clock_evidence(read, clock())

    assert evidence is not None
    assert (evidence.read_at, evidence.offset_s) == (NOON - timedelta(seconds=4), -4)


@pytest.mark.parametrize(
    "serial", [None, "", "  ", "000000", "00-00-00", "Unknown", "1234567890", "FFFF", "\x00\x00", "N/A"]
)
def test_a_serial_number_that_many_meters_share_does_not_name_one(serial: str | None) -> None:
    meter = meter_at("C0:00:00:00:00:01", measured.DeviceInformation(serial=serial))

    assert (meter.key, meter.key_kind) == ("C0:00:00:00:00:01", "address")


def test_a_usable_serial_number_names_the_meter() -> None:
    meter = meter_at("C0:00:00:00:00:01", measured.DeviceInformation(serial=" 20231100042\x00", model="UA"))

    assert (meter.key, meter.key_kind, meter.model) == ("20231100042", "serial", "UA")
