"""What the home answered to the question about red flags (rule 5), put down with its case."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from alerts.store import symptoms
from clinician_api import feed
from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.audit import service as audit
from clinician_api.audit.rules import Entry
from clinician_api.errors import About, NotFoundError
from clinician_api.identity import proxies
from clinician_api.triage import casework, home

Symptom = Literal["chest_pain", "breathlessness", "speech_or_limb"]

_SAYS: Final = {True: "home_symptom", False: "home_no_symptom"}


def hear(db: Session, actor: Actor, episode: UUID, symptom: Symptom | None, *, now: datetime) -> None:
    """A symptom goes to the rules, in order with the readings. Somebody else's alert looks like none.

    Of a helper a symptom is heard whatever they were allowed; that there is none, from who may send readings
    or speak with the team: it ends the question.
    """
    if symptom is None:
        proxies.require_scope(actor, "measure", "consult")
    case = casework.find_locked(db, episode)
    if case is None or case.resident != actor.resident:
        raise NotFoundError("case.unknown", about=About("episode", episode))
    facts = {"symptom": symptom} if symptom else {}
    casework.note(db, case, _SAYS[symptom is not None], actor=actor.account, facts=facts, now=now)
    if symptom is not None:
        symptoms.answer(db, case.resident, symptoms=[symptom], answered_at=now, now=now)
    home.hush(db, episode, "red_flag", now=now)
    entry = Entry("symptoms.answered", access.by(actor), resident=case.resident, target=("episode", episode))
    audit.record(db, entry, now=now)
    feed.tell(db, "episode", episode, case.version)
