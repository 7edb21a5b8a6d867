"""Omron's classic cuffs (HEM-7322T, HEM-7155T, HEM-7361T): both users' memories, read and never written.

Their unread counters and their clock could only be changed by writing the memory in which the calibration
lies too, so neither is: each contact reads all, and what was sent before is known again by its time.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Final

from device_drivers.conversation import (
    Conversation,
    Done,
    Emit,
    Event,
    Gone,
    Learn,
    Listen,
    Memory,
    Note,
    Spoil,
    Subscribe,
    Wish,
    Write,
)
from device_drivers.driver import Driver
from device_drivers.makers import omron_channels as channels
from device_drivers.makers.omron_channels import ANSWERS, REQUESTS, UNLOCK, Answer
from device_drivers.makers.omron_memory import Layout, decode, decode_clock, is_blank, layout_of
from device_drivers.measurement import Measurement
from device_drivers.profiles import facts
from device_drivers.reader import DecodeError

KEY: Final = b"hearthline-meter"
"""Sixteen bytes that a cuff in its pairing mode is given and later wants to hear. No secret: whoever holds
the cuff can give it another."""

ATTEMPTS: Final = 5
PATIENCE: Final = 1.0
"""Seconds for an answer; then the same is asked again."""
UNLOCK_PATIENCE: Final = 5.0

MOST_NOTES: Final = 32
"""Notes that may come in the place of an answer of four."""

_UNLOCK: Final = b"\x01"
_MAY_PROGRAM: Final = b"\x02" + bytes(len(KEY))
_PROGRAM: Final = b"\x00"
_UNLOCKED: Final = bytes.fromhex("8100")
_IN_PAIRING_MODE: Final = bytes.fromhex("8200")
_PROGRAMMED: Final = bytes.fromhex("8000")


def drain(memory: Memory) -> Conversation:  # noqa: ARG001  its memory is always read whole
    """Unlock, see which cuff it is, read. A model whose memory is not known is left unread."""
    if not (yield from _unlock()):
        return
    for channel in ANSWERS:
        if (yield Subscribe(channel)) != Done():
            return
    device = yield from facts.ask_all(asks_time=False)
    layout = layout_of(None if device is None else device.model)
    if layout is None or (yield from _ask(channels.START, channels.STARTED)) is None:
        return
    yield from _read_clock(layout)
    yield from _read_records(layout)
    yield Write(REQUESTS, channels.END)


def recover(characteristic: str, value: bytes) -> Measurement:
    """Nothing of this cuff is kept before it is understood: its memory can be read again."""
    raise DecodeError(value, characteristic, "not a characteristic of this driver")


def _unlock() -> Generator[Wish, Event, bool]:
    """Say the key. A cuff that a person has put into pairing mode is given it first; cuffs that only know the
    bond have no such lock."""
    match (yield Subscribe(UNLOCK)):
        case Gone():
            return False
        case Done():
            pass
        case _:
            return True
    if (yield from _say(_UNLOCK + KEY, _UNLOCKED)):
        return True
    if not (yield from _say(_MAY_PROGRAM, _IN_PAIRING_MODE)):
        return False
    return (yield from _say(_PROGRAM + KEY, _PROGRAMMED)) and (yield from _say(_UNLOCK + KEY, _UNLOCKED))


def _say(words: bytes, wanted: bytes) -> Generator[Wish, Event, bool]:
    """Whether the lock answers as is wanted."""
    if (yield Write(UNLOCK, words)) != Done():
        return False
    for _ in range(MOST_NOTES):
        note = yield Listen(UNLOCK_PATIENCE)
        if not isinstance(note, Note):
            return False
        if note.characteristic == UNLOCK:
            return note.value.startswith(wanted)
    return False


def _read_clock(layout: Layout) -> Conversation:
    block = yield from _read(*layout.clock)
    if block is None:
        return
    try:
        fact = decode_clock(layout, block)
    except DecodeError as error:
        yield Spoil(None, ANSWERS[0], block, str(error))
    else:
        yield Learn(fact)


def _read_records(layout: Layout) -> Conversation:
    """Slot by slot; a block that cannot be read leaves the rest for another contact."""
    for user, begin in enumerate(layout.users, start=1):
        end = begin + layout.records * layout.size
        for address in range(begin, end, layout.block):
            block = yield from _read(address, min(layout.block, end - address))
            if block is None:
                return
            yield from _keep(layout, block, user)


def _keep(layout: Layout, block: bytes, user: int) -> Conversation:
    for at in range(0, len(block), layout.size):
        record = block[at : at + layout.size]
        if is_blank(record):
            continue
        try:
            measurement = decode(layout, record, user)
        except DecodeError as error:
            yield Spoil(None, ANSWERS[0], record, str(error))
        else:
            yield Emit(measurement)


def _read(address: int, size: int) -> Generator[Wish, Event, bytes | None]:
    answer = yield from _ask(channels.read_memory(address, size), channels.READ, address)
    return answer.data[:size] if answer is not None and len(answer.data) >= size else None


def _ask(request: bytes, kind: bytes, address: int | None = None) -> Generator[Wish, Event, Answer | None]:
    """The answer of that kind and place; a request that only reads may be made again. None if none comes."""
    for _ in range(ATTEMPTS):
        if (yield Write(REQUESTS, request)) != Done():
            return None
        match (yield from _listen(kind, address)):
            case Answer() as answer:
                return answer
            case Gone():
                return None
    return None


def _listen(kind: bytes, address: int | None) -> Generator[Wish, Event, Answer | Gone | None]:
    """Answers to what was asked before are passed over; a damaged one is as good as none."""
    assembly = channels.Assembly()
    for _ in range(MOST_NOTES):
        note = yield Listen(PATIENCE)
        if isinstance(note, Gone):
            return note
        if not isinstance(note, Note):
            return None
        if note.characteristic not in ANSWERS:
            continue
        try:
            answer = assembly.take(ANSWERS.index(note.characteristic), note.value)
        except DecodeError:
            return None
        if answer is None:
            continue
        if answer.kind == kind and address in {None, answer.address}:
            return answer
        assembly = channels.Assembly()
    return None


DRIVER: Final = Driver(
    name="omron-classic",
    version="1",
    services=(channels.SERVICE,),
    conversation=drain,
    irreplaceable=(),
    recover=recover,
)
