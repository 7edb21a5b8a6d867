"""What to keep of the notes of a glucometer: records, each with its context. Asks for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from device_drivers.conversation import Emit, Note, Wish, spoil
from device_drivers.measurement import Glucose, GlucoseContext
from device_drivers.profiles import glucose, glucose_context
from device_drivers.reader import DecodeError

MOST_WAITING: Final = 64
"""Records that wait for their contexts at a time; the oldest goes without when there are more."""

MOST_NUMBER: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of the memory: records from `start` on (None: all), when `last` was its newest.

    `expected` is how many the meter said there are; None where it did not say.
    """

    start: int | None
    last: int | None
    expected: int | None


class Intake:
    """Merges contexts into records by their number, in either order, and knows what arrived since `begin`."""

    def __init__(self) -> None:
        self._arrived: dict[bytes, int | None] = {}
        self._waiting: dict[int, Glucose] = {}
        self._contexts: dict[int, GlucoseContext] = {}
        self._emitted: dict[int, Glucose] = {}

    def begin(self) -> None:
        """Count from nought what arrives from here on. Nothing that waits is forgotten."""
        self._arrived.clear()

    def take(self, note: Note) -> list[Wish]:
        """What to do about a note; nothing for a repeat or a foreign characteristic."""
        try:
            if note.characteristic == glucose.MEASUREMENT:
                # First as undecodable: it arrived all the same.
                self._arrived[note.value] = None
                return list(self._record(note.value))
            if note.characteristic == glucose_context.CONTEXT:
                return list(self._context(glucose_context.decode(note.value)))
        except DecodeError as error:
            return [spoil(note, error)]
        return []

    def flush(self) -> list[Wish]:
        """Give up waiting for contexts."""
        late = list(self._waiting)
        return [self._emit(self._waiting.pop(number)) for number in late]

    def has(self, records: int) -> bool:
        """Whether so many different records arrived, with their contexts."""
        return len(self._arrived) >= records and not self._waiting

    @property
    def latest(self) -> int | None:
        """The number of the record that arrived last."""
        return next((number for number in reversed(self._arrived.values()) if number is not None), None)

    def is_short_of(self, asked: Asked) -> bool:
        """Whether the meter counted more than what arrived."""
        return asked.expected is not None and len(self._counted(asked)) < asked.expected

    def reached(self, asked: Asked) -> int | None:
        """The record up to which nothing is missing; None where nothing can be said."""
        if asked.last is None:
            return None
        if asked.expected is not None and not self.is_short_of(asked):
            return asked.last
        return _unbroken(set(self._counted(asked)), asked, asked.last)

    def _counted(self, asked: Asked) -> list[int | None]:
        """What arrived, but for records newer than the last: the meter may not have counted them."""
        last = MOST_NUMBER if asked.last is None else asked.last
        return [number for number in self._arrived.values() if number is None or number <= last]

    def _record(self, frame: bytes) -> Iterator[Wish]:
        record = glucose.decode(frame)
        number = record.sequence
        self._arrived[frame] = number
        known = self._waiting.get(number) or self._emitted.get(number)
        if known is not None and known.words == record.words:
            return
        if number in self._waiting:
            yield self._emit(self._waiting.pop(number))
        context = self._contexts.pop(number, None)
        if context is not None or not record.context_follows:
            yield self._emit(replace(record, context=context))
            return
        self._waiting[number] = record
        if len(self._waiting) > MOST_WAITING:
            yield self._emit(self._waiting.pop(next(iter(self._waiting))))

    def _context(self, context: GlucoseContext) -> Iterator[Wish]:
        number = context.sequence
        record = self._waiting.pop(number, None) or self._emitted.get(number)
        if record is None:
            self._contexts[number] = context
        elif record.context is None:
            # Also for a record that went without: told again, it is the same reading with more known of it.
            yield self._emit(replace(record, context=context))

    def _emit(self, record: Glucose) -> Wish:
        self._emitted[record.sequence] = record
        return Emit(record)


def _unbroken(arrived: set[int | None], asked: Asked, last: int) -> int | None:
    """The end of the unbroken run of numbers from the start of what was asked for."""
    numbers = {number for number in arrived if number is not None}
    start = asked.start
    if start is None and numbers and asked.expected == last - min(numbers) + 1:
        # As many records as numbers: none is older than the oldest that arrived.
        start = min(numbers)
    if start is None or start not in numbers:
        return None
    return next(number for number in range(start, last + 1) if number + 1 not in numbers)
