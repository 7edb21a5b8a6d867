"""One's own notices over HTTP: whoever is logged in has an inbox, staff and residents alike."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.identity import proxies
from clinician_api.identity.routes import CurrentActor
from clinician_api.notices import service
from clinician_api.notices.models import Notice
from clinician_api.notices.rules import Recipient
from clinician_api.notices.schemas import InboxOut, NoticeOut

router = APIRouter(prefix="/notices", tags=["notices"])


@router.get("")
def inbox(actor: CurrentActor, db: Db, now: Now) -> InboxOut:
    """The newest fifty. Fetching them counts as delivery."""
    mine, sight = recipient(actor), access.visible(db, actor, now)
    found = service.inbox(db, mine, sight=sight, now=now)
    for resident in dict.fromkeys(str(notice.facts.get("resident") or "") for notice in found):
        if resident:
            access.note(db, actor, UUID(resident), purpose="notices", now=now)
    unseen = service.unseen(db, mine, sight=sight)
    return InboxOut(notices=[NoticeOut.model_validate(notice) for notice in found], unseen=unseen)


@router.post("/{notice}/seen", response_model=NoticeOut)
def seen(notice: UUID, actor: CurrentActor, db: Db, now: Now) -> Notice:
    """A page has shown it."""
    sight = access.visible(db, actor, now)
    return service.seen(db, notice, recipient(actor), sight=sight, now=now)


def recipient(actor: Actor) -> Recipient:
    """A resident is told as the person, whichever account reads it. Who helps without leave to read is not:
    what they fetched would count as having reached the resident."""
    if actor.resident is not None:
        proxies.require_scope(actor, "read")
        return Recipient("resident", actor.resident)
    return Recipient("account", actor.account)
