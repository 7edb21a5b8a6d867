"""What travels over HTTP about agreements and the versions of their text."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from clinician_api.agreements.rules import Language
from clinician_api.agreements.text import MOST


class NewTemplate(BaseModel):
    """`base` is the newest version its writer saw; a newer one by then is a conflict and nothing is lost."""

    model_config = ConfigDict(extra="forbid")

    language: Language
    body: Annotated[str, StringConstraints(min_length=1, max_length=MOST)]
    since: date
    base: int


class TemplateOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    language: Language
    version: int
    since: date
    written_at: datetime
    body: str


class AgreementOut(BaseModel):
    """`sha256` is of what was agreed, `document_sha256` of the sealed PDF: None until it is signed."""

    id: UUID
    contract: UUID
    resident: UUID
    sha256: str
    frozen_at: datetime
    document_sha256: str | None
    sealed_at: datetime | None
