"""Encoders against frames assembled by hand from the field tables."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from firmware_sim import encode
from firmware_sim.encode import BloodPressureFrame, ContextFrame, EncodeError, GlucoseFrame, Special

CLOCK = bytes.fromhex("e80703090a1e0f")  # 2024-03-09 10:30:15


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("0", "0000"),
        ("120", "7800"),
        ("-1", "ff0f"),
        ("98.6", "daf3"),  # 986·10⁻¹
        ("204.7", "fff7"),  # mantissa of NaN with another exponent is a number
        ("0.00111", "6fb0"),  # 111 mg/dL as 111·10⁻⁵ kg/L
        ("0.0062", "3ec0"),  # 6.2 mmol/L as 62·10⁻⁴ mol/L
        ("2E9", "c870"),  # 200·10⁷: the exponent ends at 7
        ("12000", "b014"),  # 1200·10¹
    ],
)
def test_a_number_keeps_its_decimals_exactly(value: str, word: str) -> None:
    assert encode.sfloat(Decimal(value)).hex() == word


@pytest.mark.parametrize(
    ("special", "word"),
    [
        (Special.NAN, "ff07"),
        (Special.NRES, "0008"),
        (Special.POSITIVE_INFINITY, "fe07"),
        (Special.NEGATIVE_INFINITY, "0208"),
        (Special.RESERVED, "0108"),
    ],
)
def test_a_special_value_is_a_whole_word(special: Special, word: str) -> None:
    assert encode.sfloat(special).hex() == word


@pytest.mark.parametrize(
    "value", ["2047", "2046", "-2048", "-2047", "-2046", "NaN", "1E9999", "1.2345", "5000.5"]
)
def test_what_has_no_word_of_its_own_is_refused(value: str) -> None:
    with pytest.raises(EncodeError):
        encode.sfloat(Decimal(value))


def test_a_wall_clock_is_seven_bytes() -> None:
    assert encode.date_time(datetime(2024, 3, 9, 10, 30, 15)) == CLOCK


def test_the_enhanced_form_has_its_times_in_seconds_since_2000() -> None:
    frame = BloodPressureFrame(
        systolic=Decimal(142),
        diastolic=Decimal(92),
        mean=Decimal(109),
        time=encode.seconds_since_2000(datetime(2025, 12, 31, 15, 59, 59)),
        pulse=Decimal(83),
        user=2,
        status=4,
    )
    shown = encode.seconds_since_2000(datetime(2025, 12, 31, 23, 59, 59))
    encoded = encode.enhanced_blood_pressure(frame, shown=shown)
    assert encoded == bytes.fromhex("7e 8e00 5c00 6d00 ff04e830 5300 02 0400 7f75e830")


def test_the_current_time_adds_weekday_fractions_and_reason() -> None:
    saturday_and_a_half = datetime(2024, 3, 9, 10, 30, 15, 500_000)
    assert encode.current_time(saturday_and_a_half, adjusted=1).hex() == "e80703090a1e0f068001"


def test_a_blood_pressure_with_everything() -> None:
    frame = BloodPressureFrame(
        systolic=Decimal(120),
        diastolic=Decimal(80),
        mean=Decimal(93),
        time=CLOCK,
        pulse=Decimal(72),
        user=2,
        status=0b100,
    )
    assert encode.blood_pressure(frame).hex() == "1e780050005d00" + CLOCK.hex() + "4800" + "02" + "0400"


def test_a_blood_pressure_with_nothing_but_pressures_in_kilopascal() -> None:
    frame = BloodPressureFrame(systolic=Decimal("16.0"), diastolic=Decimal("10.7"), unit="kPa")
    assert encode.blood_pressure(frame).hex() == "01a0f06bf0ff07"


def test_a_cuff_pressure_leaves_the_other_two_empty() -> None:
    assert encode.cuff_pressure(Decimal(150)).hex() == "009600ff07ff07"


def test_a_glucose_value_puts_the_location_in_the_high_nibble() -> None:
    frame = GlucoseFrame(
        sequence=0x1234,
        base_time=CLOCK,
        time_offset_min=-60,
        concentration=Decimal("0.00111"),
        sample_type=8,
        location=15,
        status=1,
        context_follows=True,
    )
    assert encode.glucose(frame).hex() == "1b3412" + CLOCK.hex() + "c4ff" + "6fb0" + "f8" + "0100"


def test_a_glucose_value_in_moles() -> None:
    frame = GlucoseFrame(sequence=1, base_time=CLOCK, concentration=Decimal("0.0062"), unit="mol/L")
    assert encode.glucose(frame).hex() == "060100" + CLOCK.hex() + "3ec0" + "11"


def test_a_failed_strip_has_no_concentration_at_all() -> None:
    frame = GlucoseFrame(sequence=1, base_time=CLOCK, status=1 << 2)
    assert encode.glucose(frame).hex() == "080100" + CLOCK.hex() + "0400"


def test_a_context_with_everything_stands_in_the_order_of_its_flags() -> None:
    frame = ContextFrame(
        sequence=7,
        extended=0,
        carbohydrate_kg=(1, Decimal("0.045")),
        meal=2,
        tester_health=(1, 5),
        exercise_s_percent=(0xFFFF, 40),
        medication=(1, Decimal("0.000004")),
        medication_unit="L",
        hba1c_percent=Decimal("6.5"),
    )
    assert (
        encode.glucose_context(frame).hex()
        == "ff0700" + "00" + "012dd0" + "02" + "51" + "ffff28" + "0104a0" + "41f0"
    )


def test_a_context_of_a_meal_alone() -> None:
    assert encode.glucose_context(ContextFrame(sequence=7, meal=1)).hex() == "02070001"


def test_answers_of_the_control_point() -> None:
    assert encode.racp_count(300).hex() == "05002c01"
    assert encode.racp_response(1, 6).hex() == "06000106"
