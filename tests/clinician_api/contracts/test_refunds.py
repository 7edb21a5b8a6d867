"""What is given back of a fee: by days, to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from clinician_api.contracts import refunds

BEGINS, ENDS = date(2026, 3, 3), date(2027, 3, 2)


@pytest.mark.parametrize(
    ("fee", "last_served", "back"),
    [
        ("120.00", None, "120.00"),
        ("120.00", date(2026, 3, 2), "120.00"),
        ("120.00", date(2026, 3, 3), "119.67"),
        ("120.00", date(2026, 6, 1), "90.08"),
        ("120.00", date(2027, 3, 2), "0.00"),
        ("120.00", date(2027, 3, 9), "0.00"),
        ("0.01", date(2026, 9, 1), "0.00"),
        ("3.65", date(2027, 2, 28), "0.02"),
    ],
)
def test_the_days_that_are_not_served_are_given_back(fee: str, last_served: date | None, back: str) -> None:
    given = refunds.amount(Decimal(fee), begins=BEGINS, ends=ENDS, last_served=last_served)
    assert given == Decimal(back)


def test_of_a_leap_year_a_day_is_a_three_hundred_and_sixty_sixth() -> None:
    begins, ends = date(2024, 2, 29), date(2025, 2, 28)
    assert refunds.amount(Decimal(366), begins=begins, ends=ends, last_served=begins) == Decimal("365.00")
