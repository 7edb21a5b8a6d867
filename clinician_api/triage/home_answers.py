"""What homes answered by their button, brought to the cases that they were asked about, each once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from alerts.store import symptoms
from clinician_api import feed
from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.triage import casework
from clinician_api.triage.models import HomeQuestion

log = structlog.get_logger()

_KEPT: Final = timedelta(days=1)
"""An answer that comes later than this changes nobody's treatment."""

_NEW: Final = text("""
with taken as (
    insert into care.home_answer (gateway, stream, question, heard_at)
    select gateway, stream, question, :now from ingest.home_answer a
    where stored_at > :since
      and not exists (select from care.home_answer h where h.gateway = a.gateway and h.stream = a.stream)
    order by stored_at, gateway, stream limit 100
    on conflict do nothing
    returning gateway, stream
)
select a.home, a.question, a.asked, a.said, a.given_at, a.given_synced, a.stored_at
from taken join ingest.home_answer a using (gateway, stream) order by a.stored_at
""")

_STEP: Final = {
    ("red_flag", "yes"): "home_yes",
    ("red_flag", "no"): "home_no_symptom",
    ("was_it_you", "yes"): "home_is_me",
    ("was_it_you", "no"): "home_not_me",
}


@dataclass(frozen=True, slots=True)
class _Said:
    home: UUID
    question: UUID
    asked: str
    said: str
    given_at: datetime
    given_synced: bool
    stored_at: datetime

    @property
    def at(self) -> datetime:
        """When it was answered; by the gateway's clock where that can be."""
        is_likely = self.given_synced and self.stored_at - _KEPT < self.given_at <= self.stored_at
        return self.given_at if is_likely else self.stored_at


def hear(db: Session, *, now: datetime) -> int:
    """Take in what is new; how many answers. Whoever hears second, or again after a crash, finds none."""
    rows: list[Any] = list(db.execute(_NEW, {"now": now, "since": now - _KEPT}))
    for row in rows:
        _hear(db, _Said(*row), now)
    return len(rows)


def _hear(db: Session, said: _Said, now: datetime) -> None:
    """Only the home that was asked answers, and only what it was asked."""
    question = db.get(HomeQuestion, said.question, with_for_update=True)
    if question is None or (question.home, question.asked) != (said.home, said.asked):
        log.warning("answer.unasked", id=str(said.question))
        return
    case = casework.find_locked(db, question.episode)
    if case is None:
        log.warning("answer.without_case", id=str(said.question))
        return
    if question.said != "yes":
        question.said, question.answered_at = said.said, said.at
    if said.asked == "was_it_you":
        case.whose = "own" if question.said == "yes" else "another"
    casework.note(db, case, _STEP[said.asked, said.said], actor=None, facts={"by": "button"}, now=now)
    if (said.asked, said.said) == ("red_flag", "yes"):
        symptoms.answer(db, case.resident, symptoms=[symptoms.UNNAMED], answered_at=said.at, now=now)
    entry = Entry("home.answered", By(), resident=case.resident, target=("episode", case.episode))
    audit.record(db, entry, now=now)
    feed.tell(db, "episode", case.episode, case.version)
