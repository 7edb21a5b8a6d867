"""What travels over HTTP about who looked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from clinician_api.audit.rules import Outcome
from clinician_api.identity.schemas import FileNumber
from clinician_api.oversight.looks import Kind
from clinician_api.oversight.rules import Cause, Verdict
from clinician_api.text import one_line

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(one_line)]
Action = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}(\.[a-z_]{0,40})?$")]


class SeenOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str
    institution: str
    is_own: bool
    is_helper: bool
    is_emergency: bool
    kind: Kind
    action: str
    purpose: str | None
    times: int
    last: datetime


class EmergencyIn(BaseModel):
    """Whom, by the whole file number; why; for 1, 4 or 24 hours."""

    model_config = ConfigDict(extra="forbid")

    file_number: FileNumber
    cause: Cause
    words: Words
    hours: int


class ReviewIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    verdict: Verdict
    remark: Words = ""


class EmergencyOut(BaseModel):
    """For whoever looked it names the resident by id; a reviewer is told none of the resident's data."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    account: UUID
    resident: UUID
    cause: Cause
    words: str
    since: datetime
    until: datetime
    review_due: datetime
    verdict: Verdict | None
    reviewed_at: datetime | None


class SearchIn(BaseModel):
    """Days of Asia/Shanghai, both inside. `before` and `seq` are the last line of the page before."""

    since: date
    until: date
    account: UUID | None = None
    resident: UUID | None = None
    action: Action | None = None
    outcome: Outcome | None = None
    before: datetime | None = None
    seq: Annotated[int, Field(ge=0, lt=2**63)] | None = None

    @model_validator(mode="after")
    def _is_a_place(self) -> Self:
        if (self.before is None) != (self.seq is None):
            raise ValueError("before and seq")
        return self


class FoundOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    seq: int
    at: datetime
    account: UUID | None
    behalf: UUID | None
    action: str
    outcome: Outcome
    resident: UUID | None
    target_kind: str | None
    target: UUID | None
    purpose: str | None
    facts: dict[str, Any]
