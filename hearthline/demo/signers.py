"""People of the demo without meters, each at another point of a contract."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.agreements.service import Archive
from clinician_api.audit.rules import By
from clinician_api.contracts import consenting
from clinician_api.contracts import service as contracts
from clinician_api.contracts.acts import Form, Reading
from clinician_api.contracts.models import Contract
from clinician_api.contracts.service import Wish
from clinician_api.identity import papers
from clinician_api.identity import service as identity
from clinician_api.identity.schemas import NewResident
from clinician_api.oversight import service as oversight
from clinician_api.oversight.service import Asked
from clinician_api.packages.years import day_of
from hearthline.demo import numbers
from hearthline.demo.logins import Clerk, Login
from hearthline.demo.residents import YEAR, House, acting, agree

APPLICANT: Final = "applicant"


class Signer(NamedTuple):
    """`ends_in` days their contract ends; without it they have only applied for one."""

    login: Login
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
    Signer(
        Login(APPLICANT, "钱桂芳", "has applied for a contract: the team has to answer"),
        _person("钱桂芳", 1950, 1),
        None,
    ),
    Signer(
        Login("expiring", "孙月英", "contract ends in 15 days; took back that her readings are watched"),
        _person("孙月英", 1948, 2),
        15,
    ),
    Signer(
        Login("expired", "吴巧珍", "contract ran out 15 days ago: nobody renewed it"),
        _person("吴巧珍", 1952, 3),
        -15,
    ),
)


SIGNED: Final = Signer(
    Login("signed", "朱玉兰", "both signed today: her agreement is a sealed PDF under My contract"),
    _person("朱玉兰", 1955, 4),
    None,
)


def settle(clerk: Clerk, house: House) -> None:
    db, now = clerk.db, clerk.now
    for signer in SIGNERS:
        resident, account = _settled(clerk, house, signer)
        if signer.ends_in is None:
            _apply(db, account, Wish(resident, house.team, packages=_free(house)), now)
        else:
            _sign(db, resident, house.team, now.date() + timedelta(days=signer.ends_in), now)
        if signer.login.name == "expiring":
            consenting.withdraw(db, By(account=account), resident, "monitoring", now=now)


def seal(clerk: Clerk, house: House, doctor: UUID, archive: Archive) -> None:
    """All steps of a contract on one day, by those whose they are."""
    db, now = clerk.db, clerk.now
    resident, account = _settled(clerk, house, SIGNED)
    wish = Wish(resident, house.team, begins=day_of(now), packages=_free(house))
    row = _apply(db, account, wish, now)
    contracts.accept(db, acting(db, doctor, now), Form(row.id, row.version), now=now)
    own, staff = acting(db, account, now), acting(db, doctor, now)
    contracts.sign_as_resident(db, own, _read(row, archive), now=now)
    contracts.sign_as_doctor(db, staff, _read(row, archive), now=now)


def _read(row: Contract, archive: Archive) -> Reading:
    return Reading(Form(row.id, row.version), row.terms_sha256 or "", archive)


def _settled(clerk: Clerk, house: House, signer: Signer) -> tuple[UUID, UUID]:
    """The resident, whose card was seen and who agreed, and their login."""
    db, now = clerk.db, clerk.now
    resident = identity.create_resident(db, signer.new)
    account = clerk.admit(signer.login, resident=resident)
    card = numbers.card(signer.new.born, signer.new.sex, 3)
    papers.state(db, house.keys, By(), resident, "resident_id", card, now=now)
    agree(db, By(account=account), resident, ("care", "monitoring"), now=now)
    return resident, account


def _free(house: House) -> tuple[UUID, ...]:
    return tuple(each.id for each in house.offered if each.offer.code == "basic")


def look_in_an_emergency(db: Session, account: UUID, *, now: datetime) -> None:
    """Of whom the asker does not see: it waits for somebody else's judgement."""
    words = "居民在本楼晕倒，联系不上签约团队，需要查看近期血压。"
    asked = Asked(SIGNERS[1].new.file_number, "life_at_risk", words, 4)
    oversight.open_look(db, acting(db, account, now), asked, now=now)


def _apply(db: Session, account: UUID, wish: Wish, now: datetime) -> Contract:
    actor = acting(db, account, now)
    drafted = contracts.draft(db, actor, wish, now=now)
    return contracts.apply(db, actor, Form(drafted.id, drafted.version), now=now)


def _sign(db: Session, resident: UUID, team: UUID, ends: date, now: datetime) -> None:
    begins = ends - YEAR + timedelta(days=1)
    contracts.sign(db, By(), resident=resident, team=team, begins=begins, ends=ends, now=now)
