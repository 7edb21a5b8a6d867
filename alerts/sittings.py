"""Blood-pressure readings of one occasion, taken together. Drops none: which leave a mean, `means` says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.reading import Pressure, Reading
from alerts.series import Series
from alerts.units import mean, whole


@dataclass(frozen=True, slots=True)
class Sitting:
    """Readings within the length of a sitting from its first."""

    readings: tuple[Reading, ...]

    @property
    def start(self) -> datetime:
        return self.readings[0].taken_at

    @property
    def pressure(self) -> Pressure | None:
        """The mean of every reading with both numbers (rule 7: counted sittings use every reading)."""
        known = [each.pressure for each in self.readings if each.pressure is not None]
        if not known:
            return None
        return Pressure(
            whole(mean([each.systolic for each in known])), whole(mean([each.diastolic for each in known]))
        )

    @property
    def bpm(self) -> int | None:
        known = [each.bpm for each in self.readings if each.bpm is not None]
        return whole(mean(known)) if known else None


def sittings(readings: Iterable[Reading], length: timedelta) -> tuple[Sitting, ...]:
    """Group readings that are in the order measured."""
    groups: list[list[Reading]] = []
    for reading in readings:
        if groups and reading.taken_at - groups[-1][0].taken_at <= length:
            groups[-1].append(reading)
        else:
            groups.append([reading])
    return tuple(Sitting(tuple(group)) for group in groups)


def sittings_around(series: Series, window: timedelta) -> tuple[Sitting, ...]:
    """Sittings at home that begin at most `window` from the subject's own."""
    length = series.settings.sitting
    near = [each for each in series.around(window + 2 * length, "blood_pressure") if each.place == "home"]
    grouped = sittings(near, length)
    own = own_sitting(grouped, series.subject)
    return tuple(each for each in grouped if own is not None and abs(each.start - own.start) <= window)


def own_sitting(grouped: Sequence[Sitting], subject: Reading) -> Sitting | None:
    return next((each for each in grouped if subject in each.readings), None)


def latest_sittings(series: Series, count: int, since: datetime) -> tuple[Sitting, ...]:
    """The newest sittings at home that began after `since`, oldest first."""
    length = series.settings.sitting
    recent = series.between(since - 2 * length, series.newest.taken_at, "blood_pressure")
    home = (each for each in recent if each.place == "home")
    began = [each for each in sittings(home, length) if each.start > since]
    return tuple(began[-count:])
