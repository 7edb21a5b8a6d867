"""Tasks alone: one open per episode, one open watch per resident, and only an outcome closes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinician_api.errors import NotFoundError
from clinician_api.follow_ups import service
from clinician_api.follow_ups.rules import Desk, Kind, Opening, Progress
from tests.clinician_api.making import NOW

RESIDENT, OWNER = UUID(int=1), UUID(int=2)


def opening(kind: Kind = "critical", episode: UUID | None = None) -> Opening:
    desk = Desk("team", UUID(int=3), UUID(int=4))
    return Opening(kind, RESIDENT, episode or uuid4(), "bp.critical", desk, NOW + timedelta(minutes=15))


def test_an_episode_has_one_open_task(db: Session) -> None:
    first = opening()
    assert service.open_task(db, first, now=NOW).id == service.open_task(db, first, now=NOW).id
    assert service.open_task(db, opening(), now=NOW).id != service.open_task(db, first, now=NOW).id


def test_watches_of_a_resident_fold_into_one(db: Session) -> None:
    assert (
        service.open_task(db, opening("watch"), now=NOW).id
        == service.open_task(db, opening("watch"), now=NOW).id
    )


def test_a_closed_task_is_history_and_the_next_is_new(db: Session) -> None:
    first = opening()
    task = service.open_task(db, first, now=NOW)
    service.record(db, task.id, Progress(outcome="educated", closed_at=NOW), due_at=NOW)
    assert service.open_task(db, first, now=NOW).id != task.id


@pytest.mark.parametrize("progress", [Progress(closed_at=NOW), Progress(outcome="educated")])
def test_the_table_itself_refuses_to_close_without_an_outcome(db: Session, progress: Progress) -> None:
    task = service.open_task(db, opening(), now=NOW)
    service.record(db, task.id, progress, due_at=NOW)
    with pytest.raises(IntegrityError, match="only_an_outcome_closes"):
        db.flush()


def test_what_was_written_stays_when_nothing_is_added(db: Session) -> None:
    task = service.open_task(db, opening(), now=NOW)
    service.note(db, task.id, "called twice")
    service.note(db, task.id, "")
    assert service.get(db, task.id).note == "called twice"


def test_open_tasks_come_the_soonest_due_first(db: Session) -> None:
    late = service.open_task(db, replace(opening(), due_at=NOW + timedelta(days=1)), now=NOW)
    soon = service.open_task(db, opening(), now=NOW)
    service.record(db, soon.id, Progress(owner=OWNER, claimed_at=NOW), due_at=soon.due_at)
    residents = select(literal(RESIDENT))
    assert [task.id for task in service.of_residents(db, residents)] == [soon.id, late.id]
    assert [task.id for task in service.of_residents(db, residents, owner=OWNER)] == [soon.id]


def test_a_task_that_is_not_is_not_found(db: Session) -> None:
    with pytest.raises(NotFoundError):
        service.get(db, uuid4())
