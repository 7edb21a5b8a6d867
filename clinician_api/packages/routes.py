"""The catalogue over HTTP: anybody reads what is on offer, an administrator writes their institution's."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from sqlalchemy.orm import Session

from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.errors import About, NotFoundError
from clinician_api.identity.routes import ActingAdministrator
from clinician_api.packages import editing, service
from clinician_api.packages.editing import Editor
from clinician_api.packages.rules import PackageVersion
from clinician_api.packages.schemas import DraftIn, OfferIn, PackageOut, PublishIn, RetireIn, ShelfOut
from clinician_api.packages.years import day_of

router = APIRouter(prefix="/packages", tags=["packages"])


def _editor(actor: ActingAdministrator, db: Db, now: Now) -> Editor:
    return editing.editor(db, actor, now=now)


Edits = Annotated[Editor, Depends(_editor)]
Edition = Annotated[int, Query(ge=1, description="Of the draft that was seen.")]


@router.get("")
def offered(db: Db, now: Now, *, institution: UUID | None = None, on: date | None = None) -> list[PackageOut]:
    """What can be signed at an institution on a day, today if none is named. Needs no login."""
    found = service.offered(db, on or day_of(now), institution=institution)
    return [PackageOut.of(each) for each in found]


@router.get("/shelves")
def shelves(edits: Edits) -> list[ShelfOut]:
    """The institution's own packages and everybody's, drafts too."""
    return [ShelfOut.of(each) for each in editing.shelves(edits)]


@router.post("", status_code=201)
def create(offer: OfferIn, edits: Edits) -> PackageOut:
    """A new package of the institution, as a draft."""
    return _out(edits.db, editing.create(edits, offer.offer()))


@router.get("/{version}")
def read(version: UUID, db: Db) -> PackageOut:
    """A published version, also one that is offered no more. Needs no login."""
    return PackageOut.of(_published(db, version))


@router.post("/{package}/draft", status_code=201)
def redraft(package: UUID, edits: Edits) -> PackageOut:
    """The package's draft, a new one if there is none; of everybody's package a draft of one's own."""
    return _out(edits.db, editing.adapt(edits, package))


@router.post("/{package}/retire", status_code=204)
def retire(package: UUID, said: RetireIn, edits: Edits) -> None:
    editing.retire(edits, package, said.from_day)


@router.put("/{version}")
def change(version: UUID, said: DraftIn, edits: Edits) -> PackageOut:
    editing.change(edits, version, said.edition, said.offer.offer())
    return _out(edits.db, version)


@router.post("/{version}/publish")
def publish(version: UUID, said: PublishIn, edits: Edits) -> PackageOut:
    """From its day on it is what is offered, and nothing of it changes any more."""
    return PackageOut.of(editing.publish(edits, version, said.edition, said.effective_from))


@router.delete("/{version}", status_code=204)
def discard(version: UUID, edition: Edition, edits: Edits) -> None:
    editing.discard(edits, version, edition)


def _out(db: Session, version: UUID) -> PackageOut:
    return PackageOut.of(service.version(db, version))


def _published(db: Session, version: UUID) -> PackageVersion:
    found = service.version(db, version)
    if not found.is_published:
        raise NotFoundError("package.unknown", about=About("package_version", version))
    return found
