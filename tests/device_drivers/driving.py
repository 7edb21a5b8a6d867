"""Conversations without a radio: whoever answers the wishes is an ordinary function."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from device_drivers.conversation import (
    Conversation,
    Done,
    Emit,
    Event,
    Gone,
    Listen,
    Mark,
    Note,
    Quiet,
    Read,
    Refused,
    Remember,
    Subscribe,
    Wish,
    Write,
)
from device_drivers.measurement import Glucose

RECORD, CONTEXT, CONTROL = "2A18", "2A34", "2A52"


def converse(conversation: Conversation, answer: Callable[[Wish], Event]) -> list[Wish]:
    """Hold a conversation to its end; all its wishes in order."""
    wishes = []
    try:
        wish = next(conversation)
        while True:
            wishes.append(wish)
            wish = conversation.send(answer(wish))
    except StopIteration:
        return wishes


def written(wishes: Iterable[Wish]) -> list[str]:
    return [wish.value.hex(" ") for wish in wishes if isinstance(wish, Write)]


def emitted(wishes: Iterable[Wish]) -> list[int]:
    """The record numbers kept, in order."""
    return [record.sequence for record in records_of(wishes)]


def records_of(wishes: Iterable[Wish]) -> list[Glucose]:
    kept = (wish.measurement for wish in wishes if isinstance(wish, Emit))
    return [record for record in kept if isinstance(record, Glucose)]


def remembered(wishes: Iterable[Wish]) -> list[int]:
    return [wish.mark.sequence for wish in wishes if isinstance(wish, Remember)]


def record(number: int, *, with_context: bool = False, day: int = 9) -> bytes:
    """A record of 111 mg/dL, its number in the minutes too."""
    flags = 0x12 if with_context else 0x02
    time = bytes((0xE8, 0x07, 3, day, 10, number % 60, 0))
    return bytes((flags,)) + number.to_bytes(2, "little") + time + bytes.fromhex("6fb011")


def mark(number: int, *, day: int = 9) -> Mark:
    """How such a record is recognised: its seven bytes of time and two of value."""
    return Mark(number, record(number, day=day)[3:12])


def context(number: int, meal: int = 3) -> bytes:
    return b"\x02" + number.to_bytes(2, "little") + bytes((meal,))


@dataclass
class Glucometer:
    """A memory of records, oldest first, that answers as the Glucose Service says, with what may go wrong."""

    numbers: list[int]
    day: int = 9
    """Of its records: a memory begun anew has another."""
    lost: list[int] = field(default_factory=list)
    """Records whose next notification is lost."""
    always_lost: frozenset[int] = frozenset()
    overtaken: int = 0
    """How many notifications come after the completion."""
    contexts: dict[int, bytes] = field(default_factory=dict)
    counts: int | None = None
    """What it says it has, if that is not what it has."""
    unsupported: frozenset[str] = frozenset()
    """Requests, by opcode and operator in hexadecimal, that this meter does not know."""
    refusals: deque[Refused] = field(default_factory=deque)
    """What the next writes are answered with."""
    mute_after: int | None = None
    """Notes after which nothing more is heard."""
    then: Event = field(default_factory=Quiet)
    """What is heard when there is no note."""
    live: list[int] = field(default_factory=list)
    """Records taken while a report runs."""
    notes: deque[Note] = field(default_factory=deque)

    def __call__(self, wish: Wish) -> Event:
        match wish:
            case Subscribe():
                return Done()
            case Read():
                return Refused("no such characteristic", 0x0A)
            case Write(value=value):
                return self._write(value)
            case Listen():
                return self._next()
        return Done()

    def _write(self, request: bytes) -> Event:
        if self.refusals:
            return self.refusals.popleft()
        if request[:2].hex() in self.unsupported:
            self._complete(request[0], 4)
        elif request[0] == 1:
            self._report(request)
        elif request[0] == 4:
            counted = len(self._matching(request)) if self.counts is None else self.counts
            self._say(CONTROL, b"\x05\x00" + counted.to_bytes(2, "little"))
        else:
            self._complete(request[0], 1)
        return Done()

    def _report(self, request: bytes) -> None:
        matching = self._matching(request)
        if not matching:
            self._complete(1, 6)
            return
        in_time = len(matching) - self.overtaken if request[1] != 6 else 1
        for number in matching[:in_time]:
            self._tell(number)
        if request[1] != 6:
            for number in self.live:
                self._tell(number)
            self.numbers += self.live
            self.live = []
        self._complete(1, 1)
        for number in matching[in_time:]:
            self._tell(number)

    def _matching(self, request: bytes) -> list[int]:
        if request[1] == 6:
            return self.numbers[-1:]
        start = int.from_bytes(request[3:5], "little") if request[1] == 3 else 0
        return [number for number in self.numbers if number >= start]

    def _tell(self, number: int) -> None:
        if number in self.lost:
            self.lost.remove(number)
        elif number not in self.always_lost:
            self._say(RECORD, record(number, with_context=number in self.contexts, day=self.day))
            if self.contexts.get(number):
                self._say(CONTEXT, self.contexts[number])

    def _complete(self, request: int, result: int) -> None:
        self._say(CONTROL, bytes((6, 0, request, result)))

    def _say(self, characteristic: str, value: bytes) -> None:
        self.notes.append(Note(characteristic, value))

    def _next(self) -> Event:
        if self.mute_after is not None:
            if self.mute_after == 0:
                self.notes.clear()
                return self.then
            self.mute_after -= 1
        return self.notes.popleft() if self.notes else self.then


def gone(wish: Wish) -> Event:
    """A meter that left: what is kept is still kept."""
    return Gone() if isinstance(wish, Subscribe | Read | Write | Listen) else Done()
