"""What to keep of the notes of a glucometer: records, each with its context. Asks for nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from device_drivers.conversation import Emit, Mark, Note, Wish, spoil
from device_drivers.measurement import Glucose, GlucoseContext
from device_drivers.profiles import glucose, glucose_context
from device_drivers.quirks.look import look
from device_drivers.quirks.quirk import Quirk
from device_drivers.reader import DecodeError

MOST_WAITING: Final = 64
"""Records that wait for their contexts at a time; the oldest goes without when there are more."""

_NUMBERS: Final = 0x10000
"""Numbers wrap: of two, the one less than half of them ahead is the newer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of the memory: the record known as `start` and those after it (None: all), when `last`
    was its newest. `expected` is how many the meter said there are; None where it did not say.
    """

    start: Mark | None
    last: Mark | None
    expected: int | None


class Intake:
    """Merges contexts into records by their number, in either order, and knows what arrived since `begin`."""

    def __init__(self, quirk: Quirk | None = None) -> None:
        self._quirk = quirk
        self._arrived: dict[bytes, Mark | None] = {}
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
    def latest(self) -> Mark | None:
        """The record that arrived last."""
        return next((mark for mark in reversed(self._arrived.values()) if mark is not None), None)

    def is_of_another_memory(self, asked: Asked) -> bool:
        """Whether the record to start from did not arrive as it is known."""
        return asked.start is not None and asked.start not in self._arrived.values()

    def is_short_of(self, asked: Asked) -> bool:
        """Whether the meter counted more than what arrived, or not even its last record did."""
        if asked.expected is None:
            return False
        counted = self._counted(asked)
        return len(counted) < asked.expected or (asked.last is not None and asked.last not in counted)

    def reached(self, asked: Asked) -> Mark | None:
        """The record up to which nothing is missing; None where nothing can be said."""
        if asked.last is None or self.is_of_another_memory(asked):
            return None
        if asked.expected is not None and not self.is_short_of(asked):
            return asked.last
        return _unbroken(self._counted(asked), asked, asked.last.sequence)

    def _counted(self, asked: Asked) -> list[Mark | None]:
        """What arrived, but for records newer than the last: the meter may not have counted them."""
        arrived = self._arrived.values()
        return [mark for mark in arrived if mark is None or not _is_newer(mark, asked.last)]

    def _record(self, frame: bytes) -> Iterator[Wish]:
        record = look(self._quirk, glucose.MEASUREMENT, glucose.decode, frame)
        number = record.sequence
        self._arrived[frame] = Mark(number, record.words.time + record.words.value)
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
        amend = None if self._quirk is None else self._quirk.amend
        return Emit(record if amend is None else amend(record))


def _is_newer(mark: Mark, last: Mark | None) -> bool:
    return last is not None and 0 < (mark.sequence - last.sequence) % _NUMBERS < _NUMBERS // 2


def _unbroken(arrived: Iterable[Mark | None], asked: Asked, last: int) -> Mark | None:
    """The end of the unbroken run of numbers from the start of what was asked for."""
    marks = {mark.sequence: mark for mark in arrived if mark is not None}
    start = None if asked.start is None else asked.start.sequence
    if start is None and marks and asked.expected == last - min(marks) + 1:
        # As many records as numbers: none is older than the oldest that arrived.
        start = min(marks)
    if start is None or start not in marks:
        return None
    return next(marks[number] for number in range(start, last + 1) if number + 1 not in marks)
