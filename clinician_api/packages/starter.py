"""The catalogue that a new platform begins with: read from `starter.toml`, published once."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Final, Literal
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.errors import InvalidError
from clinician_api.packages import catalogue, service
from clinician_api.packages.rules import Offer, PackageVersion, fingerprint
from clinician_api.packages.schemas import CatalogueFile

STARTER: Final = "starter.toml"


def offers(text: str) -> list[Offer]:
    """What a catalogue's file says, whole or not at all. Raises InvalidError with the place that is wrong."""
    try:
        said = CatalogueFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InvalidError("catalogue.unreadable", str(error)) from error
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise InvalidError("catalogue.invalid", place) from error
    return [each.offer() for each in said.package]


def starter() -> list[Offer]:
    return offers(files(__package__).joinpath(STARTER).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of an offer of a file."""

    code: str
    what: Literal["new", "new_version", "same"]
    fingerprint: str


def load(
    db: Session,
    by: By,
    wanted: Sequence[Offer],
    *,
    institution: UUID | None,
    effective_from: date,
    now: datetime,
) -> list[Loaded]:
    """Publish what a file says, as far as it differs from what was published. What it leaves out stays."""
    newest = catalogue.newest(db, institution=institution)
    return [
        _load(db, by, offer, newest.get(offer.code), institution, effective_from, now) for offer in wanted
    ]


def _load(
    db: Session,
    by: By,
    offer: Offer,
    known: PackageVersion | None,
    institution: UUID | None,
    effective_from: date,
    now: datetime,
) -> Loaded:
    mark = fingerprint(offer)
    if known is None:
        draft = catalogue.create(db, by, offer, institution=institution, now=now)
    elif known.fingerprint == mark:
        return Loaded(offer.code, "same", mark)
    else:
        draft = catalogue.redraft(db, by, known.package, now=now)
    seen = service.version(db, draft).edition
    if known is not None:
        catalogue.change(db, by, draft, seen, offer, now=now)
        seen += 1
    catalogue.publish(db, by, draft, seen, effective_from=effective_from, now=now)
    return Loaded(offer.code, "new_version" if known else "new", mark)


def publish_starter(db: Session, by: By, *, effective_from: date, now: datetime) -> list[UUID]:
    """Everybody's packages, as far as there is none of their code yet: the ids of the versions on offer."""
    known = catalogue.codes(db)
    for offer in starter():
        if offer.code not in known:
            draft = catalogue.create(db, by, offer, now=now)
            catalogue.publish(db, by, draft, 1, effective_from=effective_from, now=now)
    return [each.id for each in service.offered(db, effective_from)]
