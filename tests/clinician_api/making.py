"""An institution with its people, for tests of every room: two teams, their staff, and a resident of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, cast
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.audit.rules import By
from clinician_api.contracts import service as contracts
from clinician_api.identity import logins
from clinician_api.identity import service as identity
from clinician_api.identity.logins import Visitor
from clinician_api.identity.models import Account
from clinician_api.identity.routes import COOKIE
from clinician_api.identity.rules import TeamRole, csrf_token
from clinician_api.identity.schemas import NewAccount, NewResident
from clinician_api.passwords import Passwords

NOW: Final = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
"""A Monday morning in Shanghai."""

BEGINS: Final = date(2025, 9, 1)
ENDS: Final = date(2026, 8, 31)

ORIGIN: Final = "http://127.0.0.1:8000"

PASSWORD: Final = "a-password-of-tests"

# Argon2 as weak as it goes: tests make many accounts.
WEAK: Final = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass(slots=True)
class HandClock:
    """A clock that stands until it is turned."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def turn(self, by: timedelta) -> None:
        self.now += by


@dataclass(frozen=True, slots=True)
class Clinic:
    """Ids. Staff and `own_account` are accounts; `team` cares for `resident`, `other_team` for `stranger`."""

    institution: UUID
    team: UUID
    doctor: UUID
    nurse: UUID
    leader: UUID
    supervisor: UUID
    duty: UUID
    resident: UUID
    own_account: UUID
    contract: UUID
    other_team: UUID
    other_doctor: UUID
    stranger: UUID


def clinic(db: Session, now: datetime = NOW) -> Clinic:
    """Everybody has worked here for a year; who has the duty is on shift for a day around `now`."""
    institution = identity.create_institution(db, "花桥镇社区卫生服务中心", phone="051257600000")
    team, other_team = make_team(db, institution, "一队"), make_team(db, institution, "二队")
    resident, stranger = make_resident(db, "王秀英"), make_resident(db, "陈建国")
    duty = make_account(db, "值班员", institution=institution, now=now)
    put_on_duty(db, institution, duty, now)
    contract = make_contract(db, resident, team, now)
    make_contract(db, stranger, other_team, now)
    return Clinic(
        institution=institution,
        team=team,
        doctor=make_staff(db, "李医生", "doctor", team, now),
        nurse=make_staff(db, "周护士", "nurse", team, now),
        leader=make_staff(db, "赵队长", "leader", team, now),
        supervisor=make_supervisor(db, institution, now),
        duty=duty,
        resident=resident,
        own_account=make_account(db, "王秀英", resident=resident, now=now - timedelta(days=180)),
        contract=contract,
        other_team=other_team,
        other_doctor=make_staff(db, "孙医生", "doctor", other_team, now),
        stranger=stranger,
    )


def make_team(db: Session, institution: UUID, name: str) -> UUID:
    return identity.create_team(db, institution, name=name, phone="051257600001")


def make_resident(db: Session, name: str = "王秀英") -> UUID:
    # Of five digits at random two in fifty residents are the same once in eighty times.
    digits = f"31{uuid4().int % 10**11:011}"
    number = f"{digits[:6]}-{digits[6:8]}-{digits[8:]}"
    new = NewResident(name=name, sex="female", born=date(1954, 5, 6), phone="13812345678", file_number=number)
    return identity.create_resident(db, new)


def make_account(
    db: Session,
    display_name: str,
    *,
    institution: UUID | None = None,
    resident: UUID | None = None,
    now: datetime,
) -> UUID:
    """An account whose password is `PASSWORD`."""
    new = NewAccount(
        name=f"name-{uuid4().hex[:12]}",
        password=SecretStr(PASSWORD),
        display_name=display_name,
        institution=institution,
        resident=resident,
    )
    return identity.create_account(db, new, passwords=WEAK, now=now)


def make_staff(db: Session, display_name: str, role: TeamRole, team: UUID, now: datetime = NOW) -> UUID:
    account = make_account(db, display_name, institution=identity.institution_of(db, team), now=now)
    identity.join(db, account, role, team=team, since=now - timedelta(days=365))
    return account


def make_supervisor(db: Session, institution: UUID, now: datetime = NOW) -> UUID:
    account = make_account(db, "钱主任", institution=institution, now=now)
    identity.join(db, account, "supervisor", team=None, since=now - timedelta(days=365))
    return account


def put_on_duty(db: Session, institution: UUID, account: UUID, now: datetime = NOW) -> None:
    half = timedelta(hours=12)
    identity.put_on_duty(db, institution, account=account, since=now - half, until=now + half)


def make_contract(
    db: Session, resident: UUID, team: UUID, now: datetime = NOW, *, begins: date = BEGINS, ends: date = ENDS
) -> UUID:
    return contracts.sign(db, By(), resident=resident, team=team, begins=begins, ends=ends, now=now)


def actor(db: Session, account: UUID, now: datetime = NOW) -> Actor:
    """The account as if logged in."""
    found = identity.actor_of(db, account, login=uuid4(), now=now)
    assert found is not None
    return found


def enter(client: TestClient, account: UUID) -> None:
    """Log the browser in as `account`, without a password, as pages of ours would find it."""
    token = token_of(cast("FastAPI", client.app), account)
    hold(client, token)
    client.headers["X-CSRF-Token"] = csrf_token(token)


def token_of(app: FastAPI, account: UUID) -> str:
    """Of a new login, made without a password."""
    state, visitor = app.state, Visitor(address="127.0.0.1", agent="test")
    with state.sessions.begin() as db:
        token: str = logins.log_in(db, account, visitor, terms=state.door.staff, now=state.clock())
    return token


def hold(client: TestClient, token: str) -> None:
    """Put the token into the browser's cookie, in place of any other."""
    client.cookies.clear()
    client.cookies.set(COOKIE, token, domain="127.0.0.1", path="/")


def login_name(db: Session, account: UUID) -> str:
    return db.get_one(Account, account).name
