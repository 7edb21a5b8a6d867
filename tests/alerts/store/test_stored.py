"""From a row to the reading that is judged: what is taken over, what is refused, and nothing guessed."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from alerts.reading import Context, Quality
from alerts.store.stored import Row, to_reading
from tests.alerts.making import at

PRESSURE = Row(
    resident=UUID(int=1),
    reading_id=UUID(int=2),
    revision=0,
    tx=7,
    seq=8,
    taken_at=at(0),
    heard_at=at(1),
    kind="blood_pressure",
    unit="kPa",
    systolic=Decimal("24.8"),
    diastolic=Decimal("14.9"),
    pulse=Decimal(72),
    concentration=None,
    beyond=None,
    sample=None,
    location=None,
    quality="ok",
    flags=["irregular_pulse", "note of a decoder"],
    meal=None,
    suspect_duplicate=None,
    is_withdrawn=False,
    is_corrected=False,
)
SUGAR = PRESSURE._replace(
    kind="glucose",
    unit="mg/dL",
    systolic=None,
    diastolic=None,
    pulse=None,
    concentration=Decimal(70),
    flags=[],
)


def test_a_pressure_keeps_its_meters_unit_and_flags() -> None:
    reading = to_reading(PRESSURE)
    assert (reading.id, reading.resident) == (str(UUID(int=2)), str(UUID(int=1)))
    assert (reading.unit, reading.systolic, reading.systolic_mmhg) == ("kPa", Decimal("24.8"), 186)
    assert "irregular_pulse" in reading.flags


def test_it_counts_as_stored_when_it_came_to_be_known_as_the_residents() -> None:
    assert to_reading(PRESSURE).stored_at == at(1)


@pytest.mark.parametrize(
    ("meal", "context"),
    [
        ("fasting", "fasting"),
        ("pre_meal", "pre_meal"),
        ("post_meal", "post_meal"),
        ("bedtime", "bedtime"),
        ("casual", "random"),
        ("reserved", None),
        (None, None),
    ],
)
def test_a_meal_that_no_rule_knows_is_no_context(meal: str | None, context: Context | None) -> None:
    assert to_reading(SUGAR._replace(meal=meal)).context == context


def test_a_ketone_is_no_glucose() -> None:
    reading = to_reading(SUGAR._replace(quality="ketone", unit="mmol/L", concentration=Decimal("1.6")))
    assert (reading.kind, reading.ketone, reading.glucose) == ("ketone", Decimal("1.6"), None)


@pytest.mark.parametrize(("quality", "beyond"), [("ok", "HI"), ("ok", "LO"), ("out_of_range_high", "HI")])
def test_hi_and_lo_are_what_the_meter_showed(quality: Quality, beyond: str) -> None:
    reading = to_reading(SUGAR._replace(quality=quality, beyond=beyond, concentration=None))
    assert (reading.beyond, reading.glucose) == (beyond, None)


@pytest.mark.parametrize(
    "row", [SUGAR._replace(sample="control_solution"), SUGAR._replace(location="control_solution")]
)
def test_a_control_solution_is_nobodys_glucose(row: Row) -> None:
    assert (to_reading(row).is_value, to_reading(row).glucose) == (False, None)


def test_a_device_error_that_shows_a_number_stays_an_error() -> None:
    assert to_reading(SUGAR._replace(quality="device_error", beyond="HI")).beyond is None


def test_a_missing_unit_stays_missing() -> None:
    assert to_reading(SUGAR._replace(unit=None)).unit is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "weight"},
        {"quality": "fine"},
        {"unit": "stone"},
        {"beyond": "??"},
        {"concentration": Decimal("NaN")},
        {"concentration": Decimal("Infinity")},
    ],
    ids=str,
)
def test_what_no_rule_knows_is_refused_without_telling_a_value(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"^(a word that no rule knows|no number)$"):
        to_reading(SUGAR._replace(**wrong))  # type: ignore[arg-type]
