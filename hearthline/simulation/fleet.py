"""Many gateways without homes, each with a connection of its own, against brokers and their workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

from device_drivers.wire.codec import encode
from hearthline.bench import peak
from hearthline.bench.crowd import Heard, Sending, room
from hearthline.bench.ingest import enrol, worker
from hearthline.bench.load import Sender, make_sender
from hearthline.bench.servers import databases
from hearthline.simulation import fleet_plan
from hearthline.simulation.fleet_plan import BATCHES, READINGS, Fleet, Said

STORED: Final = "stored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`lost` and `doubled` are readings, counted in the table; `repeats` batches were sent twice, and of
    `swaps` gateways the second batch came first. Milliseconds run from the moment a batch was due until its
    receipt."""

    gateways: int
    brokers: int
    planned_hash: str
    readings: int
    heartbeats: int
    repeats: int
    swaps: int
    receipts: int
    other_outcomes: int
    lost: int
    doubled: int
    seconds: float
    p50_ms: float
    p95_ms: float
    max_ms: float

    @property
    def is_passed(self) -> bool:
        is_answered = self.receipts == self.gateways * BATCHES and not self.other_outcomes
        return is_answered and not (self.lost or self.doubled)


def run(fleet: Fleet, told: Callable[[str], None]) -> Outcome:
    """`told` hears how far it is. Raises MissingError, TooManyError, TimeoutError where receipts stop."""
    planned = fleet_plan.plan(fleet)
    most = room(fleet.gateways)
    told(f"sealing for {fleet.gateways} gateways")
    senders = [make_sender(number, batches=BATCHES, readings=READINGS) for number in range(fleet.gateways)]
    with databases("fleet") as (database,), _cloud(database, senders, most) as brokers:
        told(f"{len(brokers)} brokers, each with a worker; {fleet.seconds:.0f} s")
        heard = peak.send(peak.against_worker, brokers, _plans(planned, senders, most))
        rows, different = peak.count(database)
    return _outcome(planned, heard, rows=rows, different=different, gateways=fleet.gateways)


@contextmanager
def _cloud(database: str, senders: Sequence[Sender], most: int) -> Iterator[list[str]]:
    """A process may not have files open without end, so there is a broker for each `most` gateways."""
    with ExitStack() as stack:
        urls = stack.enter_context(peak.brokers(-(-len(senders) // most)))
        enrol(database, senders)
        for url in urls:
            stack.enter_context(worker(database, url))
        yield urls


def _plans(planned: Sequence[Said], senders: Sequence[Sender], most: int) -> list[list[Sending]]:
    """What each broker's gateways say, in order of time."""
    plans: list[list[Sending]] = [[] for _ in range(0, len(senders), most)]
    for one in planned:
        plans[one.number // most].append(_sending(one, senders[one.number]))
    return plans


def _sending(said: Said, sender: Sender) -> Sending:
    at_s = said.at_ms / 1000
    if said.seq is None:
        return Sending(at_s, sender.gateway, "state", peak.heartbeat(sender), None)
    return Sending(at_s, sender.gateway, "up", encode(sender.batches[said.seq - 1]), said.seq)


def _outcome(
    planned: Sequence[Said], heard: Sequence[Heard], *, rows: int, different: int, gateways: int
) -> Outcome:
    waits = peak.milliseconds(heard)
    stored = sum(each.outcomes.get(STORED, 0) for each in heard)
    readings = gateways * BATCHES * READINGS
    return Outcome(
        gateways=gateways,
        brokers=len(heard),
        planned_hash=fleet_plan.planned_hash(planned),
        readings=readings,
        heartbeats=sum(one.seq is None for one in planned),
        repeats=fleet_plan.repeats(planned),
        swaps=fleet_plan.swaps(planned),
        receipts=len(waits),
        other_outcomes=len(waits) - stored,
        lost=readings - different,
        doubled=rows - different,
        seconds=round(max(each.seconds for each in heard), 1),
        p50_ms=peak.part(waits, 0.5),
        p95_ms=peak.part(waits, 0.95),
        max_ms=peak.part(waits, 1),
    )
