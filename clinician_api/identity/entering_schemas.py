"""What travels over HTTP of somebody who has no file yet."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
)

from clinician_api.identity.numbers import DocumentKind
from clinician_api.identity.rules import Sex
from clinician_api.identity.schemas import Phone, sayable
from clinician_api.text import Line, one_line


def _without_gaps(said: object) -> object:
    """138 1234 5678 and 0512-5760001 are how people write; nothing typed is no telephone."""
    return (re.sub(r"[ -]", "", said) or None) if isinstance(said, str) else said


def _nothing_is_none(said: object) -> object:
    return None if said == "" else said


def _trimmed(said: object) -> object:
    return said.strip() if isinstance(said, str) else said


class EnteredIn(BaseModel):
    """Somebody who has no file, by the document that they show. `sex` and `born` stand in the number of an
    identity card; of other documents they are asked."""

    model_config = ConfigDict(extra="forbid")

    kind: DocumentKind
    number: Annotated[
        SecretStr, BeforeValidator(_trimmed), Field(min_length=1, max_length=40), AfterValidator(sayable)
    ]
    name: Annotated[Line, StringConstraints(max_length=100)]
    sex: Annotated[Sex | None, BeforeValidator(_nothing_is_none)] = None
    born: Annotated[date | None, BeforeValidator(_nothing_is_none)] = None
    phone: Annotated[Phone | None, BeforeValidator(_without_gaps)] = None
    address: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(one_line)
    ] = ""


class EnteredOut(BaseModel):
    """Whoever entered them sees no more of them until there is a contract."""

    id: UUID
    file_number: str
