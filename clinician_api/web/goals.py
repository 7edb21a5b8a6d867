"""What home readings are aimed at, by the region of whoever answers for a resident. Judges nothing.

The limits of alerts stand elsewhere and follow no region. A goal of somebody's own goes before the region's,
once there is a care plan that sets one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from alerts.reading import Pressure
from clinician_api.contracts import service as contracts
from clinician_api.identity import service as identity
from clinician_api.regions import service as regions
from clinician_api.regions.rules import NATIONAL, Targets, home_goal
from clinician_api.web import times


def of(db: Session, resident: UUID, now: datetime) -> Pressure:
    """For a resident whom the caller has made sure may be seen. In mmHg."""
    answering = contracts.responsible(db, resident, now).institution
    today = times.local(now).date()
    born = identity.residents(db, [resident])[resident].born
    return aimed(targets_of(db, [answering], today)[answering], born, today)


def targets_of(
    db: Session, institutions: Collection[UUID | None], today: date
) -> Mapping[UUID | None, Targets]:
    """Each house's, asked for once; the nation's where there is none."""
    return {
        each: NATIONAL.targets if each is None else regions.rules_at(db, each, today).targets
        for each in set(institutions)
    }


def aimed(targets: Targets, born: date, today: date) -> Pressure:
    return Pressure(*home_goal(targets, times.age(born, today)))
