"""A Log that remembers event names."""

from __future__ import annotations

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
