"""A switch or key as the kernel gives it: one file in /dev/input. Opens it again when it is pulled out.

Of a switch at a pin the kernel makes such a file as well (`gpio-keys`, on a Pi `dtoverlay=gpio-key`) and
takes out the contact's bounce, so a pin, a keyboard and a pedal are one thing here.
"""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.button.pressing import Answer, Presses, due_at, edge, said
from gateway.log import Log

AGAIN_S: Final = 5.0
"""Seconds before a device that is gone is looked for again."""

_EVENT: Final = struct.Struct("llHHi")
"""struct input_event of linux/input.h: seconds, microseconds, type, code, value."""

_EV_KEY: Final = 1
_AT_ONCE: Final = 64 * _EVENT.size


@dataclass(frozen=True, slots=True)
class Edge:
    """A key went down or up. A key held down repeats: that is no edge."""

    down: bool


def edges(piece: bytes) -> list[Edge]:
    """Of whole events; what is left over at the end is not looked at (the kernel gives whole ones)."""
    whole = len(piece) - len(piece) % _EVENT.size
    events = _EVENT.iter_unpack(piece[:whole])
    return [Edge(value == 1) for _, _, kind, _, value in events if kind == _EV_KEY and value in {0, 1}]


class InputDevice:
    """`answered` is called in the event loop with each answer."""

    def __init__(self, path: Path, answered: Callable[[Answer], None], log: Log) -> None:
        self._path = path
        self._answered = answered
        self._log = log
        self._presses = Presses()
        self._timer: asyncio.TimerHandle | None = None

    async def run(self, *, again_s: float = AGAIN_S) -> None:
        """For ever."""
        while True:
            try:
                await self._listen()
            except OSError as error:
                self._log.warning("button.lost", error=error.strerror or type(error).__name__)
            self._forget()
            await asyncio.sleep(again_s)

    async def _listen(self) -> None:
        """Until the device is gone; raises OSError then."""
        loop = asyncio.get_running_loop()
        # Never blocks: a file of the kernel's is readable when a key has moved.
        descriptor = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK)
        gone: asyncio.Future[None] = loop.create_future()
        loop.add_reader(descriptor, self._read, descriptor, gone)
        self._log.info("button.ready")
        try:
            await gone
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)

    def _read(self, descriptor: int, gone: asyncio.Future[None]) -> None:
        try:
            piece = os.read(descriptor, _AT_ONCE)
        except BlockingIOError:
            return
        except OSError as error:
            if not gone.done():
                gone.set_exception(error)
            return
        if not piece and not gone.done():
            gone.set_exception(OSError(0, "it ended"))
        self._take(piece)

    def _take(self, piece: bytes) -> None:
        now = asyncio.get_running_loop().time()
        for one in edges(piece):
            self._presses = edge(self._presses, now, down=one.down)
        self._ask()

    def _ask(self) -> None:
        loop = asyncio.get_running_loop()
        self._presses, answer = said(self._presses, loop.time())
        if answer is not None:
            self._answered(answer)
        if self._timer is not None:
            self._timer.cancel()
        due = due_at(self._presses)
        self._timer = None if due is None else loop.call_at(due, self._ask)

    def _forget(self) -> None:
        self._presses = Presses()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
