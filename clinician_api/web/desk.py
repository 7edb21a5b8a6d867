"""The worklist as a page shows it, put together from the rooms. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final, get_args
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.reading import Pressure, Reading
from alerts.rules.rule import Cause
from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.identity import service as identity
from clinician_api.identity.schemas import Person, ResidentOut
from clinician_api.regions.rules import Targets
from clinician_api.triage import worklist
from clinician_api.triage.models import Case
from clinician_api.triage.rules import is_somebodys
from clinician_api.triage.service import Acting
from clinician_api.triage.worklist import Part
from clinician_api.web import blind, fleet_labels, goals, labels, readings, times
from clinician_api.web.charts.pressure import TYPED, Severity
from clinician_api.web.charts.spark import POINTS, Spark
from clinician_api.web.pages import STALE_AFTER
from clinician_api.web.views import Filter, Owner, Row, Tab, TabCode, Unheard, Value, Worklist
from clinician_api.web.words import Words
from ingest.fleet.tickets import Blind

UNITS: Final = ("mmHg", "mmol/L", "/min")
_LOW: Final = 25
"""Millimetres from the limit down that a goal band is drawn: the project's screens, charts."""
_NAMED: Final = 50
_GLUCOSE_GOAL: Final = (Decimal("4.4"), Decimal("7.0"))


@dataclass(frozen=True, slots=True)
class Place:
    """What of the worklist is looked at; the address keeps it."""

    tab: TabCode = "pending"
    level: Severity | None = None
    after: str | None = None
    days: int = 30

    def href(self, path: str = "/worklist", **more: str) -> str:
        days = str(self.days) if self.days != 30 else None
        parts = {"tab": self.tab, "level": self.level, "after": self.after, "days": days} | more
        return f"{path}?{urlencode({name: value for name, value in parts.items() if value})}"


@dataclass(frozen=True, slots=True)
class People:
    """Those whom a page names."""

    residents: Mapping[UUID, ResidentOut]
    accounts: Mapping[UUID, Person]
    me: UUID

    def owner(self, account: UUID | None) -> Owner | None:
        if account is None:
            return None
        person = self.accounts.get(account)
        return Owner(person.name if person else "", is_me=account == self.me)

    def name(self, account: UUID | None) -> str:
        person = self.accounts.get(account) if account else None
        return person.name if person else ""


def view(acts: Acting, place: Place, *, current: UUID | None, budget: int, words: Words) -> Worklist:
    db, actor, now = acts.db, acts.actor, acts.now
    page = worklist.page(db, actor, Part(place.tab, place.level, place.after), budget=budget, now=now)
    counts = worklist.counts(db, actor, now=now)
    seen = {case.resident for case in page.cases} - page.unseen
    people = People(
        residents=identity.residents(db, seen),
        accounts=identity.people(db, {case.owner for case in page.cases if case.owner}),
        me=actor.account,
    )
    lines = {(case.resident, _kind(case)) for case in page.cases if case.resident in seen}
    last = readings.newest(db, lines, now=now)
    dark, silent = blind.of_residents(db, seen, now), blind.in_sight(db, actor, now)
    aims = goals.targets_of(db, {case.institution for case in page.cases}, times.local(now).date())
    rows = (
        replace(
            _row(case, place, people, last.get((case.resident, _kind(case)), ()), words=words, now=now),
            spark=_drawn(case, people, last, aims, now),
            blind_since=dark[case.resident].since if case.resident in dark else None,
        )
        for case in page.cases
    )
    return Worklist(
        tab=place.tab,
        tabs=tuple(
            Tab(code, counts.tabs[code], f"/worklist?tab={code}", code == place.tab)
            for code in get_args(TabCode)
        ),
        filters=_filters(place, counts.levels),
        rows=tuple(replace(row, is_current=row.episode == current) for row in rows),
        checked_at=now,
        residents=_residents(db, actor, now),
        criticals=counts.levels.get("critical", 0),
        more=Place(place.tab, place.level, page.next, place.days).href() if page.next else None,
        grouped=0 if page.next else page.grouped(counts),
        grouped_href=Place(level="watch", days=place.days).href(),
        list_href=place.href("/worklist/list"),
        unheard_count=len(silent),
        unheard=_unheard(acts, silent, words) if place.tab == "data" and place.after is None else (),
    )


def name_of(case: Case, name: str, words: Words) -> str:
    """Never one name alone while the reading may be another's of the home (rule 14)."""
    return words("Somebody at home ({name})", name=name) if is_somebodys(case.whose) else name


def _unheard(acts: Acting, dark: Mapping[UUID, Blind], words: Words) -> tuple[Unheard, ...]:
    """Also those without any alert: that nothing comes is all there is to know of them. The longest first."""
    named = sorted(dark, key=lambda resident: dark[resident].since)[:_NAMED]
    access.note(acts.db, acts.actor, *named, purpose="worklist", now=acts.now)
    people = identity.residents(acts.db, named)
    today = times.local(acts.now).date()
    rows = (
        Unheard(
            href=f"/residents/{resident}",
            name=who.name,
            sex=who.sex,
            age=times.age(who.born, today),
            since=dark[resident].since,
            cause=words(fleet_labels.CAUSES[dark[resident].cause]),
        )
        for resident, who in people.items()
    )
    return tuple(sorted(rows, key=lambda row: row.since))


