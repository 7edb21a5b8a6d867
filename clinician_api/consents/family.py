"""Who of a resident's family is told of them: asked anew each time. Writes nothing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.access.rules import Scope
from clinician_api.consents import service as consents
from clinician_api.identity import proxies


def accounts(db: Session, resident: UUID, *, scope: Scope | None = None, now: datetime) -> list[UUID]:
    """Of those who may act for them, with that scope if one is named, and are no staff; nobody once the
    resident took that consent back."""
    if consents.withdrawn_at(db, resident, "family", now) is not None:
        return []
    held = proxies.proxies_of(db, resident, now)
    fitting = [each for each in held if each.relation != "staff" and scope in {None, *each.scopes}]
    return list(dict.fromkeys(each.account for each in fitting))
