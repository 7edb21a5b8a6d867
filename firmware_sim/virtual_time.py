"""An event loop on which waiting takes no time: its clock jumps to the next timer. For work without sockets.

What happens at one moment happens in the order in which it was asked for, so a run is as repeatable as the
code on it. A loop on which nobody will ever be woken raises instead of hanging.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")

TURN_S = 1e-6
"""Each turn of the loop takes some time, or a timer early by a rounding error would be set for ever."""


class StuckError(RuntimeError):
    """Everybody waits, and for nobody is there a timer."""


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """`time` counts from 0 in simulated seconds."""

    def __init__(self) -> None:
        self._now_s = 0.0
        super().__init__(_NoWaiting(self))

    def time(self) -> float:
        return self._now_s

    def pass_over(self, seconds: float) -> None:
        self._now_s += seconds


class _NoWaiting(selectors.DefaultSelector):
    """Asks the sockets without waiting for them, and lets the loop's clock pass instead."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise StuckError("everybody waits, and no timer is set")
        self._loop.pass_over(max(TURN_S, 0 if ready else timeout or 0))
        return ready


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """Like `asyncio.run`, in simulated time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)
