"""What is done beside scanning so that Bluetooth keeps working. Wires, and decides nothing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass

from gateway.bluez import agent, values
from gateway.bluez.agent import Person
from gateway.bluez.hands import BluezHands
from gateway.endurance.hands import Hands, StepFailed
from gateway.endurance.ladder import Daemon, Step
from gateway.endurance.notify import Systemd
from gateway.endurance.watch import Watch
from gateway.log import Log
from gateway.radio.recalling import Said
from gateway.radio.scanner import Scanner
from gateway.settings import Settings

Work = Coroutine[None, None, None]
Held = Callable[[], Awaitable[Iterable[Said]]]


@dataclass(frozen=True, slots=True)
class Tools:
    """What a machine gives to tend its radio; `agent` answers its questions for ever, and says when it has
    become another one. `held`: what its stack still holds of what meters said."""

    hands: Hands
    agent: Callable[[Person, Log, Callable[[], None]], Work]
    held: Held


Machine = Callable[[Settings], Tools]


async def nothing_held() -> list[Said]:
    return []


def of_this_machine(chosen: Settings) -> Tools:
    return Tools(BluezHands(chosen.adapter), agent.keep, values.held)


def of_no_machine(_chosen: Settings, held: Held = nothing_held) -> Tools:
    """For a simulated radio: the machine's own Bluetooth is somebody else's."""
    return Tools(_NoHands(), _nobody_asks, held)


def tended(tools: Tools, scanner: Scanner, person: Person, log: Log) -> tuple[Work, ...]:
    """The work to do as long as the scanner runs."""
    watch = Watch(scanner, tools.hands, Systemd(os.environ), log)
    return watch.run(), tools.agent(person, log, scanner.renewed)


class _NoHands:
    async def daemon(self) -> Daemon:
        return "unknown"

    async def take(self, step: Step) -> None:
        raise StepFailed(f"{step.value}: no radio of this machine")


async def _nobody_asks(_person: Person, _log: Log, _renewed: Callable[[], None]) -> None:
    await asyncio.Event().wait()
