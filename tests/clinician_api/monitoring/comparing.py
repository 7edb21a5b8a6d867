"""Meters that were compared, and residents who agreed to be monitored."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.consents import service as consents
from clinician_api.consents.rules import Evidence
from clinician_api.monitoring import service
from clinician_api.monitoring.schemas import MeasuredIn, NewCheck
from tests.clinician_api.making import actor


def pressure(systolic: str = "138", diastolic: str = "84") -> MeasuredIn:
    return MeasuredIn(systolic=Decimal(systolic), diastolic=Decimal(diastolic))


def sugar(glucose: str = "6.2") -> MeasuredIn:
    return MeasuredIn(glucose=Decimal(glucose))


def check(**other: object) -> NewCheck:
    said: dict[str, object] = {
        "meter": "HEM-7322T 20260101",
        "home": pressure(),
        "clinic": pressure("136", "82"),
        "agrees": True,
    }
    return NewCheck.model_validate(said | other)


def agree(db: Session, resident: UUID, now: datetime) -> None:
    text = consents.current("monitoring", now)
    consents.give(
        db, By(), resident, "monitoring", text_version=text.version, evidence=Evidence("paper"), now=now
    )


def monitored(db: Session, resident: UUID, staff: UUID, now: datetime) -> None:
    """Both papers and a meter that agrees."""
    agree(db, resident, now)
    service.put_down(db, actor(db, staff), resident, check(), now=now)
