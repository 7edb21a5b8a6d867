"""How times are said: how long ago, how long left, which day. Local to the residents' region."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date

from clinician_api.web.words import Words

REGION: Final = ZoneInfo("Asia/Shanghai")
_SOON: Final = timedelta(minutes=90)


def local(moment: datetime) -> datetime:
    return moment.astimezone(REGION)


def clock(moment: datetime) -> str:
    return f"{local(moment):%H:%M}"


def stamp(moment: datetime) -> str:
    return f"{local(moment):%m-%d %H:%M}"


def ago(moment: datetime, now: datetime, words: Words) -> str:
    minutes = int((now - moment) / timedelta(minutes=1))
    days = (local(now).date() - local(moment).date()).days
    if minutes < 1:
        return words("just now")
    if minutes < 60:
        return words("{n} min ago", n=minutes)
    if days == 0 or minutes < 6 * 60:
        return words("{n} h ago", n=minutes // 60)
    return words("yesterday") if days == 1 else words("{n} days ago", n=days)


def due(moment: datetime, now: datetime, words: Words) -> str:
    """What is left near the end, otherwise the hour or the day; what is past says by how much."""
    left = moment - now
    if left < timedelta(0):
        return words("overdue {length}", length=length(-left, words))
    if left < _SOON:
        return words("{length} left", length=length(left, words))
    if local(moment).date() == local(now).date():
        return words("today {time}", time=clock(moment))
    return day(moment, now)


def length(span: timedelta, words: Words) -> str:
    minutes = int(span / timedelta(minutes=1))
    if minutes < 60:
        return words("{n} min", n=minutes)
    if minutes < 48 * 60:
        return words("{n} h", n=minutes // 60)
    return words("{n} d", n=minutes // (24 * 60))


def day(moment: datetime, now: datetime) -> str:
    then = local(moment).date()
    return f"{then:%m-%d}" if then.year == local(now).year else f"{then:%Y-%m-%d}"


def when(moment: datetime, now: datetime, words: Words) -> str:
    """For a list of what happened."""
    is_today = local(moment).date() == local(now).date()
    return words("today {time}", time=clock(moment)) if is_today else day(moment, now)


def long_day(moment: datetime, words: Words) -> str:
    return long_date(local(moment).date(), words)


def long_date(day: date, words: Words) -> str:
    # Babel's pattern for a date, such as "Sunday, 22 November".
    return format_date(day, words("EEEE, d MMMM"), locale=words.locale)


def full_date(day: date, words: Words) -> str:
    """With its year: of what lasts for long."""
    return format_date(day, "long", locale=words.locale)


def part_of_day(moment: datetime, words: Words) -> str:
    hour = local(moment).hour
    if 5 <= hour < 12:
        return words("Good morning")
    return words("Good afternoon") if 12 <= hour < 18 else words("Good evening")


def age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
