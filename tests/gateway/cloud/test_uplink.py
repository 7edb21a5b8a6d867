"""The gateway's side of the broker's events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random

import pytest

from device_drivers.wire.topics import Channel
from gateway.cloud.sender import Sender
from gateway.cloud.sending import Patience, Schedule
from gateway.cloud.uplink import Heart, Uplink
from gateway.trust.sealing import Signer
from tests.gateway.cloud.test_sender import PATIENCE_S, gateway
from tests.gateway.home import GATEWAY, OURS, TestClock, draft, outbox
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


Answer = Callable[[bytes], bytes]
"""What a broker says to what came after the first packet."""


def silence(_packet: bytes) -> bytes:
    return b""


def refusal(packet: bytes) -> bytes:
    """SUBACK, unspecified error for both topics, if it is a SUBSCRIBE: MQTT 5.0, section 3.9."""
    return b"\x90\x05" + packet[2:4] + b"\x00\x80\x80" if packet[:1] == b"\x82" else b""


async def connections_to_a_broker_that_subscribes_nobody(answer: Answer) -> int:
    made: list[asyncio.Task[None] | None] = []
    twice = asyncio.Event()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        made.append(asyncio.current_task())
        if len(made) == 2:
            twice.set()
        await reader.read(1024)
        writer.write(CONNECTED)
        while packet := await reader.read(1024):
            writer.write(answer(packet))
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


@pytest.mark.parametrize("answer", [silence, refusal])
def test_a_connection_on_which_no_subscription_is_ever_confirmed_is_given_up_for_a_new_one(
    answer: Answer,
) -> None:
    assert asyncio.run(connections_to_a_broker_that_subscribes_nobody(answer)) == 2


class MuteLine(DeafLine):
    """A connection on which everything is taken and nothing is answered."""

    def __init__(self) -> None:
        super().__init__()
        self.was_left = asyncio.Event()

    def renew(self) -> bool:
        self.was_left.set()
        return True


async def until_it_is_left() -> MuteLine:
    box, line = outbox(), MuteLine()
    sender = Sender(box, Schedule(Patience(), Random(1)), QuietLog(), lambda _point: None, silence_s=0.05)
    heart = Heart(box, Signer(GATEWAY, OURS), TestClock(), adapter=None, meters=())
    uplink = Uplink(sender, heart, QuietLog(), every_s=0.01)
    uplink.starting(line)
    uplink.connected(line)
    sender.kept(box.keep(draft(), (), transfer=box.begin(sends_once=False)))
    beating = asyncio.create_task(uplink.beat())
    async with asyncio.timeout(PATIENCE_S):
        await line.was_left.wait()
    beating.cancel()
    sender.close()
    return line


def test_a_node_that_answers_no_batch_is_left_for_the_next() -> None:
    """One that is cut off from the others keeps its connections."""
    assert "up" in asyncio.run(until_it_is_left()).published
