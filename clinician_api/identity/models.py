"""Tables of people, teams, shifts and logins."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Date, ForeignKey, LargeBinary, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from clinician_api.db import SCHEMA, Base
from clinician_api.identity.rules import Language, Sex, TeamRole


class Institution(Base):
    __tablename__ = "institution"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)


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


class LoginThrottle(Base):
    __tablename__ = "login_throttle"

    kind: Mapped[Literal["name", "address"]] = mapped_column(Text, primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]
