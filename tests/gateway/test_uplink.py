"""The gateway's side of the broker's events."""

from __future__ import annotations

import asyncio
from random import Random

from device_drivers.wire.topics import Channel
from gateway.sealing import Signer
from gateway.sender import Sender
from gateway.sending import Patience, Schedule
from gateway.uplink import Heart, Uplink
from tests.gateway.home import GATEWAY, OURS, TestClock, outbox
from tests.gateway.quiet_log import QuietLog


class DeafLine:
    """A connection whose broker lost the first subscription: it confirms when asked again."""

    def __init__(self) -> None:
        self.asked_again = asyncio.Event()
        self.published: list[Channel] = []

    def publish(self, channel: Channel, payload: bytes, *, retain: bool = False) -> None:
        self.published.append(channel)

    def refresh(self) -> None:
        self.asked_again.set()

    def leave(self, payload: bytes) -> None:
        pass


async def until_asked_again() -> DeafLine:
    box, clock, line = outbox(), TestClock(), DeafLine()
    sender = Sender(box, Schedule(Patience(), Random(1)), QuietLog(), lambda _point: None)
    heart = Heart(box, Signer(GATEWAY, OURS), clock, adapter=None, meters=())
    uplink = Uplink(sender, heart, QuietLog(), every_s=0.01)
    uplink.starting(line)
    beating = asyncio.create_task(uplink.beat())
    async with asyncio.timeout(10):
        await line.asked_again.wait()
    uplink.connected(line)
    beating.cancel()
    sender.close()
    return line


def test_a_subscription_that_is_never_confirmed_is_asked_for_again() -> None:
    """Without it the gateway would wait for ever on a connection that lives."""
    line = asyncio.run(until_asked_again())
    assert line.published == ["state"]
