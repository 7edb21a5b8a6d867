"""The morning of a city: every home measures within the hour, and the hour passes in a minute. How long a
gateway waits for its receipt, and how long where nothing but the broker is in between."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ProcessPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Barrier
from typing import Final
from uuid import UUID

import psycopg

from device_drivers.wire.batch import GENESIS
from device_drivers.wire.codec import encode
from device_drivers.wire.signing import sign
from device_drivers.wire.state import Head, State
from hearthline.bench.crowd import Heard, Sending, crowd, room
from hearthline.bench.echo import echo
from hearthline.bench.ingest import enrol, worker
from hearthline.bench.load import Sender, make_sender
from hearthline.bench.servers import databases, mosquitto

_READINGS: Final = 2
"""A sitting: two readings a minute apart."""

_HEARTBEAT_S: Final = 60.0
"""As gateways come set. Their beats are not hastened: they are spread over real minutes as it is."""

_PATIENCE_S: Final = 240.0
"""Until the gateways of every broker are connected."""

_FULLEST: Final = 0.4
"""Part of the hour at which most homes measure. The traffic there is twice the mean."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds from the moment a batch was due to leave to its receipt; `ratio` is raw over ours at p95.
    `lost` and `doubled` are readings, counted in the table. Each of the `brokers` has a worker, for a process
    may not have files open without end."""

    gateways: int
    brokers: int
    readings: int
    heartbeats: int
    seconds: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    raw_p50_ms: float
    raw_p95_ms: float
    ratio: float
    lost: int
    doubled: int


def measure(gateways: int, seconds: float, told: Callable[[str], None]) -> Figures:
    """`told` hears how far it is. Raises MissingError, TooManyError, TimeoutError."""
    most = room(gateways)
    told(f"sealing for {gateways} gateways")
    senders = [make_sender(number, batches=1, readings=_READINGS) for number in range(gateways)]
    parts = [senders[first : first + most] for first in range(0, gateways, most)]
    plans = [_plan(part, seconds) for part in parts]
    told(f"the broker alone, {seconds:.0f} s")
    with brokers(len(parts)) as urls:
        raw = send(_against_echo, urls, plans)
    with databases("peak") as (database,), brokers(len(parts)) as urls, ExitStack() as workers:
        told("enrolling")
        enrol(database, senders)
        for broker in urls:
            workers.enter_context(worker(database, broker))
        told(f"the whole way, {seconds:.0f} s; brokers, each with a worker: {len(urls)}")
        heard = send(against_worker, urls, plans)
        rows, different = count(database)
    waits, raw_waits = milliseconds(heard), milliseconds(raw)
    return Figures(
        gateways=gateways,
        brokers=len(parts),
        readings=gateways * _READINGS,
        heartbeats=sum(sending.seq is None for plan in plans for sending in plan),
        seconds=round(max(each.seconds for each in heard), 1),
        p50_ms=part(waits, 0.5),
        p95_ms=part(waits, 0.95),
        p99_ms=part(waits, 0.99),
        max_ms=part(waits, 1),
        raw_p50_ms=part(raw_waits, 0.5),
        raw_p95_ms=part(raw_waits, 0.95),
        ratio=round(part(raw_waits, 0.95) / part(waits, 0.95), 2),
        lost=gateways * _READINGS - different,
        doubled=rows - different,
    )


@contextmanager
def brokers(count: int) -> Iterator[list[str]]:
    with ExitStack() as stack:
        yield [stack.enter_context(mosquitto()) for _ in range(count)]


def _plan(senders: Sequence[Sender], seconds: float) -> list[Sending]:
    chance = random.Random(1)  # noqa: S311 - seeded
    plan = []
    for sender in senders:
        (batch,) = sender.batches
        at_s = chance.triangular(0, seconds, _FULLEST * seconds)
        plan.append(Sending(at_s, sender.gateway, "up", encode(batch), batch.seq))
        beat_s = chance.uniform(0, _HEARTBEAT_S)
        while beat_s < seconds:
            plan.append(Sending(beat_s, sender.gateway, "state", heartbeat(sender), None))
            beat_s += _HEARTBEAT_S
    return plan


def heartbeat(sender: Sender) -> bytes:
    state = State(
        gateway=sender.gateway,
        at=datetime.now(UTC),
        online=True,
        head=Head(sender.batches[0].stream, 0, GENESIS),
        rewound=0,
        unsent=0,
        oldest_unsent_s=0,
        at_risk=0,
        undecodable=0,
        adapter="up",
        clock="synced",
        meters_seen=(),
        version="1",
        sig="",
    )
    return encode(sign(state, sender.key))


Plan = Sequence[Sending]
Way = Callable[[str, Plan, Barrier], Coroutine[None, None, Heard]]


def send(way: Way, brokers: Sequence[str], plans: Sequence[Plan]) -> list[Heard]:
    """Each broker's gateways from a process of their own, all from the same moment on."""
    spawned = multiprocessing.get_context("spawn")
    with spawned.Manager() as manager, ProcessPoolExecutor(len(brokers), spawned) as crowds:
        everybody = manager.Barrier(len(brokers))
        sent = [
            crowds.submit(_run, way, broker, plan, everybody)
            for broker, plan in zip(brokers, plans, strict=True)
        ]
        done, _ = wait(sent, return_when=FIRST_EXCEPTION)
        for each in done:  # the first that failed says why; the others would only miss it at the barrier
            each.result()
        return [each.result() for each in sent]


def _run(way: Way, broker: str, plan: Plan, everybody: Barrier) -> Heard:
    return asyncio.run(way(broker, plan, everybody))


async def _against_echo(broker: str, plan: Plan, everybody: Barrier) -> Heard:
    async with echo(broker, _gateways(plan)):
        return await against_worker(broker, plan, everybody)


async def against_worker(broker: str, plan: Plan, everybody: Barrier) -> Heard:
    async with crowd(broker, _gateways(plan)) as connected:
        await asyncio.to_thread(everybody.wait, _PATIENCE_S)
        return await connected.send(plan)


def _gateways(plan: Plan) -> list[UUID]:
    """Each once."""
    return list(dict.fromkeys(sending.gateway for sending in plan if sending.seq is not None))


def milliseconds(heard: Sequence[Heard]) -> list[float]:
    return sorted(wait * 1000 for each in heard for wait in each.waits.values())


def part(waits: Sequence[float], part: float) -> float:
    return round(waits[int(part * (len(waits) - 1))], 1)


def count(database: str) -> tuple[int, int]:
    """Rows, and readings among them."""
    with psycopg.connect(database) as connection:
        query = "select count(*), count(distinct reading_id) from ingest.readings"
        row = connection.execute(query).fetchone()
    return (0, 0) if row is None else (row[0], row[1])
