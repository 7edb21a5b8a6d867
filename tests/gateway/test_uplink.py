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
from tests.gateway.test_sender import PATIENCE_S, gateway


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

    def renew(self) -> bool:
        raise AssertionError("it was only asked once")


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


CONNECTED = bytes.fromhex("20 03 00 00 00")
"""CONNACK, success, no properties: MQTT 5.0, section 3.2."""


async def connections_to_a_broker_that_never_answers_a_subscription() -> int:
    made: list[asyncio.Task[None] | None] = []
    twice = asyncio.Event()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        made.append(asyncio.current_task())
        if len(made) == 2:
            twice.set()
        await reader.read(1024)
        writer.write(CONNECTED)
        while await reader.read(1024):
            pass
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with gateway(f"mqtt://127.0.0.1:{port}", every_s=0.05, deaf_s=0.2):
        async with asyncio.timeout(PATIENCE_S):
            await twice.wait()
    server.close()
    await asyncio.gather(*(task for task in made if task is not None))
    return len(made)


def test_a_connection_on_which_no_subscription_is_ever_confirmed_is_given_up_for_a_new_one() -> None:
    assert asyncio.run(connections_to_a_broker_that_never_answers_a_subscription()) == 2
