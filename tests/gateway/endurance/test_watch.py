"""The watch over a radio that is made of fields: what it does, tells and gives up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from firmware_sim import virtual_time
from gateway.endurance.hands import StepFailed
from gateway.endurance.ladder import Daemon, Step
from gateway.endurance.notify import Systemd
from gateway.endurance.watch import RadioStuck, Watch
from tests.gateway.quiet_log import QuietLog


@dataclass
class Ear:
    """A scanner that hears nobody."""

    heard_at: float = 0.0
    scanning_since: float | None = 0.0
    failures: int = 0
    rescans: int = 0

    def rescan(self) -> None:
        self.rescans += 1
        self.scanning_since = asyncio.get_running_loop().time()


@dataclass
class TwoHands:
    """Takes every step, and helps nobody."""

    says: Daemon = "well"
    is_able: bool = True
    taken: list[Step] = field(default_factory=list)

    async def daemon(self) -> Daemon:
        return self.says

    async def take(self, step: Step) -> None:
        self.taken.append(step)
        if not self.is_able:
            raise StepFailed("no such adapter")


def watched(ear: Ear, hands: TwoHands, seconds: float) -> QuietLog:
    log = QuietLog()

    async def scenario() -> None:
        watch = asyncio.create_task(Watch(ear, hands, Systemd({}), log).run())
        await asyncio.wait((watch,), timeout=seconds)
        if watch.done():
            watch.result()
        watch.cancel()

    virtual_time.run(scenario())
    return log


def test_a_silent_radio_is_scanned_anew_then_switched_off_and_on() -> None:
    ear, hands = Ear(), TwoHands()

    watched(ear, hands, 3000)

    assert hands.taken[:2] == [Step.RESCAN, Step.POWER_CYCLE]
    assert ear.rescans == len(hands.taken)


def test_a_step_that_cannot_be_taken_does_not_end_the_climb() -> None:
    hands = TwoHands(says="gone", is_able=False)

    with pytest.raises(RadioStuck):
        watched(Ear(), hands, 3600)

    assert hands.taken == [Step.RESTART_DAEMON, Step.RESET_ADAPTER, Step.RESTART_DAEMON]


def test_a_radio_that_hears_is_left_alone() -> None:
    hands = TwoHands()

    assert watched(Ear(heard_at=5.0), hands, 800).events == []
    assert hands.taken == []
