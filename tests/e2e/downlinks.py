"""A gateway without a radio and a worker on a real database, joined by whatever way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Event, Thread
from zoneinfo import ZoneInfo

import psycopg

from device_drivers.wire.downlink import Keep, Order, Speak
from device_drivers.wire.reading import Heard
from gateway.clock.cloud import CloudClock
from gateway.cloud.sender import Sender
from gateway.cloud.sending import Patience, Schedule
from gateway.cloud.uplink import Heart, Uplink
from gateway.cloud.way import connected
from gateway.orders.commands import Obey
from gateway.orders.configured import Configured
from gateway.orders.downlink import Downlink
from gateway.orders.obeying import Obeying
from gateway.outbox.store import Outbox, Surroundings
from gateway.settings import Settings
from gateway.trust.sealing import Signer
from ingest.fleet import registry
from ingest.keys import Keyring
from ingest.lineage.life import FIRST
from ingest.ways.transport import Connect
from ingest.worker import Plan, Worker
from tests.gateway.home import draft
from tests.gateway.quiet_log import QuietLog
from tests.ingest.making import Gateway

PATIENCE_S = 60.0
IMPATIENT = Patience(receipt=0.5, base=0.05, cap=0.1)


def now() -> Heard:
    return Heard(datetime.now(UTC), synced=True, boot="boot-1", uptime_ms=1)


@dataclass
class Box:
    """A gateway as `gateway.main` wires it, but for the radio. Carries out what a test lets it."""

    settings: Settings
    identity: Gateway
    told: list[Order] = field(default_factory=list)
    happened: asyncio.Event = field(default_factory=asyncio.Event)
    begun_anew: int = 0
    sender: Sender | None = None
    outbox: Outbox | None = None

    def measure(self) -> None:
        assert self.outbox is not None
        assert self.sender is not None
        transfer = self.outbox.begin(sends_once=False)
        self.sender.kept(self.outbox.keep(draft(heard=now()), (), transfer=transfer))
        self.outbox.end(transfer)

    async def until(self, condition: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
        async with asyncio.timeout(patience_s):
            while not condition():
                await self.happened.wait()
                self.happened.clear()

    def note(self, *_: object) -> None:
        self.happened.set()


@asynccontextmanager
async def running(box: Box, configured: Configured | None = None) -> AsyncIterator[Configured]:
    """Until the block ends. `configured`: of the same process, which begins anew."""
    configured = configured or Configured(box.settings.data_dir, box.settings, QuietLog())
    chosen = configured.settings()
    signer = Signer(box.identity.gateway, box.identity.key)
    around = Surroundings(chosen.root, now, Random(1).randbytes, box.note)
    with closing(Outbox(chosen.data_dir / "outbox.db", signer, around)) as box.outbox:
        box.sender = Sender(box.outbox, Schedule(IMPATIENT, Random(3)), QuietLog(), box.note)

        def obey(told: Obey) -> bool:
            box.told.append(told.order)
            box.note()
            match told.order:
                case Keep() as keep:
                    return configured.keep(keep, told.within_s)
                case order:
                    return isinstance(order, Speak)

        def begin_anew() -> None:
            box.begun_anew += 1
            box.note()

        clock = CloudClock(now, asyncio.get_running_loop().time)
        obeying = Obeying(chosen.data_dir, box.outbox.trust, clock, QuietLog(), obey)
        downlink = Downlink(obeying, configured, box.outbox.trust, begin_anew)
        heart = Heart(box.outbox, signer, now, adapter=None, meters=(), heeded=downlink.report)
        uplink = Uplink(box.sender, heart, QuietLog(), every_s=0.5, asked=downlink.asked)
        async with connected(chosen, signer.gateway, uplink):
            beating = asyncio.create_task(uplink.beat())
            yield configured
            beating.cancel()


def enrol(database_url: str, gateway: Gateway) -> Gateway:
    with psycopg.connect(database_url, autocommit=True) as connection:
        registry.enrol(
            connection, gateway.gateway, public=gateway.public, home=gateway.home, now=datetime.now(UTC)
        )
    return gateway


@contextmanager
def working(database_url: str, keyring: Keyring, *ways: Connect) -> Iterator[Worker]:
    stop = Event()
    plan = Plan(
        database_url=database_url,
        transports=ways,
        keyring=keyring,
        life=FIRST,
        region=ZoneInfo("Asia/Shanghai"),
        group=100,
        intake_bytes=1_000_000,
    )
    worker = Worker(plan, stop, at=lambda _point: None)
    thread = Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        stop.set()
        thread.join()


def box(folder: Path, keyring: Keyring, identity: Gateway, **way: object) -> Box:
    settings = Settings(data_dir=folder, root=keyring.root_public, heartbeat_s=0.5, **way)  # type: ignore[arg-type]
    return Box(settings, identity)
