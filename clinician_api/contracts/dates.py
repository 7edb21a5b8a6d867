"""A contract's days: first, last, renewal, and by when each thing is due. Pure; days are Asia/Shanghai's.

Domain 1.2: the last day is the day before the anniversary. One that begins on 29 February ends on 28 February
of a common year, as the anniversary is then 1 March.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import chinese_calendar  # type: ignore[import-untyped]  # it has no types

from clinician_api.errors import InvalidError
from clinician_api.packages.years import anniversary

ZONE: Final = ZoneInfo("Asia/Shanghai")
_DAY: Final = timedelta(days=1)
_FRIDAY: Final = 4


@dataclass(frozen=True, slots=True)
class Pace:
    """By when people have to answer; a region may set other numbers (domain 1.1, 1.7)."""

    most_years: int = 3
    answer_reminder: timedelta = timedelta(hours=24)
    answer_working_days: int = 3
    answer_within: timedelta = timedelta(days=7)
    sign_reminder: timedelta = timedelta(days=3)
    sign_within: timedelta = timedelta(days=14)
    pay_within: timedelta = timedelta(days=30)
    renewal: timedelta = timedelta(days=30)
    renewal_reminders: tuple[int, ...] = (30, 15, 7, 1)
    """Days before the last one."""
    complaint_working_days: int = 2
    told_at: time = time(9)
    """Of the day, in Shanghai: nobody is reminded of a contract at night."""


PACE: Final = Pace()


def last_day(begins: date, years: int, *, least: int = 1, most: int = PACE.most_years) -> date:
    """Of a contract of so many whole years; InvalidError where the region allows no such term."""
    if not max(1, least) <= years <= most:
        raise InvalidError("contract.years", "years")
    try:
        return anniversary(begins, years) - _DAY
    except (ValueError, OverflowError):
        raise InvalidError("contract.date", "begins") from None


def follows(ends: date, today: date) -> date:
    """The first day of a renewal: the day after, or today if the contract has run out (domain 1.2)."""
    return max(ends + _DAY, today)


def midnight(day: date) -> datetime:
    """With which the day begins."""
    return datetime.combine(day, time(), ZONE)


def at_hour(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, ZONE)


def day_of(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def last_served(until: datetime) -> date:
    """The last day of what is over at that second: at midnight it is the day before."""
    return day_of(until - timedelta(microseconds=1))


def after_working_days(since: datetime, days: int) -> datetime:
    """The same hour, so many working days later."""
    moment = since.astimezone(ZONE)
    while days > 0:
        moment += _DAY
        days -= is_working_day(moment.date())
    return moment


def is_working_day(day: date) -> bool:
    """With the public holidays of China and the weekends that are worked in their stead. The State Council
    says them in November for the year that follows; of years that the library does not know yet the weekday
    alone decides, which is due too soon rather than too late."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() <= _FRIDAY
