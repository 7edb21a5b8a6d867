"""Somebody who wishes a contract, and the steps to it as people take them, for tests of this room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.agreements import templates
from clinician_api.audit.rules import By
from clinician_api.consents import service as consents
from clinician_api.consents.rules import Evidence
from clinician_api.contracts import service
from clinician_api.contracts.acts import Form, Reading
from clinician_api.contracts.models import Contract
from clinician_api.contracts.service import Wish
from tests.clinician_api.making import NOW, Clinic, actor, clinic, make_account, make_resident


@dataclass(frozen=True, slots=True)
class Town:
    """A clinic, texts to sign, and a newcomer with an account who has consented to be cared for."""

    there: Clinic
    newcomer: UUID
    account: UUID

    def resident(self, db: Session, now: datetime = NOW) -> Actor:
        return actor(db, self.account, now)

    def doctor(self, db: Session, now: datetime = NOW) -> Actor:
        return actor(db, self.there.doctor, now)


def town(db: Session, now: datetime = NOW) -> Town:
    there = clinic(db, now)
    templates.begin(db, By(), now=now)
    newcomer = make_resident(db, "陈美华")
    account = make_account(db, "陈美华", resident=newcomer, now=now)
    agree(db, newcomer, account, now)
    return Town(there, newcomer, account)


def agree(db: Session, resident: UUID, account: UUID, now: datetime = NOW) -> None:
    """To the care that the contract is about."""
    text = consents.current("care", now)
    consents.give(
        db,
        By(account=account),
        resident,
        "care",
        text_version=text.version,
        evidence=Evidence("page"),
        now=now,
    )


def form(row: Contract) -> Form:
    return Form(row.id, row.version)


def applied(db: Session, town: Town, now: datetime = NOW, *, team: UUID | None = None) -> Contract:
    wanted = Wish(town.newcomer, team or town.there.team)
    row = service.draft(db, town.resident(db, now), wanted, now=now)
    return service.apply(db, town.resident(db, now), form(row), now=now)


def accepted(db: Session, town: Town, now: datetime = NOW, *, team: UUID | None = None) -> Contract:
    row = applied(db, town, now, team=team)
    return service.accept(db, town.doctor(db, now), form(row), now=now)


def signed(db: Session, town: Town, now: datetime = NOW, *, team: UUID | None = None) -> Contract:
    return both_sign(db, town, accepted(db, town, now, team=team), now)


def both_sign(
    db: Session, town: Town, row: Contract, now: datetime = NOW, doctor: Actor | None = None
) -> Contract:
    digest = row.terms_sha256 or ""
    row = service.sign_as_resident(db, town.resident(db, now), Reading(form(row), digest), now=now)
    return service.sign_as_doctor(db, doctor or town.doctor(db, now), Reading(form(row), digest), now=now)
