"""A resident's rights and duties as a page, and the word that they were read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.agreements import rights
from clinician_api.clock import Now
from clinician_api.contracts import service as contracts
from clinician_api.db import Db
from clinician_api.errors import NotFoundError
from clinician_api.identity import proxies
from clinician_api.identity.routes import ActingResident
from clinician_api.web.agreement.words import DUTIES, RIGHTS
from clinician_api.web.asking import Asks, back
from clinician_api.web.residents import Letters, Own

router = APIRouter(prefix="/me/rights", include_in_schema=False)


@router.get("")
def show(asks: Asks, db: Db, resident: Own, size: Letters) -> Response:
    contract = _contract(db, resident, asks.now)
    read_at = rights.read_at(db, contract) if contract else None
    return asks.page(
        "agreement/rights.html",
        rights=RIGHTS,
        duties=DUTIES,
        version=rights.VERSION,
        may_say_read=contract is not None and read_at is None,
        read_at=read_at,
        size=size,
    )


@router.post("")
def have_read(
    actor: ActingResident, db: Db, resident: Own, now: Now, version: Annotated[int, Form()]
) -> Response:
    proxies.require_scope(actor, "read", "sign")
    contract = _contract(db, resident, now)
    if contract is None:
        raise NotFoundError("contract.unknown")
    rights.put_down(
        db, access.by(actor), resident, contract, version=version, language=actor.language, now=now
    )
    return back("/me/rights")


def _contract(db: Session, resident: UUID, now: datetime) -> UUID | None:
    held = contracts.team_of(db, resident, now)
    return held.contract if held else None
