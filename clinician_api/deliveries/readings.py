"""On which days somebody measured. Only asks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from clinician_api.packages.years import ZONE, day_of

_DAYS: Final = text("""
select min(taken_at) from (
    select distinct on (reading_id) reading_id, taken_at, withdrawn, kind from ingest.readings
    where resident = :resident and taken_at >= :since and taken_at < :until
    order by reading_id, revision desc
) as newest
where not withdrawn and kind = any(:kinds)
group by (taken_at at time zone :zone)::date
order by 1
""")


def days(
    db: Session, resident: UUID, kinds: Collection[str], *, first: date, last: date
) -> dict[date, datetime]:
    """Of the days from `first` to `last`, in Shanghai, those with a reading, and when its first was taken."""
    since, until = (datetime.combine(day, time(), ZONE) for day in (first, last + timedelta(days=1)))
    asked = {"resident": resident, "since": since, "until": until, "kinds": list(kinds), "zone": ZONE.key}
    return {day_of(taken_at): taken_at for taken_at in db.scalars(_DAYS, asked)}
