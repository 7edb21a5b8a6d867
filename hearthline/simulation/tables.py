"""Reads out of ingest's tables what a scenario's gateways delivered. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

import psycopg

from hearthline.simulation.judge import Found, Key

_FOUND: Final = """
select distinct on (meter, reading_id) meter, time_words, value_words, quality, kind, unit,
       systolic, diastolic, pulse, concentration, beyond, slot, resident
from (select meter, reading_id, revision, time_words, value_words, quality, kind, unit, systolic, diastolic,
             pulse, concentration, beyond, slot, resident, gateway from ingest.readings
      union all
      select meter, reading_id, revision, time_words, value_words, quality, kind, unit, systolic, diastolic,
             pulse, concentration, beyond, slot, null, gateway from ingest.unattributed) as everywhere
where gateway = any(%s)
order by meter, reading_id, revision desc
"""


def found(connection: psycopg.Connection, gateways: Iterable[UUID]) -> list[Found]:
    """Every reading in force that came from these gateways, whoever it belongs to."""
    return [_found(*row) for row in connection.execute(_FOUND, (list(gateways),))]


def _found(meter: str, time: str, value: str, quality: str, kind: str, unit: str | None, *rest: Any) -> Found:  # noqa: ANN401
    systolic, diastolic, pulse, concentration, beyond, slot, resident = rest
    numbers = (systolic, diastolic, pulse) if kind == "blood_pressure" else (concentration,)
    return Found(
        key=Key(meter, time, value),
        quality=quality,
        unit=unit,
        numbers=numbers,
        beyond=beyond,
        slot=slot,
        has_owner=resident is not None,
    )
