"""Physiology and plan: the same seed is the same world."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from statistics import mean

from firmware_sim.measured import Pressure, Sugar
from firmware_sim.physiology import person, vitals
from firmware_sim.plan import CRISIS, Kind, Scenario, plan, planned_hash

DEMO = Scenario(seed=7, homes=12, seconds=60)


def test_a_person_at_a_time_always_shows_the_same() -> None:
    assert vitals(person(3), 30.25) == vitals(person(3), 30.25)
    assert vitals(person(3), 30.25) != vitals(person(4), 30.25)


def test_pressure_is_lower_at_night() -> None:
    people = [person(seed) for seed in range(40)]
    night = mean(vitals(who, 27).systolic for who in people)
    day = mean(vitals(who, 39).systolic for who in people)
    assert day - night > 5


def test_glucose_is_higher_after_breakfast() -> None:
    people = [person(seed) for seed in range(40)]
    before = mean(vitals(who, 24 + 5.5).glucose for who in people)
    after = mean(vitals(who, 24 + 8).glucose for who in people)
    assert after - before > Decimal("0.8")


def test_readings_have_the_digits_a_meter_shows() -> None:
    shown = vitals(person(1), 12.0)
    assert shown.glucose == round(shown.glucose, 1)
    assert shown.systolic > shown.diastolic > 30


def test_the_same_scenario_plans_the_same_events() -> None:
    assert planned_hash(plan(DEMO)) == planned_hash(plan(DEMO))


def test_another_seed_or_factor_plans_other_events() -> None:
    others = (
        Scenario(seed=8, homes=12, seconds=60),
        Scenario(seed=7, homes=12, seconds=60, factor=60),
        Scenario(seed=7, homes=11, seconds=60),
    )
    assert len({planned_hash(plan(scenario)) for scenario in (DEMO, *others)}) == 4


def test_the_demo_takes_well_over_a_hundred_readings_spread_evenly() -> None:
    events = plan(DEMO)
    per_ten_seconds = Counter(event.at_ms // 10_000 for event in events)
    assert 150 <= len(events) <= 200
    assert events[0].at_ms <= 2000
    assert max(per_ten_seconds.values()) - min(per_ten_seconds.values()) <= 2


def test_every_home_uses_both_meters() -> None:
    pairs = {(event.home, event.kind) for event in plan(DEMO)}
    assert pairs == {(home, kind) for home in range(12) for kind in Kind}


def test_a_cuff_is_used_by_two_people_and_a_glucometer_by_one() -> None:
    events = plan(DEMO)
    assert {event.values.user for event in events if isinstance(event.values, Pressure)} == {1, 2}
    assert {event.values.unit for event in events if isinstance(event.values, Sugar)} == {"mmol/L"}


def test_a_crisis_is_planned_at_its_seconds_and_nothing_ordinary_of_that_person_ends_it() -> None:
    events = plan(Scenario(seed=7, homes=2, seconds=60, crisis_at_s=(5, 14, 68)))
    cuff = [event for event in events if event.home == 0 and event.kind is Kind.BLOOD_PRESSURE]
    first_person = [event for event in cuff if isinstance(event.values, Pressure) and event.values.user == 1]
    assert [(event.at_ms, event.values) for event in first_person] == [(5000, CRISIS), (14_000, CRISIS)]
    assert len(cuff) > len(first_person)
