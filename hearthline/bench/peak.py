"""The morning peak: a city's gateways send the traffic of an hour in a minute, and each batch waits for its
receipt. The worker, Mosquitto and PostgreSQL run beside the load on the same machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from statistics import quantiles
from typing import Final

import psycopg

from hearthline.bench.ingest import rows, worker
from hearthline.bench.load import Sender, make_sender
from hearthline.bench.peak_load import Load
from hearthline.bench.servers import databases, mosquitto

_SEED: Final = 7
_READINGS: Final = 2
"""Of a batch: a sitting has two measurements (domain/03, home blood pressure)."""

_ENROL: Final = """
insert into ingest.home (id) select unnest(%(homes)s::uuid[]);
insert into ingest.gateway (id, home) select * from unnest(%(gateways)s::uuid[], %(homes)s::uuid[]);
insert into ingest.gateway_key (gateway, public, claim, enrolled_at)
select g, decode(k, 'hex'), 1, %(now)s from unnest(%(gateways)s::uuid[], %(keys)s::text[]) as n (g, k);
insert into ingest.meter_binding (home, meter, slot, resident, since)
select h, m, 1, r, timestamptz '2000-01-01Z'
from unnest(%(homes)s::uuid[], %(meters)s::text[], %(residents)s::uuid[]) as n (h, m, r);
analyze ingest.gateway, ingest.gateway_key, ingest.meter_binding
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds from handing a batch to the broker's client until its receipt is heard. `late_ms`: how far
    the load itself fell behind its plan at most. `peak_per_s`: batches in the busiest second."""

    gateways: int
    batches: int
    seconds: float
    peak_per_s: int
    p50_ms: int
    p95_ms: int
    p99_ms: int
    max_ms: int
    late_ms: int
    rows_present: int


def measure(gateways: int, *, seconds: float, says: Callable[[str], None]) -> Figures:
    """Each gateway sends one batch of a sitting, at a moment of its own around the middle."""
    says(f"sealing {gateways} batches")
    senders = [make_sender(number, batches=1, readings=_READINGS) for number in range(gateways)]
    moments = plan(gateways, seconds)
    with databases("peak") as (url,), mosquitto() as broker:
        _enrol(url, senders)
        says("greeting every gateway")
        with worker(url, broker), _load(broker, senders) as load:
            says(f"sending for {seconds:.0f} s")
            waits, late = load.run(moments)
        return _figures(moments, waits, late, rows(url))


def plan(count: int, seconds: float) -> list[float]:
    """When each is sent, in seconds from the start, sorted: a bell around the middle, six deviations wide."""
    chance = Random(_SEED)  # noqa: S311 - seeded load
    drawn = (chance.gauss(seconds / 2, seconds / 6) for _ in iter(int, 1))
    within: Iterator[float] = (moment for moment in drawn if 0 <= moment < seconds)
    return sorted(next(within) for _ in range(count))


@contextmanager
def _load(broker: str, senders: Sequence[Sender]) -> Iterator[Load]:
    load = Load(broker, senders)
    try:
        load.greet()
        yield load
    finally:
        load.stop()


def _enrol(url: str, senders: Sequence[Sender]) -> None:
    values = {
        "gateways": [sender.gateway for sender in senders],
        "homes": [sender.home for sender in senders],
        "keys": [sender.public for sender in senders],
        "meters": [sender.meter for sender in senders],
        "residents": [sender.resident for sender in senders],
        "now": datetime.now(UTC),
    }
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(_ENROL, values)


def _figures(moments: Sequence[float], waits: Sequence[float], late: float, present: int) -> Figures:
    cuts = quantiles(waits, n=100)
    busiest = max(_per_second(moments))
    return Figures(
        gateways=len(waits),
        batches=len(waits),
        seconds=round(moments[-1] - moments[0], 1),
        peak_per_s=busiest,
        p50_ms=_ms(cuts[49]),
        p95_ms=_ms(cuts[94]),
        p99_ms=_ms(cuts[98]),
        max_ms=_ms(max(waits)),
        late_ms=_ms(late),
        rows_present=present,
    )


def _per_second(moments: Sequence[float]) -> list[int]:
    counts = [0] * (int(moments[-1]) + 1)
    for moment in moments:
        counts[int(moment)] += 1
    return counts


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
