"""What of the system somebody has to look at, and from when on. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

State = Literal["good", "look", "act", "unknown"]
"""`look`: soon. `act`: now. `unknown` is never good: nobody has told us where to find out."""

Code = Literal[
    "versions", "migrations", "backup", "drill", "certificates", "disk", "jobs", "notices", "calls", "seal",
    "anchor", "clock",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """`value` and `limit` are figures with units, the same in every language; `what` names the thing."""

    code: Code
    state: State
    value: str
    limit: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on to look, and from where on to act."""

    look: float
    act: float


HOUR: Final = 3600.0
DAY: Final = 24 * HOUR
BACKUP: Final = Limits(26 * HOUR, 50 * HOUR)
"""One a day, with two hours for it to be made."""

DRILL: Final = Limits(100 * DAY, 190 * DAY)
"""A restore is tried each quarter."""

SEAL: Final = Limits(60, 600)
ANCHOR: Final = Limits(2 * DAY, 4 * DAY)
"""An anchor is made at the first seal of the next day."""

WAITING: Final = Limits(300, 1800)
"""How late the oldest thing in a queue may be."""

CLOCK: Final = Limits(1, 5)
CERTIFICATE: Final = Limits(30, 7)
DISK: Final = Limits(0.20, 0.08)


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found; None where it could not be found out. Of queues the time since the oldest was due."""

    now: datetime
    installed: Mapping[str, str]
    locked: Mapping[str, frozenset[str]] | None
    migrations: Mapping[str, tuple[str, str]]
    backup_at: datetime | None
    drill_at: datetime | None
    certificates: Mapping[str, datetime | None]
    free: Mapping[str, float]
    jobs: tuple[int, timedelta]
    notices: tuple[int, timedelta]
    calls: tuple[int, timedelta]
    unsealed: tuple[int, timedelta]
    anchor_at: datetime | None
    database_now: datetime


def checks(facts: Facts) -> tuple[Check, ...]:
    """In the order of a morning's look; what is to be done first is for the page to say."""
    return tuple(_checks(facts))


def worst(found: tuple[Check, ...]) -> State:
    order: tuple[State, ...] = ("act", "unknown", "look", "good")
    return next((state for state in order if any(each.state == state for each in found)), "good")


def _checks(facts: Facts) -> Iterator[Check]:
    yield _versions(facts.installed, facts.locked)
    yield from (_migration(name, *pair) for name, pair in sorted(facts.migrations.items()))
    yield _since("backup", facts.backup_at, BACKUP, facts.now)
    yield _since("drill", facts.drill_at, DRILL, facts.now)
    yield from _certificates(facts.certificates, facts.now)
    yield from (_disk(place, free) for place, free in sorted(facts.free.items()))
    yield _queue("jobs", facts.jobs, WAITING)
    yield _queue("notices", facts.notices, WAITING)
    yield _queue("calls", facts.calls, Limits(1, DAY))
    yield _queue("seal", facts.unsealed, SEAL)
    yield _since("anchor", facts.anchor_at, ANCHOR, facts.now)
    apart = abs((facts.now - facts.database_now).total_seconds())
    yield Check("clock", _above(apart, CLOCK), f"{apart:.1f} s", f"{CLOCK.look:.0f} s")


def _versions(installed: Mapping[str, str], locked: Mapping[str, frozenset[str]] | None) -> Check:
    """Packages that are here in another version than in the lock that was tested."""
    if not locked:
        return Check("versions", "unknown", "")
    other = [
        f"{name} {installed[name]} ≠ {'/'.join(sorted(versions))}"
        for name, versions in sorted(locked.items())
        if name in installed and installed[name] not in versions
    ]
    return Check(
        "versions", "act" if other else "good", f"{len(other)} / {len(locked)}", "0", "; ".join(other)
    )


def _migration(schema: str, found: str, newest: str) -> Check:
    return Check("migrations", "good" if found == newest else "act", found, newest, schema)


def _certificates(ends: Mapping[str, datetime | None], now: datetime) -> Iterator[Check]:
    if not ends:
        yield Check("certificates", "unknown", "")
    for file, end in sorted(ends.items()):
        if end is None:
            yield Check("certificates", "unknown", "", what=file)
            continue
        days = (end - now).total_seconds() / DAY
        yield Check(
            "certificates", _below(days, CERTIFICATE), f"{days:.0f} d", f"{CERTIFICATE.look:.0f} d", file
        )


def _disk(place: str, free: float) -> Check:
    return Check("disk", _below(free, DISK), f"{free:.0%}", f"{DISK.look:.0%}", place)


def _since(code: Code, at: datetime | None, limits: Limits, now: datetime) -> Check:
    if at is None:
        return Check(code, "unknown", "", age(limits.look))
    seconds = (now - at).total_seconds()
    return Check(code, _above(seconds, limits), age(seconds), age(limits.look))


def _queue(code: Code, waiting: tuple[int, timedelta], limits: Limits) -> Check:
    count, late = waiting
    seconds = late.total_seconds()
    value = f"{count}" if seconds <= 0 else f"{count}, {age(seconds)}"
    return Check(code, _above(seconds, limits), value, age(limits.look))


def age(seconds: float) -> str:
    """In the largest unit of which there are two."""
    for unit, name in ((DAY, "d"), (HOUR, "h"), (60.0, "min")):
        if abs(seconds) >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} s"


def _above(value: float, limits: Limits) -> State:
    return "act" if value >= limits.act else "look" if value >= limits.look else "good"


def _below(value: float, limits: Limits) -> State:
    return "act" if value <= limits.act else "look" if value <= limits.look else "good"
