"""Which item an event counts for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from clinician_api.deliveries import rules
from clinician_api.packages.keeping import Line
from clinician_api.packages.rules import Said
from clinician_api.packages.years import Span

DAY = date(2026, 6, 1)
VISIT = Line(
    entitlement=UUID(int=1),
    contract=UUID(int=2),
    package="hypertension",
    item="hypertension.visit",
    name=Said("随访", "Visit"),
    span=Span(date(2026, 1, 1), date(2026, 12, 31)),
    promised=4,
    most=6,
    used=0,
    beyond=0,
    unit="times",
    payers=("public_health",),
    evidence=("visit", "home_visit"),
    population=("hypertension",),
)
FEET = replace(VISIT, item="diabetes.visit", population=("diabetes",))
AT_HOME = replace(VISIT, item="at_home.visit", evidence=("home_visit",), population=("everyone",))
PRESSURE = frozenset({"hypertension"})


def chosen(
    *lines: Line, kind: str = "visit", groups: frozenset[str] = PRESSURE, on: date = DAY
) -> str | None:
    found = rules.which(lines, kind, groups, on)  # type: ignore[arg-type]
    return found.item if found else None


def test_an_event_counts_for_its_own_group_before_everybodys_and_never_for_anothers() -> None:
    assert chosen(FEET, AT_HOME, VISIT, kind="home_visit") == "hypertension.visit"
    assert chosen(FEET, AT_HOME, kind="home_visit") == "at_home.visit"
    assert chosen(FEET) is None
    assert chosen(VISIT, kind="phone_call") is None
    assert chosen(VISIT, groups=frozenset()) is None
    assert chosen(VISIT, on=date(2027, 1, 1)) is None


def test_times_that_are_left_are_taken_before_what_is_full() -> None:
    full, more = replace(VISIT, used=6), replace(VISIT, item="more.visit", used=4)
    assert chosen(full, more) == "more.visit"
    assert chosen(full, AT_HOME, kind="home_visit") == "at_home.visit"
    assert chosen(full) == "hypertension.visit"
    assert chosen(more, replace(VISIT, item="owed.visit", used=3)) == "owed.visit"


def test_a_call_that_nobody_answered_is_no_contact() -> None:
    assert rules.CONTACTS.get("unreachable") is None
    assert rules.about("data") == frozenset()
    assert rules.about("glucose_low") == frozenset({"diabetes"})


def test_weeks_of_pressure_are_made_of_pressure() -> None:
    assert rules.measured_by(VISIT) == {"blood_pressure"}
    assert rules.measured_by(FEET) == {"glucose"}
    assert rules.measured_by(AT_HOME) == {"blood_pressure", "glucose"}
