"""The administrator's overview: sums of contracts and each team's room. Of residents it shows nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.contracts import counting, dates, feedback, hearing, looking, owing
from clinician_api.identity import service as identity
from clinician_api.identity import staffed
from clinician_api.stewards import fleet
from clinician_api.triage import counting as cases


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team with its room. `percent` of its places is taken; `content` is None where nobody answered."""

    id: UUID
    name: str
    href: str
    doctors: int
    members: int
    most: int
    taken: int
    percent: int
    is_open: bool
    is_nearly_full: bool
    waiting: int
    ending: int
    content: int | None
    complaints: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Today's steps, what waits, what ends, what nobody looks after, and each team. `silent`: gateways that
    nobody hears."""

    applied_today: int
    signed_today: int
    ended_today: int
    waiting: int
    unsigned: int
    unpaid: int
    in_force: int
    ending: int
    run_out: int
    criticals: int
    silent: int
    complaints: int
    refunds: int
    teams: tuple[TeamLine, ...]


def overview(db: Session, institution: UUID, *, now: datetime) -> Overview:
    today = dates.midnight(dates.day_of(now))
    found = counting.counts(db, institution, since=today)
    return Overview(
        applied_today=found.taken.get("apply", 0),
        signed_today=found.taken.get("sign", 0),
        ended_today=found.taken.get("terminate", 0),
        waiting=found.total("applied"),
        unsigned=found.total("accepted"),
        unpaid=found.total("signed"),
        in_force=found.total("active", "renewal_due", "renewed"),
        ending=found.total("renewal_due"),
        run_out=found.total("expired"),
        criticals=cases.unclaimed_criticals(db, institution),
        silent=fleet.silent_in(db, institution),
        complaints=hearing.waiting(db, institution),
        refunds=owing.count(db, institution),
        teams=teams(db, institution, found, now=now),
    )


def teams(db: Session, institution: UUID, found: counting.Counts, *, now: datetime) -> tuple[TeamLine, ...]:
    cards = identity.teams_in(db, institution)
    ids = [each.team for each in cards]
    room, crews = looking.places(db, ids, now=now), staffed.crews(db, ids, now)
    lines = []
    for card in cards:
        place, standing = room[card.team], found.standing.get(card.team, {})
        content = feedback.content(db, card.team)
        lines.append(
            TeamLine(
                id=card.team,
                name=card.name,
                href=f"/admin/teams/{card.team}",
                doctors=len(crews[card.team].doctors),
                members=len(crews[card.team].members),
                most=place.most,
                taken=place.taken,
                percent=min(100, 100 * place.taken // place.most) if place.most else 100,
                is_open=place.is_open,
                is_nearly_full=place.is_nearly_full,
                waiting=standing.get("applied", 0) + standing.get("accepted", 0),
                ending=standing.get("renewal_due", 0),
                content=content.percent,
                complaints=content.unanswered_complaints,
            )
        )
    return tuple(lines)
