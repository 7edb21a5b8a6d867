"""Signing at the counter, where staff write for a resident: never one member of staff alone.

A paper that one put down another one confirms. A code that the resident's own telephone got is enough alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.contracts import acts, book, parties, service, signatures
from clinician_api.contracts.acts import Form, Reading
from clinician_api.contracts.models import Contract
from clinician_api.contracts.signatures import Signed
from clinician_api.contracts.signing import ONESELF, Signer
from clinician_api.db import Sessions
from clinician_api.errors import About, ConflictError, InvalidError, NotAllowedError, NotLoggedInError
from clinician_api.identity import codes, contacts, papers
from clinician_api.identity import rules as identity
from clinician_api.identity.codes import Send
from clinician_api.identity.numbers import DocumentKind
from clinician_api.kms import Kms

_PURPOSE: Final = "sign"


def state_document(
    db: Session, kms: Kms, actor: Actor, contract: UUID, kind: DocumentKind, number: str, *, now: datetime
) -> None:
    """Of somebody who stands at the counter and has no team that sees them yet: nobody applies unknown."""
    row = book.find(db, contract)
    parties.require(actor, row)
    acts.needs(actor, row, "staff")
    if row.state != "draft":
        raise ConflictError("contract.not_now", about=About("contract", row.id))
    papers.state(db, kms, access.by(actor), row.resident, kind, number, now=now)


def confirm(db: Session, actor: Actor, reading: Reading, *, now: datetime) -> Contract:
    """By a colleague of whoever put the signature down, who saw the same paper."""
    with acts.acting(db, actor, reading.form, "sign", now) as row:
        acts.needs(actor, row, "staff")
        signatures.confirm(db, actor, row, reading.sha256, how="colleague", now=now)
        service.complete(db, actor, row, reading, now=now)
    return row


def send_code(db: Session, actor: Actor, form: Form, send: Send, *, now: datetime) -> Contract:
    """To the resident's own telephone; good for this text alone. ConflictError where none is known."""
    with acts.acting(db, actor, form, "sign", now) as row:
        acts.needs(actor, row, "staff")
        signatures.check(db, row.resident, ONESELF, now=now)
        phone = _phone(db, row)
        codes.ask(db, phone, _PURPOSE, send, about=row.terms_sha256 or "", now=now)
    return row


def sign_by_code(
    db: Session, sessions: Sessions, actor: Actor, reading: Reading, code: str, *, now: datetime
) -> Contract:
    """The resident read the code out: their signature, or their own confirmation of one on paper."""
    with acts.acting(db, actor, reading.form, "sign", now) as row:
        acts.needs(actor, row, "staff")
        signatures.check(db, row.resident, ONESELF, now=now)
        phone = _phone(db, row)
        _check_code(db, sessions, row, phone, code, now)
        if signatures.waiting(db, row.id) is not None:
            signatures.confirm(db, actor, row, reading.sha256, how="code", now=now)
        else:
            signer = Signer("self", evidence=identity.masked(phone) or "", proof="code")
            signed = Signed("resident", signer, reading.sha256)
            signatures.put(db, actor, row, signed, now=now)
        service.complete(db, actor, row, reading, now=now)
    return row


def _check_code(db: Session, sessions: Sessions, row: Contract, phone: str, code: str, now: datetime) -> None:
    """A guess is counted before it is looked at, whatever becomes of this transaction."""
    with sessions.begin() as own:
        codes.count_try(own, phone, _PURPOSE)
    try:
        owners = codes.check(db, phone, _PURPOSE, code, about=row.terms_sha256 or "", now=now)
    except NotLoggedInError as error:
        raise InvalidError("signer.wrong_code", "code") from error
    if row.resident not in owners:
        raise NotAllowedError("signer.wrong_code")
    codes.use(db, phone, _PURPOSE, now=now)


def _phone(db: Session, row: Contract) -> str:
    reach = contacts.of_resident(db, row.resident)
    if reach is None or not reach.phone:
        raise ConflictError("signer.no_telephone", about=About("contract", row.id))
    return reach.phone
