"""A gateway whose home lets nothing but HTTPS out, at the cloud's real door."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Thread
from typing import Any, Final
from uuid import UUID

from device_drivers.wire.batch import open_envelope
from device_drivers.wire.codec import decode, encode
from device_drivers.wire.state import State
from device_drivers.wire.topics import topic
from ingest.door.intake import Intake, Message
from ingest.ways.https.door import Door
from ingest.ways.https.server import Limits
from ingest.ways.papers import NONE, Papers
from tests.certificates import Authority
from tests.gateway.cloud.test_sender import gateway
from tests.gateway.home import GATEWAY, Cloud, announcement

PATIENCE_S = 20
HASTE: Final = {"backoff_base_s": 0.01, "backoff_cap_s": 0.05}


@dataclass
class House:
    """A cloud reduced to its door and its receipts."""

    intake: Intake
    door: Door
    heard: list[Message] = field(default_factory=list)
    changed: Condition = field(default_factory=Condition)

    def answer(self) -> None:
        """Until the intake is closed."""
        cloud = Cloud()
        while messages := self.intake.take(100, PATIENCE_S):
            with self.changed:
                self.heard += messages
                self.changed.notify_all()
            for batch in (open_envelope(one.payload) for one in messages if one.topic.endswith("/up")):
                self.door.publish(topic(batch.gateway, "receipt"), encode(cloud.receipt(batch)))

    def states(self) -> list[State]:
        return [decode(one.payload, State) for one in self.heard if one.topic.endswith("/state")]

    def wait_for_states(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.states()) >= count, PATIENCE_S)


@contextmanager
def cloud(
    port: int = 0, *, papers: Papers = NONE, limits: Limits | None = None, answers: bool = True
) -> Iterator[House]:
    """A silent one takes everything and says no receipt."""
    intake = Intake(limit=1_000_000)
    door = Door(intake, host="127.0.0.1", port=port, papers=papers, limits=limits)
    door.start()
    door.publish(topic(GATEWAY, "lineage"), encode(announcement()), retain=True)
    house = House(intake, door)
    worker = Thread(target=house.answer)
    if answers:
        worker.start()
    try:
        yield house
    finally:
        door.stop()
        intake.close()
        if answers:
            worker.join()


def test_every_reading_is_delivered_and_receipted() -> None:
    async def scenario(url: str) -> None:
        async with gateway(url, **HASTE) as one:
            one.keep(130)
            await one.delivered()

    with cloud() as house:
        asyncio.run(scenario(f"http://127.0.0.1:{house.door.port}"))
    assert [state.online for state in house.states()] == [True, False]


def test_when_its_door_is_gone_the_gateway_goes_on_at_the_next_and_at_the_first_again() -> None:
    ports = [free_port(), free_port()]

    async def scenario() -> None:
        async with gateway(",".join(f"http://127.0.0.1:{port}" for port in ports), **HASTE) as one:
            for port in (*ports, ports[0]):
                one.keep(1)
                with cloud(port):
                    await one.delivered()
            assert one.box.counts().receipted == 3

    asyncio.run(scenario())


def test_connections_that_the_door_ended_for_want_of_work_are_made_anew() -> None:
    async def scenario(url: str) -> None:
        async with gateway(url, every_s=0.3, **HASTE) as one:
            for beats in range(1, 5):
                one.keep(3)
                await one.delivered()
                await asyncio.to_thread(house.wait_for_states, beats)

    with cloud(limits=Limits(idle_s=0.05)) as house:
        asyncio.run(scenario(f"http://127.0.0.1:{house.door.port}"))


def test_a_door_that_gives_no_receipt_is_asked_again_until_one_comes() -> None:
    async def scenario(port: int) -> None:
        async with gateway(f"http://127.0.0.1:{port}", **HASTE) as one:
            one.keep(60)
            with cloud(port, answers=False, limits=Limits(receipt_s=0.05)) as silent:
                await asyncio.to_thread(wait_until_held, silent.intake)
            assert one.box.counts().unsent == 60
            with cloud(port):
                await one.delivered()

    asyncio.run(scenario(free_port()))


def wait_until_held(intake: Intake) -> None:
    while not any(message.topic.endswith("/up") for message in intake.take(10, PATIENCE_S)):
        pass


def test_behind_tls_it_shows_its_certificate(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    with ExitStack() as running:
        house = running.enter_context(locked(authority))
        asyncio.run(delivers(house, authority, GATEWAY))
    assert {message.topic for message in house.heard} == {topic(GATEWAY, "up"), topic(GATEWAY, "state")}


async def delivers(house: House, authority: Authority, name: UUID) -> None:
    issued = authority.issue(str(name))
    papers: dict[str, Any] = {
        "https_ca": authority.ca,
        "https_certificate": issued.certificate,
        "https_key": issued.key,
    }
    async with gateway(f"https://127.0.0.1:{house.door.port}", **HASTE, **papers) as one:
        one.keep(3)
        await one.delivered()


@contextmanager
def locked(authority: Authority) -> Iterator[House]:
    issued = authority.issue("door")
    with cloud(papers=Papers(authority.ca, issued.certificate, issued.key)) as house:
        yield house


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
