"""What is done beside scanning so that Bluetooth keeps working. Wires, and decides nothing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from gateway.bluez import agent
from gateway.bluez.agent import Person
from gateway.bluez.hands import BluezHands
from gateway.endurance.hands import Hands, StepFailed
from gateway.endurance.ladder import Daemon, Step
from gateway.endurance.notify import Systemd
from gateway.endurance.watch import Watch
from gateway.log import Log
from gateway.scanner import Scanner
from gateway.settings import Settings

Work = Coroutine[None, None, None]


@dataclass(frozen=True, slots=True)
class Tools:
    """What a machine gives to tend its radio; `agent` answers its questions for ever, and says when it has
    become another one."""

    hands: Hands
    agent: Callable[[Person, Log, Callable[[], None]], Work]


Machine = Callable[[Settings], Tools]


def of_this_machine(chosen: Settings) -> Tools:
    return Tools(BluezHands(chosen.adapter), agent.keep)


def of_no_machine(_chosen: Settings) -> Tools:
    """For a simulated radio: the machine's own Bluetooth is somebody else's."""
    return Tools(_NoHands(), _nobody_asks)


def tended(tools: Tools, scanner: Scanner, person: Person, log: Log) -> tuple[Work, ...]:
    """The work to do as long as the scanner runs."""
    watch = Watch(scanner, tools.hands, Systemd(os.environ), log)
    return watch.run(), tools.agent(person, log, scanner.rescan)


class _NoHands:
    async def daemon(self) -> Daemon:
        return "unknown"

    async def take(self, step: Step) -> None:
        raise StepFailed(f"{step.value}: no radio of this machine")


async def _nobody_asks(_person: Person, _log: Log, _renewed: Callable[[], None]) -> None:
    await asyncio.Event().wait()
