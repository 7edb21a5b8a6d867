"""The sender on a real broker: what it delivers, what it resends, and what no forger can talk it into."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from random import Random

import pytest
from msgspec.structs import replace

from device_drivers.wire.batch import Sealed
from device_drivers.wire.receipt import Receipt
from device_drivers.wire.signing import public_hex, sign
from gateway.cloud.sender import Sender
from gateway.cloud.sending import Patience, Schedule
from gateway.cloud.uplink import DEAF_S, Heart, Uplink
from gateway.cloud.way import connected
from gateway.outbox.store import Outbox
from gateway.settings import Settings
from gateway.trust.sealing import Signer
from tests.gateway.home import CLOUD, GATEWAY, OURS, ROOT, Cloud, TestClock, draft, key, outbox
from tests.gateway.quiet_log import QuietLog
from tests.gateway.stub_cloud import stub_cloud

PATIENCE_S = 20
IMPATIENT = Patience(receipt=0.3, base=0.05, cap=0.1)


@dataclass
class Running:
    """A gateway without a radio."""

    box: Outbox
    sender: Sender
    happened: asyncio.Event

    def keep(self, count: int) -> None:
        transfer = self.box.begin(sends_once=False)
        for _ in range(count):
            self.sender.kept(self.box.keep(draft(), (), transfer=transfer))
        self.box.end(transfer)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                await self.happened.wait()
                self.happened.clear()

    async def delivered(self) -> None:
        await self.until(lambda: self.box.counts().unsent == 0)


@asynccontextmanager
async def gateway(
    url: str, *, every_s: float = 1, deaf_s: float = DEAF_S, **told: object
) -> AsyncIterator[Running]:
    """`url`: of a broker or of a door. `told`: other settings."""
    happened = asyncio.Event()
    with closing(outbox(at=lambda _point: happened.set())) as box:
        schedule = Schedule(IMPATIENT, Random(3))
        sender = Sender(box, schedule, QuietLog(), lambda _point: happened.set())
        heart = Heart(box, Signer(GATEWAY, OURS), TestClock(), adapter=None, meters=())
        way = {"https" if url.startswith("http") else "mqtt": url, **told}
        settings = Settings(data_dir=None, root=public_hex(ROOT), **way)  # type: ignore[arg-type]
        uplink = Uplink(sender, heart, QuietLog(), every_s=every_s, deaf_s=deaf_s)
        async with connected(settings, GATEWAY, uplink):
            beating = asyncio.create_task(uplink.beat())
            yield Running(box, sender, happened)
            beating.cancel()


def test_every_reading_is_delivered_and_receipted(broker: str) -> None:
    async def scenario() -> None:
        async with gateway(broker) as one:
            one.keep(130)
            await one.delivered()

    with stub_cloud(broker, GATEWAY) as cloud:
        asyncio.run(scenario())
    assert len({reading.reading_id for reading in cloud.readings()}) == 130


def test_an_unanswered_batch_is_sent_again_as_the_same_bytes(broker: str) -> None:
    honest, asked = Cloud(), list[Sealed]()

    def answer_the_third_time(batch: Sealed) -> list[Receipt]:
        asked.append(batch)
        return [honest.receipt(batch)] if len(asked) >= 3 else []

    async def scenario() -> None:
        async with gateway(broker) as one:
            one.keep(1)
            await one.delivered()

    with stub_cloud(broker, GATEWAY, answer_the_third_time) as cloud:
        asyncio.run(scenario())
    assert len(cloud.payloads()) >= 3
    assert len(set(cloud.payloads())) == 1


FORGERIES: dict[str, Callable[[Sealed], Receipt]] = {
    "wrong signature": lambda batch: Cloud(signing=key(9)).receipt(batch),
    "broken signature": lambda batch: replace(Cloud().receipt(batch), sig="11" * 64),
    "other stream": lambda batch: sign(replace(Cloud().receipt(batch), stream="a" * 32), CLOUD),
    "other link": lambda batch: sign(replace(Cloud().receipt(batch), link="a" * 64), CLOUD),
    "lower lineage": lambda batch: Cloud(lineage=0).receipt(batch),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_receipt_purges_nothing(broker: str, forgery: str) -> None:
    ignored: list[int] = []

    async def scenario() -> None:
        async with gateway(broker) as one:
            one.keep(1)
            await one.until(lambda: len(cloud.payloads()) >= 3)
            ignored.append(one.sender.ignored.total())
            assert one.box.counts().receipted == 0
            assert one.box.unsent() == [1]

    with stub_cloud(broker, GATEWAY, lambda batch: [FORGERIES[forgery](batch)]) as cloud:
        asyncio.run(scenario())
    assert ignored[0] >= 1 or forgery == "wrong signature"


def test_a_revoked_gateway_keeps_everything_and_falls_silent(broker: str) -> None:
    async def scenario() -> None:
        async with gateway(broker) as one:
            one.keep(1)
            await one.until(lambda: one.sender.is_refused)
            one.keep(1)
            assert one.box.counts().unsent == 2

    with stub_cloud(broker, GATEWAY, lambda batch: [Cloud().receipt(batch, "refused")]) as cloud:
        asyncio.run(scenario())
    assert len(cloud.payloads()) == 1


def test_a_revoked_gateway_that_hears_the_lineage_again_tries_with_one_batch(broker: str) -> None:
    async def scenario() -> None:
        async with gateway(broker) as one:
            one.keep(1)
            await one.until(lambda: one.sender.is_refused)
            for _ in range(3):
                one.keep(50)
            cloud.announce(GATEWAY)
            await one.until(lambda: not one.sender.is_refused)
            await one.until(lambda: one.sender.is_refused)

    with stub_cloud(broker, GATEWAY, lambda batch: [Cloud().receipt(batch, "refused")]) as cloud:
        asyncio.run(scenario())
    assert len(cloud.payloads()) == 2


def test_a_resync_is_answered_by_a_new_stream_that_delivers_the_same_readings(broker: str) -> None:
    def resync_the_first_stream(batch: Sealed) -> list[Receipt]:
        return [Cloud().receipt(batch, "stored" if batch.opens else "resync")]

    async def scenario() -> None:
        async with gateway(broker) as one:
            one.keep(2)
            await one.delivered()

    with stub_cloud(broker, GATEWAY, resync_the_first_stream) as cloud:
        asyncio.run(scenario())
    assert len({reading.reading_id for reading in cloud.readings()}) == 2
