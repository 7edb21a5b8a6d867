"""The people of the demo: an institution, one team with its roles, and who lives in each home."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Scope
from clinician_api.agreements import templates
from clinician_api.audit.rules import By
from clinician_api.contracts import service as contracts
from clinician_api.identity import proxies
from clinician_api.identity import service as identity
from clinician_api.identity.minding import Wanted
from clinician_api.identity.rules import OF_NO_TEAM, Sex, TeamRole
from clinician_api.identity.schemas import NewAccount, NewResident
from clinician_api.packages import service as packages
from clinician_api.packages.rules import groups_of
from clinician_api.packages.starter import publish_starter
from clinician_api.packages.years import day_of
from clinician_api.passwords import Passwords
from hearthline.demo import signers
from hearthline.demo.home import Home, resident_id

_YEAR: Final = timedelta(days=365)
_SURNAMES: Final = "陈周徐沈何唐冯许吕施张孔曹严华金魏陶姜戚"
_WOMEN: Final = ("桂英", "美华", "秀兰", "月琴", "玉珍", "惠芳", "金娣", "巧云")
_MEN: Final = ("国栋", "建平", "根宝", "志强", "德明", "永昌", "福生", "文彬")


class Staff(NamedTuple):
    """`role` None is whoever has the duty and belongs to no team."""

    name: str
    display_name: str
    role: TeamRole | None


_STAFF: Final = (
    Staff("doctor", "李敏", "doctor"),
    Staff("doctor2", "赵磊", "doctor"),
    Staff("nurse", "王芳", "nurse"),
    Staff("leader", "孙立群", "leader"),
    Staff("supervisor", "钱海燕", "supervisor"),
    Staff("duty", "吴晓东", None),
    Staff("admin", "沈洁", "administrator"),
    Staff("auditor", "冯静", "auditor"),
    Staff("security", "何伟", "security"),
)
_OTHER_DOCTOR: Final = Staff("doctor3", "周远", "doctor")
"""Of the second team: without one nobody could change theirs."""


_CHOSEN: Final = {"basic", "elderly", "hypertension", "diabetes", "chronic_plus"}
_GROUPS: Final = groups_of(["03", "04", "05"])
"""Everybody in the demo is old, and measures both."""

STEWARD: Final = "steward"
"""Who looks after gateways, meters and what could not be accepted."""

HELPER: Final = "daughter"
"""Who acts for the resident who logs in, and has no file here."""


WHO_IS_WHO: Final = (
    "resident lives in the first home; applicant, expiring and expired are at other points of a contract",
    "daughter helps resident; she may sign for her",
    "doctor, doctor2, nurse and leader are one team, doctor3 another; supervisor and duty are their house's",
    f"admin looks after services and teams, {STEWARD} after gateways and meters",
    "security and auditor see no resident: the one minds logins, the other who did what",
)
"""For whoever tries things out."""


@dataclass(frozen=True, slots=True)
class Logins:
    """Names that log in with this run's one password, and the house in which its staff work."""

    names: tuple[str, ...]
    password: str
    institution: UUID


def settle(db: Session, homes: Iterable[Home], *, now: datetime) -> Logins:
    """Write everybody down: staff at work since a year, residents with a contract that began then."""
    password, passwords = f"jiamai-{secrets.randbelow(10**6):06}", Passwords()
    institution = identity.create_institution(db, "曹杨社区卫生服务中心", phone="02160000000")
    team = identity.create_team(db, institution, name="第三团队", phone="02160000003")

    def admit(
        name: str, display_name: str, *, institution: UUID | None = None, resident: UUID | None = None
    ) -> UUID:
        new = NewAccount(
            name=name,
            password=SecretStr(password),
            display_name=display_name,
            institution=institution,
            resident=resident,
        )
        return identity.create_account(db, new, passwords=passwords, now=now)

    for staff in _STAFF:
        account = admit(staff.name, staff.display_name, institution=institution)
        if staff.role is None:
            identity.put_on_duty(db, institution, account=account, since=now, until=now + timedelta(days=7))
        else:
            place = None if staff.role in OF_NO_TEAM else team
            identity.join(db, account, staff.role, team=place, since=now - _YEAR)
    other = identity.create_team(db, institution, name="第四团队", phone="02160000004")
    other_doctor = admit(_OTHER_DOCTOR.name, _OTHER_DOCTOR.display_name, institution=institution)
    identity.join(db, other_doctor, "doctor", team=other, since=now - _YEAR)
    templates.begin(db, By(), now=now)
    steward = admit(STEWARD, "郑静", institution=institution)
    access.appoint_steward(db, By(), steward, None, since=now - _YEAR, now=now)
    offered = {each: packages.version(db, each).offer.code for each in _catalogue(db, now)}
    chosen = [each for each, code in offered.items() if code in _CHOSEN]
    for resident, new in _residents(homes):
        identity.create_resident(db, new, resident=resident)
        begins = now.date() - _YEAR / 2
        ends = begins + _YEAR - timedelta(days=1)
        contract = contracts.sign(db, By(), resident=resident, team=team, begins=begins, ends=ends, now=now)
        packages.entitle(db, contract, chosen, begins, ends, groups=_GROUPS, now=now)
        if resident == resident_id(1, 1):
            admit("resident", new.name, resident=resident)
            proxies.authorise(db, By(), resident, admit(HELPER, "陈丽"), _allowed(now), now=now)
    free = [each for each, code in offered.items() if code == "basic"]
    waiting = signers.settle(db, team, lambda name, who, of: admit(name, who, resident=of), free, now=now)
    names = (*(each.name for each in (*_STAFF, _OTHER_DOCTOR)), STEWARD, "resident", HELPER, *waiting)
    return Logins(names, password, institution)


def _allowed(now: datetime) -> Wanted:
    """Everything, in writing, for a year."""
    scopes = frozenset[Scope]({"read", "measure", "consult", "sign"})
    return Wanted("authorised", "child", scopes, now, now + _YEAR, "授权委托书 1")


def _catalogue(db: Session, now: datetime) -> list[UUID]:
    return publish_starter(db, By(), effective_from=day_of(now), now=now)


def _residents(homes: Iterable[Home]) -> Iterable[tuple[UUID, NewResident]]:
    """Two in each home, a woman and a man."""
    for home in homes:
        for slot in (1, 2):
            yield resident_id(home.number, slot), _resident(home.number, slot)


def _resident(home: int, slot: int) -> NewResident:
    sex: Sex = "female" if slot == 1 else "male"
    given = (_WOMEN if slot == 1 else _MEN)[home % 8]
    surname = _SURNAMES[(home * 2 + slot) % len(_SURNAMES)]
    return NewResident(
        name=surname + given,
        sex=sex,
        born=date(1940 + (home * 7 + slot * 3) % 26, 1 + home % 12, 1 + (home * 5 + slot) % 28),
        phone=f"138{home:04}{slot:04}",
        file_number=f"310107-08-{home * 10 + slot:05}",
    )
