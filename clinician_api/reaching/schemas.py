"""What travels over HTTP about calls that are owed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from clinician_api.reaching.rules import Said
from clinician_api.text import one_line

Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(one_line)]


class OwedCallOut(BaseModel):
    """Whom to call: the number is unmasked, for whoever has the call to make."""

    id: UUID
    resident: UUID | None
    name: str
    phone: str
    code: str
    urgency: Literal["now", "soon", "courtesy"]
    owner: UUID | None
    opened_at: datetime
    due_at: datetime
    is_overdue: bool
    tries: int
    version: int


class TriedIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=1, lt=2**31)]
    said: Said
    note: Note = ""
