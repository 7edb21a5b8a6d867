"""A home meter compared with the clinic's, and what monitoring still lacks. Pure.

Whether two measurements agree is said by whoever took them: no limit is computed, for none is given by
domain 3.5a. What is computed is the difference, so that nobody has to.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

Kind = Literal["blood_pressure", "glucose"]
Lack = Literal["contract", "consent", "check"]

# The ranges beyond which a number is a slip of the hand (domain 3.5: plausibility).
_SYSTOLIC: Final = (Decimal(60), Decimal(260))
_DIASTOLIC: Final = (Decimal(30), Decimal(180))
_APART: Final = Decimal(10)
_GLUCOSE: Final = (Decimal("0.6"), Decimal("33.3"))


@dataclass(frozen=True, slots=True)
class Measured:
    """Pressures in mmHg, or glucose in mmol/L, as one instrument showed them."""

    systolic: Decimal | None = None
    diastolic: Decimal | None = None
    glucose: Decimal | None = None


def kind_of(measured: Measured) -> Kind | None:
    """None where it is neither a pressure nor a sugar, or both."""
    is_pressure = measured.systolic is not None and measured.diastolic is not None
    is_sugar = measured.glucose is not None
    if is_pressure == is_sugar or (measured.systolic is None) != (measured.diastolic is None):
        return None
    return "blood_pressure" if is_pressure else "glucose"


def is_plausible(measured: Measured) -> bool:
    if measured.glucose is not None:
        return _within(measured.glucose, _GLUCOSE)
    if measured.systolic is None or measured.diastolic is None:
        return False
    is_apart = measured.systolic - measured.diastolic >= _APART
    return is_apart and _within(measured.systolic, _SYSTOLIC) and _within(measured.diastolic, _DIASTOLIC)


def difference(home: Measured, clinic: Measured) -> Measured:
    """Home less clinic, number by number."""
    return Measured(
        systolic=_less(home.systolic, clinic.systolic),
        diastolic=_less(home.diastolic, clinic.diastolic),
        glucose=_less(home.glucose, clinic.glucose),
    )


def lacks(*, has_contract: bool, has_consent: bool, agreed: Collection[Kind]) -> tuple[Lack, ...]:
    """What is still to do before monitoring begins; of meters, one that agrees is enough."""
    missing: dict[Lack, bool] = {
        "contract": not has_contract,
        "consent": not has_consent,
        "check": not agreed,
    }
    return tuple(lack for lack, is_missing in missing.items() if is_missing)


def _within(number: Decimal, limits: tuple[Decimal, Decimal]) -> bool:
    return limits[0] <= number <= limits[1]


def _less(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one - other
