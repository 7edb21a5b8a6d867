"""Three people of the demo without meters: one has applied, one's contract ends soon, one's has run out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.audit.rules import By
from clinician_api.consents import service as consents
from clinician_api.consents.rules import Evidence
from clinician_api.contracts import service as contracts
from clinician_api.contracts.acts import Form
from clinician_api.contracts.service import Wish
from clinician_api.identity import service as identity
from clinician_api.identity.schemas import NewResident

APPLICANT: Final = "applicant"
_YEAR: Final = 365


class Signer(NamedTuple):
    """`ends_in` days their contract ends; without it they have only applied for one."""

    login: str
    new: NewResident
    ends_in: int | None


def _person(name: str, born: int, number: int) -> NewResident:
    return NewResident(
        name=name,
        sex="female",
        born=date(born, 5, 6),
        phone=f"1390000{number:04}",
        file_number=f"310107-09-{number:05}",
    )


SIGNERS: Final = (
    Signer(APPLICANT, _person("钱桂芳", 1950, 1), None),
    Signer("expiring", _person("孙月英", 1948, 2), 15),
    Signer("expired", _person("吴巧珍", 1952, 3), -15),
)


def settle(
    db: Session, team: UUID, admit: Callable[[str, str, UUID], UUID], packages: list[UUID], *, now: datetime
) -> Iterator[str]:
    """`admit` makes a login from its name, a person's and a resident. Yields the names of the logins."""
    for signer in SIGNERS:
        resident = identity.create_resident(db, signer.new)
        account = admit(signer.login, signer.new.name, resident)
        text = consents.current("care", now)
        by = By(account=account)
        evidence = Evidence("page")
        consents.give(db, by, resident, "care", text_version=text.version, evidence=evidence, now=now)
        if signer.ends_in is None:
            _apply(db, _actor(db, account, now), Wish(resident, team, packages=tuple(packages)), now)
        else:
            ends = now.date() + timedelta(days=signer.ends_in)
            begins = ends - timedelta(days=_YEAR - 1)
            contracts.sign(db, By(), resident=resident, team=team, begins=begins, ends=ends, now=now)
        yield signer.login


def _apply(db: Session, actor: Actor, wish: Wish, now: datetime) -> None:
    drafted = contracts.draft(db, actor, wish, now=now)
    contracts.apply(db, actor, Form(drafted.id, drafted.version), now=now)


def _actor(db: Session, account: UUID, now: datetime) -> Actor:
    found = identity.actor_of(db, account, login=uuid4(), now=now)
    if found is None:
        raise LookupError(account)
    return found
