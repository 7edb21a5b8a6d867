"""Who helps the demo's residents, whose guardian somebody is, and who lives with whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.access.rules import Scope
from clinician_api.audit.rules import By
from clinician_api.identity import households, papers, proxies
from clinician_api.identity import service as identity
from clinician_api.identity.minding import Wanted
from clinician_api.identity.schemas import NewResident
from clinician_api.kms import Kms
from hearthline.demo import numbers
from hearthline.demo.residents import YEAR

_ALL: Final[frozenset[Scope]] = frozenset({"read", "measure", "consult", "sign"})
_ROOMS: Final = "曹杨路 500 弄 3 号 201 室"


def of_daughter(db: Session, resident: UUID, account: UUID, *, now: datetime) -> None:
    """She may do everything for her mother, in writing, for a year."""
    wanted = Wanted("authorised", "child", _ALL, now, now + YEAR, "授权委托书 1")
    proxies.authorise(db, By(), resident, account, wanted, now=now)


def of_child(db: Session, account: UUID, keys: Kms, *, now: datetime) -> UUID:
    """Her son, of seven years and without a contract yet: as his guardian she may sign one. His id."""
    born = date(now.year - 7, 1, 20)
    new = NewResident(
        name="陈小宝",
        sex="male",
        born=born,
        phone="13900000009",
        file_number="310107-09-00009",
        address=_ROOMS,
    )
    child = identity.create_resident(db, new)
    papers.state(db, keys, By(), child, "resident_id", numbers.card(born, "male", 2), now=now)
    wanted = Wanted("guardian", "parent", _ALL, now, None, "出生医学证明 R310000009")
    proxies.authorise(db, By(), child, account, wanted, now=now)
    return child


def of_couple(db: Session, head: UUID, spouse: UUID, *, now: datetime) -> None:
    """Two who sign together."""
    household = households.found(db, By(), head, address=_ROOMS, now=now)
    households.admit(db, By(), household, spouse, "spouse", now=now)
