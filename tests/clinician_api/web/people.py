"""Readings for the pages' tests and their gallery: made up, seeded, of people who do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from alerts.reading import Context, Quality, Reading
from clinician_api.web.charts.period import Period

REGION = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 7, 26, tzinfo=REGION)
NAMESPACE = UUID("6f0f2b5e-0a51-4f0e-9d6b-5b7c9d3f2a10")


def period(days: int, now: datetime = NOW) -> Period:
    return Period(now, days, REGION)


def name(what: str) -> str:
    return str(uuid5(NAMESPACE, what))


def pressure(
    at: datetime,
    systolic: int,
    diastolic: int,
    *,
    pulse: int | None = 76,
    quality: Quality = "ok",
    flags: frozenset[str] = frozenset(),
) -> Reading:
    return Reading(
        id=name(f"bp {at.isoformat()}"),
        resident="r",
        kind="blood_pressure",
        taken_at=at,
        stored_at=at + timedelta(seconds=2),
        unit="mmHg",
        systolic=Decimal(systolic),
        diastolic=Decimal(diastolic),
        pulse=None if pulse is None else Decimal(pulse),
        quality=quality,
        flags=flags,
    )


def glucose(
    at: datetime, value: str | None, *, context: Context | None = None, quality: Quality = "ok"
) -> Reading:
    return Reading(
        id=name(f"bg {at.isoformat()}"),
        resident="r",
        kind="glucose",
        taken_at=at,
        stored_at=at + timedelta(seconds=2),
        unit=None if value is None else "mmol/L",
        concentration=None if value is None else Decimal(value),
        context=context,
        quality=quality,
    )


def at(days_ago: int, hour: int, minute: int = 0) -> datetime:
    return (NOW - timedelta(days=days_ago)).replace(hour=hour, minute=minute)


def rising(days: int = 44, *, gap: tuple[int, int] = (15, 18)) -> tuple[Reading, ...]:
    """Mornings and evenings around 142/86, three days without, then a rise to two critical readings today."""
    return tuple(sorted(_rising(Random(7), days, gap), key=lambda each: each.taken_at))


def _rising(chance: Random, days: int, gap: tuple[int, int]) -> Iterator[Reading]:
    for ago in range(days, 0, -1):
        if gap[0] <= ago < gap[1]:
            continue
        rise = max(0, 12 - ago) * 1.7
        for hour in (7, 20):
            if chance.random() < 0.13:
                continue
            systolic = round(140 + rise + chance.gauss(0, 5) - (4 if hour == 20 else 0))
            diastolic = round(85 + rise / 2 + chance.gauss(0, 3))
            flags = frozenset({"irregular_pulse"}) if (ago, hour) == (24, 7) else frozenset[str]()
            flags |= {"typed"} if (ago, hour) == (19, 7) else frozenset[str]()
            pulse = round(chance.gauss(74, 6))
            yield pressure(at(ago, hour, chance.randrange(50)), systolic, diastolic, pulse=pulse, flags=flags)
    yield pressure(at(5, 21, 30), 168, 98, flags=frozenset({"body_movement"}))
    yield pressure(at(0, 7, 12), 179, 102, pulse=86)
    yield pressure(at(0, 7, 20), 182, 104, pulse=88)


def fingersticks() -> tuple[Reading, ...]:
    chance = Random(11)
    found = []
    for ago in range(13, -1, -1):
        found.append(
            glucose(at(ago, 6, 30 + chance.randrange(25)), f"{chance.gauss(8.2, 1.2):.1f}", context="fasting")
        )
        if ago and chance.random() < 0.7:
            found.append(
                glucose(at(ago, 9, chance.randrange(50)), f"{chance.gauss(12.4, 2):.1f}", context="post_meal")
            )
        if ago and chance.random() < 0.4:
            found.append(glucose(at(ago, 17, 30), f"{chance.gauss(7.9, 1.4):.1f}", context="pre_meal"))
        if ago and chance.random() < 0.4:
            found.append(glucose(at(ago, 22, 5), f"{chance.gauss(8.8, 1.6):.1f}", context="bedtime"))
    found.append(glucose(at(2, 3, 12), "3.4"))
    found.append(glucose(at(8, 20, 10), None, context="post_meal", quality="out_of_range_high"))
    found.append(glucose(at(5, 12, 30), "6.1", quality="control_solution"))
    return tuple(sorted(found, key=lambda each: each.taken_at))
