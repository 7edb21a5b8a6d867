"""Consents as they travel."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from clinician_api.consents.rules import Basis, Consent, Purpose
from clinician_api.consents.wording import Text, Wording


class WordingOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    title: str
    what: str
    why: str
    who: str
    how_long: str
    refusing: str
    stops: tuple[str, ...]


class ConsentOut(BaseModel):
    """A purpose with the text of today, and since when it is agreed to, if it is."""

    purpose: Purpose
    version: int
    holds: bool
    since: datetime | None
    basis: Basis | None
    text: WordingOut

    @classmethod
    def of(cls, text: Text, words: Wording, given: Consent | None) -> Self:
        return cls(
            purpose=text.purpose,
            version=text.version,
            holds=given is not None,
            since=given.since if given else None,
            basis=given.basis if given else None,
            text=WordingOut.model_validate(words),
        )


class AgreeIn(BaseModel):
    """`version` is that of the text that was shown: of an older one it is refused."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, le=10_000)
