"""What is said of readings just measured: saved, then sent, or that it was not to be. Pure.

A meter may give many at once: they are spoken of together, and only once each thing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from gateway.voice.happenings import Kept, Moment, Say, Settled

PATIENCE_S: Final = 3.0
"""Seconds for a receipt to come before anything is said: mostly one sentence is enough then."""

JUST_NOW_S: Final = 900.0
"""Seconds; of what was measured longer ago nobody says `just now`. Voice commands live as long (rule 16)."""

BESIDE_S: Final = 120.0
"""Seconds; so long after a measurement somebody is surely awake, whatever the hour."""

MOST: Final = 2000
"""Readings spoken of together; the memory of any meter we read is smaller."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """`waiting` for their receipt, the first of them kept at `since`. `is_told`: that they are saved."""

    waiting: frozenset[UUID] = frozenset()
    since: float = 0.0
    is_told: bool = False
    is_unaccepted: bool = False


def kept(fresh: Fresh, event: Kept, moment: Moment) -> Fresh:
    """A further reading. One that comes when the last ones wait for long begins anew."""
    if not fresh.waiting or fresh.is_told:
        return Fresh(frozenset({event.reading}), moment.now)
    if len(fresh.waiting) >= MOST:
        return fresh
    return replace(fresh, waiting=fresh.waiting | {event.reading})


def settled(fresh: Fresh, event: Settled, moment: Moment) -> tuple[Fresh, tuple[Say, ...]]:
    """`sent` is said when the last of them has its receipt."""
    fates = {reading: fate for reading, fate in event.fates if reading in fresh.waiting}
    if not fates:
        return fresh, ()
    unaccepted = fresh.is_unaccepted or "not_accepted" in fates.values()
    left = replace(fresh, waiting=fresh.waiting - fates.keys(), is_unaccepted=unaccepted)
    if left.waiting:
        return left, ()
    until = fresh.since + JUST_NOW_S
    if unaccepted:
        return Fresh(), (Say("not_accepted", until),)
    is_awake = moment.is_night is not True or moment.now <= fresh.since + BESIDE_S
    return Fresh(), (Say("sent", until),) if is_awake and moment.now <= until else ()


def passed(fresh: Fresh, moment: Moment) -> tuple[Fresh, tuple[Say, ...]]:
    """After a few seconds without a receipt they are called saved; after a while no more is said of them."""
    if not fresh.waiting:
        return fresh, ()
    if moment.now > fresh.since + JUST_NOW_S:
        return Fresh(), ()
    if fresh.is_told or moment.now < fresh.since + PATIENCE_S:
        return fresh, ()
    return replace(fresh, is_told=True), (Say("saved", fresh.since + JUST_NOW_S),)


def due_at(fresh: Fresh) -> float | None:
    if not fresh.waiting:
        return None
    return fresh.since + (JUST_NOW_S + 1 if fresh.is_told else PATIENCE_S)
