"""Two readings of the specification meet: what the simulator encodes, the drivers decode to the same."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers import ieee11073
from device_drivers import measurement as measured
from device_drivers.profiles import blood_pressure, current_time, glucose, glucose_context
from firmware_sim import encode

SPECIALS = {
    encode.Special.NAN: measured.Special.NAN,
    encode.Special.NRES: measured.Special.NRES,
    encode.Special.POSITIVE_INFINITY: measured.Special.PLUS_INFINITY,
    encode.Special.NEGATIVE_INFINITY: measured.Special.MINUS_INFINITY,
    encode.Special.RESERVED: measured.Special.RESERVED,
}

decimals = st.builds(
    lambda mantissa, exponent: Decimal(f"{mantissa}e{exponent}"), st.integers(-2045, 2045), st.integers(-8, 7)
)
numbers: st.SearchStrategy[encode.Number] = decimals | st.sampled_from(encode.Special)
moments = st.datetimes(datetime(1582, 1, 1), datetime(9999, 12, 31)).map(lambda at: at.replace(microsecond=0))
bytes8 = st.integers(0, 0xFF)
words16 = st.integers(0, 0xFFFF)

cuff_frames = st.builds(
    encode.BloodPressureFrame,
    systolic=numbers,
    diastolic=numbers,
    mean=numbers,
    unit=st.sampled_from(["mmHg", "kPa"]),
    time=st.none() | moments.map(encode.date_time),
    pulse=st.none() | numbers,
    user=st.none() | bytes8,
    status=st.none() | words16,
)
record_frames = st.builds(
    encode.GlucoseFrame,
    sequence=words16,
    base_time=moments.map(encode.date_time),
    time_offset_min=st.none() | st.integers(-0x7FFF, 0x7FFE),
    concentration=st.none() | numbers,
    unit=st.sampled_from(["kg/L", "mol/L"]),
    sample_type=st.integers(0, 15),
    location=st.integers(0, 15),
    status=st.none() | words16,
    context_follows=st.booleans(),
)
context_frames = st.builds(
    encode.ContextFrame,
    sequence=words16,
    extended=st.none() | bytes8,
    carbohydrate_kg=st.none() | st.tuples(bytes8, numbers),
    meal=st.none() | bytes8,
    tester_health=st.none() | st.tuples(st.integers(0, 15), st.integers(0, 15)),
    exercise_s_percent=st.none() | st.tuples(st.integers(0, 0xFFFE), bytes8),
    medication=st.none() | st.tuples(bytes8, numbers),
    medication_unit=st.sampled_from(["kg", "L"]),
    hba1c_percent=st.none() | numbers,
)


def said(number: encode.Number | None) -> measured.Number | None:
    return SPECIALS[number] if isinstance(number, encode.Special) else number


def amount(pair: tuple[int, encode.Number] | None) -> measured.Number | None:
    return None if pair is None else said(pair[1])


@given(number=decimals)
def test_a_number_comes_back_with_its_digits(number: Decimal) -> None:
    word = int.from_bytes(encode.sfloat(number), "little")
    assert ieee11073.text(ieee11073.sfloat(word)) == format(number, "f")


@pytest.mark.parametrize("special", encode.Special)
def test_a_word_that_is_no_number_comes_back_by_name(special: encode.Special) -> None:
    word = int.from_bytes(encode.sfloat(special), "little")
    assert ieee11073.sfloat(word) is SPECIALS[special]


@given(frame=cuff_frames)
def test_a_blood_pressure_comes_back(frame: encode.BloodPressureFrame) -> None:
    back = blood_pressure.decode(encode.blood_pressure(frame))
    assert back.unit == frame.unit
    assert (back.systolic, back.diastolic) == (said(frame.systolic), said(frame.diastolic))
    assert (back.mean, back.pulse) == (said(frame.mean), said(frame.pulse))
    assert (back.time and back.time.raw, back.user) == (frame.time, frame.user)
    assert (back.status is None) == (frame.status is None)


@given(pressure=numbers)
def test_a_cuff_pressure_comes_back(pressure: encode.Number) -> None:
    back = blood_pressure.decode_cuff_pressure(encode.cuff_pressure(pressure)).as_sent
    assert back.systolic == said(pressure)
    assert (back.diastolic, back.mean) == (measured.Special.NAN, measured.Special.NAN)


@given(frame=record_frames)
def test_a_glucose_record_comes_back(frame: encode.GlucoseFrame) -> None:
    back = glucose.decode(encode.glucose(frame))
    assert (back.sequence, back.base_time.raw) == (frame.sequence, frame.base_time)
    assert back.offset_min == frame.time_offset_min
    assert back.concentration == said(frame.concentration)
    assert back.unit == (None if frame.concentration is None else frame.unit)
    assert (back.status is None) == (frame.status is None)
    assert back.context_follows == frame.context_follows


@given(frame=context_frames)
def test_a_context_comes_back(frame: encode.ContextFrame) -> None:
    back = glucose_context.decode(encode.glucose_context(frame))
    exercise = back.exercise and (back.exercise.seconds, back.exercise.percent)
    assert back.sequence == frame.sequence
    assert (back.carbohydrate and back.carbohydrate.kilograms) == amount(frame.carbohydrate_kg)
    assert (back.meal is None) == (frame.meal is None)
    assert (back.tester is None) == (frame.tester_health is None)
    assert exercise == frame.exercise_s_percent
    assert (back.medication and back.medication.amount) == amount(frame.medication)
    assert back.hba1c_percent == said(frame.hba1c_percent)


@given(clock=moments)
def test_a_clock_comes_back(clock: datetime) -> None:
    back = current_time.decode(encode.current_time(clock))
    assert back.clock.local == clock
    assert back.weekday == clock.strftime("%A").lower()


@pytest.mark.parametrize(
    ("status", "names"),
    [
        (0x01, ("body_movement",)),
        (0x02, ("cuff_loose",)),
        (0x04, ("irregular_pulse",)),
        (0x08, ("pulse_above_range",)),
        (0x10, ("pulse_below_range",)),
        (0x20, ("improper_position",)),
    ],
)
def test_both_sides_number_the_status_bits_of_a_cuff_alike(status: int, names: tuple[str, ...]) -> None:
    frame = encode.BloodPressureFrame(systolic=Decimal(120), diastolic=Decimal(80), status=status)
    assert blood_pressure.decode(encode.blood_pressure(frame)).status == names


def test_both_sides_put_the_sample_in_the_low_and_the_location_in_the_high_half() -> None:
    time = encode.date_time(datetime(2024, 3, 9, 10, 30))
    frame = encode.GlucoseFrame(
        sequence=1, base_time=time, concentration=Decimal("0.00111"), sample_type=10, location=2
    )
    back = glucose.decode(encode.glucose(frame))
    assert (back.sample, back.location) == ("control_solution", "alternate_site")
