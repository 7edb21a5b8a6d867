"""One resident beside the worklist, put together from the rooms and the stored readings. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from alerts.reading import Reading
from clinician_api.access import service as access
from clinician_api.consents import service as consents
from clinician_api.contracts import service as contracts
from clinician_api.contracts.rules import ZONE
from clinician_api.identity import service as identity
from clinician_api.triage import casework, rules, service, worklist
from clinician_api.triage.models import Case, CaseStep
from clinician_api.triage.service import Acting
from clinician_api.web import allowed, blind, goals, labels, readings, times
from clinician_api.web.charts.glucose import GlucoseChart, glucose_chart
from clinician_api.web.charts.period import Period
from clinician_api.web.charts.pressure import Event, Target, figures, pressure_chart
from clinician_api.web.desk import People, Place, name_of, reason_of, severity_of, value_of
from clinician_api.web.views import Banner, Choice, Happening, Pane, Ranges, Strip, Undo
from clinician_api.web.words import Words

_BEFORE: Final = timedelta(days=36)
"""How far the first mean of a chart reaches back: 28 days, and the gap before them."""
_GLUCOSE_DAYS: Final = 14
_TOLD: Final = 12


def view(acts: Acting, episode: UUID, place: Place, words: Words, *, is_looked_at: bool = True) -> Pane:
    """Raises NotFoundError for whom the asker may not see. That a doctor opened it is written down."""
    case = service.view(acts, episode, is_looked_at=is_looked_at)
    cases = worklist.of_resident(acts.db, case.resident)
    others = (each for each in cases if each.episode != episode and each.state != "resolved")
    steps = worklist.steps(acts.db, episode)
    address = Place(place.tab, place.level, place.after).href(episode=str(episode)) + "&days="
    shown = _Shown(case.resident, [case, *others], cases, steps, place, address)
    return replace(_pane(acts, shown, words), undo=_undo(acts, case, words))


def whole(acts: Acting, resident: UUID, place: Place, words: Words) -> Pane:
    """Whoever it is, with an alert or without. Raises NotFoundError like `view`."""
    access.require(acts.db, acts.actor, resident, purpose="pane", now=acts.now)
    cases = worklist.of_resident(acts.db, resident)
    unresolved = [each for each in cases if each.state != "resolved"]
    shown = _Shown(resident, unresolved, cases, (), place, f"/residents/{resident}?days=")
    return _pane(acts, shown, words)


@dataclass(frozen=True, slots=True)
class _Shown:
    """`strips` of all `cases` are shown with their actions; `address` takes the days of the chart."""

    resident: UUID
    strips: Sequence[Case]
    cases: Sequence[Case]
    steps: Sequence[CaseStep]
    place: Place
    address: str


def _pane(acts: Acting, shown: _Shown, words: Words) -> Pane:
    db, now, resident = acts.db, acts.now, shown.resident
    period = Period(now, shown.place.days, ZONE)
    series = _agreed(db, resident, readings.of_resident(db, resident, since=period.start - _BEFORE), now)
    people, target = _people(acts, shown), Target(goals.of(db, resident, now))
    return Pane(
        resident=resident,
        banner=_named(_banner(db, resident, people, now), shown.strips, words),
        strips=tuple(_strip(acts, each, people, series, words=words) for each in shown.strips),
        figures=figures(series, period, target=target),
        pressure=pressure_chart(series, period, target=target, events=_events(shown.cases)),
        glucose=_glucose(series, now),
        happenings=_happenings(shown.steps, people, words),
        ranges=Ranges(shown.place.days, shown.address),
        tel=identity.phone(db, resident) or "",
        back=shown.place.href(),
    )


def _agreed(db: Session, resident: UUID, series: tuple[Reading, ...], now: datetime) -> tuple[Reading, ...]:
    """Without what was measured after the resident took back that the team looks at it. Alerts stand in their
    strips all the same: no withdrawal hides a critical."""
    since = consents.withdrawn_at(db, resident, "monitoring", now)
    return series if since is None else tuple(each for each in series if each.taken_at < since)


def _people(acts: Acting, shown: _Shown) -> People:
    accounts = {case.owner for case in shown.strips} | {step.actor for step in shown.steps}
    for case in shown.strips:
        if case.team is not None:
            accounts |= set(identity.members(acts.db, case.team, acts.now))
    known = identity.people(acts.db, {each for each in accounts if each is not None})
    return People(identity.residents(acts.db, [shown.resident]), known, acts.actor.account)


def _named(banner: Banner, cases: Sequence[Case], words: Words) -> Banner:
    doubtful = next((case for case in cases if rules.is_somebodys(case.whose)), None)
    return banner if doubtful is None else replace(banner, name=name_of(doubtful, banner.name, words))


def _banner(db: Session, resident: UUID, people: People, now: datetime) -> Banner:
    who = people.residents[resident]
    answers = contracts.responsible(db, resident, now)
    team = identity.team_cards(db, [answers.team])[answers.team].name if answers.team else ""
    dark = blind.of_residents(db, [resident], now).get(resident)
    is_signed = answers.kind == "team" and answers.until is not None
    return Banner(
        name=who.name,
        sex=who.sex,
        born=who.born,
        age=times.age(who.born, times.local(now).date()),
        file_no=who.file_number,
        phone=who.phone or "",
        team=team,
        lives=who.address,
        # `until` is the midnight after the last day.
        contract_until=times.local(answers.until - timedelta(seconds=1)).date()
        if is_signed and answers.until
        else None,
        blind_since=dark.since if dark else None,
    )


def _strip(acts: Acting, case: Case, people: People, series: Sequence[Reading], *, words: Words) -> Strip:
    stands = casework.standing(case)
    about = [each for each in series if each.id in case.inputs]
    offered = allowed.steps(stands, acts.actor, acts.now)
    offered = offered if about else offered - {"reply"}
    value = value_of(case.value)
    snoozed = case.snoozed_until if case.snoozed_until and case.snoozed_until > acts.now else None
    return Strip(
        episode=case.episode,
        version=case.version,
        severity=severity_of(case),
        reason=reason_of(case, words),
        detail=_readings(about) or (f"{value.text} {value.unit}".strip() if value else ""),
        rule=case.rule_code,
        rule_version=case.rule_version,
        since=case.opened_at,
        due_at=None if case.state == "resolved" else case.due_at,
        due_for="claim" if case.state == "new" else "contact" if case.contacted_at is None else "none",
        owner=people.owner(case.owner),
        is_active=case.closed_at is None,
        is_provisional=case.provisional and case.confirmed_at is None,
        awaits_repeat=case.awaits_repeat,
        is_late=case.late,
        snoozed_until=snoozed,
        actions=offered,
        reading=UUID(about[-1].id) if about else None,
        colleagues=_colleagues(acts, case, people),
        snooze_hours=allowed.snooze_hours(stands),
        done=words(labels.OUTCOMES[case.outcome]) if case.outcome else None,
    )


def _readings(about: Sequence[Reading]) -> str:
    """When each of the last few was measured, and what it said."""
    shown = [each for each in about if each.pressure is not None][-3:]
    said = [f"{times.stamp(each.taken_at)} {each.systolic_mmhg}/{each.diastolic_mmhg} mmHg" for each in shown]
    return " · ".join(said)


def _colleagues(acts: Acting, case: Case, people: People) -> tuple[Choice, ...]:
    if case.team is None:
        return ()
    members = identity.members(acts.db, case.team, acts.now)
    others = [each for each in members if each not in {acts.actor.account, case.owner}]
    return tuple(Choice(str(each), people.name(each)) for each in others)


def _events(cases: Sequence[Case]) -> tuple[Event, ...]:
    return tuple(Event(case.opened_at, "", severity_of(case)) for case in cases if case.cause != "data")


def _glucose(series: Sequence[Reading], now: datetime) -> GlucoseChart | None:
    chart = glucose_chart(series, Period(now, _GLUCOSE_DAYS, ZONE))
    return chart if chart.last_at is not None else None


def _happenings(steps: Sequence[CaseStep], people: People, words: Words) -> tuple[Happening, ...]:
    return tuple(
        Happening(
            at=step.at,
            who=people.name(step.actor) or words("System"),
            what=words(
                labels.HAPPENED[step.step.split("_")[0] if step.step.startswith("again_") else step.step]
            ),
            detail=_detail(step, people, words),
        )
        for step in reversed(steps[-_TOLD:])
    )


def _detail(step: CaseStep, people: People, words: Words) -> str:
    facts = step.facts
    outcome, symptom = str(facts.get("outcome") or ""), str(facts.get("symptom") or "")
    parts = [
        words(labels.SYMPTOMS[symptom]) if symptom in labels.SYMPTOMS else "",
        words(labels.OUTCOMES[outcome]) if outcome in labels.OUTCOMES else "",
        str(facts.get("reason") or ""),
        str(facts.get("note") or ""),
        people.name(UUID(str(facts["to"]))) if step.step == "transfer" and facts.get("to") else "",
    ]
    return " · ".join(part for part in parts if part)


def _undo(acts: Acting, case: Case, words: Words) -> Undo | None:
    last = casework.last_step(acts.db, case)
    if last is None or last.actor != acts.actor.account or last.step not in labels.DONE:
        return None
    until = last.at + rules.UNDO_WITHIN
    if until < acts.now:
        return None
    return Undo(f"/episodes/{case.episode}/undo", words(labels.DONE[last.step]), case.version, until)
