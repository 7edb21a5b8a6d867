"""Counts what was done within a contract and is no contact: rights that were read, meters that were compared.

Looks for rows that other rooms wrote, so that a worker which was away counts them when it is back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from clinician_api.agreements import rights
from clinician_api.deliveries import rules
from clinician_api.deliveries.rules import Act
from clinician_api.monitoring import service as monitoring
from clinician_api.packages import service as packages
from clinician_api.packages import years
from clinician_api.packages.rules import Evidence

KINDS: Final[tuple[Evidence, ...]] = ("information", "meter_check")


def waiting(db: Session, *, now: datetime) -> list[Act]:
    """Those of the last weeks that are not counted, of contracts that have a service for them."""
    since = now - rules.RECOUNTED
    found = [*_read(db, since), *_compared(db, since)]
    known = packages.counted(db, [each.event for each in found])
    promised = packages.promising(db, KINDS, years.day_of(now))
    return [each for each in found if each.event not in known and each.contract in promised]


def count(db: Session, act: Act, *, now: datetime) -> bool:
    """Whether it was of one of the contract's services."""
    day = years.day_of(act.at)
    line = rules.which(packages.ledger(db, act.contract, day), act.kind, act.groups, day)
    if line is None:
        return False
    packages.consume(db, act.contract, line.item, event_kind=act.kind, event_id=act.event, at=act.at, now=now)
    return True


def _read(db: Session, since: datetime) -> Iterator[Act]:
    for row in rights.read_since(db, since):
        yield Act("information", row.id, row.contract, frozenset({"everyone"}), row.read_at)


def _compared(db: Session, since: datetime) -> Iterator[Act]:
    for row in monitoring.agreed_since(db, since):
        groups = frozenset({rules.CHECKED[row.kind]})
        yield Act("meter_check", row.id, row.contract, groups, row.checked_at)
