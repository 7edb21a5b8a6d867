"""Puts notices into the outbox, brings them to the inbox, and notes how far they came.

Other ways than the page are `sending`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, Text, cast, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clinician_api import feed, jobs
from clinician_api.errors import NotFoundError
from clinician_api.notices import sending
from clinician_api.notices.models import Notice
from clinician_api.notices.rules import Message, Recipient

DELIVER: Final = "notices.deliver"
"""The job that brings one notice to its inbox; its argument is `notice`."""


def queue(db: Session, recipients: Iterable[Recipient], message: Message, *, now: datetime) -> list[UUID]:
    """Tell each of them, unless they were told of this occasion already; the ids of what is new."""
    rows = [
        {
            "id": uuid4(),
            "recipient_kind": recipient.kind,
            "recipient": recipient.id,
            "code": message.code,
            "subject_kind": message.subject_kind,
            "subject": message.subject,
            "occasion": message.occasion,
            "facts": dict(message.facts),
            "queued_at": now,
        }
        for recipient in sorted(set(recipients), key=lambda each: (each.kind, each.id))
    ]
    if not rows:
        return []
    statement = insert(Notice).values(rows).on_conflict_do_nothing().returning(Notice.id)
    new = list(db.scalars(statement))
    for notice in new:
        jobs.defer(db, DELIVER, notice=str(notice))
    return new


def deliver(db: Session, notice_id: UUID, *, now: datetime) -> bool:
    """Put it into its inbox; False if it stands there already, or is being put there."""
    statement = (
        update(Notice)
        .where(Notice.id == notice_id, Notice.sent_at.is_(None))
        .values(sent_at=now)
        .returning(Notice)
    )
    notice = db.scalar(statement)
    if notice is None:
        return False
    sending.begin(db, notice)
    feed.tell(db, "notice", notice.recipient, 0)
    return True


def undelivered(db: Session, *, before: datetime, most: int = 500) -> list[UUID]:
    """What has waited in the outbox since then or longer: its job was lost."""
    waiting = select(Notice.id).where(Notice.sent_at.is_(None), Notice.queued_at <= before)
    return list(db.scalars(waiting.order_by(Notice.queued_at).limit(most)))


def inbox(
    db: Session, recipient: Recipient, *, sight: Select[UUID], now: datetime, most: int = 50
) -> list[Notice]:
    """The newest first, but for those of residents who are out of `sight` by now. Whoever fetches them has
    them delivered."""
    mine = select(Notice).where(*_inbox(recipient, sight))
    found = list(db.scalars(mine.order_by(Notice.queued_at.desc(), Notice.id).limit(most)))
    for notice in found:
        notice.delivered_at = notice.delivered_at or now
    return found


def unseen(db: Session, recipient: Recipient, *, sight: Select[UUID]) -> int:
    waiting = select(func.count()).where(*_inbox(recipient, sight), Notice.seen_at.is_(None))
    return db.scalar(waiting) or 0


def seen(db: Session, notice_id: UUID, recipient: Recipient, *, sight: Select[UUID], now: datetime) -> Notice:
    """A page showed it. Somebody else's notice is none."""
    mine = select(Notice).where(Notice.id == notice_id, *_inbox(recipient, sight))
    notice = db.scalars(mine).one_or_none()
    if notice is None:
        raise NotFoundError("no_such_notice", str(notice_id))
    notice.delivered_at = notice.delivered_at or now
    notice.seen_at = notice.seen_at or now
    return notice


def seen_of(db: Session, recipient: Recipient, subject: UUID, *, now: datetime) -> None:
    """A page showed the subject itself: whatever they were told of it is seen."""
    for notice in db.scalars(_of(recipient, subject).where(Notice.seen_at.is_(None))):
        notice.delivered_at, notice.seen_at = notice.delivered_at or now, now


def acted(db: Session, recipient: Recipient, subject: UUID, *, now: datetime) -> None:
    """The recipient did something about the subject: whatever they were told of it is answered."""
    for notice in db.scalars(_of(recipient, subject).where(Notice.acted_at.is_(None))):
        notice.delivered_at, notice.seen_at = notice.delivered_at or now, notice.seen_at or now
        notice.acted_at = now


def waiting(db: Session) -> tuple[int, datetime | None]:
    """How many stand in no inbox yet, and since when the oldest."""
    unsent = select(func.count(), func.min(Notice.queued_at)).where(Notice.sent_at.is_(None))
    count, oldest = db.execute(unsent).one()
    return count, oldest


def seen_among(db: Session, notices: Collection[UUID]) -> list[UUID]:
    """Those of these that a page of their recipient's has shown by now."""
    return list(db.scalars(select(Notice.id).where(Notice.id.in_(notices), Notice.seen_at.is_not(None))))


def _inbox(recipient: Recipient, sight: Select[UUID]) -> tuple[ColumnElement[bool], ...]:
    """What stands in it. A notice may outlast the sight of whom it concerns."""
    of_whom = Notice.facts["resident"].astext
    in_sight = or_(of_whom.is_(None), of_whom.in_(select(cast(sight.subquery().c[0], Text))))
    mine = (Notice.recipient_kind == recipient.kind, Notice.recipient == recipient.id)
    return *mine, Notice.sent_at.is_not(None), in_sight


def _of(recipient: Recipient, subject: UUID) -> Select[Notice]:
    mine = select(Notice).where(
        Notice.recipient_kind == recipient.kind, Notice.recipient == recipient.id, Notice.subject == subject
    )
    return mine.where(Notice.sent_at.is_not(None))
