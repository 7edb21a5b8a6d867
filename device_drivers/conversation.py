"""The words of a meter dialogue: a conversation yields wishes and is sent events. It never waits itself.

The runner answers every wish with one event, in order. Wishes about keeping (Emit, Spoil, Learn, Adopt,
Remember) are answered even after the link is gone.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from datetime import datetime

from device_drivers.measurement import Fact, Measurement


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Enable notifications or indications. Answered by Done, Refused or Gone.

    A characteristic is a four-digit upper-case short UUID such as "2A35", or a full UUID.
    """

    characteristic: str


@dataclass(frozen=True, slots=True)
class Read:
    """Answered by Value, Refused or Gone."""

    characteristic: str


@dataclass(frozen=True, slots=True)
class Write:
    """Write with response. Answered by Done, Refused or Gone."""

    characteristic: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for the next note. Answered by Note, Quiet or Gone; queued notes come before Gone."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Bond:
    """Bond now, before the meter asks for it. Answered by Done, Refused or Gone."""


@dataclass(frozen=True, slots=True)
class TellTime:
    """The time to set a meter's clock by. Answered by Time, or by Refused where the home does not have its
    meters' clocks set or the gateway's own may be wrong: then no clock is written."""


@dataclass(frozen=True, slots=True)
class Emit:
    """Keep a measurement durably and settle the frames that it was made of. Answered by Done."""

    measurement: Measurement
    frames: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Spoil:
    """Keep and count a frame that does not decode. It never becomes a value. Answered by Done."""

    frame: int | None
    characteristic: str
    value: bytes
    error: str


@dataclass(frozen=True, slots=True)
class Learn:
    """A fact about the meter, carried by the measurements emitted after it. Answered by Done."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Adopt:
    """The meter has this quirk, from now on and in later contacts too. Answered by Done."""

    quirk: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A record of a meter's memory by which that memory is known again.

    A memory that was cleared gives the number to another record, so `words` holds its raw time and value.
    """

    sequence: int
    words: bytes


@dataclass(frozen=True, slots=True)
class Remember:
    """Everything of the meter's memory up to this record has been emitted. Answered by Done."""

    mark: Mark


Wish = Subscribe | Read | Write | Listen | Bond | TellTime | Emit | Spoil | Learn | Adopt | Remember


@dataclass(frozen=True, slots=True)
class Done:
    pass


@dataclass(frozen=True, slots=True)
class Refused:
    """The meter or the stack said no; `code` is the ATT error if there was one, such as 0x05 or 0x80."""

    reason: str
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """The link is lost."""


@dataclass(frozen=True, slots=True)
class Value:
    value: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A notification or indication; `frame` is its number in the outbox if it was kept before decoding."""

    characteristic: str
    value: bytes
    frame: int | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nothing was heard for as long as was asked."""


@dataclass(frozen=True, slots=True)
class Time:
    """The home's wall clock without zone, and how many minutes it is ahead of universal time."""

    local: datetime
    offset_min: int


Event = Done | Refused | Gone | Value | Note | Quiet | Time

Conversation = Generator[Wish, Event, None]


@dataclass(frozen=True, slots=True)
class Memory:
    """What the gateway knows of a meter: the last record before which none is missing, the name that it
    advertises, the quirk that it was found to have."""

    mark: Mark | None = None
    name: str | None = None
    quirk: str | None = None


def each(wishes: Iterable[Wish]) -> Conversation:
    """Wishes whose answers decide nothing."""
    for wish in wishes:  # noqa: UP028  # a plain iterator cannot be sent the answers
        yield wish


def spoil(note: Note, error: Exception) -> Spoil:
    return Spoil(note.frame, note.characteristic, note.value, str(error))
