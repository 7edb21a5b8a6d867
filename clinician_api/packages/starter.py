"""The catalogue that a new platform begins with: read from `starter.toml`, published once."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from importlib.resources import files
from typing import Final
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.errors import InvalidError
from clinician_api.packages import catalogue, service
from clinician_api.packages.rules import Offer
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


def publish_starter(db: Session, by: By, *, effective_from: date, now: datetime) -> list[UUID]:
    """Everybody's packages, as far as there is none of their code yet: the ids of the versions on offer."""
    known = catalogue.codes(db)
    for offer in starter():
        if offer.code not in known:
            draft = catalogue.create(db, by, offer, now=now)
            catalogue.publish(db, by, draft, 1, effective_from=effective_from, now=now)
    return [each.id for each in service.offered(db, effective_from)]
