"""What a quirk is: how its meters are recognised and in what they depart from their profile. Does nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from device_drivers.measurement import DeviceInformation, Glucose


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """How names begin, whatever their case. All that are given must match; a name not known matches none."""

    name: str = ""
    """The name that the meter advertises."""
    manufacturer: str = ""
    model: str = ""


class Clock(Enum):
    """Where a meter's clock is, and in which order it takes a new time. No clock is set unless the home's
    configuration allows it, and only from a synchronised one."""

    CURRENT_TIME = "current time"
    """Current Time (2A2B) is read. Never set."""
    CURRENT_TIME_ONCE = "current time, once"
    """The first notification of 2A2B after results were subscribed to may be answered by one write, if it is
    more than ten minutes off; another makes the meter fail."""
    DATE_TIME = "date time"
    """Date Time (2A08) is read where there is no Current Time. Never set."""
    DATE_TIME_FIRST = "date time, first"
    """2A08 is read, and may be written, before results are subscribed to."""
    CONTOUR = "contour"
    """A characteristic of the maker's own; universal time and the zone's offset may be written."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A frame of this characteristic as the profile would have it. Raises DecodeError where it is of another
    kind."""

    characteristic: str
    anew: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirk:
    """`driver` is the driver's name whose meters may have it. A quirk never changes what makes a record
    itself: the raw words stay those of the profile's own reading."""

    name: str
    version: str
    driver: str
    signs: tuple[Sign, ...]
    source: str
    """Where this is public."""
    bonds_first: bool = False
    """Bond before anything else is asked."""
    pause_s: float = 0
    """Seconds of rest before the first subscription."""
    clock: Clock = Clock.CURRENT_TIME
    rewrite: Rewrite | None = None
    """Looked at only where the profile's own reading fails or is implausible."""
    amend: Callable[[Glucose], Glucose] | None = None
    """A record with its context, as this maker means it."""
    numbers_reversed: bool = False
    """The newest record is number 0, so a number names no record: its time does."""

    @property
    def has_preliminaries(self) -> bool:
        """Whether anything comes before the first subscription."""
        return self.bonds_first or self.pause_s > 0 or self.clock is Clock.DATE_TIME_FIRST


def is_sign(sign: Sign, name: str | None, device: DeviceInformation | None) -> bool:
    known = device or DeviceInformation()
    asked = ((sign.name, name), (sign.manufacturer, known.manufacturer), (sign.model, known.model))
    return all(said is not None and _begins(said, wanted) for wanted, said in asked if wanted)


def _begins(said: str, wanted: str) -> bool:
    return said.strip().casefold().startswith(wanted.casefold())
