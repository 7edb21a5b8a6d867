"""Whether a case's newest pressure may be another's: looks at what is stored. The rule stands in `alerts`."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from alerts.reading import Reading
from alerts.store.stored import COLUMNS, Row, to_reading
from alerts.whose import is_doubtful
from clinician_api.triage.models import Case

_BEFORE: Final = timedelta(days=365)
_MOST: Final = 120
"""Rows: thirty readings, with room for revisions and what is no value."""

_LAST: Final = text(f"""
select {COLUMNS} from (
    select * from ingest.readings
    where resident = :resident and kind = 'blood_pressure' and taken_at <= :until and taken_at > :since
    order by taken_at desc, reading_id, revision desc limit :most
) r
order by r.taken_at, r.reading_id, r.revision
""")  # noqa: S608 - our own columns


def is_in_doubt(db: Session, case: Case) -> bool:
    """Of the newest pressure that it rests on, against those before it."""
    values = {
        "resident": case.resident,
        "until": case.taken_at,
        "since": case.taken_at - _BEFORE,
        "most": _MOST,
    }
    known = _in_force([Row(*row) for row in db.execute(_LAST, values)])
    subject = next((each for each in reversed(known) if each.id in case.inputs), None)
    if subject is None:
        return False
    return is_doubtful(subject, [each for each in known if each.order < subject.order and each.is_value])


def _in_force(rows: list[Row]) -> list[Reading]:
    """Of each reading its last revision, unless it is this resident's no more."""
    last: dict[UUID, Row] = {row.reading_id: row for row in rows}
    return [to_reading(row) for row in last.values() if not row.is_withdrawn]
