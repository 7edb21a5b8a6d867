"""The reading side: pages of cases in their order, and what the home may be told. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.contracts.rules import ZONE
from clinician_api.errors import InvalidError
from clinician_api.triage import casework, readings, rules
from clinician_api.triage.models import Case, CaseStep, Reply
from clinician_api.triage.rules import HomeState
from clinician_api.triage.schemas import Tab

PAGE: Final = 50

_ORDER: Final = (Case.severity_rank, Case.is_claimed, Case.due_at, Case.episode)
"""Severity, then what nobody has claimed, then what is due first: the order of the index."""


@dataclass(frozen=True, slots=True)
class Page:
    """Of residents who are `unseen` a supervisor is shown that there is a case, and nothing of what was
    measured. `watches`: how many watch cases stand one by one; the others are a group (rule 12)."""

    cases: list[Case]
    unseen: frozenset[UUID]
    next: str | None
    watches: int | None = None

    def grouped(self, counts: Counts) -> int:
        """How many cases the list holds as one group."""
        return 0 if self.watches is None else max(0, counts.levels.get("watch", 0) - self.watches)


@dataclass(frozen=True, slots=True)
class Part:
    """Of a tab: all levels or one, from its beginning or after a place that a page named."""

    tab: Tab
    level: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    tabs: dict[Tab, int]
    levels: dict[str, int]


def page(
    db: Session,
    actor: Actor,
    part: Part,
    *,
    most: int = PAGE,
    budget: int | None = None,
    now: datetime,
) -> Page:
    """Cases in their order; each resident's being read is written down.

    `budget` bounds the watch cases of a day that stand one by one among the pending of all levels; nothing
    more urgent is ever grouped.
    """
    wanted = select(Case).where(_in_sight(db, actor, now), *_tab(part.tab, actor, now))
    watches = None
    if part.level is not None:
        wanted = wanted.where(Case.level == part.level)
    elif part.tab == "pending" and budget is not None:
        watches = max(0, budget - _watches_done(db, actor, now))
        wanted = wanted.where(or_(Case.level != "watch", Case.episode.in_(_first_watches(wanted, watches))))
    found = list(db.scalars(_ordered(wanted, part.tab, part.after).limit(most + 1)))
    shown = found[:most]
    access.note(db, actor, *(case.resident for case in shown), purpose="worklist", now=now)
    unseen = _unseen(db, actor, shown, now)
    return Page(shown, unseen, _place(shown[-1], part.tab) if len(found) > most else None, watches)


def counts(db: Session, actor: Actor, *, now: datetime) -> Counts:
    """How many cases stand in each tab, and of the pending ones at each level: nothing hides."""
    tabs: tuple[Tab, ...] = get_args(Tab)
    columns = [func.count().filter(*_tab(tab, actor, now)) for tab in tabs]
    open_or_today = or_(Case.state != "resolved", Case.resolved_at >= _midnight(now))
    wanted = select(Case.level, *columns).where(_in_sight(db, actor, now), open_or_today)
    found = {str(level): row for level, *row in db.execute(wanted.group_by(Case.level))}
    totals = [sum(each) for each in zip(*found.values(), strict=True)] or [0] * len(tabs)
    return Counts(
        tabs=dict(zip(tabs, totals, strict=True)),
        levels={level: row[tabs.index("pending")] for level, row in found.items()},
    )


def resident_of(db: Session, episode: UUID) -> UUID | None:
    """Whom it concerns; whether the asker may know is decided by the caller."""
    return db.scalar(select(Case.resident).where(Case.episode == episode))


def of_resident(db: Session, resident: UUID, *, most: int = 20) -> list[Case]:
    """Of a resident that the caller has made sure may be seen; the newest first."""
    wanted = select(Case).where(Case.resident == resident).order_by(Case.opened_at.desc(), Case.episode)
    return list(db.scalars(wanted.limit(most)))


def steps(db: Session, episode: UUID) -> list[CaseStep]:
    return list(db.scalars(select(CaseStep).where(CaseStep.episode == episode).order_by(CaseStep.n)))


def replies(db: Session, resident: UUID, some: Sequence[UUID]) -> list[Reply]:
    """To these readings, the first one first."""
    wanted = select(Reply).where(Reply.resident == resident, Reply.reading.in_(some))
    return list(db.scalars(wanted.order_by(Reply.at, Reply.id)))


def home_state(db: Session, resident: UUID, reading: UUID) -> HomeState:
    """Raises NotFoundError where nothing of the kind is stored: then nothing has arrived either."""
    stored_at = readings.stored_at(db, resident, reading)
    wanted = select(Case).where(Case.resident == resident, Case.inputs.contains([str(reading)]))
    # It is not dealt with while any of its cases is open.
    first = wanted.order_by(Case.state == "resolved", Case.severity_rank, Case.episode).limit(1)
    case = db.scalars(first).one_or_none()
    if case is None:
        return "sent"
    held = casework.handling(case)
    return rules.home_state(case.desk, held, viewed_at=case.viewed_at, stored_at=stored_at)


def _in_sight(db: Session, actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Residents in sight; and for a supervisor the bare rows of those whom nobody watches any more."""
    seen = Case.resident.in_(access.visible(db, actor, now))
    if "supervisor" not in actor.roles:
        return seen
    return or_(seen, and_(Case.desk == "nobody", Case.institution == actor.institution))


