"""A home of the clinic with a gateway and what it sent, and a steward who looks after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.audit.rules import By
from ingest.door.attribution import Binding
from ingest.door.quarantine import of_anybody
from ingest.fleet import places, registry
from ingest.store.group import Group
from tests.clinician_api.making import Clinic, make_account
from tests.ingest.making import CUFF, NOON, Gateway, make_body, make_reading
from tests.ingest.store.tables import Tables

LATER: Final = NOON + timedelta(hours=1)
"""When stewards look."""


def make_steward(
    db: Session,
    institution: UUID,
    *,
    whole: bool = False,
    since: datetime = NOON - timedelta(days=30),
    until: datetime | None = None,
) -> UUID:
    """Somebody of the institution who looks after its fleet, or after all."""
    account = make_account(db, "郑数据", institution=institution, now=NOON)
    of = None if whole else institution
    access.appoint_steward(db, By(), account, of, since=since, until=until, now=since)
    return account


def make_home(tables: Tables, clinic: Clinic, resident: UUID | None = None) -> Gateway:
    """A gateway of the clinic whose cuff's first slot is the resident's."""
    gateway = Gateway()
    places.place_region(tables.connection, "310107", name="普陀区")
    places.place_institution(tables.connection, clinic.institution, region="310107")
    registry.enrol(tables.connection, gateway.gateway, public=gateway.public, home=gateway.home, now=NOON)
    places.place_home(tables.connection, gateway.home, institution=clinic.institution)
    if resident is not None:
        since = NOON - timedelta(days=90)
        binding = Binding(1, resident, since)
        registry.bind(tables.connection, home=gateway.home, meter=CUFF.key, binding=binding, now=NOON)
    return gateway


@dataclass(frozen=True, slots=True)
class Sent:
    """Numbers of items: a reading whose id does not follow from its content, and a message of nobody's."""

    refused: int
    stray: int


def send_bad_things(tables: Tables, gateway: Gateway) -> Sent:
    good, bad = make_reading(1), make_reading(2)
    body = make_body(good, bad).replace(str(bad.reading_id).encode(), str(uuid4()).encode())
    tables.send(gateway, gateway.seal_body(body))
    stray = of_anybody(b'{"who":"<script>alert(1)</script>"}', "malformed: no envelope", gateway.gateway)
    tables.store.commit(Group([], [stray]), NOON)
    numbers = {
        kind: int(str(number)) for kind, number in tables.all("select kind, id from ingest.quarantine")
    }
    return Sent(refused=numbers["refused_reading"], stray=numbers["unanswerable"])
