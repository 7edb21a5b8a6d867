"""Holds, who is due, and forgetting: document by document, so that it can be broken off and begun anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.agreements import shredding
from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.contracts import past
from clinician_api.db import Sessions
from clinician_api.errors import About, ConflictError, NotFoundError
from clinician_api.identity import logins, papers
from clinician_api.identity import service as identity
from clinician_api.identity.minding import ZONE
from clinician_api.retention import rules
from clinician_api.retention.models import LegalHold, Tombstone
from clinician_api.retention.rules import Standing
from clinician_api.vault import Vault


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody whose time is over, or would be if nobody held it."""

    resident: UUID
    last_end: date
    due_on: date
    is_held: bool


def hold(db: Session, by: By, resident: UUID, reason: str, *, now: datetime) -> UUID:
    """From now on nothing of this resident is destroyed: a claim, an inquiry, a complaint at court."""
    words = rules.check_reason(reason)
    if not identity.residents(db, [resident]):
        raise NotFoundError("resident.unknown", about=About("resident", resident))
    if db.get(Tombstone, resident) is not None:
        raise ConflictError("hold.too_late", about=About("resident", resident))
    row = LegalHold(id=uuid4(), resident=resident, reason=words, since=now, lifted_at=None)
    db.add(row)
    db.flush()
    audit.record(db, Entry("hold.set", by, resident, ("legal_hold", row.id)), now=now)
    return row.id


def lift(db: Session, by: By, hold: UUID, *, now: datetime) -> None:
    row = db.get(LegalHold, hold, with_for_update=True)
    if row is None or row.lifted_at is not None:
        raise NotFoundError("hold.unknown", about=About("legal_hold", hold))
    row.lifted_at = now
    db.flush()
    audit.record(db, Entry("hold.lifted", by, row.resident, ("legal_hold", row.id)), now=now)


def due(db: Session, *, now: datetime, most: int = 100) -> list[Due]:
    """Whose time is over by now, the longest over first; the held ones too, for whoever asks why."""
    today = now.astimezone(ZONE).date()
    done = set(db.scalars(select(Tombstone.resident).where(Tombstone.done_at.is_not(None))))
    held = _held(db)
    found = [Due(who, end, rules.due_on(Standing(end)), who in held) for who, end in past.last_ends(db)]
    over = [each for each in found if today > each.due_on and each.resident not in done]
    return sorted(over, key=lambda each: (each.due_on, each.resident))[:most]


def shred(sessions: Sessions, vault: Vault | None, *, now: datetime, most: int = 100) -> list[UUID]:
    """Forget those that are due and not held; who was. Killed at any moment, it goes on when called again.

    Raises ConflictError where there are documents to destroy and no vault was named.
    """
    with sessions() as db:
        ready = [each.resident for each in due(db, now=now, most=most) if not each.is_held]
    return [resident for resident in ready if _forget(sessions, vault, resident, now)]


def forget_logins(sessions: Sessions, *, now: datetime) -> int:
    """Where and with which device somebody logged in; that they did stays in the audit."""
    before = now - timedelta(days=366 * rules.BY_KIND["login"].kept)
    with sessions.begin() as db:
        return logins.forget(db, before=before)


def _forget(sessions: Sessions, vault: Vault | None, resident: UUID, now: datetime) -> bool:
    """The stone first, so that what was begun is known; then files; then what names them, all at once."""
    with sessions.begin() as db:
        if not _begin(db, resident, now):
            return False
        sealed = shredding.sealed_of(db, resident)
    for agreement in sealed:
        if vault is None:
            raise ConflictError("vault.missing")
        vault.destroy(agreement)
    with sessions.begin() as db:
        identity.lock_resident(db, resident)
        if resident in _held(db):
            raise ConflictError("hold.too_late", about=About("resident", resident))
        shredding.empty(db, resident)
        past.empty_signatures(db, resident)
        papers.sever(db, By(), resident, why="retention_over", now=now)
        db.get_one(Tombstone, resident).done_at = now
        audit.record(db, Entry("resident.forgotten", By(), resident), now=now)
    return True


def _begin(db: Session, resident: UUID, now: datetime) -> bool:
    """Looked at again under the lock: a hold or a new contract may have come in between."""
    identity.lock_resident(db, resident)
    last_end = past.last_end(db, resident)
    standing = Standing(last_end, resident in _held(db)) if last_end else None
    if standing is None or not rules.may_be_forgotten(standing, now.astimezone(ZONE).date()):
        return False
    if db.get(Tombstone, resident) is None:
        digests = shredding.digests_of(db, resident)
        stone = Tombstone(
            resident=resident,
            last_end=standing.last_end,
            due_on=rules.due_on(standing),
            agreements=len(digests),
            digests="\n".join(digests),
            began_at=now,
            done_at=None,
        )
        db.add(stone)
    return True


def _held(db: Session) -> set[UUID]:
    return set(db.scalars(select(LegalHold.resident).where(LegalHold.lifted_at.is_(None))))
