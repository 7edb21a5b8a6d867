"""Rule 1: exact conversion, one rounding, half-up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.units import mean, mmhg, mmol_l, tenth, whole


@pytest.mark.parametrize(
    ("shown", "converted"),
    [
        ("71", "3.9"),
        ("72", "4.0"),
        ("53", "2.9"),
        ("54", "3.0"),
        ("299", "16.6"),
        ("300", "16.7"),
        ("600", "33.3"),
    ],
)
def test_mg_dl_becomes_mmol_l(shown: str, converted: str) -> None:
    assert mmol_l(Decimal(shown), "mg/dL") == Decimal(converted)


def test_exactly_half_a_tenth_goes_up() -> None:
    assert mmol_l(Decimal("3.95") * Decimal("18.0156"), "mg/dL") == Decimal("4.0")
    assert mmol_l(Decimal("16.65"), "mmol/L") == Decimal("16.7")


@pytest.mark.parametrize(("shown", "converted"), [("24.0", 180), ("23.9", 179), ("14.6", 110), ("14.5", 109)])
def test_kpa_becomes_mmhg(shown: str, converted: int) -> None:
    assert mmhg(Decimal(shown), "kPa") == converted


def test_half_a_millimetre_goes_up() -> None:
    assert mmhg(Decimal("179.5"), "mmHg") == 180
    assert whole(mean([134, 135])) == 135


def test_a_mean_is_exact_before_it_is_rounded() -> None:
    assert mean([Decimal("6.9"), Decimal("7.0"), Decimal("7.0")]) == Fraction(209, 30)
    assert tenth(Fraction(209, 30)) == Decimal("7.0")


@given(st.integers(20, 300))
def test_a_whole_mmhg_survives_kpa_with_two_decimals(value: int) -> None:
    kpa = (Decimal(value) / Decimal("7.50062")).quantize(Decimal("0.01"))
    assert mmhg(kpa, "kPa") == value
