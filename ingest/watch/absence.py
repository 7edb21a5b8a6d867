"""Why nothing was measured, and whose errand that is: the resident comes last. Facts in, one answer out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from ingest.watch.silence import EVERYTHING, Cause

Why = Literal["platform", "network", "gateway", "unbound", "unattributed", "meter", "resident"]
To = Literal["operations", "technician", "steward", "care"]

ERRAND: Final[dict[Why, To]] = {
    "platform": "operations",
    "network": "operations",
    "gateway": "technician",
    "unbound": "steward",
    "unattributed": "steward",
    "meter": "technician",
    "resident": "care",
}

BLIND: Final = 0.5
"""So much of the time nobody could be heard: that explains it. A gateway that fell silent this morning does
not explain an empty week."""


@dataclass(frozen=True, slots=True)
class GatewayFacts:
    """How long a gateway was silent of the time asked about; the longest of it began at `since`, by `cause`.
    `is_behind`: it is heard, and readings wait in it."""

    gateway: UUID
    silent: timedelta
    cause: Cause | None = None
    since: datetime | None = None
    is_behind: bool = False


@dataclass(frozen=True, slots=True)
class MeterFacts:
    """A meter that belongs to the resident. `is_weak`: its battery was low, or it failed again and again."""

    key: str
    heard_at: datetime | None
    is_weak: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known around a resident of whom nothing was stored. `waits`: something of their home has no
    owner."""

    meters: Sequence[MeterFacts]
    gateways: Sequence[GatewayFacts]
    waits: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """`cause` is the widest that explains it, `to` whose errand it is. `subject` names what is to be seen to:
    a gateway, a meter's key, * for everything; None where that is the resident or not one thing."""

    cause: Why
    to: To
    subject: str | None = None
    since: datetime | None = None


def explain(facts: Facts, *, lasted: timedelta, is_watched: bool) -> Missing:
    """Of a time that `lasted` so long. `is_watched`: silence was judged just now, so that it is known."""
    if not facts.meters:
        return _missing("unbound")
    if not is_watched:
        return _missing("platform", EVERYTHING)
    found = _blind(facts.gateways, lasted) or _behind(facts.gateways)
    if found is not None:
        return found
    if facts.waits:
        return _missing("unattributed")
    return _weak(facts.meters) or _missing("resident")


def _missing(cause: Why, subject: str | None = None, since: datetime | None = None) -> Missing:
    return Missing(cause, ERRAND[cause], subject, since)


def _blind(gateways: Sequence[GatewayFacts], lasted: timedelta) -> Missing | None:
    """Any gateway that was there would have heard it."""
    if not gateways:
        return _missing("gateway")
    best = min(gateways, key=lambda each: each.silent)
    if best.silent < BLIND * lasted:
        return None
    match best.cause:
        case "platform" | "network" as cause:
            return _missing(cause, None, best.since)
        case _:
            return _missing("gateway", str(best.gateway), best.since)


def _behind(gateways: Sequence[GatewayFacts]) -> Missing | None:
    behind = next((each for each in gateways if each.is_behind), None)
    return None if behind is None else _missing("gateway", str(behind.gateway))


def _weak(meters: Sequence[MeterFacts]) -> Missing | None:
    """One good meter is enough to measure with."""
    if not all(meter.is_weak for meter in meters):
        return None
    last = max(meters, key=lambda meter: meter.heard_at.timestamp() if meter.heard_at else 0.0)
    return _missing("meter", last.key, last.heard_at)
