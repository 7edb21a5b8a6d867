"""A resident's own pages, put together from the rooms. Words to residents are literally true, or unsaid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from alerts import words as home_words
from alerts.reading import Pressure, Reading
from alerts.rules import glucose as glucose_rules
from alerts.rules.pressure import CRITICAL
from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.contracts import service as contracts
from clinician_api.contracts.rules import ZONE, Responsible
from clinician_api.identity import service as identity
from clinician_api.triage import worklist
from clinician_api.triage.models import Case
from clinician_api.web import goals, labels, readings
from clinician_api.web.charts.period import Period
from clinician_api.web.charts.pressure import TYPED, Target, figures, pressure_chart
from clinician_api.web.desk import severity_of
from clinician_api.web.labels import Meaning
from clinician_api.web.pages import STALE_AFTER
from clinician_api.web.views import (
    Latest,
    MyDay,
    MyReading,
    MyReadings,
    Question,
    ResidentHome,
    Step,
    Value,
)
from clinician_api.web.words import Words

_WEEK: Final = 7
_MONTH: Final = 30
_BEFORE: Final = timedelta(days=36)
_LOW_SYSTOLIC: Final = 90
"""Rule 6."""
_PRESSING: Final = frozenset({"critical", "high"})
_AGAIN: Final = {home_words.MEASURE_AGAIN.en, home_words.MEASURE_AGAIN_LOW.en}
_RESTING: Final[tuple[Step, ...]] = ("rest", "repeat")
_SUGAR: Final[tuple[Step, ...]] = ("sugar", "recheck")


def home(
    db: Session, actor: Actor, resident: UUID, *, words: Words, answered: str, now: datetime
) -> ResidentHome:
    """`answered` is what this phone remembers of the question: an episode and `yes` or `no`."""
    access.require(db, actor, resident, purpose="home", now=now)
    answers = contracts.responsible(db, resident, now)
    found = readings.newest(db, [(resident, "blood_pressure"), (resident, "glucose")], now=now)
    series = sorted((each for known in found.values() for each in known), key=lambda each: each.order)
    cases = [each for each in worklist.of_resident(db, resident) if each.state != "resolved"]
    newest = _newest(series, cases)
    asking = next((each for each in cases if each.closed_at is None and _asks(each)), None)
    known, _, said = answered.partition(":")
    is_answered = asking is not None and known == str(asking.episode)
    team, tel = _team(db, answers)
    return ResidentHome(
        name=identity.residents(db, [resident])[resident].name,
        latest=_latest(db, newest, cases, now) if newest else None,
        watching="team" if answers.kind == "team" else "duty" if answers.kind == "duty_desk" else "nobody",
        team=team if answers.kind == "team" else "",
        tel=tel,
        question=_question(asking, words) if asking is not None and not is_answered else None,
        answered=("yes" if said == "yes" else "no") if is_answered else None,
    )


def _newest(series: Sequence[Reading], cases: Sequence[Case]) -> Reading | None:
    """What the card shows: while something presses, of its kind. A newer good number would hide it."""
    shown = [each for each in reversed(series) if _is_shown(each)]
    pressing = [each for each in cases if each.level in _PRESSING and each.closed_at is None]
    inputs = {reading for case in pressing for reading in case.inputs}
    kinds = {each.kind for each in shown if each.id in inputs}
    return next((each for each in shown if not kinds or each.kind in kinds), None)


def _is_shown(reading: Reading) -> bool:
    return reading.kind in {"blood_pressure", "glucose"} and reading.is_value


def _team(db: Session, answers: Responsible) -> tuple[str, str]:
    """Name and telephone of whoever answers now."""
    if answers.team is not None:
        card = identity.team_cards(db, [answers.team])[answers.team]
        return card.name, card.phone
    return "", ""


def _asks(case: Case) -> bool:
    return any(each["en"] == home_words.QUESTION.en for each in case.words)


def _question(case: Case, words: Words) -> Question:
    return Question(
        case.episode, home_words.QUESTION.zh if words.language == "zh" else home_words.QUESTION.en
    )


def _latest(db: Session, reading: Reading, cases: Sequence[Case], now: datetime) -> Latest:
    about = next((each for each in cases if reading.id in each.inputs), None)
    state = worklist.home_state(db, UUID(reading.resident), UUID(reading.id))
    replies = worklist.replies(db, UUID(reading.resident), [UUID(reading.id)])
    said = replies[-1] if replies else None
    who = identity.people(db, [said.account]) if said else {}
    value = value_of(reading)
    return Latest(
        reading=UUID(reading.id),
        kind="glucose" if reading.kind == "glucose" else "blood_pressure",
        value=value,
        at=reading.taken_at,
        meaning=_meaning_with(about, reading, goals.of(db, UUID(reading.resident), now)),
        severity=severity_of(about) if about else None,
        steps=_steps(about),
        arrival=state,
        looked_by=_looked_by(db, about) if state == "looked" else "",
        marks=marks_of(reading),
        is_stale=now - reading.taken_at > STALE_AFTER,
        praise=said.phrase if said else None,
        praised_by=who[said.account].name if said and said.account in who else "",
    )


def _looked_by(db: Session, case: Case | None) -> str:
    if case is None or case.viewed_by is None:
        return ""
    return identity.people(db, [case.viewed_by])[case.viewed_by].name


def _meaning_with(case: Case | None, reading: Reading, goal: Pressure) -> Meaning:
    """Before it is confirmed a number is at most rather high (rule 16)."""
    meaning = meaning_of(reading, goal)
    if meaning == "ok" and case is not None and case.level in _PRESSING:
        # The pressure is, and something else of it is not: a pulse, or what came before.
        return "unclear"
    waits = case is not None and (case.awaits_repeat or (case.provisional and case.confirmed_at is None))
    return "raised" if waits and meaning == "very_high" else meaning


def _steps(case: Case | None) -> tuple[Step, ...]:
    if case is None or case.closed_at is not None:
        return ()
    said = {each["en"] for each in case.words}
    if home_words.LOW_GLUCOSE.en in said:
        return _SUGAR
    if said & _AGAIN:
        return _RESTING
    return ("stay_by_phone",) if case.level == "critical" else ()


def meaning_of(reading: Reading, goal: Pressure) -> Meaning:
    """One number in plain words, by the limits of the rules and what is aimed at; it is no judgement of the
    person."""
    return _of_glucose(reading) if reading.kind == "glucose" else _of_pressure(reading, goal)


def _of_pressure(reading: Reading, goal: Pressure) -> Meaning:
    pressure = reading.pressure
    if pressure is None:
        return "unclear"
    if pressure.reaches(CRITICAL.threshold):
        return "very_high"
    if pressure.systolic < _LOW_SYSTOLIC:
        return "low"
    return "high" if pressure.reaches(goal) else "ok"


def _of_glucose(reading: Reading) -> Meaning:
    if reading.beyond is not None:
        return "very_high" if reading.beyond == "HI" else "very_low"
    value = reading.glucose
    if value is None:
        return "unclear"
    if value <= glucose_rules.LOW.threshold:
        return "low"
    if value >= glucose_rules.HIGH.threshold:
        return "very_high"
    limit = 7 if reading.context == "fasting" else 10
    return "high" if value >= limit else "ok"


def value_of(reading: Reading) -> Value:
    if reading.kind == "glucose":
        return Value(reading.beyond or str(reading.glucose or "—"), "mmol/L")
    systolic, diastolic = reading.systolic_mmhg, reading.diastolic_mmhg
    return Value(f"{systolic or '—'}/{diastolic or '—'}", "mmHg")


def marks_of(reading: Reading) -> tuple[str, ...]:
    known = {TYPED, "irregular_pulse", "body_movement", "cuff_loose", "improper_position"}
    return tuple(sorted(reading.flags & known))


def my_readings(db: Session, actor: Actor, resident: UUID, *, words: Words, now: datetime) -> MyReadings:
    """The last seven days in large rows, newest first; the chart shows a month."""
    access.require(db, actor, resident, purpose="own readings", now=now)
    period = Period(now, _MONTH, ZONE)
    series = readings.of_resident(db, resident, since=period.start - _BEFORE)
    week = Period(now, _WEEK, ZONE)
    shown = [each for each in series if week.holds(each.taken_at) and _is_shown(each)]
    goal = goals.of(db, resident, now)
    return MyReadings(
        days=tuple(_days(shown, week, goal, words)),
        pressure=pressure_chart(series, period, target=Target(goal)),
        figures=figures(series, period, target=Target(goal)),
    )


def _days(shown: Iterable[Reading], week: Period, goal: Pressure, words: Words) -> Iterator[MyDay]:
    newest_first = sorted(shown, key=lambda each: each.taken_at, reverse=True)
    for day, group in groupby(newest_first, key=lambda each: week.local(each.taken_at).date()):
        of_day = list(group)
        # Noon divides the day, as in the means.
        morning = [each for each in of_day if week.local(each.taken_at).hour < 12]
        evening = [each for each in of_day if each not in morning]
        halves = [tuple(_mine(each, goal, words) for each in half) for half in (morning, evening)]
        yield MyDay(day, *halves)


def _mine(reading: Reading, goal: Pressure, words: Words) -> MyReading:
    meaning = meaning_of(reading, goal)
    is_glucose = reading.kind == "glucose"
    return MyReading(
        reading=UUID(reading.id),
        at=reading.taken_at,
        value=value_of(reading),
        meaning=meaning,
        severity="critical" if meaning in {"very_high", "very_low"} else None,
        context=words(labels.CONTEXTS[reading.context]) if is_glucose else "",
        marks=marks_of(reading),
    )
