"""By when a case must be answered and who is told if it is not (rule 12). Pure: it is told the time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from alerts.clocks import DUTIES, Step
from alerts.rules.rule import Level
from clinician_api.triage.rules import Standing

Told = Literal["leader", "supervisor_and_duty", "contact_overdue"]


def _within(level: Level, step: Step) -> timedelta:
    return next(duty.within for duty in DUTIES[level] if duty.step == step)


class Span(NamedTuple):
    begin: time
    end: time


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Days as `date.weekday` counts them. It knows no holidays yet: they count as the weekday they fall on,
    so a duty is due too soon rather than too late."""

    days: frozenset[int] = frozenset(range(5))
    spans: tuple[Span, ...] = (Span(time(8), time(12)), Span(time(13), time(17)))
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))

    def __post_init__(self) -> None:
        if not self.days or all(span.begin >= span.end for span in self.spans):
            raise ValueError("nobody ever works")

    def after(self, since: datetime, amount: timedelta) -> datetime:
        """When so much of working time has passed."""
        return next(end for end, passed in self._passing(since) if passed >= amount) - (
            self._surplus(since, amount)
        )

    def _surplus(self, since: datetime, amount: timedelta) -> timedelta:
        return next(passed for _, passed in self._passing(since) if passed >= amount) - amount

    def _passing(self, since: datetime) -> Iterator[tuple[datetime, timedelta]]:
        """The end of each span from `since` on, and how much of working time has passed by then."""
        passed = timedelta(0)
        first = since.astimezone(self.zone).date()
        for day in (first + timedelta(days=number) for number in count()):
            for span in self.spans if day.weekday() in self.days else ():
                begin = max(datetime.combine(day, span.begin, self.zone).astimezone(UTC), since)
                end = datetime.combine(day, span.end, self.zone).astimezone(UTC)
                passed += max(end - begin, timedelta(0))
                yield end, passed


@dataclass(frozen=True, slots=True)
class Clocks:
    """How long each thing may take. Engine, pages and worker share one set."""

    leader: timedelta
    supervisor_and_duty: timedelta
    contacted: timedelta
    high: timedelta
    """Of working time."""
    watch: timedelta
    data: timedelta
    again: timedelta = timedelta(minutes=30)
    """How often everybody is told anew of a critical that nobody claims: an escalation never just ends."""
    hours: WorkingHours = field(default_factory=WorkingHours)


DEFAULT: Final = Clocks(
    leader=_within(Level.CRITICAL, "leader"),
    supervisor_and_duty=_within(Level.CRITICAL, "supervisor_and_duty"),
    contacted=_within(Level.CRITICAL, "contacted"),
    high=_within(Level.HIGH, "contacted"),
    watch=_within(Level.WATCH, "followed_up"),
    data=_within(Level.DATA, "mended"),
)
"""As the clinical rules have it."""


class Timer(NamedTuple):
    """Somebody is told at that time. A name fires once in each stretch of a case."""

    name: str
    at: datetime


def due_at(case: Standing, clocks: Clocks) -> datetime:
    """When the next thing that is owed is due; of what is done for now, when the last one was."""
    match case.urgency:
        case Level.CRITICAL:
            return case.since + (clocks.contacted if case.handling.is_claimed else clocks.leader)
        case Level.HIGH:
            return clocks.hours.after(case.since, clocks.high)
        case Level.WATCH:
            return case.since + clocks.watch
    return case.since + clocks.data


def timers(case: Standing, clocks: Clocks, fired: Collection[str], now: datetime) -> list[Timer]:
    """Those still running, the next one first. Where nobody watches there is nobody to be told."""
    if case.handling.state == "resolved" or not case.is_watched:
        return []
    running = [timer for timer in _timers(case, clocks, fired, now) if timer.name not in fired]
    return sorted(running, key=lambda timer: timer.at)


def due_timers(case: Standing, clocks: Clocks, fired: Collection[str], now: datetime) -> list[Timer]:
    return [timer for timer in timers(case, clocks, fired, now) if timer.at <= now]


def next_at(case: Standing, clocks: Clocks, fired: Collection[str], now: datetime) -> datetime | None:
    """When to look at the case again; None while nothing runs against anybody."""
    return next((timer.at for timer in timers(case, clocks, fired, now)), None)


def _timers(case: Standing, clocks: Clocks, fired: Collection[str], now: datetime) -> Iterator[Timer]:
    handling = case.handling
    if case.urgency is Level.CRITICAL:
        if not handling.is_claimed:
            yield Timer("leader", case.since + clocks.leader)
            yield Timer("supervisor_and_duty", case.since + clocks.supervisor_and_duty)
            yield _again(case.since + clocks.supervisor_and_duty, clocks.again, fired, now)
        if handling.contacted_at is None:
            yield Timer("contact_overdue", case.since + clocks.contacted)
    elif case.urgency is Level.HIGH and handling.contacted_at is None:
        due = due_at(case, clocks)
        yield Timer("contact_overdue", max(due, handling.snoozed_until or due))


def _again(since: datetime, every: timedelta, fired: Collection[str], now: datetime) -> Timer:
    """The next repetition. Those missed while no worker ran are not made up for one by one."""
    made = max((int(name.removeprefix("again_")) for name in fired if name.startswith("again_")), default=0)
    number = max(made + 1, (now - since) // every)
    return Timer(f"again_{number}", since + number * every)


def first_gap(
    shifts: Sequence[tuple[datetime, datetime]], since: datetime, until: datetime
) -> tuple[datetime, datetime] | None:
    """The first time from `since` on in which nobody is on duty. One that has begun is dated by its hour, so
    that it stays the same gap while it lasts an hour."""
    covered = since
    for begin, end in sorted(shifts):
        if begin > covered:
            break
        covered = max(covered, end)
    if covered >= until:
        return None
    begins = [begin for begin, _ in shifts if begin > covered]
    start = covered if covered > since else since.replace(minute=0, second=0, microsecond=0)
    return start, min([*begins, until])
