"""Who looked at a resident's data and what was done with it: told to the resident, searched by auditors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.audit import files, search
from clinician_api.audit import service as audit
from clinician_api.audit.rules import Entry
from clinician_api.audit.search import Found, Group, Wanted
from clinician_api.errors import InvalidError
from clinician_api.identity import service as identity
from clinician_api.identity.schemas import Person
from clinician_api.oversight import service
from clinician_api.oversight.rules import Look

ZONE: Final = "Asia/Shanghai"
LONGEST: Final = timedelta(days=366)
MOST_SEALED: Final = 50_000

Kind = Literal["read", "done", "refused"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One who and what of a day. Without an account it was a chore of the system."""

    account: UUID | None
    name: str
    institution: str
    is_own: bool
    is_helper: bool
    is_emergency: bool
    kind: Kind
    action: str
    purpose: str | None
    times: int
    last: datetime


def who_looked(
    db: Session, actor: Actor, resident: UUID, *, since: datetime, until: datetime, now: datetime
) -> list[Seen]:
    """The newest day first. Whoever asks must see the resident, and that they asked is an entry itself."""
    access.require(db, actor, resident, purpose="who looked", now=now)
    found = search.groups(db, resident, since=since, until=until, zone=ZONE)
    people = identity.people(db, {each.account for each in found if each.account is not None})
    houses = identity.institution_names(
        db, {each.institution for each in people.values() if each.institution}
    )
    emergencies = service.of_resident(db, resident)
    return [_seen(each, people, houses, resident, emergencies) for each in found]


def _seen(
    group: Group, people: dict[UUID, Person], houses: dict[UUID, str], resident: UUID, looks: Iterable[Look]
) -> Seen:
    who = people.get(group.account) if group.account else None
    house = houses.get(who.institution, "") if who and who.institution else ""
    kind: Kind = "read" if group.action == "resident.read" else "done"
    return Seen(
        account=group.account,
        name=who.name if who else "",
        institution=house,
        is_own=who is not None and who.resident == resident,
        is_helper=group.behalf is not None,
        is_emergency=any(
            each.account == group.account and each.since <= group.last < each.until for each in looks
        ),
        kind="refused" if group.outcome == "refused" else kind,
        action=group.action,
        purpose=group.purpose,
        times=group.times,
        last=group.last,
    )


def search_audit(
    db: Session,
    actor: Actor,
    wanted: Wanted,
    *,
    before: tuple[datetime, int] | None = None,
    most: int = search.MOST,
    now: datetime,
) -> list[Found]:
    """For auditors, of the whole platform. What was searched for is itself written down."""
    _check_days(wanted.since, wanted.until)
    facts = {
        "since": wanted.since.isoformat(),
        "until": wanted.until.isoformat(),
        "account": str(wanted.account) if wanted.account else None,
        "action": wanted.action,
        "outcome": wanted.outcome,
        "most": most,
    }
    entry = Entry("audit.searched", access.by(actor), wanted.resident, purpose="audit", facts=facts)
    audit.record(db, entry, now=now)
    return search.search(db, wanted, before=before, most=most)


def take_sealed(db: Session, actor: Actor, since: datetime, until: datetime, *, now: datetime) -> bytes:
    """The sealed record of these days, as a file that proves itself. That it was taken is an entry itself.

    Raises InvalidError where it is too much for a page: the command has no limit.
    """
    _check_days(since, until)
    facts = {"since": since.isoformat(), "until": until.isoformat()}
    audit.record(db, Entry("audit.exported", access.by(actor), purpose="audit", facts=facts), now=now)
    if audit.entries_between(db, since, until) > MOST_SEALED:
        raise InvalidError("audit.too_many", "since")
    before, links = audit.links_between(db, since, until)
    return b"".join(files.written(links, audit.COLUMNS, after=before))


def _check_days(since: datetime, until: datetime) -> None:
    if not since < until <= since + LONGEST:
        raise InvalidError("audit.days", "until")
