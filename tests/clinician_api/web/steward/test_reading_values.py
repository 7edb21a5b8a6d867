"""What a steward sees of a value is what the meter said."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from clinician_api.web.steward.readings import value
from clinician_api.web.words import words_of


@dataclass(frozen=True)
class Said:
    unit: str | None
    systolic: Decimal | None = None
    diastolic: Decimal | None = None
    concentration: Decimal | None = None
    beyond: str | None = None


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (Said("mmHg", Decimal(120), Decimal(80)), ("120/80", "mmHg")),
        (Said("kPa", Decimal("16.0"), Decimal("10.7")), ("16.0/10.7", "kPa")),
        (Said("mmol/L", concentration=Decimal("5.0")), ("5.0", "mmol/L")),
        (Said("mmol/L", beyond="HI"), ("HI", "mmol/L")),
    ],
)
def test_no_digit_of_a_value_is_left_out(said: Said, shown: tuple[str, str]) -> None:
    assert value(said, words_of("en")) == shown
