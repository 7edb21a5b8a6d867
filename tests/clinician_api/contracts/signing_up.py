"""Somebody who wishes a contract, and the steps to it as people take them, for tests of this room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Final
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
from clinician_api.identity import papers
from clinician_api.identity.models import Resident
from clinician_api.kms import Kms
from tests.clinician_api.identity.test_numbers import number_of
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


def town(db: Session, now: datetime = NOW, *, kms: Kms | None = None) -> Town:
    there = clinic(db, now)
    templates.begin(db, By(), now=now)
    newcomer = make_resident(db, "陈美华")
    account = make_account(db, "陈美华", resident=newcomer, now=now)
    agree(db, newcomer, account, now, kms=kms)
    return Town(there, newcomer, account)


class OpenKms:
    """Wraps nothing: for tests whose server has no keys of its own."""

    def wrap(self, data_key: bytes) -> bytes:
        return data_key

    def unwrap(self, wrapped: bytes) -> bytes:
        return wrapped

    def is_current(self, wrapped: bytes) -> bool:
        return True


_CARDS: Final = count(1)


def known(db: Session, resident: UUID, now: datetime = NOW, *, kms: Kms | None = None) -> str:
    """Their identity card was seen; its number, which nobody else has."""
    n, born = next(_CARDS), db.get_one(Resident, resident).born
    number = number_of(f"{born:%Y%m%d}", f"{n % 1000:03}", f"{100_000 + n // 1000}")
    papers.state(db, kms or OpenKms(), By(), resident, "resident_id", number, now=now)
    return number


def agree(db: Session, resident: UUID, account: UUID, now: datetime = NOW, *, kms: Kms | None = None) -> None:
    """To the care that the contract is about; and who they are was seen."""
    known(db, resident, now, kms=kms)
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
