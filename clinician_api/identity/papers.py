"""Identity documents of residents: kept under keys, found by keyed hash, shown masked."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor, Source
from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.errors import About, ConflictError, InvalidError
from clinician_api.identity import locking, numbers, proxies, service
from clinician_api.identity.minding import ZONE
from clinician_api.identity.models import Account, IdentityDocument, Resident, SearchTerm
from clinician_api.identity.numbers import DocumentKind, NumberError
from clinician_api.identity.schemas import DocumentOut
from clinician_api.kms import Kms

Why = Literal["asked", "retention_over"]
"""By what right a person is severed: they asked for it (PIPL 47), or no duty to keep is left."""


def state(
    db: Session, kms: Kms, by: By, resident: UUID, kind: DocumentKind, number: str, *, now: datetime
) -> UUID:
    """Take down a document that was seen; one of the same kind before it is superseded and kept."""
    service.lock_resident(db, resident)
    text = _checked(db, resident, kind, number, now)
    found, other = locking.digest(db, kms, kind, text), claim(db, kms, kind, text)
    if other is not None:
        code = "document.known" if other == resident else "document.of_another"
        raise ConflictError(code, about=About("resident", resident))
    same = (IdentityDocument.resident == resident, IdentityDocument.kind == kind)
    still = IdentityDocument.superseded_at.is_(None)
    db.execute(update(IdentityDocument).where(*same, still).values(superseded_at=now))
    locked = locking.lock(db, kms, resident, text, now=now)
    stated = {"stated_by": by.account, "stated_at": now, "superseded_at": None}
    row = IdentityDocument(id=uuid4(), resident=resident, kind=kind, locked=locked, digest=found, **stated)
    db.add(row)
    db.flush()
    target = ("identity_document", row.id)
    entry = Entry("document.stated", by, resident=resident, target=target, facts={"kind": kind})
    audit.record(db, entry, now=now)
    return row.id


def state_own(db: Session, kms: Kms, by: By, resident: UUID, number: str, *, now: datetime) -> UUID:
    """The resident's own card, typed by them or by whoever may sign for them, where none is known yet.

    Whether somebody else has the number is not told to who types it at home: staff look at the card.
    """
    if is_known(db, resident):
        raise ConflictError("document.known_already", about=About("resident", resident))
    try:
        return state(db, kms, by, resident, "resident_id", number, now=now)
    except ConflictError as error:
        raise InvalidError("document.ask_at_desk", "number") from error


def shown(db: Session, kms: Kms | None, resident: UUID) -> str | None:
    """Masked: the number of the card, or of what else was seen first; None where nothing is known."""
    found = [] if kms is None else of(db, kms, resident)
    first = next((each for each in found if each.kind == "resident_id"), found[0] if found else None)
    return None if first is None else first.masked


def _checked(db: Session, resident: UUID, kind: DocumentKind, number: str, now: datetime) -> str:
    today = now.astimezone(ZONE).date()
    try:
        text = numbers.document(kind, number, today)
    except NumberError as error:
        raise InvalidError(f"document.{error.fault}", "number") from error
    born = db.scalar(select(Resident.born).where(Resident.id == resident))
    if kind == "resident_id" and numbers.read(text, today).born != born:
        raise InvalidError("document.born_differs", "number")
    return text


def of(db: Session, kms: Kms, resident: UUID) -> list[DocumentOut]:
    """Masked. Of a resident that the caller has made sure may be seen."""
    rows = db.scalars(_open().where(IdentityDocument.resident == resident).order_by(IdentityDocument.kind))
    return [_out(db, kms, row) for row in rows]


def whose(db: Session, kms: Kms, kind: DocumentKind, number: str) -> UUID | None:
    """Who has this number; the caller makes sure that they may be seen."""
    text = number.upper() if number.isascii() else number
    found = locking.digest(db, kms, kind, text)
    return db.scalar(
        _open().with_only_columns(IdentityDocument.resident).where(IdentityDocument.digest == found)
    )


def holder(db: Session, kms: Kms, kind: DocumentKind, number: str) -> UUID | None:
    """As `whose`; a present card also finds whoever has its former number of 15 digits in the file."""
    known = whose(db, kms, kind, number)
    former = numbers.former(number.upper()) if kind == "resident_id" else None
    return known if known is not None or former is None else whose(db, kms, kind, former)


def claim(db: Session, kms: Kms, kind: DocumentKind, text: str) -> UUID | None:
    """As `whose`, with the number held until the transaction ends: two who state it at once do so in turn."""
    found = locking.digest(db, kms, kind, text)
    db.execute(select(func.pg_advisory_xact_lock(int.from_bytes(found[:8], signed=True))))
    return whose(db, kms, kind, text)


def find(db: Session, kms: Kms, actor: Actor, number: str, *, now: datetime) -> UUID | None:
    """A resident in sight by the whole number of their card, as it is typed into the search."""
    found = whose(db, kms, "resident_id", number.strip())
    if found is None or not access.may_see(db, actor, found, now=now):
        return None
    access.note(db, actor, found, purpose="search", now=now)
    return found


def sever(db: Session, by: By, resident: UUID, *, why: Why, now: datetime) -> None:
    """Destroy a person's key, and what else says who they were. Readings and the ledger keep the bare id;
    nothing leads from it to a name any more, save a backup older than this."""
    service.lock_resident(db, resident)
    locking.destroy(db, resident, now=now)
    of_them = IdentityDocument.resident == resident
    db.execute(update(IdentityDocument).where(of_them).values(digest=None))
    db.execute(delete(SearchTerm).where(SearchTerm.resident == resident))
    row = db.get_one(Resident, resident)
    row.name, row.phone, row.address, row.file_number = "—", None, "", resident.hex
    row.born = row.born.replace(month=1, day=1)
    for proxy in proxies.proxies_of(db, resident, now):
        proxies.revoke(db, by, proxy.id, now=now)
    account = db.scalar(select(Account).where(Account.resident == resident))
    if account is not None:
        account.display_name, account.name, account.closed_at = "—", account.id.hex, now
        account.phone = account.email = None
        access.end(db, Source("account", account.id), now=now)
    db.flush()
    audit.record(db, Entry("person.severed", by, resident=resident, facts={"why": why}), now=now)


def is_known(db: Session, resident: UUID) -> bool:
    """Whether somebody's identity was seen on a document: real-name verification before a contract."""
    return db.scalar(_open().where(IdentityDocument.resident == resident).limit(1)) is not None


def _open() -> Select[IdentityDocument]:
    return select(IdentityDocument).where(IdentityDocument.superseded_at.is_(None))


def _out(db: Session, kms: Kms, row: IdentityDocument) -> DocumentOut:
    text = locking.unlock(db, kms, row.resident, row.locked)
    masked = None if text is None else numbers.masked(text)
    return DocumentOut(id=row.id, kind=row.kind, masked=masked, stated_at=row.stated_at)
