"""Quality at the edges of the reject column, and what outranks what."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import get_args

import pytest

from device_drivers.measurement import BloodPressure, Glucose, Number, Quality, Special
from device_drivers.profiles import blood_pressure, glucose, glucose_context
from device_drivers.quality import judge, mg_dl, mmol_l
from device_drivers.wire import reading as wire

CUFF = blood_pressure.decode(bytes.fromhex("00 7800 5000 6200"))
DROP = glucose.decode(bytes.fromhex("02 0100 e807 03 09 0a 1e 00 6fb0 11"))
KETONE = glucose_context.decode(bytes.fromhex("02 0100 06"))


def pressures(systolic: str, diastolic: str) -> BloodPressure:
    return replace(CUFF, systolic=Decimal(systolic), diastolic=Decimal(diastolic))


def kilopascals(systolic: str, diastolic: str) -> BloodPressure:
    return replace(pressures(systolic, diastolic), unit="kPa")


def of(concentration: Number | None, *status: str) -> Glucose:
    return replace(DROP, concentration=concentration, status=status)


@pytest.mark.parametrize(
    ("systolic", "diastolic"),
    [("50", "30"), ("300", "160"), ("150", "20"), ("260", "200"), ("90", "80"), ("200", "50")],
)
def test_a_pressure_at_a_limit_is_ok(systolic: str, diastolic: str) -> None:
    assert judge(pressures(systolic, diastolic)) is Quality.OK


@pytest.mark.parametrize(
    ("systolic", "diastolic"),
    [("49", "30"), ("301", "160"), ("100", "19"), ("260", "201"), ("89", "80"), ("201", "50"), ("80", "80")],
)
def test_a_pressure_past_a_limit_is_implausible(systolic: str, diastolic: str) -> None:
    assert judge(pressures(systolic, diastolic)) is Quality.IMPLAUSIBLE


@pytest.mark.parametrize(("systolic", "diastolic"), [("40.0", "21.3"), ("6.6", "3.0")])
def test_kilopascals_are_judged_as_whole_mmhg(systolic: str, diastolic: str) -> None:
    # 40.0 kPa is 300.02 and 6.6 kPa is 49.50 mmHg: both round onto the limit.
    assert judge(kilopascals(systolic, diastolic)) is Quality.OK


@pytest.mark.parametrize(("systolic", "diastolic"), [("40.1", "21.3"), ("6.5", "3.0")])
def test_kilopascals_past_a_limit_are_implausible(systolic: str, diastolic: str) -> None:
    assert judge(kilopascals(systolic, diastolic)) is Quality.IMPLAUSIBLE


@pytest.mark.parametrize("special", list(Special))
def test_one_pressure_without_a_number_is_implausible(special: Special) -> None:
    assert judge(replace(CUFF, diastolic=special)) is Quality.IMPLAUSIBLE


def test_no_pressure_with_a_number_is_a_device_error() -> None:
    assert judge(replace(CUFF, systolic=Special.NAN, diastolic=Special.NAN)) is Quality.DEVICE_ERROR


def test_neither_pulse_nor_time_nor_flags_reject_a_pressure() -> None:
    frame = bytes.fromhex("16 d200 8200 a000 0000 00 00 00 00 00 0a00 3f00")
    assert judge(blood_pressure.decode(frame)) is Quality.OK


@pytest.mark.parametrize(
    ("kilograms", "quality"),
    [
        ("0.00001", Quality.OK),
        ("0.000009", Quality.IMPLAUSIBLE),
        ("0", Quality.IMPLAUSIBLE),
        ("-0.001", Quality.IMPLAUSIBLE),
        ("0.01802", Quality.OK),
        ("0.01803", Quality.IMPLAUSIBLE),
    ],
)
def test_a_glucose_value_is_judged_as_it_is_shown(kilograms: str, quality: Quality) -> None:
    assert judge(of(Decimal(kilograms))) is quality


def test_the_unit_changes_no_verdict() -> None:
    assert judge(replace(of(Decimal("0.1")), unit="mol/L")) is Quality.OK
    assert judge(replace(of(Decimal("0.1001")), unit="mol/L")) is Quality.IMPLAUSIBLE


@pytest.mark.parametrize("number", [None, Special.NAN, Special.NRES, Special.RESERVED])
def test_no_glucose_value_and_no_reason_is_a_device_error(number: Special | None) -> None:
    assert judge(of(number)) is Quality.DEVICE_ERROR


@pytest.mark.parametrize("number", [None, Special.NAN, Special.PLUS_INFINITY, Decimal("0.006")])
def test_hi_is_hi_whatever_stands_in_the_value(number: Number | None) -> None:
    assert judge(of(number, "result_too_high")) is Quality.OUT_OF_RANGE_HIGH


@pytest.mark.parametrize("number", [None, Special.NAN, Special.MINUS_INFINITY, Decimal("0.0001")])
def test_lo_is_lo_whatever_stands_in_the_value(number: Number | None) -> None:
    assert judge(of(number, "result_too_low")) is Quality.OUT_OF_RANGE_LOW


def test_a_broken_sensor_outranks_hi() -> None:
    assert judge(of(Special.PLUS_INFINITY, "sensor_malfunction")) is Quality.DEVICE_ERROR


def test_a_low_battery_and_a_wrong_clock_take_no_value_back() -> None:
    assert judge(of(Decimal("0.00111"), "battery_low", "time_fault")) is Quality.OK


def test_control_solution_outranks_everything() -> None:
    control = replace(
        of(Special.PLUS_INFINITY, "general_fault", "result_too_high"), sample="control_solution"
    )
    assert judge(replace(control, context=KETONE)) is Quality.CONTROL_SOLUTION


def test_a_ketone_is_no_glucose_however_high() -> None:
    assert judge(replace(of(Decimal("0.00013")), context=KETONE)) is Quality.KETONE
    assert judge(replace(of(Special.PLUS_INFINITY, "result_too_high"), context=KETONE)) is Quality.KETONE


def test_mg_dl_moves_the_point_of_kg_per_litre() -> None:
    assert mg_dl(of(Decimal("0.00111"))) == 111


def test_the_two_units_meet_at_18_0156() -> None:
    mol = replace(of(Decimal("0.0100")), unit="mol/L")
    assert mg_dl(mol) == Decimal("180.156")
    assert mmol_l(of(Decimal("0.00180156"))) == Decimal("10.0")


def test_no_number_converts_to_none() -> None:
    assert mg_dl(of(Special.NAN)) is None
    assert mmol_l(of(None)) is None


def test_the_wire_knows_exactly_these_qualities() -> None:
    assert set(get_args(wire.Quality)) == {quality.value for quality in Quality}
