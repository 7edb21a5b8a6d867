"""What happens in a scenario and when, with the faults that strike each record. Pure, seeded, hashed."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from firmware_sim.encode import Number, Special
from firmware_sim.measured import Pressure, Sugar, to_texts
from firmware_sim.plan import Kind, Scenario, shown
from firmware_sim.scenario.file import Fault, Trial

NOBODY = 255
"""The user number that means "unknown" (Blood Pressure Measurement, User ID)."""
STRANGER = 9
CONTROL_TYPE, CONTROL_LOCATION = 10, 4
KETONE_MEAL = 6
BATTERY_LOW, TOO_HIGH, TOO_LOW = 0x0001, 0x0020, 0x0040  # Sensor Status Annunciation of 0x2A18
MOST_PACKETS = 60
"""Fewer than any contact takes that hands a record over, so that each loss comes in the middle."""
FIRST_AT_S = 5.0
REPAIR_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A person measures. `is_near`: with this one the meter comes back into the gateway's reach."""

    at_ms: int
    home: int
    kind: Kind
    values: Pressure | Sugar
    faults: tuple[Fault, ...] = ()
    """Those that strike this record."""
    losses: tuple[int, ...] = ()
    """After how many packets of each of the next contacts the radio is lost."""
    is_near: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BondLost:
    """The meter forgets whom it knows; at `repaired_ms` somebody pairs it with the gateway again."""

    at_ms: int
    home: int
    kind: Kind
    repaired_ms: int


Event = Measured | BondLost


def events(trial: Trial) -> tuple[Event, ...]:
    """Everything in order of time; the meters' turns spread evenly."""
    places = [(home, kind) for home in range(trial.homes) for kind in trial.meters]
    step_s = trial.every_s / len(places)
    turns = (
        event
        for place, (home, kind) in enumerate(places)
        for event in _of_meter(trial, home, kind, first_s=FIRST_AT_S + place * step_s)
    )
    return tuple(sorted(turns, key=lambda event: (event.at_ms, event.home, event.kind)))


def planned_hash(planned: Iterable[Event]) -> str:
    """SHA-256 in hex over all that is planned: equal for equal scenarios, on any day and machine."""
    rows = [_row(event) for event in planned]
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


def _row(event: Event) -> list[object]:
    match event:
        case BondLost():
            return ["bond_lost", event.at_ms, event.home, event.kind, event.repaired_ms]
        case Measured():
            facts = [event.at_ms, event.home, event.kind, to_texts(event.values), event.is_near]
            return [*facts, list(event.faults), list(event.losses)]


def _of_meter(trial: Trial, home: int, kind: Kind, *, first_s: float) -> Iterator[Event]:
    for sitting in itertools.count():
        begin_s = first_s + sitting * trial.every_s
        if begin_s >= trial.seconds:
            return
        for turn in range(trial.sitting):
            at_ms = round((begin_s + turn * trial.apart_s) * 1000)
            is_near = turn == trial.sitting - 1
            yield _measured(trial, home, kind, at_ms=at_ms, is_near=is_near, is_sure=is_near and not sitting)
        yield from _bond_lost(trial, home, kind, at_ms=at_ms, is_sure=sitting == 1)


def _measured(trial: Trial, home: int, kind: Kind, *, at_ms: int, is_near: bool, is_sure: bool) -> Measured:
    """`is_sure`: whatever the share, so that each fault happens in each scenario."""
    scenery = Scenario(seed=trial.seed, homes=trial.homes, factor=trial.factor, seconds=trial.seconds)
    turn = Measured(
        at_ms=at_ms, home=home, kind=kind, values=shown(scenery, home, kind, at_ms=at_ms), is_near=is_near
    )
    for trouble in trial.faults:
        chance = random.Random(f"fault {trial.seed} {trouble.fault} {home} {kind} {at_ms}")
        if trouble.strikes(kind) and (is_sure or chance.random() < trouble.share):
            turn = _struck(turn, trouble.fault, chance)
    return turn


def _bond_lost(trial: Trial, home: int, kind: Kind, *, at_ms: int, is_sure: bool) -> Iterator[BondLost]:
    """Just before the sitting's last measurement, so that the contact that follows meets it."""
    trouble = trial.of(Fault.BOND_LOST)
    chance = random.Random(f"bond {trial.seed} {home} {kind} {at_ms}")
    if trouble is None or not trouble.strikes(kind):
        return
    if is_sure or chance.random() < trouble.share:
        repaired_ms = at_ms + round(REPAIR_S * 1000)
        yield BondLost(at_ms=at_ms - 1, home=home, kind=kind, repaired_ms=repaired_ms)


def _struck(turn: Measured, fault: Fault, chance: random.Random) -> Measured:
    match fault, turn.values:
        case Fault.RADIO_LOSS, _ if turn.is_near:
            losses = tuple(chance.randint(1, MOST_PACKETS) for _ in range(chance.randint(1, 3)))
            return replace(turn, losses=losses, faults=(*turn.faults, fault))
        case ((Fault.GARBLED | Fault.DUPLICATE), _):
            return replace(turn, faults=(*turn.faults, fault))
        case _, Pressure() as pressure:
            struck: Pressure | Sugar = _pressure(pressure, fault, chance)
        case _, Sugar() as sugar:
            struck = _sugar(sugar, fault, chance)
    if struck is turn.values:
        return turn  # a fault of the meter or its radio, not of this record
    return replace(turn, values=struck, faults=(*turn.faults, fault))


def _pressure(values: Pressure, fault: Fault, chance: random.Random) -> Pressure:
    match fault:
        case Fault.NO_NUMBER:
            return Pressure(systolic=Special.NAN, diastolic=Special.NAN, user=values.user, status=0)
        case Fault.WRONG_USER:
            return replace(values, user=chance.choice((NOBODY, STRANGER)))
        case _:
            return values


def _sugar(values: Sugar, fault: Fault, chance: random.Random) -> Sugar:
    match fault:
        case Fault.NO_NUMBER:
            return replace(values, amount=Special.NAN)
        case Fault.HI_LO:
            amount, status = chance.choice(_BEYOND)
            return replace(values, amount=amount, status=status)
        case Fault.CONTROL_SOLUTION:
            sample_type, location = chance.choice(_CONTROL)
            return replace(values, sample_type=sample_type, location=location)
        case Fault.KETONE:
            return replace(
                values, amount=Decimal(chance.randint(1, 40)) / 10, unit="mmol/L", meal=KETONE_MEAL
            )
        case Fault.LOW_BATTERY:
            return replace(values, status=BATTERY_LOW)
        case _:
            return values


_BEYOND: Final[Sequence[tuple[Number | None, int]]] = (
    (Special.POSITIVE_INFINITY, 0),
    (Special.NEGATIVE_INFINITY, 0),
    (Special.NAN, TOO_HIGH),
    (Special.NAN, TOO_LOW),
    (None, TOO_HIGH),
    (Decimal("33.3"), TOO_HIGH),
    (Decimal("1.1"), TOO_LOW),
)
"""HI and LO as meters are known to say them: by an infinity, by the status alone, by both."""

_CONTROL: Final = ((CONTROL_TYPE, 1), (1, CONTROL_LOCATION))
"""Sample type and sample location."""
