"""A Log that remembers event names."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from gateway.log import Fact


class QuietLog:
    def __init__(self) -> None:
        self.events: list[str] = []

    def info(self, event: str, **facts: Fact) -> None:
        self.events.append(event)

    def warning(self, event: str, **facts: Fact) -> None:
        self.events.append(event)

    def failure(self, event: str, error: Exception, **facts: Fact) -> None:
        self.events.append(event)


class WatchedLog(QuietLog):
    """One in whose events a test can wait for something to be true."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = asyncio.Event()

    def info(self, event: str, **facts: Fact) -> None:
        super().info(event, **facts)
        self.changed.set()

    def warning(self, event: str, **facts: Fact) -> None:
        super().warning(event, **facts)
        self.changed.set()

    async def until(self, condition: Callable[[], bool], *, seconds: float = 120) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                await self.changed.wait()
                self.changed.clear()
