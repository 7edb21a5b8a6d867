"""Why gateways are not heard: one cause for many, the root first. Evidence in, blame out; stores nothing.

Platform before network, network before gateway: what a wider cause explains is blamed on nothing narrower.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from ingest.watch.outage import Network, Outage, Shared, Side, down

Cause = Literal["platform", "network", "gateway", "meter"]

SILENT_AFTER: Final = timedelta(minutes=5)
"""Five heartbeats, which come once a minute."""

GONE_AFTER: Final = timedelta(minutes=2)
"""After a goodbye or a last will: a restart, or a change of network, takes less."""

ALONE_AFTER: Final = timedelta(minutes=2)
"""So much longer it must be silent to be blamed alone: by then whoever fell with it is silent too."""

TOGETHER: Final = timedelta(hours=1)
"""Those that fell silent within so long may have one cause; who is away for days says nothing of today."""

RETURNING: Final = timedelta(minutes=10)
"""Gateways try again within 5 minutes: while they return one by one, those still away get no ticket each."""

GAP: Final = timedelta(minutes=2)
"""If nobody of ours listened for so long, what was not heard then is our own fault."""

EVERYTHING: Final = "*"


@dataclass(frozen=True, slots=True)
class Blame:
    """What is held to be broken. `subject` names it within its cause."""

    cause: Cause
    subject: str


PLATFORM: Final = Blame("platform", EVERYTHING)


@dataclass(frozen=True, slots=True)
class Watch:
    """That we listened without a gap from `listening_since` to `listened_at`."""

    listening_since: datetime
    listened_at: datetime


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence that stands, and what it is blamed on."""

    since: datetime
    blame: Blame


@dataclass(frozen=True, slots=True)
class Watched:
    """A gateway that may be silent; `silence` is how it stood until now."""

    gateway: UUID
    network: Network
    heard_at: datetime
    left_at: datetime | None = None
    silence: Silence | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Gateways that may be silent or may be back, how many others are heard by each network, and when last
    somebody came back from what is blamed on platform or network."""

    watched: Sequence[Watched]
    alive: Mapping[Network, int]
    returned: Mapping[Blame, datetime]


def listen(before: Watch | None, now: datetime, *, is_listening: bool) -> Watch | None:
    """The watch after a round in which a worker did or did not listen."""
    if not is_listening:
        return before
    if before is None or now - before.listened_at > GAP:
        return Watch(now, now)
    return Watch(before.listening_since, now)


def judge(seen: Evidence, watch: Watch, now: datetime) -> dict[UUID, Silence]:
    """Of each silent gateway since when, and why."""
    silent = [each for each in seen.watched if _is_silent(each, now)]
    if now - watch.listened_at > GAP:
        return {each.gateway: _kept(each) or Silence(each.heard_at, PLATFORM) for each in silent}
    if now - watch.listening_since < SILENT_AFTER:
        # Whoever could not reach us has had no time to come back. The others' silence stays as it was.
        return {each.gateway: kept for each in silent if (kept := _kept(each))}
    together = [each for each in silent if _is_recent(each, watch, now)]
    widely = _widely(together, down(_sides(seen, together, now)))
    return {each.gateway: found for each in silent if (found := _of(each, widely, watch, now))}


def _is_silent(each: Watched, now: datetime) -> bool:
    has_left = each.left_at is not None and now - each.left_at >= GONE_AFTER
    return has_left or now - each.heard_at >= SILENT_AFTER


def _kept(each: Watched) -> Silence | None:
    """The silence as it stood, if nothing was heard in between."""
    return each.silence if each.silence is not None and each.silence.since == each.heard_at else None


def _is_recent(each: Watched, watch: Watch, now: datetime) -> bool:
    kept = _kept(each)
    if kept is None:
        # Before we listened it could not be heard: it has been silent to us only since then.
        return now - max(each.heard_at, watch.listening_since) <= TOGETHER
    return kept.blame.cause != "gateway" or now - kept.since <= TOGETHER


def _sides(seen: Evidence, together: Sequence[Watched], now: datetime) -> list[Side]:
    alive = Counter(seen.alive)
    alive.update(each.network for each in seen.watched if not _is_silent(each, now))
    silent = Counter(each.network for each in together)
    returning = _returning(seen, now)
    held: dict[Network, set[Shared]] = {}
    for each in together:
        kept = _kept(each)
        if kept is not None and kept.blame in returning and kept.blame.cause in {"platform", "network"}:
            held.setdefault(each.network, set()).add("platform" if kept.blame == PLATFORM else "network")
    networks = dict.fromkeys([*alive, *silent])
    return [Side(each, alive[each], silent[each], frozenset(held.get(each, ()))) for each in networks]


def _returning(seen: Evidence, now: datetime) -> set[Blame]:
    """Outages from which somebody came back just now: the others may follow."""
    lately = {blame for blame, at in seen.returned.items() if now - at <= RETURNING}
    back = {each.silence.blame for each in seen.watched if each.silence and not _is_silent(each, now)}
    return lately | back


def _widely(together: Sequence[Watched], outage: Outage) -> dict[UUID, Blame]:
    """What is blamed on platform or network."""
    if outage.everywhere:
        return {each.gateway: PLATFORM for each in together}
    names = outage.networks
    return {each.gateway: Blame("network", names[each.network]) for each in together if each.network in names}


def _of(each: Watched, widely: Mapping[UUID, Blame], watch: Watch, now: datetime) -> Silence | None:
    """Its silence; None where it is too early to blame it alone."""
    if each.gateway in widely:
        return Silence(each.heard_at, widely[each.gateway])
    alone = Silence(each.heard_at, Blame("gateway", str(each.gateway)))
    if _kept(each) is not None:
        return alone
    quiet_since = max(each.heard_at, watch.listening_since) + SILENT_AFTER
    if each.left_at is not None:
        quiet_since = min(quiet_since, each.left_at + GONE_AFTER)
    return alone if now - quiet_since >= ALONE_AFTER else None
