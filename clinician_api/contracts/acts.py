"""What every use case of a contract begins and ends with: the person locked, dates caught up, who may act,
and sight brought up to date afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.agreements.service import Archive
from clinician_api.contracts import allowing, book, parties, turning
from clinician_api.contracts.models import Contract
from clinician_api.contracts.states import Party, Step
from clinician_api.errors import About, NotAllowedError


@dataclass(frozen=True, slots=True)
class Form:
    """What was before the sender's eyes: the contract, and its version then."""

    contract: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a signature stands under: the form, the digest of the text that was read, and where the sealed
    document is kept; without an archive none is made (tests of this room)."""

    form: Form
    sha256: str
    archive: Archive | None = None


@contextmanager
def acting(db: Session, actor: Actor, form: Form, step: Step, now: datetime) -> Iterator[Contract]:
    """The contract as it is now, if the actor may take this step; afterwards everything is settled."""
    row = opened(db, actor, form, now)
    allowing.step(db, actor, row, step, now=now)
    yield row
    finish(db, row, now=now)


def opened(db: Session, actor: Actor, form: Form, now: datetime) -> Contract:
    """Locked and caught up. Of somebody else's contract nobody learns that there is one."""
    parties.require(actor, book.find(db, form.contract))
    row = book.locked(db, form.contract)
    book.check_version(row, form.version)
    turning.catch_up(db, row.resident, now=now)
    return row


def finish(db: Session, row: Contract, *, now: datetime) -> None:
    db.flush()
    turning.catch_up(db, row.resident, now=now)
    book.settle(db, row.resident)


def needs(actor: Actor, row: Contract, *wanted: Party) -> None:
    """One of these parties has to do it."""
    if not parties.of(actor, row) & set(wanted):
        raise NotAllowedError("contract.not_yours", about=About("contract", row.id))
