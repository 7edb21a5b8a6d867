"""Comparisons and the state of monitoring as they travel. Numbers are decimal text, as everywhere."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from clinician_api.monitoring.rules import Kind, Lack, Measured
from clinician_api.text import Line

Number = Annotated[Decimal, Field(ge=0, le=999, max_digits=5, decimal_places=1)]


class MeasuredIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    systolic: Number | None = None
    diastolic: Number | None = None
    glucose: Number | None = None

    @property
    def measured(self) -> Measured:
        return Measured(self.systolic, self.diastolic, self.glucose)


class NewCheck(BaseModel):
    """`meter`: what it is and its number, as written on it. `agrees` is said by whoever took both."""

    model_config = ConfigDict(extra="forbid")

    meter: Line
    home: MeasuredIn
    clinic: MeasuredIn
    agrees: bool
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class CheckOut(BaseModel):
    id: UUID
    kind: Kind
    meter: str
    home: MeasuredIn
    clinic: MeasuredIn
    agrees: bool
    note: str
    account: UUID | None
    checked_at: datetime


class MonitoringOut(BaseModel):
    """`since` is None while something of `lacks` is missing."""

    since: datetime | None
    lacks: list[Lack]
    checks: list[CheckOut]
