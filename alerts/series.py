"""What is known of one resident, in the order measured, and the reading under judgement. Judges nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.reading import Kind, Reading
from alerts.settings import DEFAULT, Settings


def _taken(reading: Reading) -> datetime:
    return reading.taken_at


@dataclass(frozen=True, slots=True)
class Series:
    """`readings` are sorted by `Reading.order` and hold `subject`. What is history only no method gives."""

    readings: tuple[Reading, ...]
    subject: Reading
    settings: Settings = DEFAULT

    @property
    def newest(self) -> Reading:
        return self.readings[-1]

    def between(self, since: datetime, until: datetime, kind: Kind) -> tuple[Reading, ...]:
        """Readings of a kind measured from `since` to `until`, both inside."""
        first = bisect_left(self.readings, since, key=_taken)
        last = bisect_right(self.readings, until, key=_taken)
        return tuple(each for each in self.readings[first:last] if each.kind == kind and each.is_value)

    def around(self, window: timedelta, kind: Kind) -> tuple[Reading, ...]:
        """Those at most `window` from the subject on either side: a late one may complete what follows it."""
        return self.between(self.subject.taken_at - window, self.subject.taken_at + window, kind)

    def repeats(self, window: timedelta) -> tuple[Reading, ...]:
        """The other pressures of the subject's kind from one minute to `window` away from it."""
        least = self.settings.repeat_after
        near = self.around(window, self.subject.kind)
        return tuple(each for each in near if abs(each.taken_at - self.subject.taken_at) >= least)

    def last(self, count: int, kind: Kind) -> tuple[Reading, ...]:
        """The newest `count` of a kind, oldest first."""
        found: list[Reading] = []
        for each in reversed(self.readings):
            if each.kind == kind and each.is_value:
                found.append(each)
            if len(found) == count:
                break
        return tuple(reversed(found))


def joined(readings: tuple[Reading, ...], reading: Reading) -> tuple[Reading, ...]:
    """The readings with one more in its place."""
    if not readings or readings[-1].order <= reading.order:
        return (*readings, reading)
    ordered = list(readings)
    insort(ordered, reading, key=lambda each: each.order)
    return tuple(ordered)
