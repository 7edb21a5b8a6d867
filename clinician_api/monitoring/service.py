"""Puts comparisons down, and says whether and since when a home is monitored. Commits nothing.

Readings are stored and judged whatever this says: nothing that is not yet allowed hides a critical.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.audit import service as audit
from clinician_api.audit.rules import Entry
from clinician_api.consents import service as consents
from clinician_api.contracts import service as contracts
from clinician_api.errors import About, ConflictError, InvalidError
from clinician_api.monitoring import rules
from clinician_api.monitoring.models import DeviceCheck
from clinician_api.monitoring.rules import Kind, Measured
from clinician_api.monitoring.schemas import CheckOut, MeasuredIn, MonitoringOut, NewCheck


def put_down(db: Session, actor: Actor, resident: UUID, new: NewCheck, *, now: datetime) -> UUID:
    """A meter compared in person, for a resident whose contract runs. Raises InvalidError on numbers that are
    not both of one kind, or a slip of the hand, and ConflictError where no contract runs."""
    access.require(db, actor, resident, purpose="device_check", now=now)
    held = contracts.team_of(db, resident, now)
    if held is None:
        raise ConflictError("contract.unknown", about=About("resident", resident))
    home, clinic = new.home.measured, new.clinic.measured
    kind = rules.kind_of(home)
    if kind is None or rules.kind_of(clinic) != kind:
        raise InvalidError("check.of_two_kinds", "clinic")
    for field, measured in (("home", home), ("clinic", clinic)):
        if not rules.is_plausible(measured):
            raise InvalidError("check.implausible", field)
    row = _row(actor, resident, held.contract, kind, new, now)
    db.add(row)
    db.flush()
    facts = {"kind": kind, "agrees": new.agrees}
    entry = Entry(
        "device.checked", access.by(actor), resident=resident, target=("device_check", row.id), facts=facts
    )
    audit.record(db, entry, now=now)
    return row.id


def since(db: Session, resident: UUID, kind: Kind, *, now: datetime) -> datetime | None:
    """Since when meters of this kind are monitored: the newest comparison agreed, and both papers hold."""
    newest = next((each for each in _checks(db, resident) if each.kind == kind), None)
    if newest is None or not newest.agrees or not _has_papers(db, resident, now):
        return None
    first = newest.checked_at
    for each in _checks(db, resident):
        if each.kind == kind and each.agrees:
            first = each.checked_at
        elif each.kind == kind:
            break
    return first


def state(db: Session, resident: UUID, *, now: datetime) -> MonitoringOut:
    """For a resident whom the caller may see."""
    rows = _checks(db, resident)
    agreed: list[Kind] = [
        kind
        for kind in ("blood_pressure", "glucose")
        if (newest := next((row for row in rows if row.kind == kind), None)) is not None and newest.agrees
    ]
    lacks = rules.lacks(
        has_contract=contracts.team_of(db, resident, now) is not None,
        has_consent=consents.holds(db, resident, "monitoring", now),
        agreed=agreed,
    )
    begun = [at for kind in agreed if (at := since(db, resident, kind, now=now)) is not None]
    return MonitoringOut(
        since=min(begun) if begun else None, lacks=list(lacks), checks=[_out(row) for row in rows]
    )


def agreed_since(db: Session, since: datetime) -> list[DeviceCheck]:
    """Everybody's comparisons that agreed: for what follows from them, never for a page."""
    recent = select(DeviceCheck).where(DeviceCheck.checked_at >= since, DeviceCheck.agrees)
    return list(db.scalars(recent.order_by(DeviceCheck.checked_at)))


def _has_papers(db: Session, resident: UUID, now: datetime) -> bool:
    has_contract = contracts.team_of(db, resident, now) is not None
    return has_contract and consents.holds(db, resident, "monitoring", now)


def _checks(db: Session, resident: UUID) -> list[DeviceCheck]:
    """The newest first."""
    mine = select(DeviceCheck).where(DeviceCheck.resident == resident)
    return list(db.scalars(mine.order_by(DeviceCheck.checked_at.desc(), DeviceCheck.id)))


def _row(
    actor: Actor, resident: UUID, contract: UUID, kind: Kind, new: NewCheck, now: datetime
) -> DeviceCheck:
    home, clinic = new.home, new.clinic
    return DeviceCheck(
        id=uuid4(),
        resident=resident,
        contract=contract,
        kind=kind,
        meter=new.meter,
        home_systolic=home.systolic,
        home_diastolic=home.diastolic,
        home_glucose=home.glucose,
        clinic_systolic=clinic.systolic,
        clinic_diastolic=clinic.diastolic,
        clinic_glucose=clinic.glucose,
        agrees=new.agrees,
        note=new.note,
        account=actor.account,
        checked_at=now,
    )


def _out(row: DeviceCheck) -> CheckOut:
    home = Measured(row.home_systolic, row.home_diastolic, row.home_glucose)
    clinic = Measured(row.clinic_systolic, row.clinic_diastolic, row.clinic_glucose)
    return CheckOut(
        id=row.id,
        kind=row.kind,
        meter=row.meter,
        home=_said(home),
        clinic=_said(clinic),
        agrees=row.agrees,
        note=row.note,
        account=row.account,
        checked_at=row.checked_at,
    )


def _said(measured: Measured) -> MeasuredIn:
    return MeasuredIn(systolic=measured.systolic, diastolic=measured.diastolic, glucose=measured.glucose)
