"""The outbox: once each, in the caller's transaction, and a time for every state it reached."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import false, select, text
from sqlalchemy.orm import Session

from clinician_api.access.models import AccessGrant
from clinician_api.errors import NotFoundError
from clinician_api.notices import service
from clinician_api.notices.rules import Message, Recipient
from tests.clinician_api.making import NOW

DOCTOR, RESIDENT = Recipient("account", UUID(int=1)), Recipient("resident", UUID(int=2))
EPISODE = UUID(int=3)
NOBODY = select(AccessGrant.resident).where(false())
LATER = NOW + timedelta(seconds=5)


def message(occasion: str = "1", code: str = "case.opened") -> Message:
    return Message(code, "episode", EPISODE, occasion, {"level": "critical"})


def delivered(db: Session, to: Recipient = DOCTOR) -> UUID:
    (notice,) = service.queue(db, [to], message(), now=NOW)
    service.deliver(db, notice, now=NOW)
    return notice


def test_nobody_is_told_of_the_same_occasion_twice(db: Session) -> None:
    assert len(service.queue(db, [DOCTOR, DOCTOR, RESIDENT], message(), now=NOW)) == 2
    assert service.queue(db, [DOCTOR, RESIDENT], message(), now=LATER) == []
    assert len(service.queue(db, [DOCTOR], message("2"), now=LATER)) == 1
    assert len(service.queue(db, [DOCTOR], message(code="case.leader"), now=LATER)) == 1


def test_each_notice_has_a_job_in_the_same_transaction(db: Session) -> None:
    (notice,) = service.queue(db, [DOCTOR], message(), now=NOW)
    jobs = db.execute(text("select task_name, args from procrastinate.procrastinate_jobs")).all()
    assert [tuple(job) for job in jobs] == [("notices.deliver", {"notice": str(notice)})]


def test_it_is_brought_to_the_inbox_once(db: Session) -> None:
    (notice,) = service.queue(db, [DOCTOR], message(), now=NOW)
    assert service.inbox(db, DOCTOR, sight=NOBODY, now=NOW) == []
    assert [service.deliver(db, notice, now=LATER), service.deliver(db, notice, now=LATER)] == [True, False]
    (found,) = service.inbox(db, DOCTOR, sight=NOBODY, now=LATER + timedelta(seconds=1))
    assert (found.sent_at, found.delivered_at, found.seen_at) == (LATER, LATER + timedelta(seconds=1), None)


def test_what_waits_too_long_lost_its_job(db: Session) -> None:
    (notice,) = service.queue(db, [DOCTOR], message(), now=NOW)
    assert service.undelivered(db, before=NOW - timedelta(seconds=1)) == []
    assert service.undelivered(db, before=NOW) == [notice]
    service.deliver(db, notice, now=NOW)
    assert service.undelivered(db, before=NOW) == []


def test_a_page_that_shows_it_makes_it_seen(db: Session) -> None:
    notice = delivered(db)
    assert service.unseen(db, DOCTOR, sight=NOBODY) == 1
    assert service.seen(db, notice, DOCTOR, sight=NOBODY, now=LATER).seen_at == LATER
    assert service.seen(db, notice, DOCTOR, sight=NOBODY, now=LATER + timedelta(1)).seen_at == LATER
    assert service.unseen(db, DOCTOR, sight=NOBODY) == 0


def test_somebody_elses_notice_is_none(db: Session) -> None:
    notice = delivered(db)
    with pytest.raises(NotFoundError):
        service.seen(db, notice, RESIDENT, sight=NOBODY, now=LATER)
    assert service.inbox(db, RESIDENT, sight=NOBODY, now=LATER) == []


def test_whoever_acts_has_seen_it(db: Session) -> None:
    delivered(db)
    service.acted(db, DOCTOR, EPISODE, now=LATER)
    (found,) = service.inbox(db, DOCTOR, sight=NOBODY, now=LATER)
    assert (found.delivered_at, found.seen_at, found.acted_at) == (LATER, LATER, LATER)
