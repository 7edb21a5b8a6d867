"""Carries out a conversation's wishes on a link and answers with what happened. Knows no profile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, Protocol

from device_drivers.conversation import (
    Bond,
    Conversation,
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
    Time,
    Value,
    Wish,
    Write,
)
from gateway.radio.transfer import Wanted

BOND_FIRST: Final = frozenset({0x05, 0x0F})
"""ATT errors that a bond cures: insufficient authentication and encryption (Core, vol 3 part F, 3.4.1.1)."""

MOST_NOTES: Final = 4096
"""Notes that wait to be understood; the largest memories hold a thousand records of two notes each."""


class LinkLost(Exception):  # noqa: N818  a state of the world more than an error
    """The meter is out of reach, or answered nothing in time."""


class LinkRefused(Exception):  # noqa: N818  an answer of the meter
    """The meter or the stack said no; `code` is the ATT error if there was one."""

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


class Ears:
    """What a link is given to call: `hear` at each note, in the radio's callback; `lose` once at the end.
    `once`: characteristics that the meter says nothing twice on; of several a meter speaks on the first."""

    def __init__(self, keep: Callable[[str, bytes], int | None], once: tuple[str, ...] = ()) -> None:
        self.once = once
        self.may_have_missed = False
        """Whether the stack may have confirmed a note that it did not pass on."""
        self._keep = keep
        self._is_full = False
        self._notes: asyncio.Queue[Note | Gone] = asyncio.Queue()

    def hear(self, characteristic: str, value: bytes) -> None:
        """A meter that floods is no longer listened to, as if it had gone: a note left out of the middle
        would pass for a memory read whole."""
        if self._is_full:
            return
        self._notes.put_nowait(Note(characteristic, value, self._keep(characteristic, value)))
        if self._notes.qsize() >= MOST_NOTES:
            self._is_full = True
            self.lose()

    def miss(self) -> None:
        """Once there is a link, a note may come while nobody listens."""
        self.may_have_missed = True

    def lose(self) -> None:
        self._notes.put_nowait(Gone())

    async def listen(self, seconds: float) -> Note | Quiet | Gone:
        try:
            async with asyncio.timeout(seconds):
                heard = await self._notes.get()
        except TimeoutError:
            return Quiet()
        if isinstance(heard, Gone):
            self.lose()  # so that every later wish to listen learns it too
        return heard


class Link(Protocol):
    """A connected meter. Every call ends in time, with LinkRefused or LinkLost if need be."""

    async def subscribe(self, characteristic: str) -> None: ...
    async def read(self, characteristic: str) -> bytes: ...
    async def write(self, characteristic: str, value: bytes) -> None: ...
    async def bond(self) -> None: ...


def no_clock_is_set() -> Refused:
    return Refused("the home does not have its meters' clocks set")


async def run(
    conversation: Conversation,
    link: Link,
    ears: Ears,
    want: Callable[[Wanted], None],
    tell_time: Callable[[], Time | Refused] = no_clock_is_set,
) -> None:
    """Hold the conversation to its end. `want` keeps what is to be kept, durably, before it returns."""
    runner = _Runner(link, ears, want, tell_time)
    wish = next(conversation, None)
    while wish is not None:
        event = await runner.answer(wish)
        try:
            wish = conversation.send(event)
        except StopIteration:
            return


class _Runner:
    def __init__(
        self,
        link: Link,
        ears: Ears,
        want: Callable[[Wanted], None],
        tell_time: Callable[[], Time | Refused],
    ) -> None:
        self._link = link
        self._ears = ears
        self._want = want
        self._tell_time = tell_time
        self._has_bonded = False

    async def answer(self, wish: Wish) -> Event:
        match wish:
            case Subscribe() | Read() | Write() | Bond():
                return await self._ask(partial(self._carry_out, wish))
            case Listen(seconds=seconds):
                return await self._ears.listen(seconds)
            case TellTime():
                return self._tell_time()
            case _:
                self._want(wish)
                return Done()

    async def _carry_out(self, wish: Subscribe | Read | Write | Bond) -> bytes | None:
        match wish:
            case Subscribe(characteristic=characteristic):
                await self._link.subscribe(characteristic)
            case Read(characteristic=characteristic):
                return await self._link.read(characteristic)
            case Write(characteristic=characteristic, value=value):
                await self._link.write(characteristic, value)
            case Bond():
                self._has_bonded = True
                await self._link.bond()
        return None

    async def _ask(self, call: Callable[[], Awaitable[bytes | None]]) -> Event:
        try:
            answer = await self._bonding(call)
        except LinkRefused as no:
            return Refused(no.reason, no.code)
        except LinkLost:
            return Gone()
        return Done() if answer is None else Value(answer)

    async def _bonding(self, call: Callable[[], Awaitable[bytes | None]]) -> bytes | None:
        """Once per contact a refusal that a bond would cure is cured by bonding."""
        try:
            return await call()
        except LinkRefused as no:
            if no.code not in BOND_FIRST or self._has_bonded:
                raise
        self._has_bonded = True
        await self._link.bond()
        return await call()
