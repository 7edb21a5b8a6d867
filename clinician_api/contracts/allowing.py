"""Whether somebody who is logged in may take a step of a contract: as one of its parties, and with the right
to sign where they act for the resident."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.consents import service as consents
from clinician_api.contracts import parties, states
from clinician_api.contracts.models import Contract
from clinician_api.contracts.states import Step
from clinician_api.errors import About, NotAllowedError
from clinician_api.identity import proxies


def step(db: Session, actor: Actor, row: Contract, wanted: Step, *, now: datetime) -> None:
    """Raises NotAllowedError, and ConflictError where the table knows no such step from here."""
    if not parties.of(actor, row) & states.move(row.state, wanted).by:
        raise NotAllowedError("contract.not_yours", about=About("contract", row.id))
    check_ward(db, actor, row, now=now)


def check_ward(db: Session, actor: Actor, row: Contract, *, now: datetime) -> None:
    """No child acts alone, nor an adult who cannot decide; whoever acts for one has the right to sign."""
    if "resident" in parties.of(actor, row):
        proxies.basis_to_sign(db, actor, row.resident, now=now)


def to_follow(db: Session, actor: Actor, row: Contract, *, now: datetime) -> None:
    """Ask for a contract after this one: the resident, or whoever signs for them; staff write it down at the
    counter. What was signed on paper before anybody asked for consent needs it now."""
    if not parties.of(actor, row) & {"resident", "staff"}:
        raise NotAllowedError("contract.not_yours", about=About("contract", row.id))
    check_ward(db, actor, row, now=now)
    consents.require(db, row.resident, "care", now=now)
