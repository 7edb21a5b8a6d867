"""What travels over HTTP about health."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from clinician_api.health.rules import Code, State


class CheckOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    code: Code
    state: State
    value: str
    limit: str
    what: str
