"""Counts what the meters took against where it is now. Pure: it is given both sides and asks nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, isinf
from typing import NamedTuple


class Record(NamedTuple):
    """One record of one meter by its raw words (hexadecimal), the only thing both sides can know."""

    meter: str
    time: str
    value: str


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Every record the meters took, and every place where one may be.

    Records are compared, not ids: an id is our own claim.
    """

    taken: Counter[Record]
    stored: Counter[Record]
    quarantined: Counter[Record]
    in_outbox: Counter[Record]
    in_meter: Counter[Record]


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What gateways, cloud and client counted themselves. `waits_ms` has one for each record, from the end of
    measuring until the page; infinite where it was never found there. None: nobody cares or watches here."""

    receipted: int
    at_risk: int
    quarantined: int
    episodes: int | None = None
    follow_ups: int | None = None
    waits_ms: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What `hearthline demo --json` prints. The milliseconds run from a meter's end of measuring until a
    logged-in client has the reading in a page it fetched; None where a reading was never found there."""

    taken: int
    stored: int
    receipted: int
    lost: int
    doubled: int
    at_risk: int
    quarantined: int
    episodes: int | None = None
    follow_ups: int | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None


def lost(where: Whereabouts) -> Counter[Record]:
    """Taken, but in no table, quarantine, outbox or meter memory."""
    return where.taken - where.stored - where.quarantined - where.in_outbox - where.in_meter


def doubled(where: Whereabouts) -> Counter[Record]:
    """Stored more often than taken."""
    return where.stored - where.taken


def summarise(where: Whereabouts, elsewhere: Elsewhere) -> Summary:
    """The summary of a run."""
    return Summary(
        taken=where.taken.total(),
        stored=where.stored.total(),
        receipted=elsewhere.receipted,
        lost=lost(where).total(),
        doubled=doubled(where).total(),
        at_risk=elsewhere.at_risk,
        quarantined=elsewhere.quarantined,
        episodes=elsewhere.episodes,
        follow_ups=elsewhere.follow_ups,
        p50_ms=percentile(elsewhere.waits_ms, 0.5),
        p95_ms=percentile(elsewhere.waits_ms, 0.95),
    )


def percentile(waits: Sequence[float], share: float) -> float | None:
    """The nearest-rank percentile in whole milliseconds; None of nothing, and where the rank never ended."""
    if not waits:
        return None
    found = sorted(waits)[max(0, ceil(share * len(waits)) - 1)]
    return None if isinf(found) else round(found)


def count(records: Iterable[Record]) -> Counter[Record]:
    """How often each record stands in a place."""
    return Counter(records)
