"""Who can log in to this run of the demo, and how that is said to whoever tries it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy.orm import Session

from clinician_api.identity import service as identity
from clinician_api.identity.schemas import NewAccount
from clinician_api.passwords import Passwords


class Folders(NamedTuple):
    """Of this run: master keys and seals, and sealed agreements."""

    keys: Path
    vault: Path


class Login(NamedTuple):
    """`about` is what is to be seen by it."""

    name: str
    person: str
    about: str


@dataclass(frozen=True, slots=True)
class Logins:
    """Names that log in with this run's one password, the house in which its staff work, and where the roots
    of its seals are."""

    all: tuple[Login, ...]
    password: str
    institution: UUID
    keys: Path

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.all)


@dataclass(frozen=True, slots=True)
class Clerk:
    """Makes logins in one session; all of a run have one password."""

    db: Session
    now: datetime
    password: str = field(default_factory=lambda: f"jiamai-{secrets.randbelow(10**6):06}")
    passwords: Passwords = field(default_factory=Passwords)
    made: list[Login] = field(default_factory=list)

    def admit(self, login: Login, *, institution: UUID | None = None, resident: UUID | None = None) -> UUID:
        new = NewAccount(
            name=login.name,
            password=SecretStr(self.password),
            display_name=login.person,
            institution=institution,
            resident=resident,
        )
        self.made.append(login)
        return identity.create_account(self.db, new, passwords=self.passwords, now=self.now)


def lines(logins: Sequence[Login]) -> Iterator[str]:
    """A line each, in columns. A Chinese sign is as wide as two letters."""
    names = max(len(each.name) for each in logins)
    people = max(_width(each.person) for each in logins)
    for each in logins:
        yield f"{each.name:{names}}  {each.person}{' ' * (people - _width(each.person))}  {each.about}"


def _width(words: str) -> int:
    return sum(1 if each.isascii() else 2 for each in words)
