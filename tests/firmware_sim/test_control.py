"""Command lines of the air process, without a process."""

from __future__ import annotations

from decimal import Decimal

import pytest

from firmware_sim import control
from firmware_sim.control import CommandError
from firmware_sim.encode import Special
from firmware_sim.faults import Faults
from firmware_sim.measured import Pressure, Sugar, pressure, sugar, to_texts
from firmware_sim.plan import Kind


def test_values_are_given_as_texts() -> None:
    line = '{"do":"measure","home":2,"meter":"bp","values":{"systolic":"142","diastolic":"nan","user":"2"}}'
    values = Pressure(systolic=Decimal(142), diastolic=Special.NAN, user=2)
    assert control.parse(line) == control.Measure(2, Kind.BLOOD_PRESSURE, values)


def test_without_values_the_physiology_decides() -> None:
    line = '{"do":"measure","home":0,"meter":"glucose","values":null}'
    assert control.parse(line) == control.Measure(0, Kind.GLUCOSE, None)


@pytest.mark.parametrize(
    ("order", "command"),
    [
        ('"do":"fade","after":[40,7]', control.Fade(0, Kind.BLOOD_PRESSURE, (40, 7))),
        ('"do":"forget"', control.Forget(0, Kind.BLOOD_PRESSURE)),
        ('"do":"passkey","digits":"012345"', control.Passkey(0, Kind.BLOOD_PRESSURE, 12345)),
        ('"do":"keep","subscriptions":true', control.Keep(0, Kind.BLOOD_PRESSURE, is_on=True)),
        ('"do":"passkey","digits":null', control.Passkey(0, Kind.BLOOD_PRESSURE, None)),
    ],
)
def test_a_meters_radio_is_disturbed_by_name(order: str, command: control.Command) -> None:
    assert control.parse(f'{{{order},"home":0,"meter":"bp"}}') == command


def test_faults_are_given_by_name() -> None:
    line = '{"do":"fault","home":0,"meter":"bp","faults":{"records":[3],"keep_bytes":4,"trailing":"aa"}}'
    faults = Faults(records=frozenset({3}), keep_bytes=4, trailing=b"\xaa")
    assert control.parse(line) == control.Fault(0, Kind.BLOOD_PRESSURE, faults)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "{}",
        '{"do":"dance"}',
        '{"do":"drop","home":0,"meter":"scale"}',
        '{"do":"measure","home":0,"meter":"bp","values":{"systolic":"high","diastolic":"80"}}',
        '{"do":"measure","home":0,"meter":"bp","values":{"systolic":"120"}}',
    ],
)
def test_anything_else_is_refused(line: str) -> None:
    with pytest.raises(CommandError):
        control.parse(line)


@pytest.mark.parametrize(
    "values",
    [
        Pressure(systolic=Decimal("16.0"), diastolic=Special.NRES, unit="kPa", pulse=Decimal(61), status=4),
        Pressure(systolic=Decimal(120), diastolic=Decimal(80), mean=Decimal(93), user=255),
    ],
)
def test_a_pressure_survives_being_text(values: Pressure) -> None:
    assert pressure(to_texts(values)) == values


@pytest.mark.parametrize(
    "values",
    [
        Sugar(amount=None, status=4),
        Sugar(amount=Decimal("6.2"), unit="mmol/L", meal=3),
        Sugar(amount=Special.POSITIVE_INFINITY, sample_type=10, location=4),
    ],
)
def test_a_sugar_survives_being_text(values: Sugar) -> None:
    assert sugar(to_texts(values)) == values
