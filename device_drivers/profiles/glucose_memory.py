"""The conversation with a glucometer (service 0x1808): its memory from where we were, then what it says live.

Glucose Service, Record Access Control Point procedures. Nothing here can delete a record.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Final, Protocol

from device_drivers.conversation import (
    Conversation,
    Done,
    Event,
    Listen,
    Mark,
    Memory,
    Note,
    Refused,
    Remember,
    Subscribe,
    Wish,
    Write,
    each,
    spoil,
)
from device_drivers.driver import Driver
from device_drivers.measurement import Glucose
from device_drivers.profiles import clocks, glucose, glucose_context, manners, racp
from device_drivers.profiles.glucose_intake import Asked, Intake
from device_drivers.profiles.glucose_whole import WholeIntake
from device_drivers.quirks.quirk import Clock, Quirk
from device_drivers.reader import DecodeError

SERVICE: Final = "1808"
NAME: Final = "glucose-profile"

TIMEOUT: Final = 30.0
"""Seconds of silence after which a procedure has failed; every note starts them anew (Glucose Service)."""

GRACE: Final = 2.0
"""Seconds of silence after which no note is coming that the completion has overtaken."""

PATIENCE: Final = 5.0
"""Seconds of silence after which no live record is coming."""

SETTLING: Final = 1.0
"""Seconds of silence in which a meter that said the end of a procedure gets to its own end of it."""

ATTEMPTS: Final = 2

MOST_NOTES: Final = 2 * 0x10000
"""A record and a context for every number there is: a meter that says more will never end."""

_UNSUPPORTED: Final = frozenset({"operator_unsupported", "operand_unsupported", "invalid_operator"})


class Taking(Protocol):
    """What takes the notes of a procedure that is under way."""

    def take(self, note: Note) -> list[Wish]: ...
    def has(self, records: int) -> bool: ...


class _OverError(Exception):
    """The meter refused, fell silent or left: nothing more can be asked of it."""


def drain(memory: Memory) -> Conversation:
    """Take the records from the last known on, then live ones. Emits repeats: identity removes them."""
    quirk = manners.foreseen(NAME, memory)
    intake: Intake | WholeIntake = Intake(quirk)
    patience = PATIENCE
    try:
        yield from manners.before_results(quirk)
        yield from _subscribe()
        quirk = yield from manners.get_to_know(NAME, memory, quirk)
        intake = _intake(quirk)
        if quirk is not None and quirk.clock is Clock.CONTOUR:
            yield from clocks.set_contour()
        if isinstance(intake, WholeIntake):
            yield from _take_whole(intake)
        else:
            yield from _catch_up(memory.mark, intake)
    except _OverError:
        patience = 0.0
    yield from _listen(intake, patience)
    yield from each(intake.flush())


def _intake(quirk: Quirk | None) -> Intake | WholeIntake:
    """Nothing was taken yet: what came while the meter told its names still waits to be listened to."""
    return WholeIntake(quirk) if quirk is not None and quirk.numbers_reversed else Intake(quirk)


def recover(characteristic: str, value: bytes) -> Glucose:
    """Decode a record that was kept but never settled. Raises DecodeError."""
    if characteristic != glucose.MEASUREMENT:
        raise DecodeError(value, characteristic, "not a characteristic of this driver")
    return glucose.decode(value)


def _subscribe() -> Conversation:
    """Contexts are optional; without the other two there is nothing to be had."""
    for characteristic in (racp.CONTROL, glucose.MEASUREMENT):
        if (yield Subscribe(characteristic)) != Done():
            raise _OverError
    yield Subscribe(glucose_context.CONTEXT)


def _catch_up(known: Mark | None, intake: Intake) -> Conversation:
    """Ask from the record that is known on, and once more from the last before which none is missing."""
    for _ in range(ATTEMPTS):
        last = yield from _newest(intake)
        if last is not None and last == known:
            return
        start = start_from(known, last)
        expected = yield from _count(start, intake)
        if last is None and expected == 0:
            return
        asked = Asked(start, last, expected or None)
        result = yield from _report(asked, intake)
        yield from each(intake.flush())
        if (reached := intake.reached(asked)) is not None:
            yield Remember(reached)
            known = reached
        if result is None:
            raise _OverError
        if result in _UNSUPPORTED or intake.is_of_another_memory(asked):
            known = None
        elif not intake.is_short_of(asked):
            return


def _take_whole(intake: WholeIntake) -> Conversation:
    """Ask for all, and once more where the meter counted more than what came."""
    for _ in range(ATTEMPTS):
        expected = yield from _count(None, intake)
        if expected == 0:
            return
        intake.begin()
        yield from _ask(racp.report(None), intake)
        yield from _listen(intake, GRACE, expected=expected)
        yield from each(intake.flush())
        if expected is None or intake.has(expected):
            return


def start_from(known: Mark | None, last: Mark | None) -> Mark | None:
    """The record to ask from; None for all. A newest record with no higher number means a new memory or a
    wrap. What is known is asked for again: only that record can tell that the memory is still the same."""
    if known is None or last is None or last.sequence <= known.sequence:
        return None
    return known


def _newest(intake: Intake) -> Generator[Wish, Event, Mark | None]:
    """The newest record; None where there is none or the meter cannot say."""
    intake.begin()
    answer = yield from _ask(racp.report_last(), intake)
    if _result(answer) == "success":
        yield from _listen(intake, GRACE, expected=1)
    return intake.latest


def _count(start: Mark | None, intake: Taking) -> Generator[Wish, Event, int | None]:
    answer = yield from _ask(racp.count(_number(start)), intake)
    return answer.number if isinstance(answer, racp.NumberResponse) else None


def _report(asked: Asked, intake: Intake) -> Generator[Wish, Event, str | None]:
    """How the transfer ended; None if nothing more can be asked. What arrived until then counts."""
    intake.begin()
    try:
        answer = yield from _ask(racp.report(_number(asked.start)), intake)
    except _OverError:
        return None
    yield from _listen(intake, GRACE, expected=asked.expected)
    return _result(answer)


def _number(start: Mark | None) -> int | None:
    return None if start is None else start.sequence


def _result(answer: racp.Response | racp.NumberResponse) -> str:
    return answer.result if isinstance(answer, racp.Response) else "reserved"


def _ask(request: bytes, intake: Taking) -> Generator[Wish, Event, racp.Response | racp.NumberResponse]:
    """One procedure up to its answer; records that come meanwhile are kept. Raises _OverError."""
    yield from _write(request, intake)
    answer = yield from _answer(request[0], intake)
    if answer is None:
        yield from _abort(intake)
        raise _OverError
    return answer


def _write(request: bytes, intake: Taking) -> Conversation:
    """Write a request; where the meter says what stands in its way, clear that and write again."""
    event = yield Write(racp.CONTROL, request)
    if _is_busy(event):
        # It may not know yet that we confirmed the end of the last procedure: abort none that is over.
        yield from _listen(intake, SETTLING)
        event = yield Write(racp.CONTROL, request)
    match event:
        case Done():
            return
        case Refused() if _is_busy(event):
            yield from _abort(intake)
            yield from _listen(intake, SETTLING)
        case Refused(code=racp.ATT_NOT_SUBSCRIBED | racp.ATT_NOT_SUBSCRIBED_GLS):
            yield from _subscribe()
        case _:
            raise _OverError
    if (yield Write(racp.CONTROL, request)) != Done():
        raise _OverError


def _is_busy(event: Event) -> bool:
    return isinstance(event, Refused) and event.code in {racp.ATT_IN_PROGRESS, racp.ATT_IN_PROGRESS_GLS}


def _abort(intake: Taking) -> Conversation:
    if (yield Write(racp.CONTROL, racp.abort())) == Done():
        yield from _answer(racp.Opcode.ABORT, intake)


def _answer(
    opcode: int, intake: Taking
) -> Generator[Wish, Event, racp.Response | racp.NumberResponse | None]:
    """The answer to a request; None if it does not come. Answers to earlier requests are passed over."""
    for _ in range(MOST_NOTES):
        note = yield Listen(TIMEOUT)
        if not isinstance(note, Note):
            return None
        if note.characteristic != racp.CONTROL:
            yield from each(intake.take(note))
            continue
        answer = yield from _control(note)
        if answer is not None and racp.is_answer(answer, opcode):
            return answer
    return None


def _control(note: Note) -> Generator[Wish, Event, racp.Response | racp.NumberResponse | None]:
    try:
        message = racp.decode(note.value)
    except DecodeError as error:
        yield spoil(note, error)
        return None
    return None if isinstance(message, racp.Request) else message


def _listen(intake: Taking, seconds: float, *, expected: int | None = None) -> Conversation:
    """Keep what comes until silence, or until as many records came as were expected."""
    for _ in range(MOST_NOTES):
        if expected is not None and intake.has(expected):
            return
        note = yield Listen(seconds)
        if not isinstance(note, Note):
            return
        yield from each(intake.take(note))


DRIVER: Final = Driver(
    name=NAME,
    version="1",
    services=(SERVICE,),
    conversation=drain,
    irreplaceable=(),
    recover=recover,
)
