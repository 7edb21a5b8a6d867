"""Makers' cuffs without a radio: a conversation's wishes carried to what the simulator holds, and back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from device_drivers.conversation import (
    Done,
    Event,
    Gone,
    Listen,
    Note,
    Quiet,
    Read,
    Refused,
    Subscribe,
    TellTime,
    Value,
    Wish,
    Write,
)
from device_drivers.makers import microlife, omron_channels
from firmware_sim.makers.microlife import MicrolifeMemory
from firmware_sim.makers.omron import OmronMemory

Spoiler = Callable[[int, bytes], list[bytes]]
"""What comes of the n-th note: none, two, other bytes."""


def as_sent(_number: int, note: bytes) -> list[bytes]:
    return [note]


@dataclass
class Table:
    """Answers wishes; `carry` is what a write is answered by, as notes of (characteristic, value)."""

    carry: Callable[[str, bytes], list[tuple[str, bytes]]]
    spoil: Spoiler = as_sent
    time: Event = field(default_factory=lambda: Refused("not wanted"))
    values: dict[str, bytes] = field(default_factory=dict)
    gone_after: int | None = None
    """Writes after which the link is lost."""
    notes: deque[Note] = field(default_factory=deque)
    said: int = 0
    written: int = 0

    def __call__(self, wish: Wish) -> Event:
        if self.gone_after is not None and self.written >= self.gone_after:
            return Gone() if isinstance(wish, Subscribe | Read | Write | Listen) else Done()
        match wish:
            case Read(characteristic=name):
                return Value(self.values[name]) if name in self.values else Refused("none", 0x0A)
            case Write(characteristic=characteristic, value=value):
                self.written += 1
                for heard, note in self.carry(characteristic, value):
                    self._say(heard, note)
            case Listen():
                return self.notes.popleft() if self.notes else Quiet()
            case TellTime():
                return self.time
        return Done()

    def _say(self, characteristic: str, note: bytes) -> None:
        for told in self.spoil(self.said, note):
            self.notes.append(Note(characteristic, told))
        self.said += 1


def microlife_cuff(memory: MicrolifeMemory) -> Callable[[str, bytes], list[tuple[str, bytes]]]:
    def carry(characteristic: str, frame: bytes) -> list[tuple[str, bytes]]:
        assert characteristic == microlife.COMMANDS
        whole = memory.answer(frame) or b""
        return [(microlife.ANSWERS, whole[at : at + 20]) for at in range(0, len(whole), 20)]

    return carry


def omron_cuff(memory: OmronMemory) -> Callable[[str, bytes], list[tuple[str, bytes]]]:
    def carry(characteristic: str, words: bytes) -> list[tuple[str, bytes]]:
        if characteristic == omron_channels.UNLOCK:
            return [(omron_channels.UNLOCK, memory.unlock(words))]
        assert characteristic == omron_channels.REQUESTS
        return list(zip(omron_channels.ANSWERS, memory.answer(words), strict=False))

    return carry
