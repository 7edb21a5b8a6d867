"""Counts what the meters took against where it is now. Pure: it is given both sides and asks nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Summary:
    """What `hearthline demo --json` prints; what does not exist yet is None."""

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


def summarise(where: Whereabouts, *, receipted: int, at_risk: int, quarantined: int) -> Summary:
    """The summary of a run; `receipted`, `at_risk` and `quarantined` are counted by gateways and cloud."""
    return Summary(
        taken=where.taken.total(),
        stored=where.stored.total(),
        receipted=receipted,
        lost=lost(where).total(),
        doubled=doubled(where).total(),
        at_risk=at_risk,
        quarantined=quarantined,
    )


def count(records: Iterable[Record]) -> Counter[Record]:
    """How often each record stands in a place."""
    return Counter(records)
