"""From a meter's unit to the one that is compared, as the screen shows it. Guesses no unit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final, Literal

PressureUnit = Literal["mmHg", "kPa"]
ConcentrationUnit = Literal["mmol/L", "mg/dL"]
Unit = PressureUnit | ConcentrationUnit

MMHG_PER_KPA: Final = Decimal("7.50062")
"""Conventional millimetre of mercury, ISO 80000-4; the project's clinical rules, rule 1."""

MG_DL_PER_MMOL_L: Final = Decimal("18.0156")
"""The molar mass of glucose is 180.156 g/mol; the project's clinical rules, rule 1."""

_TENTH: Final = Decimal("0.1")


def mmhg(value: Decimal, unit: PressureUnit) -> int:
    """Half-up to 1 mmHg."""
    converted = value * MMHG_PER_KPA if unit == "kPa" else value
    return int(converted.to_integral_value(rounding=ROUND_HALF_UP))


def mmol_l(value: Decimal, unit: ConcentrationUnit) -> Decimal:
    """Glucose half-up to 0.1 mmol/L."""
    converted = value / MG_DL_PER_MMOL_L if unit == "mg/dL" else value
    return converted.quantize(_TENTH, rounding=ROUND_HALF_UP)


def mean(values: Sequence[int | Decimal | Fraction]) -> Fraction:
    """Exact: a third of a millimetre is not lost before the only rounding."""
    total = sum(values)
    return Fraction(total, len(values)) if isinstance(total, int) else Fraction(total) / len(values)


def whole(value: Fraction) -> int:
    """Half-up to 1, as blood pressure is shown."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def tenth(value: Fraction) -> Decimal:
    """Half-up to 0.1, as glucose is shown."""
    return Decimal((20 * value.numerator + value.denominator) // (2 * value.denominator)) / 10
