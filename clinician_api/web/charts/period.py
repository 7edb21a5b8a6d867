"""The days of a chart: local midnights, times of day, days without a reading. Draws nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Final, Literal
from zoneinfo import ZoneInfo

RANGES: Final = (7, 14, 30, 90)
TimeOfDay = Literal["morning", "evening", "other"]
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """Whole days without a reading, both inside."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


# Without slots: its ends are worked out once and asked for with each mark.
@dataclass(frozen=True)
class Period:
    """`days` local days, the last of which holds `now`."""

    now: datetime
    days: int
    region: ZoneInfo

    @cached_property
    def today(self) -> date:
        return self.local(self.now).date()

    @cached_property
    def first(self) -> date:
        return self.today - (self.days - 1) * _DAY

    @cached_property
    def start(self) -> datetime:
        return datetime.combine(self.first, time.min, self.region)

    @cached_property
    def end(self) -> datetime:
        return datetime.combine(self.today + _DAY, time.min, self.region)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.region)

    def holds(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    def share(self, moment: datetime) -> float:
        """From 0 at the start to 1 at the end."""
        return (moment - self.start) / (self.end - self.start)

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.region)


def time_of_day(local: datetime) -> TimeOfDay:
    """Morning 04:00 to 11:59, evening 17:00 to 23:59: the project's screens, charts."""
    if 4 <= local.hour < 12:
        return "morning"
    return "evening" if local.hour >= 17 else "other"


def gaps(moments: Iterable[datetime], period: Period) -> tuple[Gap, ...]:
    """Two days or more without a reading, between readings or since the last one."""
    days = sorted({period.local(each).date() for each in moments})
    bounds = [*days, period.today + _DAY]
    found = (Gap(earlier + _DAY, later - _DAY) for earlier, later in pairwise(bounds))
    return tuple(each for each in found if each.days >= 2 and each.last >= period.first)
