"""Who is meant by the ids that ingest keeps: residents of homes in reach, and staff who did something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.identity import service as identity
from clinician_api.web import times
from clinician_api.web.steward.views import Candidate


def residents(db: Session, ids: Iterable[UUID], now: datetime) -> Mapping[UUID, Candidate]:
    """Of people that the caller has made sure are in reach; somebody without a record here is left out."""
    today = times.local(now).date()
    return {
        resident: Candidate(str(resident), who.name, who.sex, times.age(who.born, today), who.file_number)
        for resident, who in identity.residents(db, set(ids)).items()
    }


def staff(db: Session, said: Iterable[str]) -> Mapping[str, str]:
    """By what stands in a deed: an account's id or, from the command line, any word, which says itself."""
    words = set(said)
    people = identity.people(db, {UUID(word) for word in words if is_id(word)})
    known = {str(account): person.name for account, person in people.items()}
    return {word: known.get(word, word) for word in words}


def is_id(word: str) -> bool:
    try:
        return str(UUID(word)) == word
    except ValueError:
        return False
