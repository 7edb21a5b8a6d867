"""Opens tasks, notes their progress and lists them. Who may do what is decided above."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from clinician_api.errors import NotFoundError
from clinician_api.follow_ups.models import Task
from clinician_api.follow_ups.rules import Desk, Opening, Progress


def open_task(db: Session, opening: Opening, *, now: datetime) -> Task:
    """The episode's open task, new if it has none. One open watch per resident: further ones fold into it."""
    found = _open(db, opening)
    if found is not None:
        return found
    task = Task(
        kind=opening.kind,
        resident=opening.resident,
        episode=opening.episode,
        reason=opening.reason,
        due_at=opening.due_at,
        opened_at=now,
        note="",
    )
    _place(task, opening.desk)
    db.add(task)
    db.flush()
    return task


def raise_task(db: Session, task_id: UUID, opening: Opening) -> None:
    """The same duty has become more pressing, or lies elsewhere now."""
    task = get(db, task_id)
    task.kind, task.reason, task.due_at = opening.kind, opening.reason, opening.due_at
    task.episode = opening.episode
    _place(task, opening.desk)


def place_task(db: Session, task_id: UUID, desk: Desk) -> None:
    """It lies elsewhere now."""
    _place(get(db, task_id), desk)


def record(db: Session, task_id: UUID, progress: Progress, *, due_at: datetime) -> None:
    """How far it has come, also when a step was taken back."""
    task = get(db, task_id)
    task.due_at = due_at
    for field, value in asdict(progress).items():
        setattr(task, field, value)


def taken_up_again(db: Session, task_id: UUID) -> UUID:
    """The task that goes on when an outcome is taken back: itself, unless the resident has another open watch
    by now."""
    task = get(db, task_id)
    if task.kind != "watch":
        return task_id
    watch = select(Task.id).where(Task.closed_at.is_(None), Task.kind == "watch")
    return db.scalar(watch.where(Task.resident == task.resident)) or task_id


def note(db: Session, task_id: UUID, words: str) -> None:
    """What somebody wrote about it; nothing written leaves what stood there."""
    if words:
        get(db, task_id).note = words


def get(db: Session, task_id: UUID) -> Task:
    task = db.get(Task, task_id)
    if task is None:
        raise NotFoundError("no_such_task", str(task_id))
    return task


def of_residents(
    db: Session, residents: Select[UUID], *, owner: UUID | None = None, most: int = 50
) -> list[Task]:
    """The open ones of these residents, the soonest due first; of one owner, if one is named."""
    wanted = select(Task).where(Task.closed_at.is_(None), Task.resident.in_(residents))
    if owner is not None:
        wanted = wanted.where(Task.owner == owner)
    return list(db.scalars(wanted.order_by(Task.due_at, Task.id).limit(most)))


def _open(db: Session, opening: Opening) -> Task | None:
    wanted = select(Task).where(Task.closed_at.is_(None))
    if opening.kind == "watch":
        wanted = wanted.where(Task.kind == "watch", Task.resident == opening.resident)
    else:
        wanted = wanted.where(Task.kind != "watch", Task.episode == opening.episode)
    return db.scalars(wanted).one_or_none()


def _place(task: Task, desk: Desk) -> None:
    task.desk, task.team, task.institution = desk.kind, desk.team, desk.institution
