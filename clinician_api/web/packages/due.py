"""What a team owes next, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.deliveries import due
from clinician_api.identity import service as identity
from clinician_api.identity.rules import Sex, age
from clinician_api.packages import wording
from clinician_api.packages.keeping import Line
from clinician_api.packages.plan import Due, When
from clinician_api.packages.years import day_of
from clinician_api.web.words import Words


@dataclass(frozen=True, slots=True)
class OwedRow:
    resident: UUID
    name: str
    sex: Sex
    age: int
    file_number: str
    service: str
    meant_for: str
    due: Due
    when: When


def rows(db: Session, actor: Actor, *, words: Words, now: datetime) -> tuple[OwedRow, ...]:
    today = day_of(now)
    found = due.owed(db, actor, now=now)
    people = identity.residents(db, {each.resident for each in found})
    return tuple(
        OwedRow(
            resident=each.resident,
            name=people[each.resident].name,
            sex=people[each.resident].sex,
            age=age(people[each.resident].born, today),
            file_number=people[each.resident].file_number,
            service=wording.say(each.line.name, words.language),
            meant_for=_meant_for(each.line, words),
            due=each.due,
            when=each.due.when(today),
        )
        for each in found
    )


def _meant_for(line: Line, words: Words) -> str:
    """Tells two services of one name apart; of what everybody has it says nothing."""
    return "" if "everyone" in line.population else wording.people(line.population, words.language)
