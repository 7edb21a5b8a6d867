"""Draws events on the ledger and tells teams what they still owe. What is counted follows from rows that
other rooms wrote: nothing here can be typed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from clinician_api.contracts import service as contracts
from clinician_api.contracts import whose
from clinician_api.deliveries import readings, rules
from clinician_api.follow_ups.rules import How
from clinician_api.identity import service as identity
from clinician_api.monitoring import service as monitoring
from clinician_api.notices import service as notices
from clinician_api.notices.rules import Fact, Message, Recipient
from clinician_api.packages import service as packages
from clinician_api.packages import years
from clinician_api.packages.keeping import Consumed, Line
from clinician_api.packages.rules import Evidence, Population

BEHIND: Final = "package.behind"
"""Of the notice that less than half was given with 90 days left."""


def contacted(
    db: Session, resident: UUID, task: UUID, cause: str, how: How | None, *, at: datetime, now: datetime
) -> Consumed | None:
    """A task was done by a contact: it counts once, whatever happens to the task afterwards."""
    kind = rules.CONTACTS.get(how) if how else None
    return _count(db, resident, kind, task, rules.about(cause), at=at, now=now) if kind else None


def taken_back(db: Session, task: UUID, how: How | None, *, now: datetime) -> None:
    """The outcome was undone: the contact counts for nothing until there is one again."""
    kind = rules.CONTACTS.get(how) if how else None
    if kind:
        packages.take_back(db, kind, task, now=now)


def _count(
    db: Session,
    resident: UUID,
    kind: Evidence,
    event: UUID,
    groups: frozenset[Population],
    *,
    at: datetime,
    now: datetime,
) -> Consumed | None:
    held = contracts.team_of(db, resident, at)
    if held is None:
        return None
    known = next((each for each in packages.events(db, held.contract) if each.event == event), None)
    if known is not None:
        return known
    day = years.day_of(at)
    line = rules.which(packages.ledger(db, held.contract, day), kind, groups, day)
    if line is None:
        return None
    return packages.consume(db, held.contract, line.item, event_kind=kind, event_id=event, at=at, now=now)


def watched(db: Session, *, now: datetime) -> list[Line]:
    """Items that promise to watch what is measured at home, and may have weeks that are not counted yet."""
    today = years.day_of(now)
    return packages.watched(db, today - rules.RECOUNTED, today)


def count_weeks(db: Session, line: Line, *, now: datetime) -> int:
    """Weeks in which the resident measured, since their meter was compared: how many were new. One that began
    earlier is looked at whole."""
    today, party = years.day_of(now), whose.party(db, line.contract)
    first = max(line.span.first, years.week_of(line.span.first, today - rules.RECOUNTED))
    last = min(line.span.last, today)
    weeks: dict[date, datetime] = {}
    for day, at in sorted(_measured(db, party.resident, line, first, last, now=now)):
        weeks.setdefault(years.week_of(line.span.first, day), at)
    return sum(_is_new_week(db, line, week, at, now) for week, at in weeks.items())


def _measured(
    db: Session, resident: UUID, line: Line, first: date, last: date, *, now: datetime
) -> Iterator[tuple[date, datetime]]:
    for kind in sorted(rules.measured_by(line)):
        begun = monitoring.since(db, resident, kind, now=now)
        if begun is not None:
            since = max(first, years.day_of(begun))
            yield from readings.days(db, resident, frozenset({kind}), first=since, last=last).items()


def _is_new_week(db: Session, line: Line, week: date, at: datetime, now: datetime) -> bool:
    event = uuid5(line.entitlement, week.isoformat())
    if packages.is_counted(db, line.entitlement, event):
        return False
    packages.consume(
        db, line.contract, line.item, event_kind="monitoring_week", event_id=event, at=at, now=now
    )
    return True


def behind(db: Session, *, now: datetime) -> list[Line]:
    """Of which less than half was given with 90 days left, and no team was told yet."""
    return packages.behind(db, years.day_of(now))


def warn(db: Session, line: Line, *, now: datetime) -> None:
    """Tell the team what it still owes: its leaders, or everybody in it where there is none."""
    party = whose.party(db, line.contract)
    people = identity.leaders(db, party.team, now) or identity.members(db, party.team, now)
    facts: dict[str, Fact] = {
        "item": line.item,
        "used": line.used,
        "promised": line.promised,
        "until": line.span.last.isoformat(),
    }
    message = Message(BEHIND, "contract", line.contract, f"{line.item}:{line.span.first}", facts)
    notices.queue(db, [Recipient("account", each) for each in people], message, now=now)
    packages.warned(db, line.entitlement, now=now)