def _unseen(db: Session, actor: Actor, cases: Sequence[Case], now: datetime) -> frozenset[UUID]:
    unwatched = {case.resident for case in cases if case.desk == "nobody"}
    return frozenset(each for each in unwatched if not access.may_see(db, actor, each, now=now))


def _watches_done(db: Session, actor: Actor, now: datetime) -> int:
    """How many this person has dealt with today."""
    mine = Case.owner == actor.account, Case.level == "watch"
    wanted = select(func.count()).select_from(Case).where(*mine, *_tab("done", actor, now))
    return db.scalar(wanted) or 0


def _first_watches(pending: Select[Case], most: int) -> Select[tuple[UUID]]:
    watches = pending.where(Case.level == "watch").order_by(*_ORDER).limit(most)
    return watches.with_only_columns(Case.episode)


def _tab(tab: Tab, actor: Actor, now: datetime) -> tuple[ColumnElement[bool], ...]:
    is_open = Case.state != "resolved"
    is_awake = or_(Case.snoozed_until.is_(None), Case.snoozed_until <= now)
    match tab:
        case "pending":
            return is_open, is_awake, Case.level != "data"
        case "mine":
            return is_open, or_(Case.owner == actor.account, Case.offered_to == actor.account)
        case "snoozed":
            return is_open, Case.snoozed_until > now
        case "data":
            return is_open, is_awake, Case.level == "data"
    return Case.state == "resolved", Case.resolved_at >= _midnight(now)


def _ordered(wanted: Select[Case], tab: Tab, after: str | None) -> Select[Case]:
    if tab == "done":
        if after is not None:
            wanted = wanted.where(tuple_(Case.resolved_at, Case.episode) < tuple_(*_done_place(after)))
        return wanted.order_by(Case.resolved_at.desc(), Case.episode.desc())
    if after is not None:
        wanted = wanted.where(tuple_(*_ORDER) > tuple_(*_open_place(after)))
    return wanted.order_by(*_ORDER)


def _done_place(word: str) -> tuple[datetime, UUID]:
    with _parsing():
        at, episode = word.split("~")
        return _time(at), UUID(episode)


def _open_place(word: str) -> tuple[int, bool, datetime, UUID]:
    with _parsing():
        rank, claimed, due, episode = word.split("~")
        return int(rank) % 4, claimed == "1", _time(due), UUID(episode)


def _time(word: str) -> datetime:
    at = datetime.fromisoformat(word)
    if at.tzinfo is None:
        raise ValueError(word)
    return at


def _place(case: Case, tab: Tab) -> str:
    """Where a page ended, as an opaque word."""
    if tab == "done" and case.resolved_at is not None:
        return f"{case.resolved_at.isoformat()}~{case.episode}"
    return f"{case.severity_rank}~{int(case.is_claimed)}~{case.due_at.isoformat()}~{case.episode}"


@contextmanager
def _parsing() -> Iterator[None]:
    """A place that is none of ours is the sender's mistake."""
    try:
        yield
    except ValueError as error:
        raise InvalidError("worklist.unknown_place", "after") from error


def _midnight(now: datetime) -> datetime:
    """When today began where the residents live."""
    return datetime.combine(now.astimezone(ZONE).date(), time(), ZONE)
