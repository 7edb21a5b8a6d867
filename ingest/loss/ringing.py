"""Which alarms begin, go on and end, by what stands and what was found. Looks and stores nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from ingest.loss.alarms import Alarm
from ingest.loss.chain import Range

LATE: Final = timedelta(minutes=5)
"""Rounds come every ten seconds; a long one takes minutes."""

Kind = Literal["operations", "security"]


@dataclass(frozen=True, slots=True)
class Bell:
    """One thing that somebody must look at. `code` and `subject` are its identity; `subject` is an id, and
    `what` a few words that may change while it rings. `since` is None where only that it is so is known."""

    code: str
    kind: Kind
    subject: str
    what: str = ""
    since: datetime | None = None
    gateway: UUID | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.code, self.subject


@dataclass(frozen=True, slots=True)
class Ringing:
    """An alarm that stands. `last_seen`: when somebody looked last and it was still so; `since` is None where
    it has always been so."""

    code: str
    kind: Kind
    subject: str
    what: str
    since: datetime | None
    last_seen: datetime
    gateway: UUID | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.code, self.subject


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done about a table of alarms."""

    begin: tuple[Bell, ...]
    still: tuple[Bell, ...]
    end: tuple[Ringing, ...]


def change(standing: Iterable[Ringing], found: Sequence[Bell]) -> Change:
    """`found` is all that there is of what was looked at, and `standing` what rings of the same."""
    rings = {each.key: each for each in standing}
    bells = {each.key: each for each in found}
    return Change(
        begin=tuple(bell for key, bell in bells.items() if key not in rings),
        still=tuple(bell for key, bell in bells.items() if key in rings),
        end=tuple(each for key, each in rings.items() if key not in bells),
    )


def late(done: Mapping[str, datetime], chores: Iterable[str], now: datetime) -> list[Ringing]:
    """Chores that nobody does: what rings, and above all what does not ring, may be old."""
    overdue = (each for each in chores if each not in done or now - done[each] > LATE)
    return [Ringing("rounds", "operations", each, "not done", done.get(each), now) for each in overdue]


def of_ledger(found: Iterable[Alarm]) -> list[Bell]:
    """One bell a stream and code: a hole that shrinks, or has company, is the same trouble."""
    streams: dict[tuple[str, str], list[Alarm]] = {}
    for alarm in found:
        streams.setdefault((alarm.code, alarm.stream), []).append(alarm)
    return [_together(alarms) for alarms in streams.values()]


def _together(alarms: Sequence[Alarm]) -> Bell:
    one = alarms[0]
    return Bell(
        code=one.code,
        kind=one.kind,
        subject=f"{one.gateway}/{one.stream}",
        what="batches " + ", ".join(_words(alarm.batches) for alarm in alarms),
        since=min((alarm.since for alarm in alarms if alarm.since), default=None),
        gateway=one.gateway,
    )


def _words(span: Range) -> str:
    return str(span.first) if span.first == span.last else f"{span.first}-{span.last}"
