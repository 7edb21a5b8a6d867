"""What helping a radio from outside takes: a port, and how it says that a step failed."""

from __future__ import annotations

from typing import Protocol

from gateway.endurance.ladder import Daemon, Step


class StepFailed(Exception):  # noqa: N818  a state of the world more than an error
    """The step could not be taken; the next one may."""


class Hands(Protocol):
    """Whoever can help."""

    async def daemon(self) -> Daemon: ...
    async def take(self, step: Step) -> None:
        """Raises StepFailed. RESCAN and LEAVE are the caller's own."""
