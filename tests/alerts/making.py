"""Readings for tests, with everything sensible where a test says nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from alerts.course import Course, hear, pass_time
from alerts.episodes import Episode
from alerts.reading import Kind, Reading

START = datetime.fromisoformat("2026-03-01T08:00:00+08:00")


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def pressure(minutes: float, systolic: int, diastolic: int, **more: object) -> Reading:
    values: dict[str, object] = {
        "systolic": Decimal(systolic),
        "diastolic": Decimal(diastolic),
        "unit": "mmHg",
    }
    return _reading(minutes, "blood_pressure", values | more)


def glucose(minutes: float, value: str, **more: object) -> Reading:
    return _reading(minutes, "glucose", {"concentration": Decimal(value), "unit": "mmol/L"} | more)


def ketone(minutes: float, value: str, **more: object) -> Reading:
    return _reading(minutes, "ketone", {"concentration": Decimal(value), "unit": "mmol/L"} | more)


def answer(minutes: float, *symptoms: str) -> Reading:
    """What the home said to the question about symptoms."""
    return _reading(minutes, "symptom", {"symptoms": frozenset(symptoms)})


def _reading(minutes: float, kind: Kind, more: dict[str, object]) -> Reading:
    taken = at(minutes)
    named: dict[str, Any] = {"id": f"{kind} {minutes}", "resident": "a", "stored_at": taken} | more
    return Reading(kind=kind, taken_at=taken, **named)


def course_of(*readings: Reading, until: float | None = None) -> tuple[Episode, ...]:
    """The episodes that readings make, in the order given; the clock stops at the last one or at `until`."""
    course = Course()
    for reading in readings:
        course = hear(pass_time(course, reading.stored_at), reading)
    return (course if until is None else pass_time(course, at(until))).episodes


def only(*readings: Reading, until: float | None = None) -> Episode:
    """Their one episode."""
    (episode,) = course_of(*readings, until=until)
    return episode
