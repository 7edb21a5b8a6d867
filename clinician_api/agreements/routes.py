"""Agreements over HTTP: what was agreed and its sealed PDF, for whoever may see the resident."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.agreements import service
from clinician_api.agreements.schemas import AgreementOut
from clinician_api.agreements.service import Archive
from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.errors import ConflictError
from clinician_api.identity.routes import CurrentActor

router = APIRouter(prefix="/agreements", tags=["agreements"])


def archive(request: Request) -> Archive:
    """Where this server keeps signed documents. Raises ConflictError where it has no folder for them."""
    kept: Archive | None = request.app.state.archive
    if kept is None:
        raise ConflictError("agreement.no_archive")
    return kept


Kept = Annotated[Archive, Depends(archive)]


@router.get("/{agreement}")
def get_agreement(agreement: UUID, actor: CurrentActor, db: Db, now: Now) -> AgreementOut:
    return in_sight(db, actor, agreement, now)


@router.get(
    "/{agreement}/document", response_class=Response, responses={200: {"content": {"application/pdf": {}}}}
)
def get_document(agreement: UUID, actor: CurrentActor, kept: Kept, db: Db, now: Now) -> Response:
    """The sealed PDF, byte for byte as it was signed."""
    in_sight(db, actor, agreement, now)
    return pdf_response(service.document(db, kept, agreement), f"agreement-{agreement}.pdf")


def in_sight(db: Session, actor: Actor, agreement: UUID, now: datetime) -> AgreementOut:
    """Raises NotFoundError alike for one that is not there and one of somebody out of sight."""
    found = service.out(db, agreement)
    access.require(db, actor, found.resident, purpose="agreement", now=now)
    return found


def pdf_response(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, media_type="application/pdf", headers=headers)