def place_of(db: Session, actor: Actor) -> str:
    """Where somebody works: the institution, and their teams."""
    cards = sorted(identity.team_cards(db, actor.teams).values(), key=lambda card: card.name)
    return " · ".join(
        [*dict.fromkeys(card.institution_name for card in cards), *(card.name for card in cards)]
    )


def _residents(db: Session, actor: Actor, now: datetime) -> int:
    """How many people the asker may see today."""
    seen = access.visible(db, actor, now).subquery()
    return db.scalar(select(func.count(seen.c.resident.distinct()))) or 0


def _filters(place: Place, levels: Mapping[str, int]) -> tuple[Filter, ...]:
    if place.tab != "pending":
        return ()
    known: tuple[Severity, ...] = ("critical", "high", "watch")
    return tuple(
        Filter(
            level,
            levels.get(level, 0),
            Place(place.tab, None if level == place.level else level, None, place.days).href(),
            level == place.level,
        )
        for level in known
    )


def severity_of(case: Case) -> Severity:
    return next(level for level in get_args(Severity) if level == case.level)


def cause_of(case: Case) -> Cause:
    return next(cause for cause in get_args(Cause) if cause == case.cause)


def _kind(case: Case) -> readings.Kind:
    """What the small line of its row shows."""
    return "glucose" if case.cause in {"glucose_high", "glucose_low", "ketone"} else "blood_pressure"


def reason_of(case: Case, words: Words) -> str:
    return str(case.reason.get(words.language, case.rule_code))


def value_of(shown: str) -> Value | None:
    """As the finding wrote it, the unit apart."""
    for unit in UNITS:
        if shown.endswith(unit):
            return Value(shown.removesuffix(unit).strip(), unit)
    return Value(shown, "") if shown else None


def _row(
    case: Case, place: Place, people: People, last: Sequence[Reading], *, words: Words, now: datetime
) -> Row:
    who = people.residents.get(case.resident)
    severity, cause = severity_of(case), cause_of(case)
    nobody = labels.ARRIVALS["nobody"]
    action = labels.next_action(severity, cause, awaits_repeat=case.awaits_repeat)
    return Row(
        episode=case.episode,
        version=case.version,
        resident=case.resident,
        href=place.href(episode=str(case.episode)),
        pane_href=place.href("/worklist/pane", episode=str(case.episode)),
        severity=severity,
        name=name_of(case, who.name, words) if who else words("Resident without a team"),
        sex=who.sex if who else "unknown",
        age=times.age(who.born, times.local(now).date()) if who else None,
        value=value_of(case.value) if who and cause != "data" else None,
        reason=reason_of(case, words) if who else words(nobody),
        comparison=_comparison(case, words) if who else "",
        next_action=words(action),
        since=case.taken_at,
        due_at=case.due_at,
        owner=people.owner(case.owner),
        spark=None,
        is_provisional=case.provisional and case.confirmed_at is None,
        awaits_repeat=case.awaits_repeat,
        is_late=case.late,
        snoozed_until=case.snoozed_until if case.snoozed_until and case.snoozed_until > now else None,
        marks=_marks(case, last),
        done=words(labels.OUTCOMES[case.outcome]) if case.outcome else None,
    )


def _comparison(case: Case, words: Words) -> str:
    parts = [words(labels.CONFIRMED[case.confirmed_by])] if case.confirmed_by else []
    parts.append(words.many("{n} reading in this alert", "{n} readings in this alert", case.readings))
    return " · ".join(parts)


def _marks(case: Case, last: Sequence[Reading]) -> tuple[str, ...]:
    """Of the newest reading that the alert rests on."""
    found = next((each for each in reversed(last) if each.id in case.inputs), None)
    if found is None:
        return ()
    known = found.flags & {TYPED, "irregular_pulse", "body_movement", "cuff_loose", "improper_position"}
    return tuple(sorted(known))


def _drawn(
    case: Case,
    people: People,
    last: Mapping[tuple[UUID, str], Sequence[Reading]],
    aims: Mapping[UUID | None, Targets],
    now: datetime,
) -> Spark | None:
    """The small line of a row, against what its resident's house aims at."""
    who, kind = people.residents.get(case.resident), _kind(case)
    if who is None:
        return None
    goal = goals.aimed(aims[case.institution], who.born, times.local(now).date())
    return _spark(last.get((case.resident, kind), ()), kind, goal, now)


def _spark(last: Sequence[Reading], kind: readings.Kind, goal: Pressure, now: datetime) -> Spark:
    shown = [each for each in last if each.kind == kind]
    stale = not shown or now - shown[-1].taken_at > STALE_AFTER
    if kind == "glucose":
        sugars = tuple(each.glucose for each in shown if each.glucose is not None)
        return Spark(sugars[-POINTS:], _GLUCOSE_GOAL, is_stale=stale)
    limit = goal.systolic
    systolic = tuple(each.systolic_mmhg for each in shown if each.systolic_mmhg is not None)
    return Spark(systolic[-POINTS:], (limit - _LOW, limit), is_stale=stale)
