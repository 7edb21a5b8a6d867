"""Whether a resident's home is monitored, and a meter compared in person, as a page."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator

from clinician_api.access import service as access
from clinician_api.db import Db
from clinician_api.identity import service as identity
from clinician_api.identity.routes import ActingStaff
from clinician_api.monitoring import rules, service
from clinician_api.monitoring.rules import Lack, Measured
from clinician_api.monitoring.schemas import CheckOut, MeasuredIn, NewCheck, Number
from clinician_api.text import Line
from clinician_api.web.asking import Asks, back
from clinician_api.web.troubles import shown
from clinician_api.web.words import later

router = APIRouter(prefix="/residents/{resident}/monitoring", include_in_schema=False)

LACKS: Final[Mapping[Lack, str]] = {
    "contract": later("No contract runs."),
    "consent": later("They have not agreed to monitoring at home."),
    "check": later("No meter was compared with the clinic's yet, or the last one did not agree."),
}

_Typed = Annotated[Number | None, BeforeValidator(lambda typed: typed or None)]
"""A field that was left empty is none."""


class CheckForm(BaseModel):
    meter: Line
    home_systolic: _Typed = None
    home_diastolic: _Typed = None
    home_glucose: _Typed = None
    clinic_systolic: _Typed = None
    clinic_diastolic: _Typed = None
    clinic_glucose: _Typed = None
    agrees: bool
    note: Annotated[str, Form(max_length=500)] = ""

    def new(self) -> NewCheck:
        home = MeasuredIn(
            systolic=self.home_systolic, diastolic=self.home_diastolic, glucose=self.home_glucose
        )
        clinic = MeasuredIn(
            systolic=self.clinic_systolic, diastolic=self.clinic_diastolic, glucose=self.clinic_glucose
        )
        return NewCheck(meter=self.meter, home=home, clinic=clinic, agrees=self.agrees, note=self.note)


@router.get("")
def show(resident: UUID, asks: Asks, _staff: ActingStaff, db: Db) -> Response:
    access.require(db, asks.actor, resident, purpose="monitoring", now=asks.now)
    state = service.state(db, resident, now=asks.now)
    accounts = [each.account for each in state.checks if each.account]
    return asks.page(
        "people/monitoring.html",
        resident=resident,
        name=identity.residents(db, [resident])[resident].name,
        state=state,
        lacks=LACKS,
        people=identity.people(db, accounts),
        numbers=numbers_of,
        apart=apart_of,
    )


@router.post("")
def put_down(
    request: Request,
    resident: UUID,
    form: Annotated[CheckForm, Form()],
    asks: Asks,
    staff: ActingStaff,
    db: Db,
) -> Response:
    shown(request, form)
    service.put_down(db, staff, resident, form.new(), now=asks.now)
    return back(f"/residents/{resident}/monitoring")


def numbers_of(measured: MeasuredIn) -> str:
    if measured.glucose is not None:
        return f"{measured.glucose} mmol/L"
    return f"{_plain(measured.systolic)}/{_plain(measured.diastolic)} mmHg"


def apart_of(check: CheckOut) -> str:
    """Home less clinic, with its sign."""
    apart: Measured = rules.difference(check.home.measured, check.clinic.measured)
    return " / ".join(
        f"{number:+}" for number in (apart.systolic, apart.diastolic, apart.glucose) if number is not None
    )


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number:f}"
