"""Tables of people, teams, shifts and logins; of who acts for whom, documents under keys, search terms."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import BigInteger, Date, ForeignKey, LargeBinary, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from clinician_api.access.rules import Scope
from clinician_api.db import SCHEMA, Base
from clinician_api.identity import groups, terms
from clinician_api.identity.minding import Basis, Relation
from clinician_api.identity.numbers import DocumentKind
from clinician_api.identity.rules import HouseholdRelation, Language, Sex, Stage, TeamRole
from clinician_api.identity.training_rules import Course


class Region(Base):
    __tablename__ = "region"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    parent: Mapped[UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.region.id"))


class Institution(Base):
    __tablename__ = "institution"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    region: Mapped[UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.region.id"))


class Team(Base):
    __tablename__ = "team"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    institution: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.institution.id"))
    name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)


class Resident(Base):
    __tablename__ = "resident"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    sex: Mapped[Sex] = mapped_column(Text)
    born: Mapped[date] = mapped_column(Date)
    phone: Mapped[str | None] = mapped_column(Text)
    file_number: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    language: Mapped[Language] = mapped_column(Text)
    font_step: Mapped[int] = mapped_column(SmallInteger)
    is_simulated: Mapped[bool] = mapped_column(default=False)


class Account(Base):
    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    password: Mapped[str] = mapped_column(Text)
    display_name: Mapped[str] = mapped_column(Text)
    language: Mapped[Language] = mapped_column(Text)
    institution: Mapped[UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.institution.id"))
    resident: Mapped[UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.resident.id"))
    closed_at: Mapped[datetime | None]
    phone: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)


class Membership(Base):
    __tablename__ = "membership"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.account.id"))
    role: Mapped[TeamRole] = mapped_column(Text)
    team: Mapped[UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.team.id"))
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class DutyShift(Base):
    __tablename__ = "duty_shift"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    institution: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.institution.id"))
    account: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.account.id"))
    since: Mapped[datetime]
    until: Mapped[datetime]


class Training(Base):
    """A course that somebody of the staff did. Only ever added to."""

    __tablename__ = "training"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.account.id"))
    course: Mapped[Course] = mapped_column(Text)
    done_on: Mapped[date] = mapped_column(Date)
    evidence: Mapped[str] = mapped_column(Text)
    put_down_by: Mapped[UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.account.id"))
    put_down_at: Mapped[datetime]


class TrainingDuty(Base):
    """From which day on an institution asks for trainings."""

    __tablename__ = "training_duty"

    institution: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.institution.id"), primary_key=True)
    since: Mapped[date | None] = mapped_column(Date)
    set_at: Mapped[datetime]


class Login(Base):
    __tablename__ = "login"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.account.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    idle_seconds: Mapped[int]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    behalf: Mapped[UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.resident.id"))
    address: Mapped[str] = mapped_column(Text)
    agent: Mapped[str] = mapped_column(Text)
    stage: Mapped[Stage] = mapped_column(Text, default="open")


class PasswordReset(Base):
    """A one-time code with which somebody sets a new password; the newest alone counts."""

    __tablename__ = "password_reset"

    account: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.account.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    made_by: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.account.id"))
    used_at: Mapped[datetime | None]


class SecondFactor(Base):
    __tablename__ = "second_factor"

    account: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.account.id"), primary_key=True)
    locked: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger)


class RecoveryCode(Base):
    __tablename__ = "recovery_code"

    account: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.account.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime | None]


class OneTimeCode(Base):
    __tablename__ = "one_time_code"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    phone: Mapped[bytes] = mapped_column(LargeBinary)
    purpose: Mapped[str] = mapped_column(Text)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(SmallInteger)
    used_at: Mapped[datetime | None]


class SsoAttempt(Base):
    __tablename__ = "sso_attempt"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    nonce: Mapped[str] = mapped_column(Text)
    verifier: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SsoSubject(Base):
    __tablename__ = "sso_subject"

    issuer: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    account: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.account.id"))
    linked_by: Mapped[UUID | None]
    linked_at: Mapped[datetime]


class PhoneBinding(Base):
    __tablename__ = "phone_binding"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    resident: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.resident.id"))
    made_by: Mapped[UUID]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LoginThrottle(Base):
    __tablename__ = "login_throttle"

    kind: Mapped[Literal["name", "address"]] = mapped_column(Text, primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]


class Household(Base):
    __tablename__ = "household"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(Text)
    head: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.resident.id"))
    created_at: Mapped[datetime]


class HouseholdMember(Base):
    __tablename__ = "household_member"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    household: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.household.id"))
    resident: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.resident.id"))
    relation: Mapped[HouseholdRelation] = mapped_column(Text)
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class Incapacity(Base):
    __tablename__ = "incapacity"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    resident: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.resident.id"))
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    evidence: Mapped[str] = mapped_column(Text)
    stated_by: Mapped[UUID | None]
    stated_at: Mapped[datetime]


class ProxyRow(Base):
    __tablename__ = "proxy"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    resident: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.resident.id"))
    account: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.account.id"))
    relation: Mapped[Relation] = mapped_column(Text)
    basis: Mapped[Basis] = mapped_column(Text)
    scopes: Mapped[list[Scope]] = mapped_column(ARRAY(Text))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    evidence: Mapped[str] = mapped_column(Text)
    earlier: Mapped[str] = mapped_column(Text, default="")
    granted_by: Mapped[UUID | None]
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None]


class PersonKey(Base):
    __tablename__ = "person_key"

    resident: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.resident.id"), primary_key=True)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]


class SearchKey(Base):
    __tablename__ = "search_key"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class IdentityDocument(Base):
    __tablename__ = "identity_document"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    resident: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.resident.id"))
    kind: Mapped[DocumentKind] = mapped_column(Text)
    locked: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    stated_by: Mapped[UUID | None]
    stated_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class SearchTerm(Base):
    __tablename__ = "search_term"

    resident: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.resident.id"), primary_key=True)
    kind: Mapped[terms.Kind] = mapped_column(Text, primary_key=True)
    term: Mapped[str] = mapped_column(Text, primary_key=True)


class PriorityGroup(Base):
    __tablename__ = "priority_group"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    resident: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.resident.id"))
    code: Mapped[groups.Code] = mapped_column(Text)
    by: Mapped[groups.By] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    stated_by: Mapped[UUID | None]
    stated_at: Mapped[datetime]
