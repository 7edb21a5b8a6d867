"""Looks at the radio again and again, takes the step that the ladder names, tells systemd that we live."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

from gateway.endurance.hands import Hands, StepFailed
from gateway.endurance.ladder import Health, Ladder, Sign, Step
from gateway.endurance.notify import Systemd
from gateway.log import Log

LOOK_S: Final = 15.0
"""Well under the unit's WatchdogSec: three looks may fail before systemd takes us for dead."""


class RadioStuck(Exception):  # noqa: N818  a state of the world more than an error
    """Nothing in our power helped: the process ends, and systemd starts it anew."""


class Listening(Protocol):
    """The scanner, as it is watched."""

    heard_at: float
    scanning_since: float | None
    failures: int

    def rescan(self) -> None:
        """Start scanning anew."""


class Watch:
    """One radio under watch."""

    def __init__(
        self, scanner: Listening, hands: Hands, systemd: Systemd, log: Log, *, look_s: float = LOOK_S
    ) -> None:
        self._scanner = scanner
        self._hands = hands
        self._systemd = systemd
        self._log = log
        self._look_s = look_s
        self._ladder = Ladder()

    async def run(self) -> None:
        """For ever. Raises RadioStuck."""
        self._systemd.ready()
        try:
            while True:
                await self._look()
                await asyncio.sleep(self._look_s)
        finally:
            self._systemd.stopping()

    async def _look(self) -> None:
        scanner = self._scanner
        daemon = await self._hands.daemon()
        health = Health(daemon, scanner.heard_at, scanner.scanning_since, scanner.failures)
        verdict = self._ladder.judge(health, asyncio.get_running_loop().time())
        self._systemd.alive("listening" if verdict is None else verdict[0].value)
        if verdict is not None:
            await self._help(*verdict)

    async def _help(self, sign: Sign, step: Step) -> None:
        self._log.warning("radio.helped", sign=sign.value, step=step.value)
        if step is Step.LEAVE:
            raise RadioStuck(sign.value)
        try:
            await self._hands.take(step)
        except StepFailed as failure:
            self._log.warning("radio.unhelped", step=step.value, error=str(failure))
        self._scanner.rescan()
