"""Versions of the agreement's text over HTTP, for an administrator."""

from __future__ import annotations

from fastapi import APIRouter

from clinician_api.access import service as access
from clinician_api.agreements import authority, templates
from clinician_api.agreements.schemas import NewTemplate, TemplateOut
from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.identity.routes import ActingAdministrator

router = APIRouter(prefix="/agreements/templates", tags=["agreements"])


@router.get("")
def list_templates(_actor: ActingAdministrator, db: Db) -> list[TemplateOut]:
    """All of them, the newest first."""
    return [TemplateOut.model_validate(each) for each in templates.versions(db)]


@router.post("", status_code=201)
def write(new: NewTemplate, actor: ActingAdministrator, db: Db, now: Now) -> list[TemplateOut]:
    """What was signed under an earlier version keeps it."""
    authority.require(db)
    templates.write(db, access.by(actor), new, now=now)
    return [TemplateOut.model_validate(each) for each in templates.versions(db)]
