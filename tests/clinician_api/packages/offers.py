"""Offers for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.packages import catalogue
from clinician_api.packages.rules import Item, Offer, Said
from tests.clinician_api.making import NOW

VISIT: Final = Item(
    code="pressure.visit",
    name=Said("面对面随访", "Follow-up face to face"),
    promised=4,
    most=6,
    payers=("public_health",),
    evidence=("visit", "home_visit"),
)
ADVICE: Final = replace(
    VISIT,
    code="pressure.advice",
    name=Said("咨询", "Advice"),
    promised=0,
    most=None,
    evidence=("phone_call",),
)
OFFER: Final = Offer(
    code="pressure",
    kind="basic",
    name=Said("高血压服务包", "High blood pressure"),
    about=Said("", ""),
    population=("hypertension",),
    price=Decimal("120.00"),
    waived_for=("poor",),
    items=(VISIT, ADVICE),
)
DAY: Final = date(2026, 3, 2)
"""The day of `NOW`."""


def published(db: Session, offer: Offer = OFFER, *, effective_from: date = DAY, now: datetime = NOW) -> UUID:
    """The version's id."""
    draft = catalogue.create(db, By(), offer, now=now)
    return catalogue.publish(db, By(), draft, 1, effective_from=effective_from, now=now).id
