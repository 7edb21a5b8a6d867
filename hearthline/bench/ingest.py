"""How fast batches go from a broker through one worker into PostgreSQL and back as receipts, against the raw
limit of the same database fed from memory."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import psycopg

from device_drivers.wire.batch import Body
from device_drivers.wire.codec import decode, encode
from hearthline.bench.crowd import Sending, crowd
from hearthline.bench.load import Sender, deliver, make_sender, window
from hearthline.bench.servers import databases, mosquitto
from ingest.door.accept import Accepted
from ingest.door.enrolled import GatewayKey
from ingest.fleet import registry
from ingest.settings import Settings
from ingest.store.group import Group, Store


@dataclass(frozen=True, slots=True)
class Load:
    """About so many readings in batches of that size. With `connected` each gateway has a connection of its
    own; else one speaks for all, which costs least beside what is measured. Every `stride`th meter of a city
    sends."""

    readings: int
    batch: int
    gateways: int = 40
    connected: bool = False
    stride: int = 1


@dataclass(frozen=True, slots=True)
class Figures:
    """`ratio` is the whole path over the raw limit; `rows_present` counts what the whole path left."""

    readings_per_s: int
    raw_rows_per_s: int
    ratio: float
    rows_present: int


def measure(load: Load) -> Figures:
    """On empty tables. Raises MissingError, TooManyError."""
    with databases("bench") as (database,):
        return measure_on(database, load)


def measure_on(database: str, load: Load) -> Figures:
    """Send the load through a new broker, then store as much from memory in the same tables.

    Raises MissingError, TooManyError.
    """
    each = max(1, load.readings // load.batch // load.gateways)
    senders = [
        make_sender(number * load.stride, batches=each, readings=load.batch)
        for number in range(2 * load.gateways)
    ]
    enrol(database, senders)
    whole, raw = senders[::2], senders[1::2]
    total = load.gateways * each * load.batch
    with mosquitto() as broker, worker(database, broker):
        seconds = asyncio.run(_deliver(broker, whole)) if load.connected else deliver(broker, whole)
    raw_seconds = _store_from_memory(database, raw)
    return Figures(
        readings_per_s=round(total / seconds),
        raw_rows_per_s=round(total / raw_seconds),
        ratio=round(raw_seconds / seconds, 2),
        rows_present=_rows(database, whole),
    )


def enrol(url: str, senders: Sequence[Sender]) -> None:
    """Enrol the gateways and bind their meters."""
    now = datetime.now(UTC)
    with psycopg.connect(url) as connection:
        for sender in senders:
            registry.enrol(connection, sender.gateway, public=sender.public, home=sender.home, now=now)
            binding = registry.forever(1, sender.resident)
            registry.bind(connection, home=sender.home, meter=sender.meter, binding=binding, now=now)


@contextmanager
def worker(database_url: str, mqtt_url: str) -> Iterator[None]:
    """One of `hearthline ingest run`, as a process of its own."""
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "hearthline", "ingest", "run", "--data", data]
        child = subprocess.Popen([*command, "--database-url", database_url, "--mqtt", mqtt_url])
        try:
            yield
        finally:
            child.terminate()
            child.wait()


async def _deliver(broker: str, senders: Sequence[Sender]) -> float:
    plan = [
        Sending(0, batch.gateway, "up", encode(batch), batch.seq)
        for batches in zip(*(sender.batches for sender in senders), strict=True)
        for batch in batches
    ]
    async with crowd(broker, [sender.gateway for sender in senders]) as gateways:
        heard = await gateways.send(plan, window=window(len(senders)))
    return heard.seconds


def _store_from_memory(url: str, senders: Sequence[Sender]) -> float:
    """Seconds for the same statements, rows, indexes and commit size without wire, signatures and broker."""
    batches = [_decoded(sender, seq) for seq in range(len(senders[0].batches)) for sender in senders]
    size = Settings.model_fields["group"].default
    with psycopg.connect(url, autocommit=True) as connection:
        store = Store(connection, lineage=1, region=ZoneInfo("Asia/Shanghai"), at=lambda _point: None)
        store.prepare(datetime.now(UTC))
        begin = time.perf_counter()
        for first in range(0, len(batches), size):
            store.commit(Group(batches[first : first + size]), datetime.now(UTC))
        return time.perf_counter() - begin


def _decoded(sender: Sender, index: int) -> Accepted:
    sealed = sender.batches[index]
    body = decode(bytes(sealed.body), Body)
    return Accepted(sealed, GatewayKey(sender.public), sender.home, body.sealed_at, body.readings, ())


def _rows(url: str, senders: Sequence[Sender]) -> int:
    residents = [sender.resident for sender in senders]
    with psycopg.connect(url) as connection:
        query = "select count(*) from ingest.readings where resident = any(%s)"
        row = connection.execute(query, (residents,)).fetchone()
    return 0 if row is None else int(row[0])
