"""What a comparison is, and what monitoring lacks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from clinician_api.monitoring.rules import Measured, difference, is_plausible, kind_of, lacks

D = Decimal


@pytest.mark.parametrize(
    ("measured", "kind"),
    [
        (Measured(D(120), D(80)), "blood_pressure"),
        (Measured(glucose=D("5.6")), "glucose"),
        (Measured(D(120)), None),
        (Measured(diastolic=D(80)), None),
        (Measured(D(120), D(80), D(5)), None),
        (Measured(D(120), None, D(5)), None),
        (Measured(), None),
    ],
)
def test_a_measurement_is_of_one_kind(measured: Measured, kind: str | None) -> None:
    assert kind_of(measured) == kind


def test_a_slip_of_the_hand_is_seen() -> None:
    slips = [
        Measured(D(1200), D(80)),
        Measured(D(59), D(40)),
        Measured(D(120), D(115)),
        Measured(D(80), D(120)),
        Measured(glucose=D("0.5")),
        Measured(glucose=D("33.4")),
        Measured(D(120)),
    ]
    assert [each for each in slips if is_plausible(each)] == []
    extremes = [Measured(D(60), D(30)), Measured(D(260), D(180)), Measured(glucose=D("33.3"))]
    assert [each for each in extremes if not is_plausible(each)] == []


def test_the_difference_is_home_less_clinic() -> None:
    assert difference(Measured(D(138), D(84)), Measured(D(136), D(86))) == Measured(D(2), D(-2))
    assert difference(Measured(glucose=D("6.2")), Measured(glucose=D("6.0"))) == Measured(glucose=D("0.2"))


def test_monitoring_lacks_what_is_not_there_and_one_meter_is_enough() -> None:
    assert lacks(has_contract=False, has_consent=False, agreed=()) == ("contract", "consent", "check")
    assert lacks(has_contract=True, has_consent=True, agreed=["glucose"]) == ()
