"""Gives and withdraws consents, and answers whether one holds: asked at each query, never remembered."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.consents import rules, wording
from clinician_api.consents.models import ConsentRow
from clinician_api.consents.rules import ZONE, Consent, EndedWhy, Evidence, Purpose
from clinician_api.consents.texts import TEXTS
from clinician_api.consents.wording import Text
from clinician_api.errors import About, ConflictError, NotAllowedError
from clinician_api.identity import service as identity


def give(
    db: Session,
    by: By,
    resident: UUID,
    purpose: Purpose,
    *,
    text_version: int,
    evidence: Evidence,
    now: datetime,
) -> UUID:
    """The consent's id. Agreeing twice to one text is one consent; to a newer text, it replaces the older.

    Only to the text of today: whoever read an older one has to be shown the new.
    """
    text = current(purpose, now)
    if text_version != text.version:
        raise ConflictError("consent.text_changed", about=About("resident", resident))
    identity.lock_resident(db, resident)
    _check_basis(db, resident, evidence, now)
    known = _open(db, resident, purpose)
    if known is not None and known.version == text.version:
        return known.id
    if known is not None:
        _end(known, by, "renewed", now)
    row = _row(by, resident, text, evidence, now)
    db.add(row)
    db.flush()
    for kind in rules.BARS.get(purpose, ()):
        access.unbar(db, resident, kind, now=now)
    _write_down(db, "consent.given", by, row, now)
    return row.id


def withdraw(db: Session, by: By, resident: UUID, purpose: Purpose, *, now: datetime) -> None:
    """From `now` on it does not hold, and whoever saw by it sees nothing at their next query."""
    identity.lock_resident(db, resident)
    row = _open(db, resident, purpose)
    if row is None:
        raise ConflictError("consent.not_given", about=About("resident", resident))
    _end(row, by, "withdrawn", now)
    db.flush()
    for kind in rules.BARS.get(purpose, ()):
        access.bar(db, resident, kind, now=now)
    _write_down(db, "consent.withdrawn", by, row, now)


def holds(db: Session, resident: UUID, purpose: Purpose, now: datetime) -> bool:
    return in_force(db, resident, purpose, now) is not None


def who_agreed(purpose: Purpose, now: datetime) -> Select[UUID]:
    """Residents whose consent holds now, to stand within a query."""
    least = wording.least(TEXTS, purpose, _today(now))
    agreed = (ConsentRow.purpose == purpose, ConsentRow.version >= least, ConsentRow.since <= now)
    still = or_(ConsentRow.until.is_(None), ConsentRow.until > now)
    return select(ConsentRow.resident).where(*agreed, still)


def in_force(db: Session, resident: UUID, purpose: Purpose, now: datetime) -> Consent | None:
    """The consent that holds now, if there is one."""
    least = wording.least(TEXTS, purpose, _today(now))
    given = map(_consent, _history(db, resident, purpose))
    return next((each for each in given if rules.holds(each, now, least=least)), None)


def require(db: Session, resident: UUID, purpose: Purpose, *, now: datetime) -> None:
    if not holds(db, resident, purpose, now):
        raise NotAllowedError("consent.missing", purpose, about=About("resident", resident))


def withdrawn_at(db: Session, resident: UUID, purpose: Purpose, now: datetime) -> datetime | None:
    """Since when it is withdrawn; None for who has agreed, and for who was never asked."""
    last = next(iter(_history(db, resident, purpose)), None)
    if last is None or last.why != "withdrawn" or last.until is None or last.until > now:
        return None
    return last.until


def history(db: Session, resident: UUID) -> list[Consent]:
    """All that this person ever agreed to, the newest first: for whoever may see the resident."""
    rows = db.scalars(
        select(ConsentRow).where(ConsentRow.resident == resident).order_by(ConsentRow.since.desc())
    )
    return [_consent(row) for row in rows]


def current(purpose: Purpose, now: datetime) -> Text:
    """The text that is asked by today."""
    return wording.current(TEXTS, purpose, _today(now))


def _check_basis(db: Session, resident: UUID, evidence: Evidence, now: datetime) -> None:
    born = identity.residents(db, [resident])[resident].born
    if not rules.may_agree(born, evidence.basis, _today(now)):
        raise NotAllowedError("consent.guardian_needed", about=About("resident", resident))


def _open(db: Session, resident: UUID, purpose: Purpose) -> ConsentRow | None:
    return db.scalar(
        select(ConsentRow).where(
            ConsentRow.resident == resident, ConsentRow.purpose == purpose, ConsentRow.until.is_(None)
        )
    )


def _history(db: Session, resident: UUID, purpose: Purpose) -> list[ConsentRow]:
    of_purpose = select(ConsentRow).where(ConsentRow.resident == resident, ConsentRow.purpose == purpose)
    return list(
        db.scalars(of_purpose.order_by(ConsentRow.since.desc(), ConsentRow.until.desc().nulls_first()))
    )


def _end(row: ConsentRow, by: By, why: EndedWhy, now: datetime) -> None:
    row.until, row.ended_by, row.why = max(now, row.since), by.account, why


def _row(by: By, resident: UUID, text: Text, evidence: Evidence, now: datetime) -> ConsentRow:
    return ConsentRow(
        id=uuid4(),
        resident=resident,
        purpose=text.purpose,
        version=text.version,
        text_sha256=text.sha256,
        basis=evidence.basis,
        evidence_kind=evidence.kind,
        evidence=evidence.reference,
        account=by.account,
        behalf=by.on_behalf_of,
        since=now,
        until=None,
        ended_by=None,
        why=None,
    )


def _consent(row: ConsentRow) -> Consent:
    return Consent(
        row.id, row.purpose, row.version, row.basis, row.account, row.behalf, row.since, row.until, row.why
    )


def _write_down(db: Session, action: str, by: By, row: ConsentRow, now: datetime) -> None:
    facts = {"purpose": row.purpose, "version": row.version, "basis": row.basis}
    entry = Entry(action, by, resident=row.resident, target=("consent", row.id), facts=facts)
    audit.record(db, entry, now=now)


def _today(now: datetime) -> date:
    return now.astimezone(ZONE).date()
