"""Who measures when, with which value: planned before anything runs. Pure; the wall clock is not in it."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from firmware_sim.measured import Pressure, Sugar, to_texts
from firmware_sim.physiology import person, vitals

FIRST_AT_S = 0.5
WAKING_HOUR = 6.0  # of the first day, when the plan starts
PERSONS_PER_HOME = 2  # users 1 and 2 of the cuff
CRISIS = Pressure(systolic=Decimal(186), diastolic=Decimal(112), pulse=Decimal(96), user=1)


class Kind(StrEnum):
    BLOOD_PRESSURE = "blood_pressure"
    GLUCOSE = "glucose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """`factor`: seconds of physiology in one second; the meters' own clocks run at wall speed."""

    seed: int
    homes: int
    factor: float = 600
    seconds: float
    every_s: float = 8
    """Between two measurements of one meter."""
    kinds: tuple[Kind, ...] = tuple(Kind)
    """Which meters are used; the others stay silent."""
    crisis_at_s: tuple[float, ...] = ()
    """When home 0's first person measures `CRISIS`; otherwise that home's cuff is the second's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One measurement, `at_ms` milliseconds after the start."""

    at_ms: int
    home: int
    kind: Kind
    values: Pressure | Sugar


def plan(scenario: Scenario) -> tuple[Planned, ...]:
    """All measurements in order of time, the meters' turns spread evenly."""
    meters = [(home, kind) for home in range(scenario.homes) for kind in scenario.kinds]
    step_s = scenario.every_s / max(len(meters), 1)
    turns = (
        turn
        for place, (home, kind) in enumerate(meters)
        for turn in _turns(scenario, home, kind, first_s=FIRST_AT_S + place * step_s)
    )
    planned = itertools.chain(turns, _crisis(scenario))
    return tuple(sorted(planned, key=lambda turn: (turn.at_ms, turn.home, turn.kind)))


def planned_hash(events: Iterable[Planned]) -> str:
    """SHA-256 over the events, in hex: equal for equal scenarios, on any day."""
    rows = [[event.at_ms, event.home, event.kind, to_texts(event.values)] for event in events]
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


def shown(scenario: Scenario, home: int, kind: Kind, *, at_ms: int) -> Pressure | Sugar:
    """What a meter of that home shows at that moment; one of its two users has put the cuff on."""
    chance = random.Random(f"turn {scenario.seed} {home} {kind} {at_ms}")
    user = chance.randint(1, PERSONS_PER_HOME) if kind is Kind.BLOOD_PRESSURE else 1
    if scenario.crisis_at_s and home == 0 and kind is Kind.BLOOD_PRESSURE:
        user = PERSONS_PER_HOME  # an ordinary value of the first person would end the crisis
    who = person((scenario.seed * 1000 + home) * PERSONS_PER_HOME + user)
    now = vitals(who, WAKING_HOUR + at_ms / 1000 * scenario.factor / 3600)
    if kind is Kind.GLUCOSE:
        return Sugar(amount=now.glucose, unit="mmol/L")
    return Pressure(
        systolic=Decimal(now.systolic), diastolic=Decimal(now.diastolic), pulse=Decimal(now.pulse), user=user
    )


def _crisis(scenario: Scenario) -> Iterator[Planned]:
    for at_s in scenario.crisis_at_s:
        if at_s < scenario.seconds and Kind.BLOOD_PRESSURE in scenario.kinds:
            yield Planned(at_ms=round(at_s * 1000), home=0, kind=Kind.BLOOD_PRESSURE, values=CRISIS)


def _turns(scenario: Scenario, home: int, kind: Kind, *, first_s: float) -> Iterator[Planned]:
    for turn in itertools.count():
        at_ms = round((first_s + turn * scenario.every_s) * 1000)
        if at_ms >= scenario.seconds * 1000:
            return
        yield Planned(at_ms=at_ms, home=home, kind=kind, values=shown(scenario, home, kind, at_ms=at_ms))
