"""A reading as ingest has it, put straight into its table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.clinician_api.making import NOW

_MONTH: Final = """
create table if not exists ingest.readings_{month} partition of ingest.readings
    for values from ('{begin}') to ('{end}')
"""
_ROW: Final = text("""
insert into ingest.readings (
    resident, attributed_by, attributed_at, reading_id, meter, revision, taken_at, method, stored_at,
    received_at, received_synced, boot, uptime_ms, kind, unit, systolic, diastolic, concentration,
    quality, flags, time_words, value_words, user_words, identity, meter_key_kind, meter_recipe,
    meter_address, driver,
    driver_version, gateway, stream, batch_seq
) values (
    :resident, 'binding', :at, :reading, 'serial:1', 0, :at, 'meter', :at,
    :at, true, 'b', 1, :kind, :unit, :systolic, :diastolic, :concentration, 'ok', '{}',
    '', '', '', 'time', 'serial', 1, 'AA', 'd',
    '1', :reading, :reading, 1
)
""")


_PRESSURE: Final = {
    "kind": "blood_pressure",
    "unit": "mmHg",
    "systolic": 186,
    "diastolic": 112,
    "concentration": None,
}
_GLUCOSE: Final = {
    "kind": "glucose",
    "unit": "mmol/L",
    "systolic": None,
    "diastolic": None,
    "concentration": Decimal("7.4"),
}


def store_reading(db: Session, resident: UUID, at: datetime = NOW) -> UUID:
    """186/112 of this resident; its id."""
    return _store(db, resident, at, _PRESSURE)


def store_glucose(db: Session, resident: UUID, at: datetime = NOW) -> UUID:
    """7.4 mmol/L of this resident; its id."""
    return _store(db, resident, at, _GLUCOSE)


def _store(db: Session, resident: UUID, at: datetime, values: Mapping[str, object]) -> UUID:
    reading = uuid4()
    begin = at.replace(day=1)
    end = (begin.replace(day=28) + (begin.replace(day=5) - begin)).replace(day=1)
    days = {"month": f"{at:%Y_%m}", "begin": f"{begin:%Y-%m-01} 00:00+00", "end": f"{end:%Y-%m-01} 00:00+00"}
    db.execute(text(_MONTH.format(**days)))
    db.execute(_ROW, {"resident": resident, "reading": reading, "at": at, **values})
    return reading
