"""A thread with an event loop, for the transports whose libraries are asynchronous. Knows none of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from threading import Thread
from typing import Any, Final

_PATIENCE_S: Final = 10.0


class LoopThread:
    """Between `start` and `stop` anybody may hand work to it."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def soon(self, call: Callable[..., object], *arguments: object) -> None:
        """Without waiting for it; nothing happens once it has stopped."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, *arguments)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Wait for it. Raises what it raises, and TimeoutError after ten seconds."""
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE_S)

    def stop(self) -> None:
        """Everything that is still under way is cancelled. Returns when the thread has ended."""
        if self._thread.is_alive():
            self.run(_cancel_others())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_PATIENCE_S)
        self._loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
