"""Consents over HTTP: a person's own, and for staff who see the resident. Withdrawing has its route above
contracts, which may end with it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.clock import Now
from clinician_api.consents import service
from clinician_api.consents.rules import PURPOSES, Basis, Evidence, Purpose
from clinician_api.consents.schemas import AgreeIn, ConsentOut
from clinician_api.db import Db
from clinician_api.errors import NotFoundError
from clinician_api.identity import proxies
from clinician_api.identity.routes import ActingResident, ActingStaff

router = APIRouter(tags=["consents"])


@router.get("/me/consents")
def own(actor: ActingResident, db: Db, now: Now) -> list[ConsentOut]:
    """Every purpose with the text of today, and whether the asker agreed to it."""
    resident = whose(actor)
    access.require(db, actor, resident, purpose="consents", now=now)
    return _all(db, resident, actor.language, now)


@router.get("/residents/{resident}/consents")
def of_resident(resident: UUID, actor: ActingStaff, db: Db, now: Now) -> list[ConsentOut]:
    access.require(db, actor, resident, purpose="consents", now=now)
    return _all(db, resident, actor.language, now)


@router.post("/me/consents/{purpose}", status_code=204)
def agree(purpose: Purpose, said: AgreeIn, actor: ActingResident, db: Db, now: Now) -> None:
    give(db, actor, purpose, version=said.version, now=now)


def give(db: Session, actor: Actor, purpose: Purpose, *, version: int, now: datetime) -> None:
    """By whoever signs for this resident: themself, a guardian, or a helper who was authorised to."""
    resident = whose(actor)
    evidence = Evidence("page", actor.login, basis_of(db, actor, resident, now))
    service.give(db, access.by(actor), resident, purpose, text_version=version, evidence=evidence, now=now)


def basis_of(db: Session, actor: Actor, resident: UUID, now: datetime) -> Basis:
    """Raises NotAllowedError for a helper who may not sign, and for a child."""
    proxy = proxies.basis_to_sign(db, actor, resident, now=now)
    if proxy is None:
        return "self"
    return "guardian" if proxy.basis == "guardian" else "proxy"


def whose(actor: Actor) -> UUID:
    """The person whose pages these are."""
    if actor.resident is None:
        raise NotFoundError("resident.unknown")
    return actor.resident


def _all(db: Session, resident: UUID, language: str, now: datetime) -> list[ConsentOut]:
    found = []
    for purpose in PURPOSES:
        text, given = service.current(purpose, now), service.in_force(db, resident, purpose, now)
        found.append(ConsentOut.of(text, text.zh if language == "zh" else text.en, given))
    return found
