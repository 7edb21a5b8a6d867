"""Sends notices on their other ways. Nothing is locked while a service is asked: who sends has a lease, and a
worker that died with it is followed by another, so a message may come twice and is never lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clinician_api import jobs
from clinician_api.clock import Clock
from clinician_api.db import Sessions
from clinician_api.identity import contacts
from clinician_api.identity.contacts import Reach
from clinician_api.identity.rules import Purpose
from clinician_api.notices import letters, routing
from clinician_api.notices.channels import Channels, Letter
from clinician_api.notices.models import Delivery, Notice
from clinician_api.notices.routing import Audience, Channel, Contact, Reached
from clinician_api.notices.rules import Recipient, RecipientKind

log = structlog.get_logger()

SEND: Final = "notices.send"
"""The job that tries a notice's next way; its argument is `notice`."""

_LEASE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Sending:
    notice: UUID
    code: str
    step: int
    channel: Channel
    letter: Letter


def begin(db: Session, notice: Notice) -> None:
    """It stands in the inbox: from now on it has other ways."""
    notice.step = 0
    notice.try_at = routing.begins_at(routing.urgency_of(notice.code), notice.queued_at)
    db.flush()
    jobs.defer(db, SEND, at=notice.try_at, notice=str(notice.id))


def due(db: Session, *, before: datetime, most: int = 500) -> list[UUID]:
    """Whose way was to be tried by then and was not: its job was lost."""
    waiting = select(Notice.id).where(Notice.try_at <= before)
    return list(db.scalars(waiting.order_by(Notice.try_at).limit(most)))


def attempt(sessions: Sessions, channels: Channels, notice: UUID, *, clock: Clock) -> str | None:
    """Try its next way. The channel's name where one was tried, whatever came of it."""
    with sessions.begin() as db:
        sending = _claim(db, channels, notice, clock())
    if sending is None:
        return None
    trouble = channels.ways[sending.channel.name].send(sending.letter, now=clock())
    with sessions.begin() as db:
        _put_down(db, sending, trouble, clock())
    return sending.channel.name


def send_code(
    channels: Channels,
    reach: Reach,
    code: str,
    *,
    purpose: Purpose = "login",
    good_for: timedelta,
    now: datetime,
) -> bool:
    """A one-time code to somebody's telephone, at once: it is stored nowhere. Whether a way took it."""
    if not reach.phone:
        return False
    whom = Reached("resident", frozenset({"phone"}), reach.is_simulated, is_seen=False)
    minutes = int(good_for.total_seconds() // 60)
    words = letters.CODES[purpose].of(reach.language).format(code=code, minutes=minutes)
    letter = Letter(reach.phone, letters.TITLE.of(reach.language), words)
    written = [each for each in routing.ways(channels.known, whom, "now") if each.kind != "phone"]
    return any(channels.ways[each.name].send(letter, now=now) is None for each in written)


@dataclass(frozen=True, slots=True)
class Unreached:
    """A notice that no way brought to anybody; `resident` is whom it is about, where it says so."""

    notice: UUID
    recipient: Recipient
    code: str
    resident: UUID | None


def unreached(db: Session, *, most: int = 200) -> list[Unreached]:
    """Those of which nobody has made a duty yet, the longest waiting first; locked for whoever asks."""
    waiting = select(Notice).where(Notice.unreached_at.is_not(None), ~Notice.taken_up)
    rows = db.scalars(waiting.order_by(Notice.unreached_at).limit(most).with_for_update(skip_locked=True))
    return [_unreached(row) for row in rows]


def taken_up(db: Session, notice: UUID) -> None:
    db.execute(update(Notice).where(Notice.id == notice).values(taken_up=True))


def _unreached(row: Notice) -> Unreached:
    about = row.facts.get("resident")
    kind: RecipientKind = "resident" if row.recipient_kind == "resident" else "account"
    resident = UUID(about) if isinstance(about, str) else None
    return Unreached(row.id, Recipient(kind, row.recipient), row.code, resident)


def _claim(db: Session, channels: Channels, notice: UUID, now: datetime) -> _Sending | None:
    """Take the lease, unless another has it, it is not due, it was seen, or no way is left."""
    leased = update(Notice).where(Notice.id == notice, Notice.try_at <= now).values(try_at=now + _LEASE)
    row = db.scalar(leased.returning(Notice))
    if row is None:
        return None
    reach = _reach(db, row)
    whom = _reached(row, reach)
    ways = routing.ways(channels.known, whom, routing.urgency_of(row.code))
    if reach is None or whom.is_seen or row.step >= len(ways):
        were_ways = bool(ways) or routing.lacks_contact(channels.known, whom, routing.urgency_of(row.code))
        _end(db, row, were_ways=were_ways, is_seen=whom.is_seen, now=now)
        return None
    channel = ways[row.step]
    contact = _contact(row, reach, channel.needs)
    words = letters.body(row.code, whom.audience, reach.language)
    letter = Letter(contact, letters.TITLE.of(reach.language), words)
    return _Sending(row.id, row.code, row.step, channel, letter)


def _end(db: Session, row: Notice, *, were_ways: bool, is_seen: bool, now: datetime) -> None:
    """Whom every way failed, and who left no number to a house that has ways, is reached by nobody."""
    row.try_at = None
    db.flush()
    tried = select(Delivery.trouble).where(Delivery.notice == row.id)
    if not is_seen and were_ways and all(db.scalars(tried)):
        row.unreached_at = now
        log.error("notice.unreachable", id=str(row.id), code=row.code)


def _put_down(db: Session, sending: _Sending, trouble: str | None, now: datetime) -> None:
    row = {
        "notice": sending.notice,
        "step": sending.step,
        "channel": sending.channel.name,
        "tried_at": now,
        "trouble": trouble,
    }
    db.execute(insert(Delivery).values(row).on_conflict_do_nothing())
    wait = routing.goes_on(routing.urgency_of(sending.code), was_sent=trouble is None)
    next_at = None if wait is None else now + wait
    this_one = (Notice.id == sending.notice, Notice.step == sending.step)
    db.execute(update(Notice).where(*this_one).values(step=sending.step + 1, try_at=next_at))
    if next_at is not None:
        jobs.defer(db, SEND, at=next_at, notice=str(sending.notice))


def _reach(db: Session, notice: Notice) -> Reach | None:
    find = contacts.of_resident if notice.recipient_kind == "resident" else contacts.of_account
    return find(db, notice.recipient)


def _reached(notice: Notice, reach: Reach | None) -> Reached:
    known: set[Contact] = {"account"}
    if reach is not None and reach.phone:
        known.add("phone")
    if reach is not None and reach.email:
        known.add("email")
    is_simulated = reach is not None and reach.is_simulated
    return Reached(_audience(notice, reach), frozenset(known), is_simulated, notice.seen_at is not None)


def _audience(notice: Notice, reach: Reach | None) -> Audience:
    """Who is told of somebody else and is no staff is family."""
    if notice.recipient_kind == "resident":
        return "resident"
    return "family" if reach is not None and reach.resident is not None else "staff"


def _contact(notice: Notice, reach: Reach, needs: Contact) -> str:
    known = {"phone": reach.phone, "email": reach.email, "account": str(notice.recipient)}
    return known[needs] or ""
