"""How fast batches go from a broker through one worker into PostgreSQL and back as receipts, against the raw
limit of the same database fed from memory."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import psycopg

from device_drivers.wire.batch import Body
from device_drivers.wire.codec import decode
from hearthline.bench.load import Sender, deliver, make_sender
from hearthline.bench.servers import databases, mosquitto
from ingest import registry
from ingest.accept import Accepted
from ingest.fleet import GatewayKey
from ingest.settings import Settings
from ingest.store.group import Group, Store

_GATEWAYS: Final = 40


@dataclass(frozen=True, slots=True)
class Figures:
    """`ratio` is the whole path over the raw limit; `rows_present` counts what the whole path left."""

    readings_per_s: int
    raw_rows_per_s: int
    ratio: float
    rows_present: int


def measure(readings: int, *, batch: int) -> Figures:
    """Send about that many readings in batches of that size, then store as many from memory."""
    each = max(1, readings // batch // _GATEWAYS)
    senders = [make_sender(number, batches=each, readings=batch) for number in range(_GATEWAYS)]
    total = _GATEWAYS * each * batch
    with databases("whole", "raw") as (whole, raw), mosquitto() as broker:
        for url in (whole, raw):
            _enrol(url, senders)
        with worker(whole, broker):
            seconds = deliver(broker, senders)
        raw_seconds = _store_from_memory(raw, senders)
        return Figures(
            readings_per_s=round(total / seconds),
            raw_rows_per_s=round(total / raw_seconds),
            ratio=round(raw_seconds / seconds, 2),
            rows_present=rows(whole),
        )


def _enrol(url: str, senders: Sequence[Sender]) -> None:
    now = datetime.now(UTC)
    with psycopg.connect(url, autocommit=True) as connection:
        for sender in senders:
            registry.enrol(connection, sender.gateway, public=sender.public, home=sender.home, now=now)
            binding = registry.forever(1, sender.resident)
            registry.bind(connection, home=sender.home, meter=sender.meter, binding=binding, now=now)


@contextmanager
def worker(database_url: str, mqtt_url: str) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "hearthline", "ingest", "run", "--data", data]
        child = subprocess.Popen([*command, "--database-url", database_url, "--mqtt", mqtt_url])
        try:
            yield
        finally:
            child.terminate()
            child.wait()


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


def rows(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("select count(*) from ingest.readings").fetchone()
    return 0 if row is None else int(row[0])
