"""Plausible people: blood pressure and glucose at a time. Pure and seeded; scenery, not a medical model."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from decimal import Decimal

HOURS_PER_DAY = 24
RISE_H = 1.0  # glucose peaks about an hour after a meal


@dataclass(frozen=True, slots=True)
class Meal:
    """`rise` in mmol/L at the peak."""

    hour: float
    rise: float


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's steady state; pressures in mmHg, glucose in mmol/L, hours of the day."""

    seed: int
    systolic: float
    diastolic: float
    pulse: float
    dip: float
    """By which share pressure falls at night: 0.1 to 0.2 is normal (O'Brien, Lancet 1988)."""
    fasting: float
    meals: tuple[Meal, ...]
    drift_per_day: float
    """Share by which pressure and fasting glucose move each day."""


@dataclass(frozen=True, slots=True)
class Vitals:
    """At one moment, as a meter shows them: whole mmHg and beats per minute, mmol/L to 0.1."""

    systolic: int
    diastolic: int
    pulse: int
    glucose: Decimal


def person(seed: int) -> Person:
    """The same seed is the same person."""
    chance = random.Random(f"person {seed}")
    return Person(
        seed=seed,
        systolic=chance.uniform(118, 158),
        diastolic=chance.uniform(70, 94),
        pulse=chance.uniform(60, 82),
        dip=chance.uniform(0.02, 0.18),
        fasting=chance.uniform(4.8, 8.2),
        meals=tuple(
            Meal(hour + chance.uniform(-0.75, 0.75), chance.uniform(1.0, 5.0)) for hour in (7, 12, 18)
        ),
        drift_per_day=chance.uniform(-0.002, 0.002),
    )


def vitals(who: Person, hours: float) -> Vitals:
    """What meters show `hours` after midnight of the first day; the same arguments give the same values."""
    noise = random.Random(f"noise {who.seed} {hours:.4f}")
    drift = 1 + who.drift_per_day * hours / HOURS_PER_DAY
    level = drift * (1 - who.dip * _night(hours % HOURS_PER_DAY))
    return Vitals(
        systolic=round(who.systolic * level + noise.gauss(0, 5)),
        diastolic=round(who.diastolic * level + noise.gauss(0, 3)),
        pulse=round(who.pulse * (1 - 0.12 * _night(hours % HOURS_PER_DAY)) + noise.gauss(0, 3)),
        glucose=_shown(who.fasting * drift + _after_meals(who, hours) + noise.gauss(0, 0.3)),
    )


def _night(hour: float) -> float:
    """1 at three in the morning, 0 at three in the afternoon."""
    return (1 + math.cos(2 * math.pi * (hour - 3) / HOURS_PER_DAY)) / 2


def _after_meals(who: Person, hours: float) -> float:
    since = ((meal, (hours - meal.hour) % HOURS_PER_DAY / RISE_H) for meal in who.meals)
    return sum(meal.rise * passed * math.exp(1 - passed) for meal, passed in since)


def _shown(mmol_l: float) -> Decimal:
    """To 0.1, and never below what a meter can show (1.1 mmol/L: 20 mg/dL)."""
    return max(Decimal(f"{mmol_l:.1f}"), Decimal("1.1"))
