"""A resident who has no file yet is entered by staff who see their document. Grants nobody any sight."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.audit import service as audit
from clinician_api.audit.rules import Entry
from clinician_api.errors import ConflictError, NotFoundError
from clinician_api.identity import entering_rules as rules
from clinician_api.identity import papers, service
from clinician_api.identity.entering_schemas import EnteredIn
from clinician_api.identity.minding import ZONE
from clinician_api.identity.schemas import NewResident
from clinician_api.kms import Kms

Draw = Callable[[int], int]
"""A number from 0 up to one less than what it is given."""

_DRAWS: Final = 20


def enter(
    db: Session, kms: Kms, staff: Actor, new: EnteredIn, *, now: datetime, draw: Draw = secrets.randbelow
) -> UUID:
    """Of two at once with the same number the second is refused. What concerns them is not in `staff`'s sight
    before a contract is: they apply at the counter, where the number is shown."""
    today = now.astimezone(ZONE).date()
    seen = rules.seen(new.kind, new.number.get_secret_value(), sex=new.sex, born=new.born, today=today)
    _refuse_known(db, kms, new, seen.number)
    resident = _filed(db, _district(db, staff), new, seen, draw)
    entry = Entry("resident.entered", access.by(staff), resident=resident, facts={"kind": new.kind})
    audit.record(db, entry, now=now)
    papers.state(db, kms, access.by(staff), resident, new.kind, seen.number, now=now)
    return resident


def _refuse_known(db: Session, kms: Kms, new: EnteredIn, number: str) -> None:
    papers.claim(db, kms, new.kind, number)
    if papers.holder(db, kms, new.kind, number) is not None:
        raise ConflictError("document.of_another")


def _district(db: Session, staff: Actor) -> str:
    if staff.institution is None:
        raise NotFoundError("institution.unknown")
    region = service.region_of(db, staff.institution)
    above = [] if region is None else service.regions_above(db, region)
    codes = service.region_codes(db, above)
    return rules.district([codes[each] for each in above])


def _filed(db: Session, district: str, new: EnteredIn, seen: rules.Seen, draw: Draw) -> UUID:
    """Under a number that is drawn, as nobody should guess one; the table lets each stand once, so that a
    number that was taken in the same moment is drawn again."""
    for _ in range(_DRAWS):
        number = rules.file_number(district, draw(rules.NUMBERS))
        row = NewResident(
            name=new.name,
            sex=seen.sex,
            born=seen.born,
            phone=new.phone,
            file_number=number,
            address=new.address,
        )
        try:
            with db.begin_nested():
                return service.create_resident(db, row)
        except IntegrityError:
            continue
    raise ConflictError("resident.no_file_number")
