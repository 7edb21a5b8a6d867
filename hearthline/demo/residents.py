"""Who lives in the demo's homes, and what they signed, agreed to and have, by their groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.audit.rules import By
from clinician_api.consents import service as consents
from clinician_api.consents.rules import Evidence, Purpose
from clinician_api.contracts import grouped
from clinician_api.contracts import service as contracts
from clinician_api.identity import grouping, papers
from clinician_api.identity import service as identity
from clinician_api.identity.groups import Code, Kept
from clinician_api.identity.rules import Sex
from clinician_api.identity.schemas import NewResident
from clinician_api.kms import Kms
from clinician_api.monitoring import service as monitoring
from clinician_api.monitoring.schemas import MeasuredIn, NewCheck
from clinician_api.packages import service as packages
from clinician_api.packages.rules import PackageVersion, groups_of, is_for
from clinician_api.packages.years import day_of
from hearthline.demo import numbers
from hearthline.demo.home import Home, resident_id

YEAR: Final = timedelta(days=365)
PAID: Final = "chronic_plus"
"""The package that costs something: of the resident who logs in."""

_SURNAMES: Final = "陈周徐沈何唐冯许吕施张孔曹严华金魏陶姜戚"
_WOMEN: Final = ("桂英", "美华", "秀兰", "月琴", "玉珍", "惠芳", "金娣", "巧云")
_MEN: Final = ("国栋", "建平", "根宝", "志强", "德明", "永昌", "福生", "文彬")
_ILL: Final[dict[int, tuple[Code, ...]]] = {1: ("04", "05"), 2: ("04",)}
"""By the place in a home: the first one measures sugar as well."""


@dataclass(frozen=True, slots=True)
class House:
    """Where they signed: the team, its nurse who compares meters, and what is offered."""

    institution: UUID
    team: UUID
    nurse: UUID
    keys: Kms
    offered: Sequence[PackageVersion]


def settle(db: Session, homes: Iterable[Home], house: House, *, now: datetime) -> Iterator[tuple[UUID, str]]:
    """Yields who moved in, with their name: two in each home, a woman and a man."""
    for home in homes:
        for slot in (1, 2):
            resident, new = resident_id(home.number, slot), _resident(home.number, slot)
            identity.create_resident(db, new, resident=resident)
            _known(db, resident, new, _ILL[slot], house, now)
            _signed(db, resident, house, now, wants=PAID if (home.number, slot) == (1, 1) else "")
            _monitored(db, resident, house, now, has_sugar=slot == 1)
            yield resident, new.name


def agree(db: Session, by: By, resident: UUID, purposes: Sequence[Purpose], *, now: datetime) -> None:
    for each in purposes:
        text, evidence = consents.current(each, now), Evidence("page")
        consents.give(db, by, resident, each, text_version=text.version, evidence=evidence, now=now)


def acting(db: Session, account: UUID, now: datetime) -> Actor:
    found = identity.actor_of(db, account, login=uuid4(), now=now)
    if found is None:
        raise LookupError(account)
    return found


def _known(
    db: Session, resident: UUID, new: NewResident, ill: Sequence[Code], house: House, now: datetime
) -> None:
    """Their card was seen, and the registers of diseases know them."""
    number = numbers.card(new.born, new.sex, 1)
    papers.state(db, house.keys, By(), resident, "resident_id", number, now=now)
    for code in ill:
        since = day_of(now - YEAR)
        grouping.keep(db, By(), resident, Kept(code, "register", f"register {code}", since), now=now)


def _signed(db: Session, resident: UUID, house: House, now: datetime, *, wants: str) -> None:
    """On paper, half a year ago: what is free and meant for them, and what they want besides."""
    begins = now.date() - YEAR / 2
    ends = begins + YEAR - timedelta(days=1)
    contract = contracts.sign(db, By(), resident=resident, team=house.team, begins=begins, ends=ends, now=now)
    found = grouped.at(db, resident, house.institution, day_of(now))
    groups = groups_of(each.code for each in found)
    chosen = [
        each.id
        for each in house.offered
        if each.offer.code == wants or (each.offer.price == 0 and is_for(each.offer.population, groups))
    ]
    packages.entitle(db, contract, chosen, begins, ends, groups=groups, now=now)


def _monitored(db: Session, resident: UUID, house: House, now: datetime, *, has_sugar: bool) -> None:
    """They agreed, and the nurse compared their meters."""
    agree(db, By(), resident, ("care", "monitoring"), now=now)
    nurse = acting(db, house.nurse, now)
    meters = [("家用血压计", _pressure("136", "84"), _pressure("134", "82"))]
    meters += [("家用血糖仪", _sugar("6.4"), _sugar("6.2"))] if has_sugar else []
    for meter, home, clinic in meters:
        check = NewCheck(meter=meter, home=home, clinic=clinic, agrees=True)
        monitoring.put_down(db, nurse, resident, check, now=now)


def _pressure(systolic: str, diastolic: str) -> MeasuredIn:
    return MeasuredIn(systolic=Decimal(systolic), diastolic=Decimal(diastolic))


def _sugar(glucose: str) -> MeasuredIn:
    return MeasuredIn(glucose=Decimal(glucose))


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
